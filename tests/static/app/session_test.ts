// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { useDraft } from '@/app/drafts';
import { forget, identity } from '@/app/identity';
import { Client } from '@/protocol';
import { Session } from '@/app/session';
import { bench, joined, member, message, settle, welcome } from '../support/fake_server';

const kKey = 'parley.unsent.lobby';

/** A guest in the lobby, whom the server calls `name`. */
async function inLobby(name = 'Ana', members = [member({ name, author: 'a' })]) {
  const base = bench();
  const session = new Session(new Client(base.options));
  const entered = session.enter({ kind: 'guest', name: 'Ana' }, 'lobby');
  await base.socket().open();
  await base.socket().answer('hello', welcome({ name, author: 'a' }));
  await settle();
  await base.socket().answer('join', joined({ members }));
  await entered;
  return { ...base, session };
}

beforeEach(() => {
  sessionStorage.clear();
  forget();
});

describe('a guest who was renamed', () => {
  it('has the new name and its token from then on', async () => {
    const { session, socket } = await inLobby();
    expect(session.state.value.renamed).toBeUndefined();
    await socket().say({ type: 'renamed', name: 'guest-2', token: 't7', reason: 'name_taken' });
    expect(session.state.value).toMatchObject({ renamed: 'guest-2', self: { name: 'guest-2' } });
    expect(identity.value).toEqual({ name: 'guest-2', token: 't7', guest: true });
    session.readRenamed();
    expect(session.state.value.renamed).toBeUndefined();
  });

  it('is told so where it happened on the way in', async () => {
    const { session } = await inLobby('guest-3');
    expect(session.state.value.renamed).toBe('guest-3');
  });

  it('is told so once, not again after each loss of the connection', async () => {
    const { session, socket, timers } = await inLobby('guest-3');
    session.readRenamed();
    await socket().drop();
    await timers.advance(60_000);
    await socket().open();
    await socket().answer('hello', welcome({ name: 'guest-3', author: 'a' }));
    expect(session.state.value.renamed).toBeUndefined();
  });
});

describe('somebody who is to be removed', () => {
  it('is found by the author key where they came back, and not where somebody else has the name', async () => {
    const { session, socket } = await inLobby();
    const bo = member({ id: 'm2', name: 'Bo', author: 'b' });
    await socket().say({ type: 'member_joined', room: 'lobby', member: bo });
    await session.removals.start('kick', bo);
    await socket().say({ type: 'member_left', room: 'lobby', id: 'm2', name: 'Bo', reason: 'lost' });
    await socket().say({ type: 'member_joined', room: 'lobby', member: { ...bo, id: 'm3' } });
    await socket().say({ type: 'member_joined', room: 'lobby', member: { ...bo, id: 'm4', author: 'c' } });
    session.removals.finishAll();
    expect(socket().requests('moderate')).toMatchObject([{ action: 'kick', member: 'm3' }]);
  });
});

describe('what was written', () => {
  const kept = () => JSON.parse(sessionStorage.getItem(kKey) ?? '{}') as unknown;

  it('is kept by the author until it is sent', async () => {
    const { session, socket } = await inLobby();
    session.draft = 'half';
    session.say('whole');
    expect(kept()).toMatchObject({ author: 'a', draft: 'half', own: [{ text: 'whole', state: 'pending' }] });
    await socket().answer('message', { type: 'ok', room: 'lobby', seq: 1, time: message(1).time });
    expect(kept()).toMatchObject({ draft: 'half', own: [] });
    session.draft = '';
    expect(sessionStorage.getItem(kKey)).toBeNull();
  });

  it('is there again for the same author after a reload', async () => {
    sessionStorage.setItem(kKey, JSON.stringify({ author: 'a', draft: 'half', own: [] }));
    expect((await inLobby()).session.draft).toBe('half');
  });

  it('is addressed to the same person after a reload', async () => {
    const to = { id: 'm2', name: 'Bo' };
    const { session } = await inLobby();
    session.draftTo = to;
    session.draft = 'between us';
    expect((await inLobby()).session.draftTo).toEqual(to);
    void session.leave();
    expect(session.draftTo).toBeUndefined();
  });

  it('is dropped on leaving', async () => {
    const { session } = await inLobby();
    session.draft = 'half';
    void session.leave();
    expect([session.draft, sessionStorage.getItem(kKey)]).toEqual(['', null]);
  });

  it('stays for a removed person who may return', async () => {
    const { session, socket } = await inLobby();
    session.draft = 'half';
    await socket().say({ type: 'member_left', room: 'lobby', id: 'm1', name: 'Ana', reason: 'kicked' });
    expect(session.state.value.room).toBeUndefined();
    void session.leave({ comesBack: true });
    expect(kept()).toMatchObject({ draft: 'half' });
  });
});

