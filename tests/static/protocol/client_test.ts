import { describe, expect, it } from 'vitest';
import { ConnectionLost, ProtocolError } from '@/protocol/errors';
import type { OwnMessage } from '@/protocol/room_session';
import { joined, member, message, settle, welcome } from '../support/fake_server';
import { comeBack, inLobby, online, running, type Running } from '../support/running_client';

describe('joining the server', () => {
  it('says hello with its name and program', async () => {
    const run = running();
    const started = run.client.start({ name: 'Ana' });
    await run.socket().open();
    expect(run.socket().sent).toEqual([{ type: 'hello', ref: '1', protocol: 1, agent: 'test', name: 'Ana' }]);
    await run.socket().answer('hello', welcome());
    expect((await started).id).toBe('m1');
    expect(run.client.online).toBe(true);
  });

  it('rejects and stops where the name is taken', async () => {
    const run = running();
    const started = run.client.start({ name: 'Ana' });
    await run.socket().open();
    await run.socket().answer('hello', { type: 'error', code: 'name_taken', text: 'taken' });
    await expect(started).rejects.toMatchObject({ code: 'name_taken' });
    expect(run.of('status').at(-1)?.status.kind).toBe('stopped');
    await run.timers.advance(120_000);
    expect(run.sockets).toHaveLength(1);
  });

  it('goes on trying where there is no server yet', async () => {
    const run = running();
    const started = run.client.start({ name: 'Ana' });
    await run.socket().drop();
    expect(run.of('status').at(-1)?.status).toEqual({ kind: 'waiting', until: run.timers.now + 500 });
    await run.timers.advance(500);
    await run.socket().drop();
    expect(run.of('status').at(-1)?.status).toEqual({ kind: 'waiting', until: run.timers.now + 1000 });
    await run.timers.advance(1000);
    await run.socket().open();
    await run.socket().answer('hello', welcome());
    expect((await started).name).toBe('Ana');
  });

  it('becomes a new guest where an earlier token is no longer valid', async () => {
    const run = running();
    void run.client.start({ name: 'Ana', token: 'old' });
    await run.socket().open();
    expect(run.socket().requests('hello').at(-1)).toMatchObject({ token: 'old' });
    await run.socket().answer('hello', { type: 'error', code: 'bad_credentials', text: 'no' });
    expect(run.socket().requests('hello').at(-1)).toMatchObject({ name: 'Ana' });
    expect(run.socket().requests('hello').at(-1)).not.toHaveProperty('token');
  });

  it('stops for a server of another protocol', async () => {
    const run = running();
    const started = run.client.start({ name: 'Ana' });
    await run.socket().open();
    await run.socket().answer('hello', { type: 'error', code: 'protocol_unsupported', text: 'no' });
    await run.socket().drop();
    await expect(started).rejects.toMatchObject({ code: 'protocol_unsupported' });
    await run.timers.advance(120_000);
    expect(run.sockets).toHaveLength(1);
  });
});

describe('a room', () => {
  it('is entered with the newest messages, oldest first', async () => {
    const run = await inLobby({ messages: [message(4), message(5)], last: 5, more: true });
    expect(run.of('entered')).toMatchObject([{ room: 'lobby', resumed: false, more: true }]);
    expect(run.seen()).toEqual(['text 4', 'text 5']);
  });

  it('refuses join with the code of the server', async () => {
    const run = await online();
    const join = run.client.join('lab');
    await run.socket().answer('join', { type: 'error', code: 'room_password', text: 'password' });
    await expect(join).rejects.toMatchObject({ code: 'room_password' });
    expect(() => run.client.post('lab', 'x')).toThrow(ProtocolError);
  });

  it('has the spelling that the server gives it', async () => {
    const run = await online();
    void run.client.join('LOBBY');
    await run.socket().answer('join', joined());
    run.client.post('lobby', 'hi');
    expect(run.socket().requests('message')).toMatchObject([{ room: 'lobby', text: 'hi' }]);
  });

  it('pages back through older messages', async () => {
    const run = await inLobby({ messages: [message(4)], last: 4, more: true });
    const older = run.client.older('lobby', { before: 4 });
    expect(run.socket().requests('history')).toMatchObject([{ before: 4, limit: 50 }]);
    await run.socket().answer('history', {
      type: 'history',
      room: 'lobby',
      messages: [message(2), message(3)],
      more: true,
    });
    await older;
    expect(run.of('older')).toMatchObject([{ more: true, messages: [{ seq: 2 }, { seq: 3 }] }]);
    expect(run.seen()).toEqual(['text 4']);
  });

  it('brings messages after one, but none that is still to come by itself', async () => {
    const run = await inLobby({ messages: [message(4)], last: 4, more: true });
    const older = run.client.older('lobby', { after: 1, limit: 200 });
    expect(run.socket().requests('history')).toMatchObject([{ after: 1, limit: 200 }]);
    const messages = [2, 3, 4, 5].map((seq) => message(seq));
    await run.socket().answer('history', { type: 'history', room: 'lobby', messages, more: false });
    await older;
    expect(run.of('older')).toMatchObject([{ more: true, messages: [{ seq: 2 }, { seq: 3 }, { seq: 4 }] }]);
  });

  it('is left, and its messages are not heard any more', async () => {
    const run = await inLobby();
    const left = run.client.leave('lobby');
    await run.socket().answer('leave', { type: 'ok' });
    await left;
    await run.socket().say({ type: 'message', ...message(1) });
    expect(run.seen()).toEqual([]);
  });

  it('is lost to a removed or banned member', async () => {
    const run = await inLobby();
    await run.socket().say({ type: 'member_left', room: 'lobby', id: 'm1', name: 'Ana', reason: 'kicked' });
    expect(run.of('room_lost')).toMatchObject([{ room: 'lobby', reason: 'kicked' }]);
    await run.socket().drop();
    await run.timers.advance(10_000);
    await run.socket().open();
    await run.socket().answer('hello', welcome());
    expect(run.socket().requests('join')).toEqual([]);
  });

  it('is lost to everybody once a host has ended it', async () => {
    const run = await inLobby();
    await run.socket().say({ type: 'member_left', room: 'lobby', id: 'm1', name: 'Ana', reason: 'ended' });
    expect(run.of('room_lost')).toMatchObject([{ room: 'lobby', reason: 'ended' }]);
    await run.socket().drop();
    await run.timers.advance(10_000);
    await run.socket().open();
    await run.socket().answer('hello', welcome());
    expect(run.socket().requests('join')).toEqual([]);
  });

  it('passes on what others do', async () => {
    const run = await inLobby();
    await run.socket().say({ type: 'member_joined', room: 'lobby', member: member({ id: 'm2', name: 'Bo' }) });
    await run.socket().say({ type: 'signal', room: 'lobby', from: 'm2', data: [1] });
    expect(run.of('member_joined')).toHaveLength(1);
    expect(run.of('signal')).toMatchObject([{ from: 'm2', data: [1] }]);
  });
});

