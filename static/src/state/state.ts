// What the page knows, as plain values. Only the reducer makes new ones; nothing in here is ever changed.

import type { Allow, Author, IceServer, Member, MembersPage, Message, OwnMessage, Role, Status, WaitingPerson } from '@/protocol';

export interface Self {
  id: string;
  name: string;
  role: Role;
  /** What our messages are known by; not from an older server. */
  author?: string;
}

/** What stands in the chat, in the order in which it came. `key` is unique in its room. */
export type Entry =
  | { kind: 'message'; key: string; epoch: number; message: Message; mine: boolean }
  /** `other` is who an answer goes to: the sender, or of our own the one it was sent to. */
  | { kind: 'whisper'; key: string; time: string; from: string; to: string; text: string; mine: boolean; other: Author }
  /** Some messages are missing here. */
  | { kind: 'gap'; key: string }
  /** The server began a new log here. */
  | { kind: 'restart'; key: string }
  /** Somebody came or went, or something was changed. */
  | { kind: 'notice'; key: string; time: number; notice: Notice; name: string; detail?: string };

export type Notice =
  | 'joined'
  | 'left'
  | 'lost'
  | 'kicked'
  | 'banned'
  | 'topic'
  | 'topic_cleared'
  | 'locked'
  | 'unlocked'
  | 'password'
  | 'password_cleared'
  | 'waiting_on'
  | 'waiting_off'
  | 'recording_on'
  | 'recording_off'
  /** It has ended by itself. */
  | `recording_${'no_space' | 'too_slow' | 'failed'}`
  /** We have another name now. */
  | 'renamed'
  | ToldKind
  /** An answer of the page to a command; `detail` is its text. */
  | 'answer';

/** What a host did that concerns us. */
export type ToldKind =
  | 'you_quieted'
  | 'you_muted'
  | 'you_unmuted'
  | 'you_host'
  | 'you_not_host'
  | `stopped_${'camera' | 'screen' | 'call'}`
  | 'hand_lowered'
  /** A change of `Room.allow`. */
  | `${'allow' | 'forbid'}_${keyof Allow}`;

/** In which it is said who did it, where that is known. */
const kNamed: ReadonlySet<Notice> = new Set(['stopped_camera', 'stopped_screen', 'stopped_call', 'hand_lowered']);

/** Where the languages have the words of a notice. `name`: as in its entry. */
export function noticePath(notice: Notice, name: string): string {
  return `notice.${notice}${kNamed.has(notice) && name !== '' ? '_by' : ''}`;
}

export interface Told {
  key: string;
  what: ToldKind;
  /** Who did it, where that is known. */
  by: string;
}

/** A private message that came while nobody looked. */
export interface UnreadWhisper {
  /** Of its entry. */
  key: string;
  from: Author;
  text: string;
}

export interface Room {
  name: string;
  topic: string;
  locked: boolean;
  /** Whether the room has a password. */
  password: boolean;
  /** Who comes waits until a host lets them in. */
  waitingRoom: boolean;
  /** Who waits, the first first; nobody but hosts are told. */
  waiting: WaitingPerson[];
  /** Who comes and goes is kept by the server. */
  journal: boolean;
  /** Our own role in this room. */
  role: Role;
  /** What those who are not hosts may use. */
  allow: Allow;
  /** The host who blocked our microphone and chat, where that is known. */
  mutedBy?: string | undefined;
  iceServers: IceServer[];
  /** How its calls go: `mesh` or `sfu`. */
  media: string;
  /** Whom the hosts have put on everybody's stage: ids of members. */
  spotlight: string[];
  /** The call is recorded. */
  recording: boolean;
  members: Member[];
  /** In a large room more than `members` shows. */
  count: number;
  /** Whom the server found in a large room, for that query. */
  found: ({ query: string } & MembersPage) | undefined;
  entries: Entry[];
  /** The emoji that we have put on messages since we came in, by the keys of their entries. */
  reacted: Readonly<Record<string, readonly string[]>>;
  /** Our own messages that are not in the log yet, oldest first. */
  own: OwnMessage[];
  /** There is more before the first entry. */
  more: boolean;
  /** Grows each time the server begins a new log, whose sequences start again. */
  epoch: number;
  /** Raised hands, first raised first: ids of members. */
  hands: string[];
  /** How many came while nobody looked. */
  unread: number;
  /** The entry after which the unread ones begin. */
  readUpTo: string | undefined;
  /** Among the unread, how many mention us. */
  mentions: number;
  /** How far we had read when we came in, here or elsewhere; nothing where the server does not keep that. */
  seen: number | undefined;
  /** The entry after which stands what was said while we were away. */
  newSince: string | undefined;
  /** Private messages among the unread, oldest first. */
  unreadWhispers: UnreadWhisper[];
  /** What we were told and have not put away, oldest first. */
  told: Told[];
}

export interface State {
  status: Status;
  self: Self | undefined;
  /** What the server offers of what not every server has. */
  features: readonly string[];
  room: Room | undefined;
  /** We stand in front of that room: a host has been asked, or has said no. */
  outside: { room: string; refused: boolean } | undefined;
  /** The name that the server gave us in place of ours, until it was read. */
  renamed: string | undefined;
  /** Why we are no longer in the room. `by`: the host who removed us, where that is known. */
  lost: { room: string; reason: string; by?: string } | undefined;
}

export const kNothingYet: State = {
  status: { kind: 'stopped' },
  self: undefined,
  features: [],
  room: undefined,
  outside: undefined,
  renamed: undefined,
  lost: undefined,
};