describe('coming back', () => {
  it('is one request after having been removed, with the password that was used', async () => {
    const { session, socket } = await inLobby();
    await socket().say({ type: 'room_changed', room: 'lobby', password: true });
    expect(session.roomPassword).toBeUndefined();
    void session.moderate('password', { value: 'sesame' });
    await socket().answer('moderate', { type: 'ok' });
    await socket().say({ type: 'room_changed', room: 'lobby', password: true });
    expect(session.roomPassword).toBe('sesame');
    await socket().say({ type: 'member_left', room: 'lobby', id: 'm1', name: 'Ana', reason: 'kicked' });
    expect(session.state.value.lost).toMatchObject({ room: 'lobby', reason: 'kicked' });
    const back = session.rejoin();
    await settle();
    expect(socket().requests('join').at(-1)).toMatchObject({ room: 'lobby', password: 'sesame' });
    await socket().answer('join', joined({ members: [member({ author: 'a' })] }));
    await back;
    expect(session.state.value.room?.name).toBe('lobby');
  });

  it('is rejected where the room refuses it', async () => {
    const { session, socket } = await inLobby();
    await socket().say({ type: 'member_left', room: 'lobby', id: 'm1', name: 'Ana', reason: 'kicked' });
    const back = session.rejoin();
    await settle();
    await socket().answer('join', { type: 'error', code: 'room_locked', text: '' });
    await expect(back).rejects.toMatchObject({ code: 'room_locked' });
    expect(session.state.value.lost).toBeDefined();
  });

  it('is offered after leaving the room, and not after signing out', async () => {
    const { session } = await inLobby();
    void session.leave({ meeting: true });
    expect(session.left.value).toEqual({ room: 'lobby', password: undefined, meeting: true });
    void session.signOut();
    expect(session.left.value).toBeUndefined();
    await expect(session.rejoin()).rejects.toMatchObject({ code: 'bad_credentials' });
  });
});

describe('a page that is closed or reloaded', () => {
  const hide = () => window.dispatchEvent(new Event('pagehide'));

  it('leaves the room', async () => {
    const { socket } = await inLobby();
    hide();
    expect(socket().requests('leave')).toMatchObject([{ room: 'lobby' }]);
  });

  it('does not give the room away: the server waits for a host', async () => {
    const { socket } = await inLobby();
    await socket().say({ type: 'member_changed', room: 'lobby', member: member({ author: 'a', role: 'host' }) });
    hide();
    expect(socket().requests('leave')).toEqual([]);
    // In an orderly way: nobody hears of a lost connection.
    expect(socket().closed).toBe(true);
  });
});

describe('a password that could not be set', () => {
  it('is not used to return after another host has set one', async () => {
    const { session, socket } = await inLobby();
    const set = session.moderate('password', { value: 'mine' });
    await socket().answer('moderate', { type: 'error', code: 'forbidden', text: '' });
    await expect(set).rejects.toMatchObject({ code: 'forbidden' });
    await socket().say({ type: 'room_changed', room: 'lobby', password: true });
    expect(session.roomPassword).toBeUndefined();
  });
});

describe('passwords that were set one after the other', () => {
  const changed = { type: 'room_changed', room: 'lobby', password: true };
  const ok = { type: 'ok' };

  it('are known in the order of the server, also between those of others', async () => {
    const { session, socket } = await inLobby();
    void session.moderate('password', { value: 'one' });
    const [first] = socket().requests('moderate');
    void session.moderate('password', { value: 'two' });
    await socket().say({ ref: first!.ref, ...ok });
    await socket().say(changed);
    expect(session.roomPassword).toBe('one');
    await socket().answer('moderate', ok);
    await socket().say(changed);
    expect(session.roomPassword).toBe('two');
    await socket().say(changed);
    expect(session.roomPassword).toBeUndefined();
  });

  async function back({ socket, timers }: Awaited<ReturnType<typeof inLobby>>): Promise<void> {
    await socket().drop();
    await timers.advance(60_000);
    await socket().open();
    await socket().answer('hello', welcome({ author: 'a' }));
    await socket().answer('join', joined({ members: [member({ author: 'a' })], password: true }));
  }

  it('are known where the connection was lost before the room told of it', async () => {
    const all = await inLobby();
    void all.session.moderate('password', { value: 'one' });
    await all.socket().answer('moderate', ok);
    await back(all);
    expect(all.session.roomPassword).toBe('one');
    await all.socket().say(changed);
    expect(all.session.roomPassword).toBeUndefined();
  });

  it('are not known where the connection was lost before the answer', async () => {
    const all = await inLobby();
    void all.session.moderate('password', { value: 'one' });
    await all.socket().answer('moderate', ok);
    await all.socket().say(changed);
    const set = expect(all.session.moderate('password', { value: 'two' })).rejects.toThrow();
    await back(all);
    await set;
    expect(all.session.roomPassword).toBeUndefined();
  });
});

describe('what is written in dialogs', () => {
  it('stays for a person who may return, and is dropped on leaving', async () => {
    const { session } = await inLobby();
    useDraft('poll lobby', '').value = 'Tea?';
    void session.leave({ comesBack: true });
    expect(useDraft('poll lobby', '').value).toBe('Tea?');
    void session.leave();
    expect(useDraft('poll lobby', '').value).toBe('');
  });
});

