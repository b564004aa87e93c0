// What markdown.ts makes of a text, and which texts need it at all.

export type RichTag =
  | 'p' | 'strong' | 'em' | 's' | 'blockquote' | 'ul' | 'ol' | 'li' | 'hr' | 'heading'
  | 'table' | 'thead' | 'tbody' | 'tr' | 'th' | 'td';

export type RichNode =
  /** As it was typed: addresses and mentions are found when it is shown. */
  | { kind: 'text'; text: string }
  /** `start`: of an ordered list. */
  | { kind: 'element'; tag: RichTag; start?: number; children: RichNode[] }
  /** Within a line. */
  | { kind: 'code'; text: string }
  | { kind: 'fence'; text: string; language: string }
  /** `display`: on lines of its own. */
  | { kind: 'formula'; text: string; display: boolean }
  /** `named`: its text was chosen by the author, and may not say where it leads. */
  | { kind: 'link'; href: string; named: boolean; children: RichNode[] };

const kInline: ReadonlySet<RichTag> = new Set(['strong', 'em', 's']);

const kMarks = /[*_`~$|\\[]|^ {0,3}(?:[-+>]|#{1,6}|\d{1,9}[.)])\s/m;

/** Whether the text may have Markdown in it. Everything else is shown as it is, at no cost. */
export function isRich(text: string): boolean {
  return kMarks.test(text);
}

/** The tree's words without its marks: code and formulas as they were typed, each block on lines of its own. */
export function wordsOf(nodes: readonly RichNode[]): string {
  return nodes
    .map((node) => {
      if (node.kind === 'link') return wordsOf(node.children);
      if (node.kind !== 'element') return node.kind === 'fence' || (node.kind === 'formula' && node.display) ? `${node.text}\n` : node.text;
      const text = wordsOf(node.children);
      return kInline.has(node.tag) || text === '' || text.endsWith('\n') ? text : `${text}\n`;
    })
    .join('');
}
