// What becomes of messages that stand in the chat: edits, deletions, reactions and polls. Doing a change twice does no harm.

import { withChange, type Change, type Message, type Reaction } from '@/protocol';
import type { Entry, Room } from './state';

export type MessageEntry = Extract<Entry, { kind: 'message' }>;

/** That message of the present log, where it is in the chat. */
export function messageOf(room: Room, seq: number): MessageEntry | undefined {
  const at = placeOf(room, seq);
  return at < 0 ? undefined : (room.entries[at] as MessageEntry);
}

/** Messages stand in the order of their sequences, others between them; those of an older log stand first. */
export function placeOf(room: Room, seq: number): number {
  let [from, end] = [0, room.entries.length];
  while (from < end) {
    const middle = (from + end) >> 1;
    let at = middle;
    while (at >= from && room.entries[at]?.kind !== 'message') at--;
    const entry = at < from ? undefined : room.entries[at];
    const older = entry?.kind !== 'message' || entry.epoch !== room.epoch || entry.message.seq < seq;
    if (!older && entry.message.seq === seq) return at;
    if (older) from = middle + 1;
    else end = at;
  }
  return -1;
}

export function withChanges(room: Room, changes: readonly Change[]): Room {
  const entries = [...room.entries];
  for (const change of changes) replace(room, entries, change.seq, (message) => withChange(message, change));
  return { ...room, entries };
}

/** We have put that emoji on a message, or taken it back. Its count comes as a change. */
export function reacted(room: Room, seq: number, emoji: string, on: boolean): Room {
  const key = `${room.epoch}:${seq}`;
  const others = (room.reacted[key] ?? []).filter((each) => each !== emoji);
  const entries = [...room.entries];
  replace(room, entries, seq, ({ reactions, ...message }) => {
    const told = reactions?.map((each) => (each.emoji === emoji ? { ...each, mine: on } : each));
    return { ...message, ...(told ? { reactions: told } : {}) };
  });
  return { ...room, entries, reacted: { ...room.reacted, [key]: on ? [...others, emoji] : others } };
}

/** Whether we are among those who put it there. The server names the first of them. Beyond these, replies tell it, and what we did
    ourselves. */
export function isOurs({ emoji, count, authors, mine }: Reaction, author: string | undefined, own: readonly string[]): boolean {
  return (author !== undefined && authors.includes(author)) || (count > authors.length && (mine ?? own.includes(emoji)));
}

/** We chose that in a poll. Its counts come as a change. */
export function voted(room: Room, seq: number, choices: readonly number[]): Room {
  const entries = [...room.entries];
  replace(room, entries, seq, (message) => (message.poll ? { ...message, poll: { ...message.poll, mine: [...choices] } } : message));
  return { ...room, entries };
}

function replace(room: Room, entries: Entry[], seq: number, change: (message: Message) => Message): void {
  const at = placeOf(room, seq);
  const entry = entries[at];
  if (entry?.kind === 'message') entries[at] = { ...entry, message: change(entry.message) };
}

/** The messages of the present log, from the newest back to where some were left out. */
function* fromNewest(room: Room): Generator<MessageEntry> {
  let later: number | undefined;
  for (let at = room.entries.length - 1; at >= 0; at--) {
    const entry = room.entries[at];
    if (entry?.kind === 'gap') later = undefined;
    if (entry?.kind !== 'message' || entry.epoch !== room.epoch) continue;
    if (later !== undefined && entry.message.seq < later - 1) return;
    later = entry.message.seq;
    yield entry;
  }
}

function firstOf(room: Room, wanted: (entry: MessageEntry) => boolean): MessageEntry | undefined {
  for (const entry of fromNewest(room)) if (wanted(entry)) return entry;
  return undefined;
}

/** Our newest message that can be edited. */
export function newestOwn(room: Room): MessageEntry | undefined {
  return firstOf(room, mayEdit);
}

export function mayEdit({ mine, message }: MessageEntry): boolean {
  return mine && !message.deleted && !message.poll;
}

/** The newest poll that is open. */
export function newestPoll(room: Room): MessageEntry | undefined {
  return firstOf(room, ({ message }) => message.poll?.closed === false);
}

/** The newest message that is there, counted back: 1 is the last one. */
export function countedBack(room: Room, count: number): MessageEntry | undefined {
  let left = count;
  return firstOf(room, () => --left === 0);
}
