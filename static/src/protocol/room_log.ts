// Puts the messages of one room in order: each is given out once, by sequence, without a hole, in whatever
// order and however often they come (live, as a page of history, as the `ok` of one's own).
//
// Knows nothing of connections. While there is a hole, what lies beyond it is kept back; who owns the log asks
// the server for what is missing, and says so if the server no longer has it.

import type { Message } from './messages';

export class RoomLog {
  private readonly beyond = new Map<number, Message>();
  private given = 0;

  /** The newest sequence given out. What follows it is next. */
  get last(): number {
    return this.given;
  }

  /** Whether messages are kept back because others before them are missing. */
  get hasHole(): boolean {
    return this.beyond.size > 0;
  }

  /** How many messages are kept back. */
  get held(): number {
    return this.beyond.size;
  }

  /** The oldest sequence of those kept back. */
  get oldestHeld(): number | undefined {
    return this.hasHole ? Math.min(...this.beyond.keys()) : undefined;
  }

  /** Takes messages in any order; returns those that can be shown now, oldest first. */
  accept(messages: readonly Message[]): Message[] {
    for (const message of messages) {
      if (message.seq > this.given) this.beyond.set(message.seq, message);
    }
    return this.release();
  }

  /** What is up to `seq` will not come any more. Returns what can be shown now. */
  skipTo(seq: number): Message[] {
    if (seq > this.given) {
      this.given = seq;
      for (const held of this.beyond.keys()) if (held <= seq) this.beyond.delete(held);
    }
    return this.release();
  }

  /** Gives up on the hole: goes on with the oldest message that is kept back. */
  skipHole(): Message[] {
    return this.oldestHeld === undefined ? [] : this.skipTo(this.oldestHeld - 1);
  }

  /** Forgets what is kept back. */
  dropHeld(): void {
    this.beyond.clear();
  }

  /** The server has begun a new log: nothing of the old one counts. */
  restart(): void {
    this.given = 0;
    this.beyond.clear();
  }

  private release(): Message[] {
    const ready: Message[] = [];
    for (let next = this.beyond.get(this.given + 1); next; next = this.beyond.get(this.given + 1)) {
      this.beyond.delete(next.seq);
      this.given = next.seq;
      ready.push(next);
    }
    return ready;
  }
}