describe('a message of one’s own', () => {
  it('is pending until its ok, then stands in its place', async () => {
    const run = await inLobby();
    const own = run.client.post('lobby', 'hello');
    expect(own.state).toBe('pending');
    await run.socket().answer('message', { type: 'ok', room: 'lobby', seq: 1, time: message(1).time });
    expect(run.of('own').map((event) => event.message.state)).toEqual(['pending', 'sent']);
    expect(run.of('messages')).toMatchObject([
      { messages: [{ seq: 1, text: 'hello', id: own.id, from: { id: 'm1', name: 'Ana' } }] },
    ]);
  });

  it('fails with a reason, and can be sent again or dropped', async () => {
    const run = await inLobby();
    const own = run.client.post('lobby', 'hello');
    await run.socket().answer('message', { type: 'error', code: 'muted', text: 'muted' });
    expect(run.of('own').at(-1)?.message).toMatchObject({ state: 'failed', code: 'muted' });
    run.client.retry('lobby', own.id);
    await settle();
    expect(run.socket().requests('message').map(({ id }) => id)).toEqual([own.id, own.id]);
    await run.socket().answer('message', { type: 'error', code: 'muted', text: 'muted' });
    run.client.discard('lobby', own.id);
    expect(run.of('own_discarded')).toMatchObject([{ id: own.id }]);
  });

  it('is not even sent where it is too long', async () => {
    const run = await inLobby();
    run.client.post('lobby', '界'.repeat(6000));
    expect(run.of('own').at(-1)?.message).toMatchObject({ state: 'failed', code: 'too_large' });
    expect(run.socket().requests('message')).toEqual([]);
  });

  it('waits while there is no connection, and goes out in order after coming back', async () => {
    const run = await inLobby();
    await run.socket().drop();
    run.client.post('lobby', 'one');
    run.client.post('lobby', 'two');
    await run.timers.advance(500);
    await run.socket().open();
    await run.socket().answer('hello', welcome());
    expect(run.socket().requests('message')).toEqual([]);
    await run.socket().answer('join', joined());
    expect(run.socket().requests('message').map(({ text }) => text)).toEqual(['one', 'two']);
  });

  it('is sent again by the same id where its ok was lost', async () => {
    const run = await inLobby();
    const own = run.client.post('lobby', 'hello');
    await comeBack(run);
    expect(run.socket().requests('message')).toMatchObject([{ id: own.id, text: 'hello' }]);
  });

  it('is not sent again where it comes back with what was missed', async () => {
    const run = await inLobby();
    const own = run.client.post('lobby', 'hello');
    await comeBack(run, { messages: [message(1, { id: own.id, text: 'hello', from: { id: 'm1', name: 'Ana' } })], last: 1 });
    expect(run.socket().requests('message')).toEqual([]);
    expect(run.seen()).toEqual(['hello']);
  });
});

