import { describe, expect, it } from 'vitest';
import type { ClientEvent } from '@/protocol/client_types';
import { oldestSeq } from '@/state/older';
import { reduce, type PageEvent } from '@/state/reducer';
import { inOrder } from '@/state/people';
import { kNothingYet, type Room, type State } from '@/state/state';
import { joined, member, message, welcome } from '../support/fake_server';

/** Everything frozen: a reducer that changes what it is given fails. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

function after(state: State, ...events: (ClientEvent | PageEvent)[]): State {
  return events.reduce((now, event) => frozen(reduce(now, frozen({ now: 5, looking: false, ...event }))), frozen(state));
}

const welcomed: ClientEvent = { type: 'welcome', welcome: welcome() as never };
const bo = member({ id: 'm2', name: 'Bo' });

function enteredWith(more: Parameters<typeof joined>[0] = {}, resumed = false): ClientEvent {
  return { type: 'entered', room: 'lobby', joined: joined(more), resumed, more: !resumed && (more.more ?? false) };
}

function inLobby(...events: (ClientEvent | PageEvent)[]): State {
  return after(kNothingYet, welcomed, enteredWith(), ...events);
}

function roomOf(state: State): Room {
  if (!state.room) throw new Error('not in a room');
  return state.room;
}

const messages = (...seqs: number[]): ClientEvent => ({
  type: 'messages',
  room: 'lobby',
  messages: seqs.map((seq) => message(seq)),
});

const shown = (state: State) =>
  roomOf(state).entries.map((entry) => (entry.kind === 'message' ? entry.message.seq : entry.kind));

describe('messages', () => {
  it('stand in the order in which they come, older ones before them', () => {
    const state = inLobby(messages(4, 5), messages(6), { type: 'older', room: 'lobby', messages: [message(2), message(3)], more: true });
    expect(shown(state)).toEqual([2, 3, 4, 5, 6]);
    expect(roomOf(state).more).toBe(true);
    expect(oldestSeq(roomOf(state))).toBe(2);
  });

  it('of older pages do not come twice', () => {
    const page: ClientEvent = { type: 'older', room: 'lobby', messages: [message(3)], more: true };
    const state = inLobby(messages(4), page, page);
    expect(shown(state)).toEqual([3, 4]);
    expect(roomOf(state).more).toBe(true);
    const begins = after(state, { type: 'older', room: 'lobby', messages: [], more: false });
    expect(roomOf(begins).more).toBe(false);
  });

  it('of older pages stand in their order, also in a hole', () => {
    const page = (more: boolean, ...seqs: number[]): ClientEvent => ({ type: 'older', room: 'lobby', messages: seqs.map((seq) => message(seq)), more });
    const state = inLobby({ type: 'log_restarted', room: 'lobby' }, messages(90, 91), page(true, 10, 11), page(true, 12, 13), page(false, 89, 90));
    expect(shown(state)).toEqual(['restart', 10, 11, 12, 13, 89, 90, 91]);
    // Only the page with the oldest of all knows whether there are older ones.
    expect(roomOf(state).more).toBe(true);
    expect(roomOf(after(state, page(false, 9, 10))).more).toBe(false);
  });

  it('of another room are not shown', () => {
    expect(shown(inLobby({ type: 'messages', room: 'lab', messages: [message(1)] }))).toEqual([]);
  });

  it('keep their place when the server begins a new log, and keys stay unique', () => {
    const state = inLobby(messages(1, 2), { type: 'log_restarted', room: 'lobby' }, messages(1));
    expect(shown(state)).toEqual([1, 2, 'restart', 1]);
    expect(oldestSeq(roomOf(state))).toBe(1);
    const keys = roomOf(state).entries.map((entry) => entry.key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('of one’s own take the place of what was waiting', () => {
    const own = { id: 'id-1', room: 'lobby', text: 'x', writtenAt: 1, state: 'pending' as const };
    const waiting = inLobby({ type: 'own', room: 'lobby', message: own });
    expect(roomOf(waiting).own).toEqual([own]);
    const sent = after(waiting, {
      type: 'messages',
      room: 'lobby',
      messages: [message(1, { id: 'id-1', from: { id: 'm1', name: 'Ana' } })],
    });
    expect(roomOf(sent).own).toEqual([]);
    expect(roomOf(sent).entries).toMatchObject([{ mine: true }]);
  });

  it('are cut at the top when there are very many, to be fetched again', () => {
    let state = inLobby();
    for (let from = 1; from < 60_000; from += 5000) {
      state = after(state, messages(...Array.from({ length: 5000 }, (_, index) => from + index)));
    }
    expect(roomOf(state).entries.length).toBeLessThanOrEqual(55_000);
    expect(roomOf(state).entries.length).toBeGreaterThanOrEqual(50_000);
    expect(roomOf(state).more).toBe(true);
    expect(shown(state).at(-1)).toBe(60_000);
  });
});

describe('my own messages', () => {
  const from = (id: string, name: string, author?: string): ClientEvent => ({
    type: 'messages',
    room: 'lobby',
    messages: [message(1, { from: { id, name, ...(author === undefined ? {} : { author }) } })],
  });
  const isMine = (state: State) => roomOf(state).entries.map((entry) => entry.kind === 'message' && entry.mine);
  const keyed: ClientEvent = { type: 'welcome', welcome: welcome({ author: 'a' }) as never };

  it('are known by the author key, never by a name that somebody else had', () => {
    const here = after(kNothingYet, keyed, enteredWith());
    expect(isMine(after(here, from('m0', 'Ana', 'a')))).toEqual([true]);
    expect(isMine(after(here, from('m0', 'Sam', 'a')))).toEqual([true]);
    expect(isMine(after(here, from('m0', 'Ana', 'b')))).toEqual([false]);
  });

  it('are known by the key that the room has of me', () => {
    const here = after(kNothingYet, welcomed, enteredWith({ members: [bo, member({ author: 'a' })] }));
    expect(isMine(after(here, from('m0', 'Ana', 'a')))).toEqual([true]);
    const changed: ClientEvent = { type: 'member_changed', room: 'lobby', member: member({ author: 'c' }) };
    expect(isMine(after(here, changed, from('m0', 'Ana', 'c')))).toEqual([true]);
  });

  it('are known by the connection where a server gives no keys', () => {
    expect(isMine(inLobby(from('m1', 'Ana')))).toEqual([true]);
    expect(isMine(inLobby(from('m0', 'Ana')))).toEqual([false]);
  });
});

describe('another name', () => {
  const renamed: ClientEvent = { type: 'renamed', name: 'guest-2', token: 't', reason: 'name_owned' };

  it('is told in the chat, and until it was read', () => {
    const state = inLobby(renamed);
    expect(state.self?.name).toBe('guest-2');
    expect(state.renamed).toBe('guest-2');
    expect(roomOf(state).entries).toMatchObject([{ kind: 'notice', notice: 'renamed', name: 'guest-2' }]);
    expect(after(state, { type: 'renamed_read' }).renamed).toBeUndefined();
  });

  it('is told outside of a room, too', () => {
    expect(after(kNothingYet, welcomed, renamed)).toMatchObject({ renamed: 'guest-2', room: undefined });
  });
});

describe('unread', () => {
  it('counts what others say while nobody looks, and remembers where it began', () => {
    const state = inLobby(messages(1), messages(2), messages(3));
    expect(roomOf(state)).toMatchObject({ unread: 2, readUpTo: '0:1' });
    expect(roomOf(after(state, { type: 'read' }))).toMatchObject({ unread: 0, readUpTo: undefined });
  });

  it('does not count seen, own or earlier messages', () => {
    const seen = reduce(inLobby(messages(1)), { ...messages(2), now: 5, looking: true });
    expect(roomOf(seen).unread).toBe(0);
    const mine = message(2, { from: { id: 'm1', name: 'Ana' } });
    expect(roomOf(inLobby(messages(1), { type: 'messages', room: 'lobby', messages: [mine] })).unread).toBe(0);
  });
});

describe('people', () => {
  it('come and go, with a line in the chat for others', () => {
    const came = inLobby(
      { type: 'member_joined', room: 'lobby', member: member() },
      { type: 'member_joined', room: 'lobby', member: bo },
    );
    expect(roomOf(came).members.map(({ name }) => name)).toEqual(['Ana', 'Bo']);
    expect(roomOf(came).count).toBe(2);
    expect(roomOf(came).entries).toMatchObject([{ kind: 'notice', notice: 'joined', name: 'Bo', time: 5 }]);
    const left = after(came, { type: 'member_left', room: 'lobby', id: 'm2', name: 'Bo', reason: 'lost' });
    expect(roomOf(left).members).toHaveLength(1);
    expect(roomOf(left).entries.at(-1)).toMatchObject({ notice: 'lost', name: 'Bo' });
  });

  it('raise their hands in an order that stays', () => {
    const up = (id: string, hand: boolean): ClientEvent => ({
      type: 'member_changed',
      room: 'lobby',
      member: member({ id, name: id, hand }),
    });
    const state = inLobby(up('m3', true), up('m2', true), up('m1', true));
    expect(roomOf(state).hands).toEqual(['m3', 'm2', 'm1']);
    const lowered = after(state, up('m3', false), up('m3', true));
    expect(roomOf(lowered).hands).toEqual(['m2', 'm1', 'm3']);
    expect(inOrder(roomOf(lowered), 'm1').map(({ id }) => id)).toEqual(['m1', 'm2', 'm3']);
  });

  it('become hosts, the user too', () => {
    const state = inLobby({ type: 'member_changed', room: 'lobby', member: member({ role: 'host' }) });
    expect(roomOf(state).role).toBe('host');
  });

  it('are as the server says after coming back, and the chat stays', () => {
    const before = inLobby(messages(1), { type: 'member_joined', room: 'lobby', member: bo });
    const back = after(before, enteredWith({ members: [member({ id: 'm9' })], topic: 'New' }, true));
    expect(roomOf(back).members.map(({ id }) => id)).toEqual(['m9']);
    expect(roomOf(back).topic).toBe('New');
    expect(shown(back)).toEqual([1, 'notice']);
  });
});

describe('the room', () => {
  it('changes, and says so', () => {
    const state = inLobby({ type: 'room_changed', room: 'lobby', topic: 'Week 3', locked: true, count: 300 });
    expect(roomOf(state)).toMatchObject({ topic: 'Week 3', locked: true, count: 300 });
    expect(roomOf(state).entries).toMatchObject([{ notice: 'locked' }, { notice: 'topic', detail: 'Week 3' }]);
  });

  it('is gone for a removed member', () => {
    const state = inLobby({ type: 'room_lost', room: 'lobby', reason: 'kicked' });
    expect(state.room).toBeUndefined();
    expect(state.lost).toEqual({ room: 'lobby', reason: 'kicked' });
    expect(after(state, { type: 'gone' }).lost).toBeUndefined();
  });

  it('shows private words of both directions', () => {
    const state = inLobby(
      { type: 'whisper', from: { id: 'm2', name: 'Bo' }, to: 'm1', time: message(1).time, text: 'psst' },
      { type: 'whispered', to: { id: 'm2', name: 'Bo' }, text: 'yes?', now: 7 },
    );
    expect(roomOf(state).entries).toMatchObject([
      { kind: 'whisper', from: 'Bo', to: 'Ana', mine: false, other: { id: 'm2', name: 'Bo' } },
      { kind: 'whisper', from: 'Ana', to: 'Bo', mine: true, other: { id: 'm2', name: 'Bo' } },
    ]);
    expect(roomOf(state).unread).toBe(1);
  });

  it('keeps the private words that nobody looked at, the newest of many, until they are read', () => {
    const psst = (text: string): ClientEvent => ({ type: 'whisper', from: { id: 'm2', name: 'Bo' }, to: 'm1', time: message(1).time, text });
    const state = inLobby(messages(1), { type: 'read' }, ...Array.from({ length: 25 }, (_, n) => psst(`${n}`)));
    expect(roomOf(state).unreadWhispers.map(({ text }) => text)).toEqual(Array.from({ length: 20 }, (_, n) => `${n + 5}`));
    expect(roomOf(state)).toMatchObject({ unread: 25, readUpTo: '0:1' });
    expect(roomOf(after(state, { type: 'read' })).unreadWhispers).toEqual([]);
    const seen = reduce(inLobby(), { ...psst('x'), now: 5, looking: true } as never);
    expect(roomOf(seen)).toMatchObject({ unread: 0, unreadWhispers: [] });
  });
});

describe('what a host does to us', () => {
  const us = (more: Parameters<typeof member>[0]): ClientEvent => ({ type: 'member_changed', room: 'lobby', member: member(more) });
  const blocked: ClientEvent = { type: 'quieted', room: 'lobby', by: 'Bo', until_unmuted: true };
  const allowed: ClientEvent = { type: 'unquieted', room: 'lobby', by: 'Eve' };
  const toldOf = (state: State) => roomOf(state).told.map(({ what }) => what);

  it('stands in the chat, and is told until it is put away', () => {
    const state = inLobby(us({ muted: true }), blocked, us({ muted: true, hand: true }), us({ muted: true, role: 'host' }));
    expect(roomOf(state).entries).toMatchObject([{ notice: 'you_muted' }, { notice: 'you_host' }]);
    expect(toldOf(state)).toEqual(['you_muted', 'you_host']);
    expect(toldOf(after(state, { type: 'told_read', key: roomOf(state).told[0]?.key ?? '' }))).toEqual(['you_host']);
  });

  it('counts as it is now', () => {
    expect(toldOf(inLobby(blocked, allowed))).toEqual(['you_unmuted']);
    expect(toldOf(inLobby(us({ role: 'host' }), us({ role: 'guest' })))).toEqual(['you_not_host']);
  });

  it('has the name of the host who turned off our microphone', () => {
    const quieted: ClientEvent = { type: 'quieted', room: 'lobby', by: 'Bo' };
    const state = inLobby(us({ call: true }), quieted);
    expect(roomOf(state).entries).toMatchObject([{ notice: 'you_quieted', name: 'Bo' }]);
    expect(roomOf(state).told).toMatchObject([{ what: 'you_quieted', by: 'Bo' }]);
    expect(toldOf(inLobby(quieted))).toEqual([]);
  });

  it('has the name of the host who blocked us, once, until that ends', () => {
    const state = inLobby(blocked, { ...blocked, by: 'Eve' });
    expect(roomOf(state)).toMatchObject({ mutedBy: 'Bo', told: [{ what: 'you_muted', by: 'Bo' }] });
    expect(roomOf(state).entries).toHaveLength(1);
    expect(roomOf(after(state, enteredWith({ members: [member({ muted: true })] }, true))).mutedBy).toBe('Bo');
    expect(roomOf(after(state, enteredWith({}, true))).mutedBy).toBeUndefined();
    const ended = after(state, allowed);
    expect(roomOf(ended)).toMatchObject({ mutedBy: undefined, told: [{ what: 'you_unmuted', by: 'Eve' }] });
  });

  it('may concern everybody: what changed is told to those who are not hosts, and stands in every chat', () => {
    const rule = { microphone: false, camera: true, screen: true, chat: false };
    const change: ClientEvent = { type: 'room_changed', room: 'lobby', allow: rule };
    const state = inLobby(change);
    expect(roomOf(state).allow).toEqual(rule);
    expect(toldOf(state)).toEqual(['forbid_microphone', 'forbid_chat']);
    expect(toldOf(after(state, { ...change, allow: { ...rule, chat: true } }))).toEqual(['forbid_microphone', 'allow_chat']);
    const host = after(inLobby(us({ role: 'host' }), change), { type: 'read' });
    expect(toldOf(host)).toEqual(['you_host']);
    expect(roomOf(host).entries).toMatchObject([{ notice: 'you_host' }, { notice: 'forbid_microphone' }, { notice: 'forbid_chat' }]);
  });

  it('stops a camera or a screen', () => {
    expect(toldOf(inLobby({ type: 'stopped', what: 'camera', now: 5 }, { type: 'stopped', what: 'screen', now: 5 }))).toEqual(['stopped_camera', 'stopped_screen']);
  });

  it('lowers a hand', () => {
    expect(toldOf(inLobby({ type: 'hand_lowered', room: 'lobby' }))).toEqual(['hand_lowered']);
  });

  it('is known after a reload, as long as it holds', () => {
    const by = (muted: boolean) => roomOf(after(kNothingYet, welcomed, enteredWith({ members: [member({ muted })] }), { type: 'muted_by', by: 'Bo' })).mutedBy;
    expect([by(true), by(false)]).toEqual(['Bo', undefined]);
  });

  it('is not told of others', () => {
    const state = inLobby({ type: 'member_joined', room: 'lobby', member: bo }, { type: 'member_changed', room: 'lobby', member: { ...bo, muted: true, role: 'host' } });
    expect(roomOf(state).told).toEqual([]);
  });
});

describe('a room whose waiting room keeps a returning person out', () => {
  it('stays on the screen until the person is in again, or is not admitted', () => {
    const waits = inLobby(messages(1), { type: 'outside', room: 'lobby' });
    expect(waits).toMatchObject({ outside: { room: 'lobby', refused: false }, room: { name: 'lobby' } });
    const again = after(waits, { type: 'welcome', welcome: welcome({ id: 'm9' }) as never });
    expect(roomOf(again).members).toMatchObject([{ id: 'm9', name: 'Ana' }]);
    const back = after(waits, enteredWith({}, true));
    expect([back.outside, roomOf(back).entries.length]).toEqual([undefined, 1]);
    expect(after(waits, { type: 'room_lost', room: 'lobby', reason: 'not_admitted' })).toMatchObject({ room: undefined, outside: undefined });
  });
});

describe('a room with a waiting room', () => {
  const zoe = { id: 'm7', name: 'Zoë', role: 'guest' } as const;
  const host = (...events: (ClientEvent | PageEvent)[]) =>
    after(kNothingYet, welcomed, enteredWith({ role: 'host', waiting_room: true, waiting: [zoe] }), ...events);
  const outside: ClientEvent = { type: 'outside', room: 'lobby' };
  const refusal: ClientEvent = { type: 'admission', room: 'lobby', admitted: false };

  it('is waited for, until the person is in', () => {
    const state = after(kNothingYet, welcomed, outside);
    expect(state.outside).toEqual({ room: 'lobby', refused: false });
    expect(after(state, refusal).outside).toEqual({ room: 'lobby', refused: true });
    expect(after(state, refusal, outside).outside).toEqual({ room: 'lobby', refused: false });
    expect(after(state, enteredWith()).outside).toBeUndefined();
    expect(after(state, { type: 'gone' }).outside).toBeUndefined();
    expect(after(state, { type: 'room_lost', room: 'lobby', reason: 'room_full' }).outside).toBeUndefined();
  });

  it('shows its hosts the waiting people', () => {
    expect(roomOf(host())).toMatchObject({ waitingRoom: true, waiting: [zoe] });
    const kim = { ...zoe, id: 'm8', name: 'Kim' };
    expect(roomOf(host({ type: 'waiting', room: 'lobby', people: [kim] })).waiting).toEqual([kim]);
    const demoted = host({ type: 'member_changed', room: 'lobby', member: member({ role: 'guest' }) });
    expect(roomOf(demoted)).toMatchObject({ waitingRoom: true, waiting: [] });
  });

  it('is switched on and off, which is said to all', () => {
    const on = inLobby({ type: 'room_changed', room: 'lobby', waiting_room: true });
    expect(roomOf(on).waitingRoom).toBe(true);
    expect(roomOf(on).entries).toMatchObject([{ notice: 'waiting_on' }]);
    const off = host({ type: 'room_changed', room: 'lobby', waiting_room: false });
    expect(roomOf(off)).toMatchObject({ waitingRoom: false, waiting: [] });
    expect(roomOf(off).entries).toMatchObject([{ notice: 'waiting_off' }]);
  });

  it('has a password or not, which is said to all', () => {
    expect(roomOf(inLobby()).password).toBe(false);
    expect(roomOf(after(kNothingYet, welcomed, enteredWith({ password: true }))).password).toBe(true);
    const set = inLobby({ type: 'room_changed', room: 'lobby', password: true });
    expect(roomOf(set)).toMatchObject({ password: true, entries: [{ notice: 'password' }] });
    const cleared = after(set, { type: 'room_changed', room: 'lobby', password: false });
    expect(roomOf(cleared).password).toBe(false);
  });

  it('is recorded or not, which is said to all, also if it ends by itself', () => {
    expect(roomOf(inLobby()).recording).toBe(false);
    expect(roomOf(after(kNothingYet, welcomed, enteredWith({ recording: true }))).recording).toBe(true);
    const begun = inLobby({ type: 'room_changed', room: 'lobby', recording: true });
    expect(roomOf(begun)).toMatchObject({ recording: true, entries: [{ notice: 'recording_on' }] });
    for (const problem of [undefined, 'no_space', 'too_slow', 'failed', 'something newer']) {
      const ended = roomOf(after(begun, { type: 'room_changed', room: 'lobby', recording: false, ...(problem !== undefined && { problem }) }));
      const notice = problem === undefined ? 'recording_off' : `recording_${problem.includes(' ') ? 'failed' : problem}`;
      expect(ended).toMatchObject({ recording: false, entries: [{ notice: 'recording_on' }, { notice }] });
    }
  });

  it('says whether attendance is kept', () => {
    expect(roomOf(inLobby()).journal).toBe(false);
    expect(roomOf(after(kNothingYet, welcomed, enteredWith({ journal: true }))).journal).toBe(true);
  });
});

describe('changes of messages', () => {
  it('alter those that are shown, and do no harm twice', () => {
    const before = after(inLobby(), messages(1, 2));
    const change: ClientEvent = { type: 'changes', room: 'lobby', changes: [{ room: 'lobby', seq: 1, rev: 3, time: message(1).time, text: 'better' }, { room: 'lobby', seq: 9, rev: 4, time: message(1).time, text: '' }] };
    const once = after(before, change);
    expect(roomOf(once).entries.map((entry) => entry.kind === 'message' && entry.message.text)).toEqual(['better', 'text 2']);
    expect(roomOf(after(once, change)).entries).toEqual(roomOf(once).entries);
  });
});

describe('the mark of new messages after an absence', () => {
  const back = (seen?: number) =>
    after(
      after(inLobby(), { type: 'entered', room: 'lobby', joined: joined(seen === undefined ? {} : { seen }), resumed: false, more: false }),
      messages(1, 2, 3),
    );
  it('begins after what was read, here or elsewhere', () => {
    expect(roomOf(back(2)).newSince).toBe(roomOf(back(2)).entries[1]?.key);
    expect(roomOf(back(3)).newSince).toBeUndefined();
    expect(roomOf(back()).newSince).toBeUndefined();
  });
});
