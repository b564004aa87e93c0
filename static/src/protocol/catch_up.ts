// Decides what a room shows and what its client asks for: what `since` a join takes, what a `joined` means, when
// to page on by `history`, which messages to hold back meanwhile. Each message is shown once, by sequence, in
// whatever order and however often it arrives.
//
// Changes to messages that are shown pass through, and what was changed meanwhile is caught up with in the same way; which
// of them have come is known by `rev` (Revisions).
//
// Each input returns what to do, in this order. At most one page of messages and one of changes are asked for at a time.
// It survives connections and knows none. tests/vectors/resume.jsonl and resume_changes.jsonl have the rules as examples.

import type { Change, History, Joined, Message } from './messages';
import { Revisions, withChoices } from './revisions';
import { RoomLog } from './room_log';

export type Step =
  /** The server began a new log: sequences start again. */
  | { kind: 'restarted' }
  /** Messages are missing here, because the server no longer keeps them. */
  | { kind: 'gap' }
  | { kind: 'show'; messages: Message[] }
  /** Ask for a page of `history` after this message; answer by `page` or `pageFailed`. */
  | { kind: 'ask'; after: number }
  /** Messages that are shown, or stand before those shown, are like this now. */
  | { kind: 'change'; changes: Change[] }
  /** Ask for a page of `history` of changes after this `rev`; answer by `changesPage` or `changesPageFailed`. */
  | { kind: 'ask_changes'; after: number };

/** Messages held back beyond a hole; more are dropped here and fetched later. */
export const kMaxHeld = 1000;

type Page = Pick<History, 'messages' | 'more'>;
type Reply = Pick<Joined, 'messages' | 'more' | 'last' | 'gap'> & Partial<Pick<Joined, 'rev' | 'changed' | 'changed_more'>>;

export class CatchUp {
  private readonly log = new RoomLog();
  private readonly revisions = new Revisions();
  private known = false;
  private entered = false;
  /** The newest message that the server told of. */
  private newest = 0;
  /** While a page is asked for: `newest` at that time. */
  private askedUpTo: number | undefined;
  private steps: Step[] = [];

  /** What `join` takes; undefined before the room was joined for the first time. */
  get since(): number | undefined {
    return this.known ? this.log.last : undefined;
  }

  /** What `join` takes beside it; undefined where the server has no revisions. */
  get sinceRev(): number | undefined {
    return this.known ? this.revisions.since : undefined;
  }

  /** Whether a message was shown, or stands before the first one shown. */
  isPast(seq: number): boolean {
    return seq <= this.log.last;
  }

  /** The reply to `join`. The first time, its messages are shown and everything before them counts as seen. */
  joined({ messages, more, last, gap, rev = 0, changed = [], changed_more: moreChanged = false }: Reply): Step[] {
    this.lost();
    this.entered = true;
    const again = this.known;
    this.known = true;
    if (again && last >= this.newest && rev >= (this.revisions.since ?? 0)) {
      this.revisions.resume(rev, changed, moreChanged);
      this.change(changed.map(withChoices));
      this.askForChanges();
    } else {
      this.revisions.begin(rev);
    }
    if (again) {
      this.resume(messages, more, last, gap);
    } else {
      this.log.skipTo((messages[0]?.seq ?? 1) - 1);
      for (const message of messages) this.showNext(message);
      this.show(this.log.skipTo(last));
      this.newest = this.log.last;
    }
    return this.takeSteps();
  }

  /** A message of somebody else, or one's own as its `ok` describes it. */
  live(message: Message): Step[] {
    if (!this.entered || this.isPast(message.seq)) return [];
    this.newest = Math.max(this.newest, message.seq);
    if (message.seq === this.log.last + 1 || this.log.held < kMaxHeld) this.show(this.log.accept([message]));
    this.askForMissing();
    return this.takeSteps();
  }

