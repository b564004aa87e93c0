// The chat's entries as rows of a list: day lines, the mark where the unread begin, whether a message goes on where its
// author just spoke, and who came and went, folded into one row. What hosts did is shown to hosts alone.

import type { MessageEntry } from './changes';
import { sameAuthor } from './people';
import type { Entry, Notice } from './state';

export type NoticeEntry = Extract<Entry, { kind: 'notice' }>;

export type Row =
  | { kind: 'day'; key: string; day: Date }
  /** `away`: what was said while one was not here. */
  | { kind: 'unread'; key: string; away: boolean }
  | { kind: 'entry'; key: string; entry: Entry; continued: boolean }
  /** Messages between these two were left out. */
  | { kind: 'hole'; key: string; epoch: number; after: number; before: number }
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

/** Goes through entries in their order. */
class Builder {
  readonly rows: Row[] = [];
  private day = '';
  private before: Entry | undefined;
  /** The newest, if nothing after it says that the next ones are missing. */
  private message: MessageEntry | undefined;
  private holes = 0;
  private unreadBegin = false;
  private awayBegin: boolean;

  constructor(
    private readonly readUpTo: string | undefined,
    private readonly isHost: boolean,
    private readonly newSince: string | undefined,
  ) {
    this.awayBegin = newSince === '';
  }

  add(each: Entry): void {
    this.markHole(each);
    const entry = seenBy(this.isHost, each);
    if (entry) this.show(entry);
    // What it names may itself be hidden: then the mark stands before the next that is not.
    this.unreadBegin ||= each.key === this.readUpTo;
    this.awayBegin ||= each.key === this.newSince;
  }

  /** The rows so far. They stay as they are, also when the last one goes on. */
  given(): Row[] {
    const given = [...this.rows];
    const last = given.at(-1);
    if (last?.kind === 'moves') this.rows[given.length - 1] = { ...last, moves: [...last.moves] };
    return given;
  }

  private markHole(entry: Entry): void {
    if (entry.kind === 'gap') this.message = undefined;
    if (entry.kind !== 'message') return;
    const { message, epoch } = entry;
    const after = this.message?.epoch === epoch ? this.message.message.seq : message.seq;
    this.message = entry;
    if (message.seq <= after + 1) return;
    // The same key while it is filled: what has the focus keeps it.
    this.rows.push({ kind: 'hole', key: `hole-${++this.holes}`, epoch, after, before: message.seq });
    this.before = undefined;
  }

  private show(entry: Entry): void {
    const its = dayOf(entry);
    const begins = its !== '' && its !== this.day;
    if (begins) {
      this.day = its;
      this.rows.push({ kind: 'day', key: `day-${entry.key}`, day: new Date(timeOf(entry) ?? 0) });
    }
    const marked = this.unreadBegin || this.awayBegin;
    if (marked) this.rows.push({ kind: 'unread', key: this.unreadBegin ? 'unread' : 'away', away: !this.unreadBegin });
    addEntry(this.rows, entry, !begins && !marked && continues(this.before, entry));
    this.before = entry;
    this.unreadBegin = this.awayBegin = false;
  }
}

/** `readUpTo`: the key of the last entry that was read, if some after it were not. `newSince` likewise, of what was there
    when one came in; empty: all was new. */
type RowsOf = (entries: readonly Entry[], readUpTo: string | undefined, isHost: boolean, newSince?: string) => Row[];

export const rowsOf: RowsOf = (entries, ...marks) => growingRows()(entries, ...marks);

/** The same for a chat that grows at its end: what it has gone through is not gone through again. */
export function growingRows(): RowsOf {
  let builder: Builder | undefined;
  let done: readonly Entry[] = [];
  let marks: readonly unknown[] = [];
  let rows: Row[] = [];
  return (entries, readUpTo, isHost, newSince) => {
    const given = [readUpTo, isHost, newSince];
    const goesOn = builder && given.every((each, i) => each === marks[i]) && entries.length >= done.length && done.every((each, i) => each === entries[i]);
    if (goesOn && entries.length === done.length) return rows;
    const current = (builder = goesOn && builder ? builder : new Builder(readUpTo, isHost, newSince));
    for (let at = goesOn ? done.length : 0; at < entries.length; at++) current.add(entries[at] as Entry);
    [done, marks, rows] = [entries, given, current.given()];
    return rows;
  };
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
