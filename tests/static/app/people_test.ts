// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { forget } from '@/app/identity';
import { Session } from '@/app/session';
import { Client, ConnectionLost, type Member } from '@/protocol';
import { bench, joined, member, settle, welcome } from '../support/fake_server';

const person = (name: string, more: Partial<Member> = {}) => member({ id: `id-${name}`, name, ...more });
const page = (names: string[], more: object = {}) => ({ type: 'members', room: 'lobby', members: names.map((name) => person(name)), count: names.length, ...more });

/** A host in the lobby, which has so many members. */
async function inLobby({ count = 400, features = ['members'] } = {}) {
  const base = bench();
  const session = new Session(new Client(base.options));
  const entered = session.enter({ kind: 'guest', name: 'Ana' }, 'lobby');
  await base.socket().open();
  await base.socket().answer('hello', welcome({ features }));
  await settle();
  const members = [member(), person('Loud')];
  await base.socket().answer('join', joined({ members, count, role: 'host' }));
  await entered;
  const found = () => session.state.value.room?.found;
  const queries = () => base.socket().requests('members').map(({ query }) => query);
  return { ...base, session, people: session.people, found, queries };
}

beforeEach(() => {
  sessionStorage.clear();
  forget();
});

describe('a search for people in a large room', () => {
  it('puts what the server found into the state, page after page', async () => {
    const { people, socket, found } = await inLobby();
    void people.search('lee');
    expect(socket().requests('members')).toMatchObject([{ room: 'lobby', query: 'lee', limit: 100 }]);
    await socket().answer('members', page(['Ann Lee'], { count: 2, next: 'x' }));
    expect(found()).toMatchObject({ query: 'lee', count: 2, next: 'x', members: [{ name: 'Ann Lee' }] });
    void people.search('lee', 'x');
    expect(socket().requests('members').at(-1)).toMatchObject({ after: 'x' });
    await socket().answer('members', page(['Bo Lee'], { count: 2 }));
    expect(found()?.members.map(({ name }) => name)).toEqual(['Ann Lee', 'Bo Lee']);
    expect(found()?.next).toBeUndefined();
  });

  it('takes no answer to an earlier search, or for a room that was left', async () => {
    const { session, people, socket, found } = await inLobby();
    void people.search('a');
    void people.search('ab');
    const [first, second] = socket().requests('members');
    await socket().say({ ...page(['Ab']), ref: second!.ref });
    await socket().say({ ...page(['A']), ref: first!.ref });
    expect(found()).toMatchObject({ query: 'ab', members: [{ name: 'Ab' }] });
    void people.search('c');
    const third = socket().requests('members').at(-1)!;
    await socket().say({ type: 'member_left', room: 'lobby', id: 'm1', name: 'Ana', reason: 'kicked' });
    await socket().say({ ...page(['C']), ref: third.ref });
    expect(session.state.value.room).toBeUndefined();
  });

  it('is forgotten with the connection', async () => {
    const { people, socket, timers, found } = await inLobby();
    void people.search('lee');
    await socket().answer('members', page(['Ann Lee']));
    await socket().drop();
    await timers.advance(60_000);
    await socket().open();
    await socket().answer('hello', welcome({ features: ['members'] }));
    await socket().answer('join', joined({ count: 400 }));
    expect(found()).toBeUndefined();
  });

  it('is not for a small room, or an older server', async () => {
    const hides = async (given: object) => {
      const { session, people } = await inLobby(given);
      return people.hides(session.state.value.room!);
    };
    expect([await hides({}), await hides({ count: 2 }), await hides({ features: [] })]).toEqual([true, false, false]);
  });
});

describe('somebody who was found', () => {
  async function withZoe() {
    const run = await inLobby();
    void run.people.search('zoe');
    await run.socket().answer('members', page(['Zoe']));
    return run;
  }

  it('changes and leaves as the others do', async () => {
    const { socket, found } = await withZoe();
    await socket().say({ type: 'member_changed', room: 'lobby', member: person('Zoe', { hand: true }) });
    expect(found()?.members).toMatchObject([{ hand: true }]);
    await socket().say({ type: 'member_left', room: 'lobby', id: 'id-Zoe', name: 'Zoe', reason: 'left' });
    expect(found()).toMatchObject({ members: [], count: 0 });
  });

  it('is shown as a host has made it, of which only that person is told', async () => {
    const { session, socket, found } = await withZoe();
    const muted = session.moderate('mute', { member: 'id-Zoe' });
    await socket().answer('moderate', { type: 'ok' });
    await muted;
    await socket().answer('members', { ...page([]), members: [person('Zoe', { muted: true }), person('Zoe B')], count: 2 });
    expect(found()?.members).toMatchObject([{ id: 'id-Zoe', muted: true }]);
    const kicked = session.moderate('kick', { member: 'id-Zoe' });
    await socket().answer('moderate', { type: 'ok' });
    await kicked;
    await socket().answer('members', page(['Zoe B']));
    expect(found()?.members).toEqual([]);
  });

  it('stays where they got another name before the answer came', async () => {
    const { people, socket, found } = await withZoe();
    const renewed = people.renew('id-Zoe');
    await socket().say({ type: 'member_changed', room: 'lobby', member: person('Zoe', { name: 'Zelda' }) });
    await socket().answer('members', page([]));
    await renewed;
    expect(found()?.members).toMatchObject([{ id: 'id-Zoe', name: 'Zelda' }]);
  });

  it('is not removed where somebody else has the id by now', async () => {
    const { people, socket } = await inLobby();
    void people.search('zoe');
    await socket().answer('members', { ...page([]), members: [person('Zoe', { author: 'z' })], count: 1 });
    expect(people.idsNow('id-Zoe', 'z')).toEqual(['id-Zoe']);
    expect(people.idsNow('id-Zoe', 'somebody')).toEqual([]);
    expect(people.idsNow('id-Ben', 'b')).toEqual(['id-Ben']);
  });

  it('is removed also where something else is searched meanwhile', async () => {
    const { session, people, socket } = await withZoe();
    await session.removals.start('kick', person('Zoe'));
    void people.search('ben');
    await socket().answer('members', page(['Ben']));
    session.removals.finishAll();
    expect(socket().requests('moderate')).toMatchObject([{ action: 'kick', member: 'id-Zoe' }]);
  });
});

describe('the name that a text begins with', () => {
  it('is asked for by its first word, and by more of them while too many have these', async () => {
    const { people, socket, queries } = await inLobby();
    const asked = people.beginning('Student  12 hello there');
    await socket().answer('members', page(['Student', 'Student 1'], { count: 300, next: 'x' }));
    await socket().answer('members', page(['Student 12', 'Student 120']));
    expect((await asked).map(({ name }) => name)).toEqual(['Student', 'Student 1', 'Student 12', 'Student 120']);
    expect(queries()).toEqual(['Student', 'Student 12']);
  });

  it('is not found where the user has left the room before the answer comes', async () => {
    const { session, people, socket } = await inLobby();
    const asked = expect(people.beginning('Zoe')).rejects.toBeInstanceOf(ConnectionLost);
    const request = socket().requests('members').at(-1)!;
    await socket().say({ type: 'member_left', room: 'lobby', id: 'm1', name: 'Ana', reason: 'kicked' });
    await socket().say({ ...page(['Zoe']), ref: request.ref });
    await asked;
    expect(session.state.value.room).toBeUndefined();
  });

  it('is not asked for in a small room', async () => {
    const { people, queries } = await inLobby({ count: 2 });
    expect(await people.beginning('Zoe')).toEqual([]);
    expect(queries()).toEqual([]);
  });
});
