// From a state and an event to the next state. Pure: no clock, no chance, no change of what it is given.

import type { Allow, Author, ClientEvent, Joined, Member, MemberLeft, MembersPage, Message, OwnMessage, Welcome, Whisper } from '@/protocol';
import { countedBack, reacted, voted, withChanges, type MessageEntry } from './changes';
import { append, appendAll, counted, newestKey, nextKey, notice } from './entries';
import { mentionsOf } from './mentions';
import { entryOf, withOlder } from './older';
import { everybodyIn, foundBy, isMuted, mayModerate, onlyOtherHost } from './people';
import { roomChanged, told } from './room_changes';
import { kNothingYet, type Entry, type Notice, type Room, type Self, type State, type ToldKind } from './state';

/** What happens on the page itself. `now` is milliseconds since 1970. */
export type PageEvent =
  /** The chat is on the screen, read to its end. */
  | { type: 'read' }
  /** A whisper of our own has gone out. */
  | { type: 'whispered'; to: Author; text: string; now: number }
  | { type: 'answer'; text: string; now: number }
  /** That we have another name was read. */
  | { type: 'renamed_read' }
  /** What `Room.told` says under that key was put away. */
  | { type: 'told_read'; key: string }
  /** A host has stopped our camera or screen, or ended the meeting. */
  | { type: 'stopped'; what: 'camera' | 'screen' | 'call'; now: number }
  /** From before a reload: the host who blocked our microphone and chat. */
  | { type: 'muted_by'; by: string | undefined }
  /** The server found these people; they come behind those of before, where the search `goesOn`. */
  | { type: 'found'; room: string; query: string; page: MembersPage; goesOn: boolean }
  /** That member is like this now; without `member`, not here any more. */
  | { type: 'renewed'; room: string; id: string; member: Member | undefined }
  | { type: 'gone' };

export type Event = (ClientEvent & { now: number; looking: boolean }) | PageEvent;

/** What only a host can have done. */
const kRemovals: ReadonlySet<string> = new Set(['kicked', 'banned', 'ended']);
const kEverything: Allow = { microphone: true, camera: true, screen: true, chat: true };
/** Of those who wrote privately while nobody looked, the newest are named; all stand in the chat. */
const kMostWhispers = 20;

export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case 'status':
      return { ...state, status: event.status };
    case 'welcome':
      return { ...state, self: welcomed(event.welcome), features: event.welcome.features, room: ofUs(state, event.welcome.id) };
    case 'entered':
      return {
        ...state,
        self: asListed(state.self, event.joined.members),
        lost: undefined,
        outside: undefined,
        room: entered(state, event.joined, event.resumed, event.more),
      };
    case 'renamed':
      return renamed(state, event.name, event.now);
    case 'renamed_read':
      return { ...state, renamed: undefined };
    case 'member_changed':
    case 'member_joined':
      return within({ ...state, self: asListed(state.self, [event.member]) }, event);
    // On coming back the room stays on the screen meanwhile.
    case 'outside':
      return { ...state, lost: undefined, outside: { room: event.room, refused: false } };
    case 'admission':
      return state.outside ? { ...state, outside: { ...state.outside, refused: !event.admitted } } : state;
    case 'room_lost':
      return { ...state, room: undefined, outside: undefined, lost: lostBy(state, event.room, event.reason) };
    case 'gone':
      return { ...kNothingYet, status: state.status, features: state.features };
    default:
      return within(state, event);
  }
}

type RoomsEvent = Exclude<
  Event,
  { type: 'status' | 'welcome' | 'entered' | 'renamed' | 'renamed_read' | 'outside' | 'admission' | 'room_lost' | 'gone' }
>;

function within(state: State, event: RoomsEvent): State {
  return state.room ? { ...state, room: inRoom(state.room, state, event) } : state;
}

function lostBy({ room, self }: State, name: string, reason: string): State['lost'] {
  const by = kRemovals.has(reason) ? onlyOtherHost(room?.members ?? [], self?.id) : undefined;
  return { room: name, reason, ...(by === undefined ? {} : { by }) };
}

function welcomed({ id, name, role, author }: Welcome): Self {
  return { id, name, role, ...(author === undefined ? {} : { author }) };
}

/** Each connection has another id of ours. A room that waits for us to be let in again shows us meanwhile. */
function ofUs({ room, self }: State, id: string): Room | undefined {
  if (!room || !self || self.id === id) return room;
  const known = (each: string) => (each === self.id ? id : each);
  return { ...room, members: room.members.map((each) => ({ ...each, id: known(each.id) })), hands: room.hands.map(known) };
}

/** With the author key that the room's list has of us. */
function asListed(self: Self | undefined, members: readonly Member[]): Self | undefined {
  const author = members.find(({ id }) => id === self?.id)?.author;
  return self && author !== undefined && author !== self.author ? { ...self, author } : self;
}

