// From the text of a message to a tree that a component shows: Markdown as people write it in chats, by markdown-it. The
// tree has no HTML in it, pictures are links, and no link leads anywhere but to http and https.
//
// Loaded on demand: isRich in rich.ts says which texts need it.

import MarkdownIt, { type StateBlock, type StateInline, type Token } from 'markdown-it';
import { hrefOf, pieces } from './links';
import type { RichNode, RichTag } from './rich';
import { visible } from './text';

/** A formula longer than that is shown as it was typed. */
const kMostFormula = 2000;
/** What is nested deeper is not worth a place on a phone. */
const kMostNesting = 20;

const md = new MarkdownIt({ html: false, breaks: true, linkify: false, typographer: false, maxNesting: kMostNesting });
// Code that is only indented, headings by underlines and references would swallow or change what people type without
// thinking of Markdown. Addresses are found by the rules of links.ts.
md.disable(['code', 'lheading', 'reference', 'html_block', 'html_inline', 'autolink', 'entity', 'image', 'linkify']);
md.validateLink = (url) => hrefOf(url) !== undefined;

const kWordLetter = /[\p{L}\p{N}_]/u;
const kCjk = /[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]/;

/** `5*3*2` has no emphasis in it, and Chinese has no spaces around it. */
class ChatInline extends md.inline.State {
  override scanDelims(start: number, canSplitWord: boolean) {
    const before = this.src[start - 1] ?? ' ';
    let end = start;
    while (end < this.posMax && this.src[end] === this.src[start]) end++;
    const after = this.src[end] ?? ' ';
    const scanned = super.scanDelims(start, canSplitWord && !(kWordLetter.test(before) && kWordLetter.test(after) && !kCjk.test(before + after)));
    if (!canSplitWord || !kCjk.test(before + after)) return scanned;
    return { ...scanned, can_open: !/\s/.test(after), can_close: !/\s/.test(before) };
  }
}
md.inline.State = ChatInline;

/** Backslashes are common in paths: before marks of Markdown alone they are not shown. */
function escaped(state: StateInline, silent: boolean): boolean {
  const mark = state.src[state.pos + 1];
  if (state.src[state.pos] !== '\\' || mark === undefined || !'*_`~[]$#>|'.includes(mark)) return false;
  if (!silent) state.pending += mark;
  state.pos += 2;
  return true;
}
md.inline.ruler.at('escape', escaped);

/** An address is whole, whatever marks are in it. Its scheme has been read when the colon comes. */
function address(state: StateInline, silent: boolean): boolean {
  if (state.src[state.pos] !== ':' || state.linkLevel > 0) return false;
  const [, scheme] = /(?:^|[^A-Za-z0-9_])(https?)$/i.exec(state.pending) ?? [];
  if (scheme === undefined) return false;
  const [rest = ''] = /\S*/.exec(state.src.slice(state.pos - scheme.length)) ?? [];
  const [first] = pieces(rest);
  if (first?.kind !== 'link') return false;
  if (!silent) {
    state.pending = state.pending.slice(0, -scheme.length);
    const token = state.push('address', '', 0);
    token.content = first.text;
    token.attrSet('href', first.href);
  }
  state.pos += first.source - scheme.length;
  return true;
}
md.inline.ruler.before('text', 'address', address);

/** `$x$`, as Pandoc has it, so that `$5 and $6` stay prices and `$HOME:$PATH` a path; `$$x$$`, `\(x\)` and `\[x\]`. */
const kFormulas = [
  { rule: /\$\$([^$]+)\$\$/y, display: true },
  { rule: /\$(?![\s$])((?:[^$\\\n]|\\.)*?[^\s\\$])\$(?![\p{L}\p{N}$])/uy, display: false },
  { rule: /\\\((.+?)\\\)/sy, display: false },
  { rule: /\\\[(.+?)\\\]/sy, display: true },
];

