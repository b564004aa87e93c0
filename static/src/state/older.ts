// Brings messages from before the newest into a room.

import type { Message } from '@/protocol';
import { placeOf, type MessageEntry } from './changes';
import { sameAuthor } from './people';
import type { Entry, Room, State } from './state';

export function entryOf(room: Room, state: State, message: Message): MessageEntry {
  const mine = state.self !== undefined && sameAuthor(message.from, state.self);
  return { kind: 'message', key: `${room.epoch}:${message.seq}`, epoch: room.epoch, message, mine };
}

/** Of the present log, what is shown; what stands before it can be asked for. */
export function oldestSeq(room: Room): number | undefined {
  for (const entry of room.entries) {
    if (entry.kind === 'message' && entry.epoch === room.epoch) return entry.message.seq;
  }
  return undefined;
}

/** Each at its place among the messages of the present log. */
export function withOlder(room: Room, state: State, { messages, more, before }: { messages: Message[]; more: boolean; before?: number }): Room {
  const added = messages.filter(({ seq }) => placeOf(room, seq) < 0).map((message) => entryOf(room, state, message));
  const entries: Entry[] = [];
  let at = 0;
  for (const entry of room.entries) {
    const seq = entry.kind === 'message' && entry.epoch === room.epoch ? entry.message.seq : 0;
    for (let next = added[at]; next && next.message.seq < seq; next = added[++at]) entries.push(next);
    entries.push(entry);
  }
  const next = { ...room, entries: [...entries, ...added.slice(at)] };
  // Nothing before a place that is far before what is shown says nothing of what lies between.
  const isOldest = messages[0] ? messages[0].seq === oldestSeq(next) : (before ?? Infinity) >= (oldestSeq(next) ?? 0);
  const first = messages[0]?.seq ?? before;
  const known = before === undefined || more || first === undefined ? next : beginningAt(next, first);
  return { ...known, more: isOldest ? more : room.more };
}

/** The server has nothing before that message: what is missing there cannot be had any more. */
function beginningAt(room: Room, seq: number): Room {
  const at = placeOf(room, seq);
  let place = at - 1;
  while (place >= 0 && room.entries[place]?.kind !== 'message' && room.entries[place]?.kind !== 'gap') place--;
  const last = room.entries[place];
  if (last?.kind !== 'message' || last.epoch !== room.epoch || last.message.seq >= seq - 1) return room;
  const gap: Entry = { kind: 'gap', key: `gap-${last.key}` };
  return { ...room, entries: [...room.entries.slice(0, at), gap, ...room.entries.slice(at)] };
}