  /** `message_changed`. */
  changed(change: Change): Step[] {
    if (!this.entered) return [];
    this.revisions.live(change);
    this.change([change]);
    return this.takeSteps();
  }

  /** The reply to `ask_changes`. */
  changesPage({ changed = [], more }: Pick<History, 'changed' | 'more'>): Step[] {
    this.revisions.page(changed, more);
    this.change(changed.map(withChoices));
    this.askForChanges();
    return this.takeSteps();
  }

  /** The server refused `ask_changes`. The next `join` asks again. */
  changesPageFailed(): void {
    this.revisions.pageFailed();
  }

  /** The reply to `ask`. */
  page({ messages, more }: Page): Step[] {
    const upTo = this.askedUpTo;
    if (upTo === undefined) return [];
    this.askedUpTo = undefined;
    const before = this.log.last;
    this.takeRun(messages);
    // The server read this page after it announced `upTo`. So it no longer keeps what is missing up to there.
    if (!more || this.log.last === before) this.giveUpTo(upTo);
    this.askForMissing();
    return this.takeSteps();
  }

  /** The server refused `ask`. Counts as an empty page, so that what comes later is still shown. */
  pageFailed(): Step[] {
    return this.page({ messages: [], more: false });
  }

  /** The connection, or the seat in the room, is gone. Messages are ignored until the next `joined`. */
  lost(): void {
    this.entered = false;
    this.log.dropHeld();
    this.revisions.lost();
    this.askedUpTo = undefined;
  }

  private resume(messages: readonly Message[], more: boolean, last: number, gap: boolean): void {
    const restarted = last < this.newest;
    this.newest = last;
    if (restarted) {
      // The server lost its log. All that is in the new one was said since: it is read from its beginning.
      this.log.restart();
      this.steps.push({ kind: 'restarted' });
    } else {
      const jumps = messages[0] !== undefined && messages[0].seq > this.log.last + 1;
      if (gap && !jumps) this.steps.push({ kind: 'gap' });
      this.takeRun(messages);
      if (!more) this.log.skipTo(last);
    }
    this.askForMissing();
  }

  /** Messages that follow the last one shown. The server no longer keeps the messages of a hole between them. */
  private takeRun(messages: readonly Message[]): void {
    for (const message of messages) {
      this.newest = Math.max(this.newest, message.seq);
      if (this.isPast(message.seq)) continue;
      this.giveUpTo(message.seq - 1);
      this.showNext(message);
    }
  }

  private showNext(message: Message): void {
    this.show(this.log.skipTo(message.seq - 1));
    this.show(this.log.accept([message]));
  }

  /** Nothing up to `seq` that is still missing will come. Says so where something is missing. */
  private giveUpTo(seq: number): void {
    while (this.log.last < seq) {
      this.steps.push({ kind: 'gap' });
      this.show(this.log.skipTo(Math.min(seq, (this.log.oldestHeld ?? Infinity) - 1)));
    }
  }

  private show(messages: Message[]): void {
    if (messages.length === 0) return;
    const newest = this.steps.at(-1);
    const present = messages.map((message) => this.revisions.present(message));
    if (newest?.kind === 'show') newest.messages.push(...present);
    else this.steps.push({ kind: 'show', messages: present });
  }

  /** Of messages that come later the changes are kept for them. */
  private change(changes: readonly Change[]): void {
    const shown = changes.filter((change) => this.isPast(change.seq) || !this.revisions.keep(change));
    if (shown.length > 0) this.steps.push({ kind: 'change', changes: shown });
  }

  private askForChanges(): void {
    const after = this.revisions.ask();
    if (after !== undefined) this.steps.push({ kind: 'ask_changes', after });
  }

  private askForMissing(): void {
    if (this.askedUpTo !== undefined || this.log.last >= this.newest) return;
    this.askedUpTo = this.newest;
    this.steps.push({ kind: 'ask', after: this.log.last });
  }

  private takeSteps(): Step[] {
    const steps = this.steps;
    this.steps = [];
    return steps;
  }
}