function formula(state: StateInline, silent: boolean): boolean {
  const first = state.src[state.pos];
  if (first !== '$' && first !== '\\') return false;
  if (first === '$' && kWordLetter.test(state.src[state.pos - 1] ?? ' ')) return false;
  for (const { rule, display } of kFormulas) {
    rule.lastIndex = state.pos;
    const [all, inside] = rule.exec(state.src) ?? [];
    if (all === undefined || inside === undefined || inside.length > kMostFormula) continue;
    if (!silent) {
      const token = state.push('formula', '', 0);
      token.content = inside.trim();
      token.hidden = !display;
    }
    state.pos += all.length;
    return true;
  }
  return false;
}
md.inline.ruler.before('escape', 'formula', formula);

/** A formula over several lines: from a line that begins with `$$` to one that ends with it. */
function formulaBlock(state: StateBlock, start: number, end: number, silent: boolean): boolean {
  const lineOf = (line: number) => state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);
  if (!lineOf(start).startsWith('$$')) return false;
  const lines: string[] = [];
  for (let line = start; line < end; line++) {
    const text = (line === start ? lineOf(line).slice(2) : lineOf(line)).trimEnd();
    if (!text.endsWith('$$')) {
      lines.push(text);
      continue;
    }
    lines.push(text.slice(0, -2));
    const content = lines.join('\n').trim();
    if (content === '' || content.includes('$$') || content.length > kMostFormula) return false;
    if (silent) return true;
    const token = state.push('formula', '', 0);
    token.content = content;
    state.line = line + 1;
    return true;
  }
  return false;
}
md.block.ruler.before('fence', 'formula', formulaBlock, { alt: ['paragraph', 'blockquote', 'list'] });

const kTags: Record<string, RichTag> = {
  paragraph: 'p',
  strong: 'strong',
  em: 'em',
  s: 's',
  blockquote: 'blockquote',
  bullet_list: 'ul',
  ordered_list: 'ol',
  list_item: 'li',
  table: 'table',
  thead: 'thead',
  tbody: 'tbody',
  tr: 'tr',
  th: 'th',
  td: 'td',
  heading: 'heading',
};

function leaf(token: Token): RichNode[] {
  switch (token.type) {
    case 'inline':
      return treeOf(token.children ?? []);
    case 'text':
      return token.content === '' ? [] : [{ kind: 'text', text: token.content }];
    case 'softbreak':
    case 'hardbreak':
      return [{ kind: 'text', text: '\n' }];
    case 'code_inline':
      return [{ kind: 'code', text: visible(token.content) }];
    case 'fence': {
      const [language = ''] = token.info.trim().split(/\s+/, 1);
      return [{ kind: 'fence', text: visible(token.content.replace(/\n$/, '')), language: language.toLowerCase() }];
    }
    case 'formula':
      return [{ kind: 'formula', text: token.content, display: !token.hidden }];
    case 'address':
      return [{ kind: 'link', href: String(token.attrGet('href') ?? ''), named: false, children: [{ kind: 'text', text: token.content }] }];
    case 'hr':
      return [{ kind: 'element', tag: 'hr', children: [] }];
    default:
      return token.content === '' ? [] : [{ kind: 'text', text: token.content }];
  }
}

/** What is between an opening token and its closing one is inside of it. */
function treeOf(tokens: readonly Token[]): RichNode[] {
  const stack: RichNode[][] = [[]];
  const open: Token[] = [];
  for (const token of tokens) {
    if (token.nesting > 0) {
      open.push(token);
      stack.push([]);
    } else if (token.nesting === 0) {
      stack.at(-1)?.push(...leaf(token));
    } else {
      const children = stack.pop() ?? [];
      const opened = open.pop();
      if (opened) stack.at(-1)?.push(...elementOf(opened, children));
    }
  }
  return stack[0] ?? [];
}

function elementOf(opened: Token, children: RichNode[]): RichNode[] {
  // A list without gaps has no paragraphs of its own.
  if (opened.hidden) return children;
  if (opened.type === 'link_open') {
    const href = hrefOf(String(opened.attrGet('href') ?? ''));
    return href === undefined ? children : [{ kind: 'link', href, named: true, children }];
  }
  const tag = kTags[opened.type.replace(/_open$/, '')];
  if (!tag) return children;
  const start = Number(opened.attrGet('start') ?? 1);
  return [{ kind: 'element', tag, children, ...(tag === 'ol' && start !== 1 ? { start } : {}) }];
}

export function parse(text: string): RichNode[] {
  return treeOf(md.parse(text, {}));
}
