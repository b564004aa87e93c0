// From a frame's text to an event of the protocol. What is no event that we know, or lacks a field, is nothing:
// a client ignores it. Fields that we do not know are left out.

import {
  kErrorCodes,
  type Allow,
  type Attendee,
  type Author,
  type Change,
  type ErrorCode,
  type HostAction,
  type IceServer,
  type Limits,
  type Member,
  type Message,
  type MessageState,
  type Poll,
  type Reaction,
  type Role,
  type RoomSummary,
  type SharedFile,
  type ServerEvent,
  type WaitingPerson,
} from './messages';

class Malformed extends Error {}

/** Gives the value back in its type, or throws Malformed. */
type Reader<T> = (value: unknown) => T;

function fail(): never {
  throw new Malformed();
}

const text: Reader<string> = (value) => (typeof value === 'string' ? value : fail());
const flag: Reader<boolean> = (value) => (typeof value === 'boolean' ? value : fail());
const anything: Reader<unknown> = (value) => (value === undefined ? fail() : value);
const count: Reader<number> = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : fail();

const kTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const time: Reader<string> = (value) => {
  if (typeof value !== 'string' || !kTime.test(value)) return fail();
  const date = new Date(value);
  // 30 February parses, as some day of March.
  return !Number.isNaN(date.getTime()) && date.toISOString() === value ? value : fail();
};

function list<T>(element: Reader<T>): Reader<T[]> {
  return (value) => (Array.isArray(value) ? value.map(element) : fail());
}

function oneOf<T extends string>(...allowed: readonly T[]): Reader<T> {
  return (value) => allowed.find((each) => each === value) ?? fail();
}

class Optional<T> {
  constructor(readonly read: Reader<T>) {}
}
const optional = <T>(read: Reader<T>) => new Optional(read);

type Shape<T> = { [K in keyof T]-?: object extends Pick<T, K> ? Optional<Exclude<T[K], undefined>> : Reader<T[K]> };

function object<T extends object>(shape: Shape<T>): Reader<T> {
  const fields = Object.entries(shape) as [string, Reader<unknown> | Optional<unknown>][];
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail();
    const given = value as Record<string, unknown>;
    const result: Record<string, unknown> = {};
    for (const [name, reader] of fields) {
      if (!(reader instanceof Optional)) result[name] = reader(given[name]);
      else if (given[name] !== undefined) result[name] = reader.read(given[name]);
    }
    return result as T;
  };
}

const role = oneOf<Role>('guest', 'member', 'host', 'admin');
const author = object<Author>({ id: text, name: text, author: optional(text) });
const member = object<Member>({
  id: text,
  name: text,
  author: optional(text),
  role,
  call: flag,
  audio: flag,
  video: flag,
  screen: flag,
  hand: flag,
  muted: flag,
});
const allow = object<Allow>({ microphone: flag, camera: flag, screen: flag, chat: flag });
const allowChange = object<Partial<Allow>>({
  microphone: optional(flag),
  camera: optional(flag),
  screen: optional(flag),
  chat: optional(flag),
});
const hostAction = object<HostAction>({
  time,
  by: text,
  action: text,
  member: optional(text),
  value: optional((value) => (typeof value === 'string' ? value : allowChange(value))),
});
const attendee = object<Attendee>({ name: text, came: time, left: optional(time), seconds: count });
const waitingPerson = object<WaitingPerson>({ id: text, name: text, role });
const file = object<SharedFile>({ id: text, name: text, size: count, media_type: text, sha256: text });
const reaction = object<Reaction>({ emoji: text, count, authors: list(text), mine: optional(flag) });
const pollFields = object<Poll>({
  question: text,
  options: list(text),
  multiple: flag,
  counts: list(count),
  voters: count,
  closed: flag,
  mine: optional(list(count)),
});
const poll: Reader<Poll> = (value) => {
  const read = pollFields(value);
  return read.counts.length === read.options.length ? read : fail();
};
const stateShape: Shape<MessageState> = {
  edited: optional(time),
  deleted: optional(flag),
  reactions: optional(list(reaction)),
  poll: optional(poll),
};
/** False and empty say the same as missing. */
function plain<T extends MessageState>(read: T): T {
  if (read.deleted === false) delete read.deleted;
  if (read.reactions?.length === 0) delete read.reactions;
  return read;
}
const messageFields = object<Message>({
  room: text,
  seq: count,
  time,
  from: author,
  text,
  id: optional(text),
  file: optional(file),
  reply_to: optional(count),
  rev: optional(count),
  ...stateShape,
});
const message: Reader<Message> = (value) => plain(messageFields(value));
const changeFields = object<Change>({ room: text, seq: count, rev: count, time, text, ...stateShape });
const change: Reader<Change> = (value) => plain(changeFields(value));
const limits = object<Limits>({ text: count, message: count, name: count, room: count, rooms: count });
const urls: Reader<string | string[]> = (value) => (Array.isArray(value) ? value.map(text) : text(value));
const iceServer = object<IceServer>({ urls, username: optional(text), credential: optional(text) });
const roomSummary = object<RoomSummary>({ room: text, topic: text, members: count, locked: flag });
/** A server newer than this page may have codes that we do not know. */
const errorCode: Reader<ErrorCode> = (value) => kErrorCodes.find((code) => code === text(value)) ?? 'internal';