describe('a message from before the page was loaded', () => {
  const kept = { id: 'kept', room: 'lobby', text: 'hello', writtenAt: 1, state: 'pending' as const };

  async function withUnsent(own: OwnMessage[], more: Parameters<typeof joined>[0] = {}) {
    const run = running();
    const asked: unknown[] = [];
    run.options.unsent = (room, self) => (asked.push([room, self]), structuredClone(own));
    void run.client.start({ name: 'Ana' });
    await run.socket().open();
    await run.socket().answer('hello', welcome());
    void run.client.join('LOBBY');
    await run.socket().answer('join', joined({ members: [member({ author: 'author-of-ana' })], ...more }));
    return { ...run, asked };
  }

  it('is sent by its id once we are in the room again', async () => {
    const run = await withUnsent([kept]);
    expect(run.asked).toEqual([['lobby', { id: 'm1', name: 'Ana', author: 'author-of-ana' }]]);
    expect(run.events.map(({ type }) => type).slice(-2)).toEqual(['entered', 'own']);
    expect(run.of('own')).toMatchObject([{ message: kept }]);
    expect(run.socket().requests('message')).toMatchObject([{ id: 'kept', text: 'hello' }]);
    await run.socket().answer('message', { type: 'ok', room: 'lobby', seq: 1, time: message(1).time });
    expect(run.of('messages')).toMatchObject([{ messages: [{ id: 'kept', from: { author: 'author-of-ana' } }] }]);
  });

  it('is not sent where it stands among the newest', async () => {
    const run = await withUnsent([kept], { messages: [message(1, { id: 'kept' })], last: 1 });
    expect(run.socket().requests('message')).toEqual([]);
  });

  it('goes where it turns out to stand before the newest', async () => {
    const run = await withUnsent([kept], { messages: [message(7)], last: 7, more: true });
    await run.socket().answer('message', { type: 'ok', room: 'lobby', seq: 3, time: message(3).time });
    expect(run.of('own_discarded')).toMatchObject([{ id: 'kept' }]);
    expect(run.seen()).toEqual(['text 7']);
    await comeBack(run, { last: 7 });
    expect(run.socket().requests('message')).toEqual([]);
  });

  it('that failed waits for a person', async () => {
    const run = await withUnsent([{ ...kept, state: 'failed', code: 'muted' }]);
    expect(run.of('own')).toMatchObject([{ message: { state: 'failed', code: 'muted' } }]);
    expect(run.socket().requests('message')).toEqual([]);
  });
});

describe('a guest whose name somebody else owns', () => {
  const renamed = { type: 'renamed', name: 'guest-2', token: 't7', reason: 'name_owned' };

  it('has another name, and comes back under it', async () => {
    const run = await inLobby();
    await run.socket().say(renamed);
    expect(run.of('renamed')).toMatchObject([{ name: 'guest-2', token: 't7' }]);
    run.client.post('lobby', 'hello');
    await run.socket().answer('message', { type: 'ok', room: 'lobby', seq: 1, time: message(1).time });
    expect(run.of('messages').at(-1)).toMatchObject({ messages: [{ from: { name: 'guest-2' } }] });
    await run.socket().drop();
    await run.timers.advance(60_000);
    await run.socket().open();
    expect(run.socket().requests('hello')).toMatchObject([{ token: 't7' }]);
    await run.socket().answer('hello', { type: 'error', code: 'bad_credentials', text: 'unknown' });
    expect(run.socket().requests('hello').at(-1)).toMatchObject({ name: 'guest-2' });
  });
});

describe('without a connection', () => {
  it('refuses what can’t wait', async () => {
    const run = running();
    await expect(run.client.whisper('m2', 'psst')).rejects.toBeInstanceOf(ConnectionLost);
    await expect(run.client.moderate('lobby', 'lock')).rejects.toBeInstanceOf(ConnectionLost);
  });

  it('is silent for good after stop', async () => {
    const run = await inLobby();
    run.client.stop();
    expect(run.socket().closed).toBe(true);
    await run.timers.advance(120_000);
    expect(run.sockets).toHaveLength(1);
    expect(run.of('status').at(-1)?.status).toEqual({ kind: 'stopped' });
  });
});

describe('a hand', () => {
  const us = (hand: boolean) => ({ type: 'member_changed', room: 'lobby', member: member({ hand }) });
  async function raised(): Promise<Running> {
    const run = await inLobby();
    const done = run.client.setFlags('lobby', { hand: true });
    await run.socket().answer('state', { type: 'ok' });
    await done;
    await run.socket().say(us(true));
    return run;
  }

  it('that a host lowers is told of', async () => {
    const run = await raised();
    await run.socket().say(us(false));
    expect(run.of('hand_lowered')).toEqual([{ type: 'hand_lowered', room: 'lobby' }]);
    await run.socket().say(us(false));
    expect(run.of('hand_lowered')).toHaveLength(1);
  });

  it('that we lower is not', async () => {
    const run = await raised();
    const done = run.client.setFlags('lobby', { hand: false });
    await run.socket().say(us(false));
    await run.socket().answer('state', { type: 'ok' });
    await done;
    await run.socket().say(us(false));
    expect(run.of('hand_lowered')).toEqual([]);
  });

  it('is still up for us while the server hears of it again', async () => {
    const run = await raised();
    await comeBack(run, { members: [member({ id: 'm9' })] });
    await run.socket().say({ type: 'member_changed', room: 'lobby', member: member({ id: 'm9', role: 'host' }) });
    expect(run.of('hand_lowered')).toEqual([]);
  });
});
