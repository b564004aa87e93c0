// Blocks of code in a text that is being written: lines of ``` around them.

const kFence = /^ {0,3}(?:`{3,}|~{3,})/gm;

/** The code as a block. Its fence is longer than any in the code. */
export function fenced(code: string, language = ''): string {
  const longest = Math.max(2, ...[...code.matchAll(/^ {0,3}(`{3,})/gm)].map(([, fence = '']) => fence.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${code.replace(/^\n+|\s+$/g, '')}\n${fence}`;
}

/** Whether what is typed at that place goes into a block of code. */
export function isInCode(text: string, at: number): boolean {
  return [...text.slice(0, at).matchAll(kFence)].length % 2 === 1;
}

/** The text with what is selected made a block of code, and where its code begins and ends. */
export function withCode(text: string, from: number, to: number, language = ''): { text: string; from: number; to: number } {
  const before = text.slice(0, from);
  const chosen = text.slice(from, to).replace(/^\n+|\n+$/g, '');
  const block = fenced(chosen, language);
  const begins = before === '' || before.endsWith('\n') ? before : `${before}\n`;
  const after = text.slice(to);
  const start = begins.length + block.indexOf('\n') + 1;
  return { text: begins + block + (after === '' || after.startsWith('\n') ? after : `\n${after}`), from: start, to: start + chosen.replace(/\s+$/, '').length };
}
