// Who wants something of the one at this page, wherever they look: raised hands, people who wait to be let in, and private
// messages that were not seen.

import type { Author } from '@/protocol';
import { mayModerate } from './people';
import type { Room } from './state';

export type Ask =
  /** `lowers`: this page may lower it. */
  | { kind: 'hand'; key: string; id: string; name: string; lowers: boolean }
  | { kind: 'waiting'; key: string; id: string; name: string }
  /** The newest of that sender; `count` of theirs were not seen. */
  | { kind: 'whisper'; key: string; from: Author; text: string; count: number };

/** Oldest first within each kind. `key` is another one when somebody asks again. */
export function asksOf(room: Room, selfId: string | undefined): Ask[] {
  return [...whispersOf(room), ...waitingOf(room), ...handsOf(room, selfId)];
}

function whispersOf(room: Room): Ask[] {
  const bySender = new Map<string, Extract<Ask, { kind: 'whisper' }>>();
  for (const { key, from, text } of room.unreadWhispers) {
    const count = (bySender.get(from.id)?.count ?? 0) + 1;
    bySender.set(from.id, { kind: 'whisper', key: `whisper-${key}`, from, text, count });
  }
  return [...bySender.values()];
}

function waitingOf(room: Room): Ask[] {
  return room.waiting.map(({ id, name }) => ({ kind: 'waiting', key: `waiting-${id}`, id, name }));
}

/** A hand is for hosts; where there is none in the room, for everybody. */
function handsOf(room: Room, selfId: string | undefined): Ask[] {
  const lowers = mayModerate(room.role);
  if (!lowers && room.members.some(({ role }) => mayModerate(role))) return [];
  return room.hands.flatMap((id) => {
    const member = room.members.find((each) => each.id === id);
    return member && id !== selfId ? [{ kind: 'hand' as const, key: `hand-${id}`, id, name: member.name, lowers }] : [];
  });
}
