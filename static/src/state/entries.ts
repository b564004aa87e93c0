// What stands in a room's chat, in order: messages, notices, whispers. Pure, as the reducer is.

import type { Entry, Notice, Room } from './state';

/** As many as a device holds with ease: the list shows only those near the screen. Older ones are fetched again when asked for. */
const kMostEntries = 50_000;

export function notice(room: Room, kind: Notice, name: string, time: number, detail?: string): Room {
  return append(room, {
    kind: 'notice',
    key: nextKey(room),
    time,
    notice: kind,
    name,
    ...(detail === undefined ? {} : { detail }),
  });
}

export function append(room: Room, entry: Entry): Room {
  return appendAll(room, [entry]);
}

export function appendAll(room: Room, entries: readonly Entry[]): Room {
  const all = [...room.entries, ...entries];
  // Cut in steps, not at every message.
  if (all.length <= kMostEntries * 1.1) return { ...room, entries: all };
  return { ...room, entries: all.slice(-kMostEntries), more: true };
}

export function counted(room: Room, unread: number, after?: string): Room {
  if (unread === 0) return room;
  return { ...room, unread: room.unread + unread, readUpTo: room.readUpTo ?? after };
}

export function newestKey(room: Room): string {
  return room.entries.at(-1)?.key ?? '';
}

/** For what has no sequence of its own: the place in the chat, made unique by those already there. */
export function nextKey(room: Room): string {
  const newest = newestKey(room);
  const [base, turn] = newest.split('+');
  return `${base}+${Number(turn ?? 0) + 1}`;
}
