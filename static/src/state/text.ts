// Texts of others, made fit to be shown: nothing in them hides or turns around what stands beside it.

/** C0 without tab and line feed, DEL, C1; line separators; BOM; embeddings, overrides and isolates of the direction.
    Direction marks and zero-width spaces and joiners belong to honest text (Hebrew, Arabic, Persian, Thai, emoji). */
const kDeceptive = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function symbol(character: string): string {
  return `[U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** The same text with a visible sign for each character that could deceive a reader. */
export function visible(text: string): string {
  return text.replace(kDeceptive, symbol);
}

/** A sentence of its own as a part of another one: in the page's language, whatever the browser's is. */
export function clause(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
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

/** What a person has begun to write, with a text that another app shared below it. */
export function withShared(draft: string, shared: string): string {
  return draft === '' ? shared : `${draft}\n${shared}`;
}
