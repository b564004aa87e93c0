// What hosts do in a room, in the wire protocol: the actions, what they change for members, and the waiting room. Field
// names are those of the wire (docs/protocol.md); times are its RFC 3339 strings.

import type { Member } from './messages';

export type Action =
  | 'kick'
  | 'ban'
  | 'unban'
  | 'mute'
  | 'unmute'
  | 'lower_hand'
  | 'lock'
  | 'unlock'
  | 'password'
  | 'topic'
  | 'promote'
  | 'demote'
  | 'waiting_room'
  | 'admit'
  | 'refuse'
  | 'bans'
  | 'quiet'
  | 'stop'
  | 'lower_hands'
  | 'allow'
  | 'end'
  | 'recent'
  | 'spotlight'
  | 'unspotlight'
  | 'record'
  | 'attendance';

/** What members who are not hosts may use in a room. */
export interface Allow {
  microphone: boolean;
  camera: boolean;
  screen: boolean;
  chat: boolean;
}

/** Somebody who waits in front of a room to be let in. */
export type WaitingPerson = Pick<Member, 'id' | 'name' | 'role'>;

/** A host has turned off the own microphone. */
export interface Quieted {
  type: 'quieted';
  room: string;
  by: string;
  /** The member is muted: it may neither speak nor write until `unquieted`. */
  until_unmuted?: boolean;
}

/** A host has ended the own mute. */
export interface Unquieted {
  type: 'unquieted';
  room: string;
  by: string;
}

/** For hosts: all who wait now, the first first. */
export interface Waiting {
  type: 'waiting';
  room: string;
  people: WaitingPerson[];
}

/** For the one who waits. */
export interface Admission {
  type: 'admission';
  /** As `join` asked for it. */
  room: string;
  admitted: boolean;
}

export interface BannedPerson {
  name: string;
  time: string;
  /** Others from their address are shut out, too. */
  address: boolean;
  by: string;
}

/** The oldest first. */
export interface Bans {
  type: 'bans';
  room: string;
  bans: BannedPerson[];
}

export interface HostAction {
  time: string;
  by: string;
  /** As in `moderate`; a newer server may have others. */
  action: string;
  /** On whom: a name. */
  member?: string;
  /** As in `moderate`, but never a password. */
  value?: string | Partial<Allow>;
}

/** What hosts did in the room, the newest first. */
export interface Recent {
  type: 'recent';
  room: string;
  actions: HostAction[];
}

/** A person who was in the room in the last 24 hours. */
export interface Attendee {
  name: string;
  came: string;
  /** Missing while they are there. */
  left?: string;
  /** How long they were there in all. */
  seconds: number;
}

export interface Attendance {
  type: 'attendance';
  room: string;
  people: Attendee[];
  /** There are more: `after` of the request for them. */
  next?: number;
}
