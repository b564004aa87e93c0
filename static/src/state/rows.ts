// The chat's entries as rows of a list: day lines, the mark where the unread begin, whether a message goes on where its
// author just spoke, and who came and went, folded into one row. What hosts did is shown to hosts alone.

import { sameAuthor } from './people';
import type { Entry, Notice } from './state';

export type NoticeEntry = Extract<Entry, { kind: 'notice' }>;

export type Row =
  | { kind: 'day'; key: string; day: Date }
  | { kind: 'unread'; key: string }
  | { kind: 'entry'; key: string; entry: Entry; continued: boolean }
  /** Who came and went with nothing in between, at least one. */
  | { kind: 'moves'; key: string; moves: NoticeEntry[] };

const kTogetherMs = 5 * 60_000;

const kMoves: ReadonlySet<Notice> = new Set(['joined', 'left', 'lost']);
/** The class sees that somebody left, not that they were removed. */
const kRemovals: ReadonlySet<Notice> = new Set(['kicked', 'banned']);
const kModeration: ReadonlySet<Notice> = new Set(['locked', 'unlocked', 'password', 'password_cleared', 'waiting_on', 'waiting_off']);

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

/** The entry as that reader may see it; nothing where it is only for hosts. */
function seenBy(isHost: boolean, entry: Entry): Entry | undefined {
  if (isHost || entry.kind !== 'notice') return entry;
  if (kRemovals.has(entry.notice)) return { ...entry, notice: 'left' };
  return kModeration.has(entry.notice) ? undefined : entry;
}

/** `readUpTo`: the key of the last entry that was read, if some after it were not. */
export function rowsOf(entries: readonly Entry[], readUpTo: string | undefined, isHost: boolean): Row[] {
  const rows: Row[] = [];
  let day = '';
  let before: Entry | undefined;
  let unreadBegin = false;
  for (const each of entries) {
    const entry = seenBy(isHost, each);
    if (entry) {
      const time = timeOf(entry);
      const date = time === undefined ? undefined : new Date(time);
      const begins = date !== undefined && date.toDateString() !== day;
      if (begins) {
        day = date.toDateString();
        rows.push({ kind: 'day', key: `day-${entry.key}`, day: date });
      }
      if (unreadBegin) rows.push({ kind: 'unread', key: 'unread' });
      addEntry(rows, entry, !begins && !unreadBegin && continues(before, entry));
      before = entry;
      unreadBegin = false;
    }
    // What it names may itself be hidden: then the mark stands before the next that is not.
    unreadBegin ||= each.key === readUpTo;
  }
  return rows;
}

function addEntry(rows: Row[], entry: Entry, continued: boolean): void {
  if (entry.kind !== 'notice' || !kMoves.has(entry.notice)) {
    rows.push({ kind: 'entry', key: entry.key, entry, continued });
    return;
  }
  const last = rows.at(-1);
  if (last?.kind === 'moves') last.moves.push(entry);
  else rows.push({ kind: 'moves', key: `moves-${entry.key}`, moves: [entry] });
}

/** How many people came and how many went. Somebody who came twice is one person. */
export function countMoves(moves: readonly NoticeEntry[]): { joined: number; left: number } {
  const names = (came: boolean) => new Set(moves.filter(({ notice }) => (notice === 'joined') === came).map(({ name }) => name)).size;
  return { joined: names(true), left: names(false) };
}
