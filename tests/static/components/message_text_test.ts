// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';
import { highlight } from '@/app/highlight';
import { loadMarkdown } from '@/app/markdown';
import MessageText from '@/components/MessageText.vue';
import { mounted } from '../support/mounted';

// KaTeX asks when it is loaded.
Object.defineProperty(document, 'compatMode', { value: 'CSS1Compat' });

async function shown(text: string, name = 'Ana') {
  await loadMarkdown();
  const view = mounted(MessageText, () => ({ text, name }));
  await view.update();
  return view;
}

describe('a text', () => {
  it('is shown as it is, with its links', async () => {
    const { root } = await shown('see  https://a.example/b\n  there');
    expect(root.querySelector('p.text')?.textContent).toBe('see  https://a.example/b\n  there');
    expect(root.querySelector('a')?.rel).toBe('noopener noreferrer');
  });

  it('is shown in Markdown where it has some, and has no HTML in it', async () => {
    const { root } = await shown('**bold** <img src=x onerror=alert(1)> `a<b`');
    expect(root.querySelector('strong')?.textContent).toBe('bold');
    expect(root.querySelector('img')).toBeNull();
    expect(root.querySelector('code')?.textContent).toBe('a<b');
  });

  it('says where a link leads whose words its author chose', async () => {
    const { root } = await shown('[your bank](https://evil.example/login)');
    expect(root.textContent).toContain('your bank (evil.example)');
    expect(root.querySelector('a')?.getAttribute('rel')).toBe('noopener noreferrer');
  });

  it('shows what is invisible in Markdown, too', async () => {
    const { root } = await shown('**a\u202eb** `c\u202ed`');
    expect(root.textContent).toBe('a[U+202E]b c[U+202E]d');
  });

  it('marks a mention of the reader', async () => {
    expect((await shown('hi @ana and @bo')).root.querySelector('mark')?.textContent).toBe('@ana');
    expect((await shown('*hi* @Ana')).root.querySelector('mark')?.textContent).toBe('@Ana');
    expect((await shown('hi @Ana', 'Bo')).root.querySelector('mark')).toBeNull();
  });

  it('has a button that copies its code', async () => {
    const { root, button } = await shown('```cpp\nint x;\n```');
    await vi.waitFor(() => expect(root.querySelector('pre')?.textContent).toBe('int x;'), 20_000);
    expect(button('Copy the code')).toBeDefined();
    await vi.waitFor(() => expect(root.querySelector('.hljs-type')?.textContent).toBe('int'), 20_000);
  });

  it('shows the code in a dialog of that name where the browser does not copy it', async () => {
    vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new DOMException('no', 'NotAllowedError'));
    const { root, button } = await shown('```cpp\nint x;\n```');
    await vi.waitFor(() => expect(root.querySelector('pre')?.textContent).toBe('int x;'), 20_000);
    button('Copy the code')?.click();
    await vi.waitFor(() => expect(root.querySelector('dialog h2')?.textContent?.trim()).toBe('Copy the code'));
    expect(root.querySelector('dialog textarea')).toHaveProperty('value', 'int x;');
  });

  it('draws a formula, and leaves one with a mistake as it was typed', async () => {
    const { root } = await shown('$x^2$');
    await vi.waitFor(() => expect(root.querySelector('.katex')).not.toBeNull(), 20_000);
    expect(root.querySelector('[style*="url"], a, img')).toBeNull();
    const wrong = await shown('*a* $\\frac{$');
    await vi.waitFor(() => expect(wrong.root.querySelector('.formula code')?.textContent).toBe('\\frac{'), 20_000);
  });
});

describe('highlight', () => {
  it('gives the code back, in pieces', async () => {
    const code = 'if (a < b && "<b>") return 1; // &amp;';
    const spans = await highlight(code, 'c++');
    expect(spans?.map(({ text }) => text).join('')).toBe(code);
    expect(spans?.some(({ kind }) => kind === 'hljs-keyword')).toBe(true);
  });

  it('leaves alone what it does not know, and what is too long', async () => {
    expect(await highlight('x', 'klingon')).toBeUndefined();
    expect(await highlight('x', 'constructor')).toBeUndefined();
    expect(await highlight('x;'.repeat(20_000), 'c')).toBeUndefined();
  });
});
