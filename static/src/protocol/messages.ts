// The messages of the wire protocol, version 1, as TypeScript types. Field names are those of the wire
// (docs/protocol.md); times are its RFC 3339 strings.

import type { Change, Download, Found, History, Message, MessageChanged, MessageEvent, Seen, Typing, Upload } from './chat_messages';
import type { ErrorCode } from './error_codes';
import type { Action, Admission, Allow, Attendance, Bans, Quieted, Recent, Unquieted, Waiting, WaitingPerson } from './moderation_messages';

export type * from './chat_messages';
export * from './error_codes';
export type * from './moderation_messages';

export type Role = 'guest' | 'member' | 'host' | 'admin';

/** What a member does in a room: set with `state`, seen by everyone. */
export interface Flags {
  call: boolean;
  audio: boolean;
  video: boolean;
  screen: boolean;
  hand: boolean;
}

export interface Member extends Flags {
  id: string;
  name: string;
  author?: string;
  role: Role;
  muted: boolean;
}

export interface Author {
  id: string;
  name: string;
  /** The same for one account or guest identity across connections, different for everybody else. Servers before
      it was added give none. */
  author?: string;
}

/** As RTCIceServer takes it. */
export interface IceServer {
  urls: string | string[];
  username?: string;
  credential?: string;
}

/** Of names in code points, of texts and messages in bytes. */
export interface Limits {
  text: number;
  message: number;
  name: number;
  room: number;
  rooms: number;
}

export interface Requests {
  hello: { protocol: 1; name?: string; user?: string; password?: string; token?: string; agent?: string };
  join: { room: string; password?: string; since?: number; since_rev?: number };
  leave: { room: string };
  message: { room: string; text: string; id?: string; file?: string; reply_to?: number };
  edit: { room: string; seq: number; text: string };
  delete: { room: string; seq: number };
  react: { room: string; seq: number; emoji: string; on: boolean };
  poll: { room: string; question: string; options: string[]; multiple?: boolean; id?: string };
  vote: { room: string; seq: number; choices: number[] };
  close_poll: { room: string; seq: number };
  whisper: { to: string; text: string };
  history: { room: string; before?: number; after?: number; changed_after?: number; limit?: number };
  signal: { room: string; to: string; data: unknown };
  state: { room: string } & Partial<Flags>;
  moderate: { room: string; action: Action; member?: string; value?: string | Partial<Allow>; after?: number };
  rooms: { query?: string; limit?: number; after?: string };
  room_info: { room: string };
  members: { room: string; query?: string; limit?: number; after?: string };
  ping: object;
  upload: { room: string; name: string; size: number; media_type: string };
  download: { room: string; seq: number };
  seen: { room: string; seq: number };
  typing: { room: string };
  search: { room: string; query: string; before?: number; limit?: number };
}

/** On whom, and what. */
export type ActionTarget = Omit<Requests['moderate'], 'room' | 'action' | 'after'>;

export type RequestType = keyof Requests;
export type Request = { [T in RequestType]: { type: T; ref?: string } & Requests[T] }[RequestType];

export interface Welcome {
  type: 'welcome';
  protocol: number;
  server: string;
  id: string;
  name: string;
  role: Role;
  token: string;
  author?: string;
  /** Optional capabilities that this server offers. */
  features: string[];
  limits: Limits;
}

export interface Joined {
  type: 'joined';
  room: string;
  topic: string;
  locked: boolean;
  role: Role;
  media: string;
  ice_servers: IceServer[];
  members: Member[];
  count: number;
  messages: Message[];
  more: boolean;
  last: number;
  /** The newest of the room. */
  rev: number;
  gap: boolean;
  /** Whether the room has a password. */
  password?: boolean;
  /** Who comes waits until a host lets them in. */
  waiting_room?: boolean;
  /** For hosts: who waits. */
  waiting?: WaitingPerson[];
  /** Who comes and goes, and when, is kept. */
  journal?: boolean;
  /** Where an older server gives none, everything is allowed. */
  allow?: Allow;
  /** How far this person has read; absent where the server does not say `seen` among its features. */
  seen?: number;
  /** What changed after `since_rev`, the oldest change first. */
  changed?: Change[];
  /** There is more of that. */
  changed_more?: boolean;
  /** The ids of all members in the spotlight; missing: nobody is. */
  spotlight?: string[];
  /** The call is recorded. */
  recording?: boolean;
}

