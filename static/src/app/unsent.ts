// What a person has written in a room and the server has not: the text in the field with the one it is for, and messages
// without an `ok`. Kept for each room by this tab alone, so that a reload loses nothing; whoever leaves or signs out leaves
// nothing behind.
//
// Only the same person gets it back: `author` is their author key, or their name where the server has no keys.

import type { Author, OwnMessage } from '@/protocol';

export interface Unsent {
  draft: string;
  /** The one whom the draft is for; nothing: everybody. */
  to?: Author;
  own: OwnMessage[];
}

const kPrefix = 'parley.unsent.';
const kNothing: Unsent = { draft: '', own: [] };

interface Stored extends Unsent {
  author: string;
}

function isOwn(value: unknown): value is OwnMessage {
  const { id, room, text, writtenAt, state } = (value ?? {}) as Partial<Record<keyof OwnMessage, unknown>>;
  const texts = [id, room, text, state].every((each) => typeof each === 'string');
  return texts && typeof writtenAt === 'number';
}

function isAuthor(value: unknown): value is Author {
  const { id, name, author } = (value ?? {}) as Partial<Record<keyof Author, unknown>>;
  return typeof id === 'string' && typeof name === 'string' && (author === undefined || typeof author === 'string');
}

export function unsentOf(room: string, author: string): Unsent {
  try {
    const stored = JSON.parse(sessionStorage.getItem(kPrefix + room) ?? '{}') as Partial<Stored>;
    if (stored.author !== author || typeof stored.draft !== 'string' || !Array.isArray(stored.own)) return kNothing;
    // What was for one person alone must not become a text for all.
    if (stored.to !== undefined && !isAuthor(stored.to)) return { draft: '', own: stored.own.filter(isOwn) };
    return { draft: stored.draft, ...(stored.to ? { to: stored.to } : {}), own: stored.own.filter(isOwn) };
  } catch {
    return kNothing;
  }
}

export function keepUnsent(room: string, author: string, { draft, to, own }: Unsent): void {
  try {
    if (draft === '' && own.length === 0) sessionStorage.removeItem(kPrefix + room);
    else sessionStorage.setItem(kPrefix + room, JSON.stringify({ author, draft, ...(to ? { to } : {}), own } satisfies Stored));
  } catch {
    // Full, or forbidden by the browser: then a reload loses it, as it must.
  }
}

/** Of every room. */
export function dropUnsent(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(kPrefix)) sessionStorage.removeItem(key);
}
