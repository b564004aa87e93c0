// A client that comes back after its connection was lost.

import { describe, expect, it } from 'vitest';
import { member, message, welcome } from '../support/fake_server';
import { comeBack, inLobby, online } from '../support/running_client';

describe('coming back', () => {
  it('uses the newest token and resumes after the last message', async () => {
    const run = await inLobby({ messages: [message(1), message(2)], last: 2 });
    await run.socket().say({ type: 'message', ...message(3) });
    await comeBack(run, { messages: [message(4)], last: 4 });
    expect(run.socket().requests('hello')).toMatchObject([{ token: 't1' }]);
    expect(run.socket().requests('join')).toMatchObject([{ room: 'lobby', since: 3 }]);
    expect(run.of('entered').at(-1)).toMatchObject({ resumed: true, more: false });
    expect(run.seen()).toEqual(['text 1', 'text 2', 'text 3', 'text 4']);
  });

  it('has the password that we set since, and none where we cleared it', async () => {
    const run = await inLobby({ role: 'host' });
    for (const [value, password] of [['sesame', 'sesame'], ['', undefined], ['barley', 'barley']] as const) {
      const done = run.client.moderate('lobby', 'password', { value });
      await run.socket().answer('moderate', { type: 'ok' });
      await done;
      await comeBack(run, { role: 'host' });
      expect(run.socket().requests('join').at(-1)?.password).toBe(password);
    }
    const refused = run.client.moderate('lobby', 'password', { value: 'forbidden' });
    await run.socket().answer('moderate', { type: 'error', code: 'forbidden', text: '' });
    await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
    await comeBack(run);
    expect(run.socket().requests('join').at(-1)).toMatchObject({ password: 'barley' });
  });

  it('is a guest by name where the server forgot the token', async () => {
    const run = await inLobby();
    await run.socket().drop();
    await run.timers.advance(500);
    await run.socket().open();
    await run.socket().answer('hello', { type: 'error', code: 'bad_credentials', text: 'no' });
    expect(run.socket().requests('hello').at(-1)).toMatchObject({ name: 'Ana' });
    await run.socket().answer('hello', welcome());
    expect(run.socket().requests('join')).toHaveLength(1);
  });

  it('tries again where the old connection still holds the name', async () => {
    const run = await inLobby();
    await run.socket().drop();
    await run.timers.advance(500);
    await run.socket().open();
    await run.socket().answer('hello', { type: 'error', code: 'name_taken', text: 'taken' });
    expect(run.of('status').at(-1)?.status).toMatchObject({ kind: 'waiting', code: 'name_taken' });
    await run.timers.advance(10_000);
    expect(run.sockets).toHaveLength(3);
  });

  it('pages on while there is more, keeps back what is new meanwhile, and shows nothing twice', async () => {
    const run = await inLobby({ messages: [message(1)], last: 1 });
    await comeBack(run, { messages: [message(2), message(3)], more: true, last: 6 });
    await run.socket().say({ type: 'message', ...message(7) });
    expect(run.socket().requests('history')).toMatchObject([{ after: 3, limit: 200 }]);
    await run.socket().answer('history', { type: 'history', room: 'lobby', messages: [message(4), message(5)], more: true });
    expect(run.socket().requests('history').at(-1)).toMatchObject({ after: 5 });
    await run.socket().answer('history', { type: 'history', room: 'lobby', messages: [message(6), message(7)], more: false });
    expect(run.seen()).toEqual([1, 2, 3, 4, 5, 6, 7].map((seq) => `text ${seq}`));
    expect(run.of('gap')).toEqual([]);
  });

  it('goes on paging after the connection was lost in the middle of it', async () => {
    const run = await inLobby({ messages: [message(1)], last: 1 });
    await comeBack(run, { messages: [message(2)], more: true, last: 3 });
    await comeBack(run, { messages: [message(3)], last: 3 });
    expect(run.socket().requests('join')).toMatchObject([{ since: 2 }]);
    expect(run.seen()).toEqual(['text 1', 'text 2', 'text 3']);
  });

  it('says where messages are no longer kept', async () => {
    const run = await inLobby({ messages: [message(1)], last: 1 });
    await comeBack(run, { messages: [message(8)], last: 8, gap: true });
    expect(run.of('gap')).toHaveLength(1);
    expect(run.seen()).toEqual(['text 1', 'text 8']);
  });

  it('starts again where the server has begun a new log', async () => {
    const run = await inLobby({ messages: [message(5)], last: 5 });
    await comeBack(run, { last: 2 });
    expect(run.of('log_restarted')).toHaveLength(1);
    await run.socket().answer('history', {
      type: 'history',
      room: 'lobby',
      messages: [message(1, { text: 'new 1' }), message(2, { text: 'new 2' })],
      more: false,
    });
    await run.socket().say({ type: 'message', ...message(3, { text: 'new 3' }) });
    expect(run.seen()).toEqual(['text 5', 'new 1', 'new 2', 'new 3']);
  });

  it('fetches what a hole in the sequence shows to be missing', async () => {
    const run = await inLobby({ messages: [message(1)], last: 1 });
    await run.socket().say({ type: 'message', ...message(3) });
    expect(run.socket().requests('history')).toMatchObject([{ after: 1 }]);
    await run.socket().answer('history', { type: 'history', room: 'lobby', messages: [message(2), message(3)], more: false });
    expect(run.seen()).toEqual(['text 1', 'text 2', 'text 3']);
  });

  it('says its flags again, and not those that a host has taken back', async () => {
    const run = await inLobby();
    void run.client.setFlags('lobby', { call: true, audio: true });
    await run.socket().answer('state', { type: 'ok' });
    await run.socket().say({
      type: 'member_changed',
      room: 'lobby',
      member: member({ call: true, audio: false, muted: true }),
    });
    await comeBack(run);
    expect(run.socket().requests('state')).toMatchObject([{ room: 'lobby', call: true }]);
    expect(run.socket().requests('state')[0]).not.toHaveProperty('audio');
  });

  it('says the others of its flags again where hosts have forbidden some meanwhile', async () => {
    const run = await inLobby();
    void run.client.setFlags('lobby', { call: true, audio: true, video: true, screen: true });
    await run.socket().answer('state', { type: 'ok' });
    const rule = { microphone: true, camera: false, screen: true, chat: true };
    await comeBack(run, { allow: rule, members: [member({ id: 'm9', muted: true })] });
    expect(run.socket().requests('state')).toEqual([{ type: 'state', ref: expect.any(String), room: 'lobby', call: true, screen: true }]);
    await run.socket().answer('state', { type: 'ok' });
    await comeBack(run, { role: 'host', allow: { ...rule, screen: false } });
    expect(run.socket().requests('state')).toMatchObject([{ call: true, audio: true, video: true, screen: true }]);
  });

  it.each(['muted', 'forbidden'] as const)('joins the call all the same where a host was quicker: %s', async (code) => {
    const run = await inLobby();
    const set = run.client.setFlags('lobby', { call: true, audio: true, video: false });
    await run.socket().answer('state', { type: 'error', code, text: '' });
    expect(run.socket().requests('state')[1]).toEqual({ type: 'state', ref: expect.any(String), room: 'lobby', call: true });
    await run.socket().answer('state', { type: 'ok' });
    await expect(set).rejects.toMatchObject({ code });
    await comeBack(run);
    expect(run.socket().requests('state')).toEqual([{ type: 'state', ref: expect.any(String), room: 'lobby', call: true }]);
  });

  it('waits as long as the server asked for, not less', async () => {
    const run = await inLobby();
    await run.socket().say({ type: 'closing', reason: 'restart', retry_after: 4 });
    await run.socket().drop();
    expect(run.of('status').at(-1)?.status).toEqual({ kind: 'waiting', until: run.timers.now + 6000, code: 'closing' });
    await run.timers.advance(5999);
    expect(run.sockets).toHaveLength(1);
    await run.timers.advance(1);
    expect(run.sockets).toHaveLength(2);
  });

  it('tries at once when told that the network is back', async () => {
    const run = await inLobby();
    await run.socket().drop();
    run.client.retryNow();
    run.client.retryNow();
    expect(run.sockets).toHaveLength(2);
  });

  it('lengthens its pauses while connections break soon, and shortens them after a steady one', async () => {
    const run = await inLobby();
    const pause = () => {
      const status = run.of('status').at(-1)?.status;
      return status?.kind === 'waiting' ? status.until - run.timers.now : undefined;
    };
    const reconnect = async () => {
      await run.timers.advance(10_000);
      await run.socket().open();
      await run.socket().answer('hello', welcome());
    };
    await run.socket().drop();
    expect(pause()).toBe(500);
    await run.timers.advance(500);
    await run.socket().open();
    await run.socket().answer('hello', welcome());
    await run.socket().drop();
    expect(pause()).toBe(1000);
    await run.timers.advance(1000);
    await run.socket().open();
    await run.socket().answer('hello', welcome());
    await run.timers.advance(10_000);
    await run.socket().drop();
    expect(pause()).toBe(500);
    await reconnect();
  });

  it('tells why where a room no longer lets us in', async () => {
    const run = await inLobby();
    await run.socket().drop();
    await run.timers.advance(500);
    await run.socket().open();
    await run.socket().answer('hello', welcome());
    await run.socket().answer('join', { type: 'error', code: 'room_locked', text: 'locked' });
    expect(run.of('room_lost')).toMatchObject([{ room: 'lobby', reason: 'room_locked' }]);
  });

  it('finishes a join that the connection broke off', async () => {
    const run = await online();
    const join = run.client.join('lab');
    await comeBack(run, { room: 'lab' });
    expect((await join).room).toBe('lab');
  });
});