/** The reply to a `message` has room, seq and time; any other `ok` has none of them. */
export interface Ok {
  type: 'ok';
  room?: string;
  seq?: number;
  time?: string;
  /** Of a change. */
  rev?: number;
}

export interface ErrorEvent {
  type: 'error';
  code: ErrorCode;
  text: string;
  /** Of `waiting`: the room's name as `join` asked for it. */
  room?: string;
}

export interface Whisper {
  type: 'whisper';
  from: Author;
  to: string;
  time: string;
  text: string;
}

export interface RoomSummary {
  room: string;
  topic: string;
  members: number;
  locked: boolean;
}

export interface Rooms {
  type: 'rooms';
  rooms: RoomSummary[];
  /** There are more than these; missing in replies of older servers. */
  more?: boolean;
}

/** Of a room's members, by name, those whose names have every word of the query. */
export interface Members {
  type: 'members';
  room: string;
  members: Member[];
  /** All of them, on whatever page. */
  count: number;
  /** There are more: `after` of the request for them. */
  next?: string;
}

/** What people may know of a room before they join it. */
export interface RoomInfo {
  type: 'room_info';
  /** The call of the room is recorded. */
  recording?: boolean;
  room: string;
  /** Missing: the server tells nothing of the room. */
  topic?: string;
  /** Why a guest cannot join at once. */
  locked?: boolean;
  waiting_room?: boolean;
  /** Only where a guest can join at once. */
  members?: number;
  /** Of some of them. */
  names?: string[];
  first_is_host: boolean;
}

export interface Pong {
  type: 'pong';
  time: string;
}

export interface MemberJoined {
  type: 'member_joined';
  room: string;
  member: Member;
}

export interface MemberChanged {
  type: 'member_changed';
  room: string;
  member: Member;
}

export interface MemberLeft {
  type: 'member_left';
  room: string;
  id: string;
  name: string;
  reason: string;
}

export interface RoomChanged {
  type: 'room_changed';
  room: string;
  topic?: string;
  locked?: boolean;
  password?: boolean;
  count?: number;
  waiting_room?: boolean;
  allow?: Allow;
  /** How calls are connected now: `mesh` or `sfu`. */
  media?: string;
  /** The ids of all members in the spotlight now. */
  spotlight?: string[];
  /** Whether the call is recorded now. */
  recording?: boolean;
  /** Why the recording has ended by itself: `no_space`, `too_slow` or `failed`. */
  problem?: string;
}

/** The server gave us another name, since somebody it has verified owns ours; `token` goes with the new one. */
export interface Renamed {
  type: 'renamed';
  name: string;
  token: string;
  reason: string;
}

export interface Signal {
  type: 'signal';
  room: string;
  from: string;
  data: unknown;
}

export interface Closing {
  type: 'closing';
  reason: string;
  retry_after: number;
}

export type ServerEvent = (
  | Welcome
  | Joined
  | Bans
  | Recent
  | Attendance
  | Ok
  | ErrorEvent
  | MessageEvent
  | MessageChanged
  | Whisper
  | History
  | Rooms
  | RoomInfo
  | Members
  | Pong
  | MemberJoined
  | MemberChanged
  | MemberLeft
  | RoomChanged
  | Waiting
  | Admission
  | Renamed
  | Quieted
  | Unquieted
  | Signal
  | Upload
  | Download
  | Seen
  | Typing
  | Found
  | Closing
) & { ref?: string };

/** What answers a request of each type. */
export interface Replies {
  hello: Welcome;
  join: Joined;
  leave: Ok;
  message: Ok;
  edit: Ok;
  delete: Ok;
  react: Ok;
  poll: Ok;
  vote: Ok;
  close_poll: Ok;
  whisper: Ok;
  history: History;
  signal: Ok;
  state: Ok;
  /** `bans`, `recent` and `attendance` after the actions of these names. */
  moderate: Ok | Bans | Recent | Attendance;
  rooms: Rooms;
  room_info: RoomInfo;
  members: Members;
  ping: Pong;
  upload: Upload;
  download: Download;
  seen: Ok;
  typing: Ok;
  search: Found;
}