function renamed(state: State, name: string, now: number): State {
  const next = { ...state, renamed: name, self: state.self && { ...state.self, name } };
  return state.room ? { ...next, room: notice(state.room, 'renamed', name, now) } : next;
}

function inRoom(room: Room, state: State, event: RoomsEvent): Room {
  if ('room' in event && event.room !== room.name) return room;
  switch (event.type) {
    case 'messages':
      return withMessages(room, state, event.messages, event.looking);
    case 'older':
      return withOlder(room, state, event);
    case 'gap':
      return append(room, { kind: 'gap', key: `gap-${newestKey(room)}` });
    case 'log_restarted':
      return logRestarted(room);
    case 'changes':
      return withChanges(room, event.changes);
    case 'reacted':
      return reacted(room, event.seq, event.emoji, event.on);
    case 'voted':
      return voted(room, event.seq, event.choices);
    case 'seen':
      return seenElsewhere(room, event.seq);
    case 'own':
      return { ...room, own: withOwn(room.own, event.message), newSince: undefined };
    case 'own_discarded':
      return { ...room, own: room.own.filter((own) => own.id !== event.id) };
    case 'member_joined':
      return memberJoined(room, state, event.member, event.now);
    case 'member_changed':
      return memberChanged(room, state, event.member, event.now);
    case 'member_left':
      return memberLeft(room, event);
    case 'found':
      return { ...room, found: foundBy(room.found, event) };
    case 'renewed':
      return event.member ? withMember(room, event.member, false) : without(room, event.id);
    case 'room_changed':
      return roomChanged(room, event);
    case 'quieted':
      return quieted(room, state, event.until_unmuted ?? false, event.by, event.now);
    case 'unquieted':
      return told({ ...room, mutedBy: undefined }, 'you_unmuted', event.now, event.by);
    case 'stopped':
    case 'hand_lowered':
      return told(room, event.type === 'stopped' ? `stopped_${event.what}` : event.type, event.now, onlyOtherHost(room.members, state.self?.id));
    case 'muted_by':
      return isMuted(room.members, state.self) ? { ...room, mutedBy: event.by } : room;
    case 'waiting':
      return { ...room, waiting: event.people };
    case 'whisper':
      return withWhisper(room, state, event, event.looking);
    case 'whispered':
      return append(room, whispered(room, state, event));
    case 'answer':
      return notice(room, 'answer', '', event.now, event.text);
    case 'read':
      return room.unread === 0 ? room : { ...room, unread: 0, mentions: 0, readUpTo: undefined, unreadWhispers: [] };
    case 'told_read':
      return { ...room, told: room.told.filter(({ key }) => key !== event.key) };
    default:
      return room;
  }
}

function logRestarted(room: Room): Room {
  return { ...append(room, { kind: 'restart', key: `restart-${room.epoch}` }), epoch: room.epoch + 1, more: false };
}

function entered(state: State, joined: Joined, resumed: boolean, more: boolean): Room {
  const { room: name, topic, locked, role, media, ice_servers: iceServers, members, count, allow = kEverything } = joined;
  const { password = false, waiting_room: waitingRoom = false, waiting = [], journal = false, spotlight = [], recording = false } = joined;
  const now = { name, topic, locked, password, waitingRoom, waiting, journal, role, allow, media, spotlight, recording, iceServers, members, count, found: undefined };
  const before = resumed ? state.room : undefined;
  if (before) return { ...before, ...now, mutedBy: isMuted(members, state.self) ? before.mutedBy : undefined, hands: handsOf(before.hands, members) };
  return {
    ...now,
    entries: [],
    reacted: {},
    own: [],
    more,
    epoch: 0,
    hands: handsOf([], members),
    unread: 0,
    mentions: 0,
    seen: joined.seen,
    newSince: undefined,
    readUpTo: undefined,
    unreadWhispers: [],
    told: [],
  };
}

function withMessages(room: Room, state: State, messages: Message[], looking: boolean): Room {
  const ids = new Set(messages.map((message) => message.id));
  const added = messages.map((message) => entryOf(room, state, message));
  const strange = added.filter((entry) => !entry.mine).length;
  const next = appendAll({ ...room, own: room.own.filter((own) => !ids.has(own.id)) }, added);
  if (room.entries.length === 0) return { ...next, newSince: newSince(added, room.seen) };
  if (looking) return next;
  const name = state.self?.name ?? '';
  const mentions = added.filter(({ mine, message }) => !mine && mentionsOf(message.text, name).length > 0).length;
  return { ...counted(next, strange, newestKey(room)), mentions: room.mentions + mentions };
}

