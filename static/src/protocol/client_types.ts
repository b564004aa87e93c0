// What a Client is given and what it tells.

import type { Random } from './backoff';
import type { Socket, Timers } from './connection';
import type { ProtocolError } from './errors';
import type {
  Admission,
  Author,
  Closing,
  ErrorCode,
  MemberChanged,
  MemberJoined,
  MemberLeft,
  Renamed,
  Quieted,
  RoomChanged,
  Seen,
  Signal,
  Typing,
  Unquieted,
  Waiting,
  Welcome,
  Whisper,
} from './messages';
import type { OwnMessage, RoomEvent } from './room_session';

export type Credentials =
  | { name: string; token?: string }
  | { user: string; password: string }
  | { token: string };

export type Status =
  | { kind: 'stopped'; error?: ProtocolError }
  | { kind: 'connecting' }
  | { kind: 'online' }
  /** Lost, and tried again at `until` (milliseconds since 1970). `code` is what the server said, if it did. */
  | { kind: 'waiting'; until: number; code?: ErrorCode | 'closing' };

/** Why one is no longer in a room. */
export type RoomLoss = ErrorCode | 'kicked' | 'banned' | 'ended' | 'not_admitted';

export type ClientEvent =
  | { type: 'status'; status: Status }
  | { type: 'welcome'; welcome: Welcome }
  /** We are no longer in that room: the server refused us on coming back, or a host sent us out. */
  | { type: 'room_lost'; room: string; reason: RoomLoss }
  /** We stand in front of that room: a host has been asked to let us in. What comes of it is told by `admission`, or by
      `room_lost` where we had been in before. */
  | { type: 'outside'; room: string }
  | RoomEvent
  | Whisper
  | MemberJoined
  | MemberChanged
  | MemberLeft
  | RoomChanged
  | Quieted
  | Unquieted
  | Waiting
  | Admission
  | Renamed
  | Signal
  | Seen
  | Typing
  | Closing;

export interface ClientOptions {
  /** Opens a connection to the server. */
  open(): Socket;
  timers: Timers;
  random: Random;
  /** A text that no other client will ever choose. */
  uniqueId(): string;
  /** Own messages from before the page was loaded, oldest first, that the server has not acknowledged. Asked for once
      we are in the room; what is not `failed` is sent again, by its id. */
  unsent?(room: string, self: Author): OwnMessage[];
  /** Milliseconds since 1970. */
  now(): number;
  /** What this program is called. */
  agent: string;
}
