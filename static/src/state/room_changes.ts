// Applies a host's changes to a room, and adds notices about them. The functions are pure, as the reducer is.

import type { Allow, RoomChanged } from '@/protocol';
import { newestKey, notice } from './entries';
import { mayModerate } from './people';
import type { Notice, Room, ToldKind } from './state';

const kUses = ['microphone', 'camera', 'screen', 'chat'] as const;

/** Each notice, and the notice that it takes back. */
const kOpposites: Partial<Record<ToldKind, ToldKind>> = {
  you_muted: 'you_unmuted',
  you_unmuted: 'you_muted',
  you_host: 'you_not_host',
  you_not_host: 'you_host',
  allow_microphone: 'forbid_microphone',
  forbid_microphone: 'allow_microphone',
  allow_camera: 'forbid_camera',
  forbid_camera: 'allow_camera',
  allow_screen: 'forbid_screen',
  forbid_screen: 'allow_screen',
  allow_chat: 'forbid_chat',
  forbid_chat: 'allow_chat',
};

/** Adds a notice to the chat, and a message that the person can dismiss. It replaces one of its kind or of the opposite kind. */
export function told(room: Room, what: ToldKind, now: number, by = ''): Room {
  const next = notice(room, what, by, now);
  const others = room.told.filter((each) => each.what !== what && each.what !== kOpposites[what]);
  return { ...next, told: [...others, { key: newestKey(next), what, by }] };
}

/** Adds notices to the chat. Members whom the change concerns also get messages to dismiss. */
function allowChanged(room: Room, allow: Allow, now: number): Room {
  const changed = kUses.filter((use) => room.allow[use] !== allow[use]);
  return changed.reduce<Room>((so, use) => {
    const what = `${allow[use] ? 'allow' : 'forbid'}_${use}` as const;
    return mayModerate(room.role) ? notice(so, what, '', now) : told(so, what, now);
  }, { ...room, allow });
}

function recordingNotice({ recording, problem }: RoomChanged): Notice {
  if (recording) return 'recording_on';
  if (problem === undefined) return 'recording_off';
  return problem === 'no_space' || problem === 'too_slow' ? `recording_${problem}` : 'recording_failed';
}

export function roomChanged(room: Room, event: RoomChanged & { now: number }): Room {
  let next = { ...room };
  if (event.count !== undefined) next.count = event.count;
  if (event.media !== undefined) next.media = event.media;
  if (event.spotlight !== undefined) next.spotlight = event.spotlight;
  if (event.recording !== undefined) {
    next = { ...notice(next, recordingNotice(event), '', event.now), recording: event.recording };
  }
  if (event.locked !== undefined) {
    next = { ...notice(next, event.locked ? 'locked' : 'unlocked', '', event.now), locked: event.locked };
  }
  if (event.topic !== undefined) {
    next = { ...notice(next, event.topic ? 'topic' : 'topic_cleared', '', event.now, event.topic), topic: event.topic };
  }
  if (event.waiting_room !== undefined) {
    next = { ...notice(next, event.waiting_room ? 'waiting_on' : 'waiting_off', '', event.now), waitingRoom: event.waiting_room };
    if (!event.waiting_room) next.waiting = [];
  }
  if (event.allow !== undefined) next = allowChanged(next, event.allow, event.now);
  if (event.password !== undefined) {
    next = { ...notice(next, event.password ? 'password' : 'password_cleared', '', event.now), password: event.password };
  }
  return next;
}