/** Before the first of others that we had not read; nothing where there is none, or where it is not among them. */
function newSince(added: readonly MessageEntry[], seen: number | undefined): string | undefined {
  if (!seen || !added.some(({ mine, message }) => !mine && message.seq > seen)) return undefined;
  return added.filter(({ message }) => message.seq <= seen).at(-1)?.key ?? '';
}

/** Another session of ours has read so far: what stands up to there is not unread. */
function seenElsewhere(room: Room, seq: number): Room {
  const last = countedBack(room, 1);
  if (!last || last.message.seq > seq || room.unread === 0) return room;
  return { ...room, unread: 0, mentions: 0, readUpTo: undefined };
}

function withWhisper(room: Room, state: State, { time, text, from }: Whisper, looking: boolean): Room {
  const to = state.self?.name ?? '';
  const key = nextKey(room);
  const next = append(room, { kind: 'whisper', key, time, from: from.name, to, text, mine: false, other: from });
  if (looking) return next;
  return counted({ ...next, unreadWhispers: [...room.unreadWhispers, { key, from, text }].slice(-kMostWhispers) }, 1, newestKey(room) || undefined);
}

function whispered(room: Room, state: State, { to, text, now }: { to: Author; text: string; now: number }): Entry {
  const time = new Date(now).toISOString();
  return { kind: 'whisper', key: nextKey(room), time, from: state.self?.name ?? '', to: to.name, text, mine: true, other: to };
}

function memberJoined(room: Room, state: State, member: Member, now: number): Room {
  const known = room.members.some((each) => each.id === member.id);
  const next = withMember(room, member);
  if (known || member.id === state.self?.id) return next;
  return notice({ ...next, count: room.count + 1 }, 'joined', member.name, now);
}

function memberChanged(room: Room, state: State, member: Member, now: number): Room {
  const next = withMember(room, member);
  if (member.id !== state.self?.id) return next;
  const isHost = mayModerate(member.role);
  const kinds: ToldKind[] = [];
  if (mayModerate(room.role) !== isHost) kinds.push(isHost ? 'you_host' : 'you_not_host');
  // Who is host no longer hears no more of who waits.
  return kinds.reduce((so, kind) => told(so, kind, now), { ...next, role: member.role, waiting: isHost ? next.waiting : [] });
}

/** In a call; elsewhere nothing was heard of us. A mute is told once. */
function quieted(room: Room, state: State, untilUnmuted: boolean, by: string, now: number): Room {
  // Of our own act, at another device, we need not be told.
  if (by === state.self?.name) return untilUnmuted ? { ...room, mutedBy: by } : room;
  if (untilUnmuted) return room.mutedBy === undefined ? told({ ...room, mutedBy: by }, 'you_muted', now, by) : room;
  const inCall = room.members.some(({ id, call }) => call && id === state.self?.id);
  return inCall ? told(room, 'you_quieted', now, by) : room;
}

/** As the member is now, wherever we know it from. Put into the list of members, too, unless it is not to be `added`. */
function withMember(room: Room, member: Member, added = true): Room {
  const replaced = (list: Member[]) => list.map((each) => (each.id === member.id ? member : each));
  const isNew = added && room.members.every((each) => each.id !== member.id);
  const members = isNew ? [...room.members, member] : replaced(room.members);
  return { ...room, members, hands: handsOf(room.hands, members), found: room.found && { ...room.found, members: replaced(room.found.members) } };
}

function without(room: Room, id: string): Room {
  const members = room.members.filter((member) => member.id !== id);
  const left = room.found?.members.filter((member) => member.id !== id);
  const found = room.found && left && left.length < room.found.members.length ? { ...room.found, members: left, count: room.found.count - 1 } : room.found;
  return { ...room, members, hands: handsOf(room.hands, members), found };
}

function memberLeft(room: Room, event: MemberLeft & { now: number }): Room {
  if (everybodyIn(room).every(({ id }) => id !== event.id)) return room;
  const next = without(room, event.id);
  return notice({ ...next, count: Math.max(next.members.length, room.count - 1) }, reasonOf(event.reason), event.name, event.now);
}

function reasonOf(reason: string): Notice {
  return reason === 'lost' || reason === 'kicked' || reason === 'banned' ? reason : 'left';
}

/** Who kept a hand up keeps the place; new ones come behind. */
function handsOf(before: string[], members: Member[]): string[] {
  const up = members.filter((member) => member.hand).map((member) => member.id);
  return [...before.filter((id) => up.includes(id)), ...up.filter((id) => !before.includes(id))];
}

function withOwn(own: OwnMessage[], message: OwnMessage): OwnMessage[] {
  const known = own.some((each) => each.id === message.id);
  return known ? own.map((each) => (each.id === message.id ? message : each)) : [...own, message];
}
