// The chat's entries as rows of a list: day lines, the mark where the unread begin, whether a message goes on where its
// author just spoke, and who came and went, folded into one row. What hosts did is shown to hosts alone.

import { sameAuthor } from './people';
import type { Entry, Notice } from './state';

export type NoticeEntry = Extract<Entry, { kind: 'notice' }>;

export type Row =
  | { kind: 'day'; key: string; day: Date }
  /** `away`: what was said while one was not here. */
  | { kind: 'unread'; key: string; away: boolean }
  | { kind: 'entry'; key: string; entry: Entry; continued: boolean }
  /** Who came and went with nothing in between, at least one. */
  | { kind: 'moves'; key: string; moves: NoticeEntry[] };

const kTogetherMs = 5 * 60_000;

const kMoves: ReadonlySet<Notice> = new Set(['joined', 'left', 'lost']);
/** The class sees that somebody left, not that they were removed. */
const kRemovals: ReadonlySet<Notice> = new Set(['kicked', 'banned']);
const kModeration: ReadonlySet<Notice> = new Set(['locked', 'unlocked', 'password', 'password_cleared', 'waiting_on', 'waiting_off']);

/** Of each entry, which never changes: a long chat is gone through at each message. */
const times = new WeakMap<Entry, number | undefined>();
const days = new WeakMap<Entry, string>();

/** When the entry was made, where it has a time. */
export function timeOf(entry: Entry): number | undefined {
  if (!times.has(entry)) times.set(entry, readTime(entry));
  return times.get(entry);
}

/** The day of the reader's clock; empty where there is no time. */
function dayOf(entry: Entry): string {
  let day = days.get(entry);
  if (day === undefined) {
    const time = timeOf(entry);
    day = time === undefined ? '' : new Date(time).toDateString();
    days.set(entry, day);
  }
  return day;
}

function readTime(entry: Entry): number | undefined {
  if (entry.kind === 'message') return Date.parse(entry.message.time);
  if (entry.kind === 'whisper') return Date.parse(entry.time);
  return entry.kind === 'notice' ? entry.time : undefined;
}

function continues(before: Entry | undefined, entry: Entry): boolean {
  if (before?.kind !== 'message' || entry.kind !== 'message') return false;
  // An answer names what it answers, and so has a head of its own.
  if (entry.message.reply_to !== undefined) return false;
  const apart = (timeOf(entry) ?? 0) - (timeOf(before) ?? 0);
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

/** `readUpTo`: the key of the last entry that was read, if some after it were not. `newSince` likewise, of what was there
    when one came in; empty: all was new. */
export function rowsOf(entries: readonly Entry[], readUpTo: string | undefined, isHost: boolean, newSince?: string): Row[] {
  const rows: Row[] = [];
  let day = '';
  let before: Entry | undefined;
  let unreadBegin = false;
  let awayBegin = newSince === '';
  for (const each of entries) {
    const entry = seenBy(isHost, each);
    if (entry) {
      const its = dayOf(entry);
      const begins = its !== '' && its !== day;
      if (begins) {
        day = its;
        rows.push({ kind: 'day', key: `day-${entry.key}`, day: new Date(timeOf(entry) ?? 0) });
      }
      const marked = unreadBegin || awayBegin;
      if (marked) rows.push({ kind: 'unread', key: unreadBegin ? 'unread' : 'away', away: !unreadBegin });
      addEntry(rows, entry, !begins && !marked && continues(before, entry));
      before = entry;
      unreadBegin = awayBegin = false;
    }
    // What it names may itself be hidden: then the mark stands before the next that is not.
    unreadBegin ||= each.key === readUpTo;
    awayBegin ||= each.key === newSince;
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
