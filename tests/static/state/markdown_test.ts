import { describe, expect, it } from 'vitest';
import { parse } from '@/state/markdown';
import { isRich, type RichNode } from '@/state/rich';

/** The tree as text: elements as `tag(…)`, code in backticks, formulas in dollars, links as `label<href>`. */
function drawn(nodes: readonly RichNode[]): string {
  return nodes
    .map((node) => {
      switch (node.kind) {
        case 'text':
          return node.text;
        case 'element':
          return `${node.tag}${node.start ?? ''}(${drawn(node.children)})`;
        case 'code':
          return `\`${node.text}\``;
        case 'fence':
          return `fence:${node.language}{${node.text}}`;
        case 'formula':
          return node.display ? `$$${node.text}$$` : `$${node.text}$`;
        case 'link':
          return `${drawn(node.children)}<${node.named ? 'named ' : ''}${node.href}>`;
      }
    })
    .join('');
}
const shown = (text: string) => drawn(parse(text));

describe('Markdown', () => {
  it.each([
    ['**bold** *it* ~~gone~~ `a*b`', 'p(strong(bold) em(it) s(gone) `a*b`)'],
    ['a\nb', 'p(a\nb)'],
    ['- a\n- b', 'ul(li(a)li(b))'],
    ['3. a\n4. b', 'ol3(li(a)li(b))'],
    ['> a', 'blockquote(p(a))'],
    ['# a', 'heading(a)'],
    ['```cpp\nint a;\n  b\n```', 'fence:cpp{int a;\n  b}'],
    ['```\nx', 'fence:{x}'],
    ['a | b\n--|--\n1 | 2', 'table(thead(tr(th(a)th(b)))tbody(tr(td(1)td(2))))'],
  ])('reads %j', (text, tree) => expect(shown(text)).toBe(tree));

  it.each(['5*3*2', 'snake_case_name', 'C:\\temp\\new', '#include <a>', '    four spaces', 'a\n===', '[a]: https://b.example', '&amp; &lt;', '\\\\server\\share'])(
    'leaves %j as it was typed',
    (text) => expect(shown(text).replace(/^p\(|\)$/g, '').trim()).toBe(text.replace('[a]: https://b.example', '[a]: https://b.example<https://b.example/>').trim()),
  );

  it('takes a backslash before a mark of Markdown as the way to write that mark', () => {
    expect(shown('\\*a\\* \\$x$')).toBe('p(*a* $x$)');
  });

  it('needs no spaces around Chinese', () => {
    expect(shown('这是**重点**内容，看**“这里”**。')).toBe('p(这是strong(重点)内容，看strong(“这里”)。)');
  });

  it('has no HTML and no pictures', () => {
    expect(shown('<img src=x onerror=alert(1)> <b>x</b> *y*')).toBe('p(<img src=x onerror=alert(1)> <b>x</b> em(y))');
    expect(shown('![cat](https://a.example/c.png)')).toBe('p(!cat<named https://a.example/c.png>)');
  });

  it('lets links lead to the web alone, and nowhere with a name in it', () => {
    expect(shown('[x](https://a.example/b)')).toBe('p(x<named https://a.example/b>)');
    for (const href of ['javascript:alert(1)', 'data:text/html,x', 'ftp://a.example', 'https://bank.example@b.example', '/files/x']) {
      expect(parse(`[x](${href})`).flatMap((node) => ('children' in node ? node.children : [])).filter(({ kind }) => kind === 'link')).toEqual([]);
    }
  });

  it('finds addresses whole, whatever marks are in them', () => {
    expect(shown('*see* https://a.example/x_y_z*q*_r and https://b.example.')).toBe(
      'p(em(see) https://a.example/x_y_z*q*_r<https://a.example/x_y_z*q*_r> and https://b.example<https://b.example/>.)',
    );
  });

  it.each([
    ['$x^2$', 'p($x^2$)'],
    ['so $a_1*b_2*c$ is', 'p(so $a_1*b_2*c$ is)'],
    ['$$\n\\frac{1}{2}\n$$', '$$\\frac{1}{2}$$'],
    ['a $$x$$ b', 'p(a $$x$$ b)'],
    ['\\(x\\) \\[y\\]', 'p($x$ $$y$$)'],
    ['$5 and $6', 'p($5 and $6)'],
    ['$HOME:$PATH', 'p($HOME:$PATH)'],
    ['costs 5$ or 6$', 'p(costs 5$ or 6$)'],
    ['$ x $', 'p($ x $)'],
  ])('reads formulas: %j', (text, tree) => expect(shown(text)).toBe(tree));

  it('does not draw formulas without end', () => {
    const long = `$${'x'.repeat(3000)}$`;
    expect(shown(long)).toBe(`p(${long})`);
  });

  it('is quick with whatever is sent', () => {
    for (const unit of ['*a_', '$a', '[', '](', '> ', '`', '~~', '- ', '|a', '\\(', 'https://a.example/_ ', '$$']) {
      const begin = performance.now();
      parse(unit.repeat(Math.floor(16_000 / unit.length)));
      expect(performance.now() - begin, unit).toBeLessThan(2000);
    }
  });
});

describe('isRich', () => {
  it.each(['hello', 'see https://a.example/b', "I'm 3 (or 4)!", 'a > b, c - d', '#5', '+1', '你好，世界'])('lets %j be shown at no cost', (text) => expect(isRich(text)).toBe(false));
  it.each(['*a*', '`a`', '- a', 'x\n> y', '1. a', '$x$', '[a](b)', '\\(x\\)', '```'])('sees that %j may need more', (text) => expect(isRich(text)).toBe(true));
});