type FieldsOf<T extends ServerEvent['type']> = Omit<Extract<ServerEvent, { type: T }>, 'type' | 'ref'>;

const kEverything: Allow = { microphone: true, camera: true, screen: true, chat: true };
const joinedFields = object<FieldsOf<'joined'>>({
  room: text,
  topic: text,
  locked: flag,
  role,
  media: text,
  ice_servers: list(iceServer),
  members: list(member),
  count,
  messages: list(message),
  more: flag,
  last: count,
  rev: (value) => (value === undefined ? 0 : count(value)),
  gap: flag,
  password: optional(flag),
  waiting_room: optional(flag),
  waiting: optional(list(waitingPerson)),
  journal: optional(flag),
  allow: optional(allow),
  seen: optional(count),
  changed: optional(list(change)),
  changed_more: optional(flag),
  spotlight: optional(list(text)),
  recording: optional(flag),
});
const okFields = object<FieldsOf<'ok'>>({
  room: optional(text),
  seq: optional(count),
  time: optional(time),
  rev: optional(count),
});

const kReaders: { [T in ServerEvent['type']]: Reader<FieldsOf<T>> } = {
  welcome: object<FieldsOf<'welcome'>>({
    protocol: count,
    server: text,
    id: text,
    name: text,
    role,
    token: text,
    author: optional(text),
    features: (value) => (value === undefined ? [] : list(text)(value)),
    limits,
  }),
  joined: (value) => ({ allow: kEverything, ...joinedFields(value) }),
  ok: (value) => {
    const ok = okFields(value);
    const given = [ok.room, ok.seq, ok.time].filter((field) => field !== undefined).length;
    return given === 0 || given === 3 ? ok : fail();
  },
  error: object<FieldsOf<'error'>>({ code: errorCode, text, room: optional(text) }),
  message,
  message_changed: change,
  whisper: object({ from: author, to: text, time, text }),
  history: object<FieldsOf<'history'>>({
    room: text,
    messages: list(message),
    more: flag,
    changed: optional(list(change)),
  }),
  rooms: object<FieldsOf<'rooms'>>({ rooms: list(roomSummary), more: optional(flag) }),
  room_info: object<FieldsOf<'room_info'>>({
    room: text,
    topic: optional(text),
    locked: optional(flag),
    waiting_room: optional(flag),
    members: optional(count),
    names: optional(list(text)),
    first_is_host: flag,
    recording: optional(flag),
  }),
  members: object<FieldsOf<'members'>>({ room: text, members: list(member), count, next: optional(text) }),
  pong: object({ time }),
  member_joined: object({ room: text, member }),
  member_changed: object({ room: text, member }),
  member_left: object({ room: text, id: text, name: text, reason: text }),
  room_changed: object<FieldsOf<'room_changed'>>({
    room: text,
    topic: optional(text),
    locked: optional(flag),
    password: optional(flag),
    count: optional(count),
    waiting_room: optional(flag),
    allow: optional(allow),
    media: optional(text),
    spotlight: optional(list(text)),
    recording: optional(flag),
    problem: optional(text),
  }),
  waiting: object({ room: text, people: list(waitingPerson) }),
  admission: object({ room: text, admitted: flag }),
  renamed: object({ name: text, token: text, reason: text }),
  bans: object({ room: text, bans: list(object({ name: text, time: text, address: flag, by: text })) }),
  quieted: object<FieldsOf<'quieted'>>({ room: text, by: text, until_unmuted: optional(flag) }),
  unquieted: object({ room: text, by: text }),
  recent: object({ room: text, actions: list(hostAction) }),
  attendance: object<FieldsOf<'attendance'>>({ room: text, people: list(attendee), next: optional(count) }),
  signal: object({ room: text, from: text, data: anything }),
  upload: object({ file: text, url: text, expires: time }),
  download: object({ url: text, expires: time }),
  seen: object({ room: text, seq: count }),
  typing: object({ room: text, id: text }),
  found: object({ room: text, messages: list(message), more: flag }),
  closing: object({ reason: text, retry_after: count }),
};

const envelope = object<{ type: string; ref?: string }>({ type: text, ref: optional(text) });

/** The event that `json` holds, or nothing. */
export function decodeEvent(json: string): ServerEvent | undefined {
  try {
    const value: unknown = JSON.parse(json);
    const head = envelope(value);
    if (!Object.hasOwn(kReaders, head.type)) return undefined;
    const read = kReaders[head.type as ServerEvent['type']];
    return { ...head, ...read(value) } as ServerEvent;
  } catch (error) {
    if (error instanceof Malformed || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