describe('the host who blocked our microphone and chat', () => {
  const muted = [member({ author: 'a', muted: true })];

  it('is known after a reload, until a host allows them again', async () => {
    const { socket } = await inLobby();
    await socket().say({ type: 'quieted', room: 'lobby', by: 'Bo', until_unmuted: true });
    const again = await inLobby('Ana', muted);
    expect(again.session.state.value.room?.mutedBy).toBe('Bo');
    await again.socket().say({ type: 'unquieted', room: 'lobby', by: 'Bo' });
    expect((await inLobby('Ana', muted)).session.state.value.room?.mutedBy).toBeUndefined();
  });

  it('is not named for a later block, after the first one ended while nothing was heard', async () => {
    const { socket } = await inLobby();
    await socket().say({ type: 'quieted', room: 'lobby', by: 'Bo', until_unmuted: true });
    await inLobby('Ana');
    expect((await inLobby('Ana', muted)).session.state.value.room?.mutedBy).toBeUndefined();
  });
});

describe('somebody to be removed while the connection is lost', () => {
  it('is removed after it', async () => {
    const { session, socket, timers } = await inLobby();
    const bo = member({ id: 'm2', name: 'Bo', author: 'b' });
    await socket().say({ type: 'member_joined', room: 'lobby', member: bo });
    await session.removals.start('kick', bo);
    await socket().drop();
    session.removals.finishAll();
    await timers.advance(60_000);
    await socket().open();
    await socket().answer('hello', welcome({ id: 'm3', name: 'Ana', author: 'a' }));
    // The server was restarted meanwhile: somebody else has the id.
    const members = [member({ id: 'm3', author: 'a' }), member({ id: 'm2', name: 'Cyn', author: 'c' }), { ...bo, id: 'm4' }];
    await socket().answer('join', joined({ members, count: 3 }));
    expect(socket().requests('moderate')).toMatchObject([{ action: 'kick', member: 'm4' }]);
  });
});

describe('the banned', () => {
  it('are listed for hosts', async () => {
    const { session, socket } = await inLobby();
    const listed = session.bans();
    const bo = { name: 'Bo', time: message(1).time, address: false, by: 'Ana' };
    expect(socket().requests('moderate').at(-1)).toMatchObject({ room: 'lobby', action: 'bans' });
    await socket().answer('moderate', { type: 'bans', room: 'lobby', bans: [bo] });
    expect(await listed).toEqual([bo]);
  });
});

describe('our reactions', () => {
  it('are known beyond the authors that the server names', async () => {
    const { session, socket } = await inLobby();
    await socket().say({ type: 'message', ...message(1) });
    const own = () => Object.values(session.state.value.room?.reacted ?? {}).flat();
    for (const on of [true, false]) {
      const done = session.messages.react(1, '👍', on);
      await socket().answer('react', { type: 'ok', room: 'lobby', seq: 1, rev: 1, time: message(1).time });
      await done;
      expect(own()).toEqual(on ? ['👍'] : []);
    }
  });
});

describe('a vote by another device', () => {
  const poll = { question: 'Tea?', options: ['yes', 'no'], multiple: false, counts: [0, 0], voters: 0, closed: false };
  const change = (rev: number, more: object) => ({ type: 'message_changed', room: 'lobby', seq: 1, rev, time: message(1).time, text: 'Tea?', poll: { ...poll, ...more } });
  const mine = (session: Session) => session.state.value.room?.entries.flatMap((entry) => (entry.kind === 'message' ? [entry.message.poll?.mine] : []));

  it('is shown, too, and asked for once however many vote', async () => {
    const { session, socket } = await inLobby();
    await socket().say({ type: 'message', ...message(1, { poll }) });
    await socket().say(change(1, { counts: [1, 0], voters: 1 }));
    // Nobody else is us.
    expect(socket().requests('history')).toEqual([]);
    await socket().say({ type: 'member_joined', room: 'lobby', member: member({ id: 'm9', name: 'Ana', author: 'a' }) });
    for (const rev of [2, 3, 4]) await socket().say(change(rev, { counts: [rev, 0], voters: rev }));
    expect(socket().requests('history')).toMatchObject([{ room: 'lobby', before: 2, limit: 1 }]);
    const history = { type: 'history', room: 'lobby', more: false };
    await socket().answer('history', { ...history, messages: [message(1, { rev: 2, poll: { ...poll, counts: [2, 0], voters: 2 } })] });
    // More was voted meanwhile.
    expect(socket().requests('history')).toHaveLength(2);
    await socket().answer('history', { ...history, messages: [message(1, { rev: 4, poll: { ...poll, counts: [4, 0], voters: 4, mine: [0] } })] });
    expect(mine(session)).toEqual([[0]]);
    expect(socket().requests('history')).toHaveLength(2);
    await socket().say(change(5, { counts: [3, 0], voters: 3 }));
    await socket().answer('history', { ...history, messages: [message(1, { rev: 5, poll: { ...poll, counts: [3, 0], voters: 3 } })] });
    expect(mine(session)).toEqual([[]]);
  });
});
