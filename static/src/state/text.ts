// Texts of others, made fit to be shown: nothing in them hides or turns around what stands beside it.

/** C0 without tab and line feed, DEL, C1; then what is invisible or changes the direction of writing. */
const kUnseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function symbol(character: string): string {
  return `[U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** The same text with a visible sign for each character that has no shape of its own. */
export function visible(text: string): string {
  return text.replace(kUnseen, symbol);
}

export type Piece = { kind: 'text'; text: string } | { kind: 'link'; text: string; href: string };

const kLink = /\bhttps?:\/\/[^\s<>"'`\u0000-\u001f\u3000-\u303f\uff00-\uffef]+/gi;

/** What ends a sentence rather than an address: full stops, and brackets that were opened before it. */
function trimmed(address: string): string {
  let end = address.length;
  for (;;) {
    const last = address[end - 1];
    const opened = last === ')' && address.slice(0, end).split('(').length < address.slice(0, end).split(')').length;
    if (last === undefined || !(/[.,;:!?\]}*_]/.test(last) || opened)) return address.slice(0, end);
    end--;
  }
}

function hrefOf(address: string): string | undefined {
  try {
    return new URL(address).href;
  } catch {
    return undefined;
  }
}

/** Text and the web addresses in it. */
export function pieces(text: string): Piece[] {
  const result: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(kLink)) {
    const address = trimmed(match[0]);
    const href = hrefOf(address);
    if (href === undefined) continue;
    if (match.index > from) result.push({ kind: 'text', text: visible(text.slice(from, match.index)) });
    result.push({ kind: 'link', text: visible(address), href });
    from = match.index + address.length;
  }
  if (from < text.length) result.push({ kind: 'text', text: visible(text.slice(from)) });
  return result;
}

/** The first character of a name as people count characters, for its badge. */
export function initial(name: string): string {
  const [first] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(name);
  return visible(first?.segment ?? '?').toLocaleUpperCase();
}

/** One of `count` colours, always the same for a name. */
export function tint(name: string, count: number): number {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash % count;
}
