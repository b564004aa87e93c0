// The chat's entries as rows of a list: day lines, the mark where the unread begin, and whether a message
// goes on where its author just spoke.

import { sameAuthor } from './people';
import type { Entry } from './state';

export type Row =
  | { kind: 'day'; key: string; day: Date }
  | { kind: 'unread'; key: string }
  | { kind: 'entry'; key: string; entry: Entry; continued: boolean };

const kTogetherMs = 5 * 60_000;

/** When the entry was made, where it has a time. */
export function timeOf(entry: Entry): number | undefined {
  if (entry.kind === 'message') return Date.parse(entry.message.time);
  if (entry.kind === 'whisper') return Date.parse(entry.time);
  return entry.kind === 'notice' ? entry.time : undefined;
}

function continues(before: Entry | undefined, entry: Entry): boolean {
  if (before?.kind !== 'message' || entry.kind !== 'message') return false;
  const apart = Date.parse(entry.message.time) - Date.parse(before.message.time);
  // Under another name the same author begins anew.
  const same = sameAuthor(before.message.from, entry.message.from) && before.message.from.name === entry.message.from.name;
  return same && apart < kTogetherMs;
}

/** `readUpTo`: the key of the last entry that was read, if some after it were not. */
export function rowsOf(entries: readonly Entry[], readUpTo: string | undefined): Row[] {
  const rows: Row[] = [];
  let day = '';
  let before: Entry | undefined;
  for (const entry of entries) {
    const time = timeOf(entry);
    const date = time === undefined ? undefined : new Date(time);
    const begins = date !== undefined && date.toDateString() !== day;
    if (begins) {
      day = date.toDateString();
      rows.push({ kind: 'day', key: `day-${entry.key}`, day: date });
    }
    const unread = before !== undefined && before.key === readUpTo;
    if (unread) rows.push({ kind: 'unread', key: 'unread' });
    rows.push({ kind: 'entry', key: entry.key, entry, continued: !begins && !unread && continues(before, entry) });
    before = entry;
  }
  return rows;
}
