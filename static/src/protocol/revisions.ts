// Which changes to the messages of one room have come: all up to `since`. What a client asks for after it was away, and
// the changes of messages that have not come themselves.

import type { Change, Message, Reaction } from './messages';

/** Changes kept for messages that have not come. */
const kMostKept = 1000;

export class Revisions {
  /** All changes up to this one have come. */
  private complete: number | undefined;
  /** The newest that the server told of. */
  private newest = 0;
  /** Pages of changes are still missing: what comes live does not make it complete. */
  private behind = false;
  private asked = false;
  private readonly kept = new Map<number, Change>();

  /** What `since_rev` of `join` is. */
  get since(): number | undefined {
    return this.complete;
  }

  /** Everything that is shown is as it is at `rev`. */
  begin(rev: number): void {
    this.lost();
    this.complete = this.newest = rev;
    this.behind = false;
  }

  /** Back in the room: `changed` is what changed since, or the oldest of it. */
  resume(rev: number, changed: readonly Change[], more: boolean): void {
    this.newest = rev;
    this.take(changed, more);
  }

  live({ rev }: Change): void {
    this.newest = Math.max(this.newest, rev);
    if (!this.behind) this.complete = Math.max(this.complete ?? 0, rev);
  }

  page(changed: readonly Change[], more: boolean): void {
    if (!this.asked) return;
    this.asked = false;
    // A page without any would be asked for again without end.
    this.take(changed, more && changed.length > 0);
  }

  pageFailed(): void {
    this.asked = false;
  }

  /** After which `rev` to ask for a page; nothing where none is missing, or one is asked for. */
  ask(): number | undefined {
    if (!this.behind || this.asked) return undefined;
    this.asked = true;
    return this.complete;
  }

  /** The connection is gone. */
  lost(): void {
    this.asked = false;
    this.kept.clear();
  }

  /** For a message that has not come; false where there is no room for it. */
  keep(change: Change): boolean {
    if (this.kept.size >= kMostKept && !this.kept.has(change.seq)) return false;
    if ((this.kept.get(change.seq)?.rev ?? 0) < change.rev) this.kept.set(change.seq, change);
    return true;
  }

  /** The message with what has changed of it meanwhile. */
  present(message: Message): Message {
    const change = this.kept.get(message.seq);
    this.kept.delete(message.seq);
    return change ? withChange(message, change) : message;
  }

  private take(changed: readonly Change[], more: boolean): void {
    this.behind = more;
    this.complete = more ? (changed.at(-1)?.rev ?? this.complete) : this.newest;
  }
}

/** A change of a reply: where it does not say what we chose in a poll, or that a reaction is ours, we did not. */
export function withChoices(change: Change): Change {
  const { poll, reactions } = change;
  return {
    ...change,
    ...(poll ? { poll: { ...poll, mine: poll.mine ?? [] } } : {}),
    ...(reactions ? { reactions: reactions.map((each) => ({ ...each, mine: each.mine ?? false })) } : {}),
  };
}

/** Of an event, which does not say it: a reaction that was there is ours if it was. */
function withOurs(reactions: readonly Reaction[], before: readonly Reaction[] = []): Reaction[] {
  return reactions.map((each) => {
    const mine = each.mine ?? before.find(({ emoji }) => emoji === each.emoji)?.mine;
    return mine === undefined ? each : { ...each, mine };
  });
}

/** The message after the change; itself where the change is not newer. What is `mine` in it only replies tell, and only to the one
    whose it is: it stays as it was. */
export function withChange(message: Message, { rev, text, edited, deleted, reactions, poll }: Change): Message {
  if (rev <= (message.rev ?? 0)) return message;
  const { room, seq, time, from, id, reply_to: replyTo, file } = message;
  const mine = poll?.mine ?? message.poll?.mine;
  return {
    room,
    seq,
    time,
    from,
    text,
    rev,
    ...(id === undefined ? {} : { id }),
    ...(replyTo === undefined ? {} : { reply_to: replyTo }),
    ...(file === undefined || deleted ? {} : { file }),
    ...(edited === undefined ? {} : { edited }),
    ...(deleted ? { deleted } : {}),
    ...(reactions === undefined ? {} : { reactions: withOurs(reactions, message.reactions) }),
    ...(poll === undefined ? {} : { poll: { ...poll, ...(mine === undefined ? {} : { mine }) } }),
  };
}
