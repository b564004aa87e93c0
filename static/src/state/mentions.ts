// Where a text calls somebody by name: `@Ana`. In scripts without spaces the name may be followed at once.

const kWordEnd = /[\p{L}\p{N}_]$/u;
const kWordStart = /^[\p{L}\p{N}_]/u;
const kCjk = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]$/;

export interface Span {
  from: number;
  to: number;
}

function folded(text: string): string {
  return text.toLocaleLowerCase();
}

/** Each place where the text calls that name, in order. */
export function mentionsOf(text: string, name: string): Span[] {
  const spans: Span[] = [];
  if (name === '' || !text.includes('@')) return spans;
  const call = folded(`@${name}`);
  const searched = folded(text);
  // Where folding changes the length, places in one are not places in the other.
  if (searched.length !== text.length) return spans;
  for (let from = searched.indexOf(call); from >= 0; from = searched.indexOf(call, from + 1)) {
    const to = from + call.length;
    const alone = !kWordEnd.test(text.slice(0, from)) || kCjk.test(text.slice(0, from));
    if (alone && (kCjk.test(name) || !kWordStart.test(text.slice(to)))) spans.push({ from, to });
  }
  return spans;
}
