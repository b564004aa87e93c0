// Adds entries to a room's chat: messages, notices, whispers. The functions are pure, as the reducer is.

import type { Entry, Notice, Room } from './state';

/** How many entries a page keeps. The list renders only those near the screen. Older ones are fetched again when they are needed. */
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

/** The key of an entry that has no sequence: the newest key with a counter, which makes it unique. */
export function nextKey(room: Room): string {
  const newest = newestKey(room);
  const [base, turn] = newest.split('+');
  return `${base}+${Number(turn ?? 0) + 1}`;
}
