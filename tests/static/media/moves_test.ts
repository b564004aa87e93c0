import { beforeEach, describe, expect, it, vi } from 'vitest';
import { first, kAnswer, member, moving, Room, two, type Page } from '../support/call_pages';
import { FakeStream } from '../support/fake_connection';
import { settle } from '../support/fake_server';

beforeEach(() => {
  vi.stubGlobal('MediaStream', FakeStream);
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});

/** The browser takes its time to count what has come. Gives what lets it finish. */
function countsSlowly(page: Page): () => void {
  const waiting: (() => void)[] = [];
  const connection = page.connections.at(-1)!;
  connection.getStats = () => new Promise((resolve) => waiting.push(() => resolve(new Map())));
  return () => waiting.forEach((finish) => finish());
}

const keys = (page: Page) => page.call.participants.map(({ session }) => session);

describe('a move that something comes between', () => {
  it('closes nothing where the call goes back to the mesh while the browser counts', async () => {
    const { room, ada, bo } = await moving();
    await room.pass(500);
    const finish = countsSlowly(ada);
    // Bo needs the mesh no longer.
    await room.pass(3000);
    for (const page of [ada, bo]) page.call.setMedia('mesh');
    finish();
    await settle();
    await room.pass(1000);
    expect([first(ada), first(bo)]).toEqual(['connected', 'connected']);
    expect(ada.played).toHaveLength(1);
  });

  it('says nothing more where we leave while the browser counts', async () => {
    const { room, ada } = await moving();
    const finish = countsSlowly(ada);
    await room.pass(3000);
    ada.call.end();
    await room.deliver();
    finish();
    await settle();
    expect(room.mail).toEqual([]);
    expect(ada.connections.map(({ connectionState }) => connectionState)).toEqual(['closed', 'closed']);
  });

  it('forgets a member who is removed in the middle, and their late signals', async () => {
    const { room, ada } = await moving();
    ada.call.disappear('bo', false);
    ada.call.receive('bo', { session: 'Sbo', for: 'Sada', sfu: 'done' });
    ada.says({ slots: [{ mid: '4', member: 'bo', kind: 'voice' }] });
    await room.pass(3000);
    expect(keys(ada)).toEqual([]);
    expect(ada.connections.map(({ connectionState }) => connectionState)).toEqual(['closed', 'connected']);
  });

  it('ends where we are removed while the first offer is made, and an answer comes too late', async () => {
    const { room, ada } = await two();
    ada.call.setMedia('sfu');
    await Promise.resolve();
    ada.call.end();
    await room.pass(1000);
    ada.says(kAnswer);
    ada.call.setMedia('mesh');
    ada.call.reset('sfu', [member('bo')]);
    await room.pass(60_000);
    expect(ada.connections.map(({ connectionState }) => connectionState)).toEqual(['closed', 'closed']);
    expect(ada.toSfu).toEqual([]);
  });
});

describe('a move in which the SFU does not bring everything', () => {
  it('keeps the mesh as long as a voice comes by it alone', async () => {
    const { room, ada, bo } = await moving();
    ada.connections[0]!.level = 0.3;
    ada.says({ slots: [{ mid: '4', member: 'bo', kind: 'voice' }] });
    await room.pass(30_000);
    expect([first(ada), first(bo)]).toEqual(['connected', 'connected']);
    expect(ada.played).toHaveLength(1);
    ada.comes({ 4: 5 });
    await room.pass(4000);
    expect([first(ada), first(bo)]).toEqual(['closed', 'closed']);
    expect(ada.played).toHaveLength(1);
  });

  it('gives the mesh up after 10 s without a picture: the line may be too thin for both', async () => {
    const { room, ada } = await moving();
    ada.call.appear(member('bo', { video: true }));
    ada.call.setSeen('bo', 'camera', 300);
    await room.pass(9000);
    expect(first(ada)).toBe('connected');
    await room.pass(2000);
    expect(first(ada)).toBe('closed');
  });

  it('goes on where the browser cannot count once', async () => {
    const { room, ada } = await moving();
    const connection = ada.connections.at(-1)!;
    const { getStats } = connection;
    connection.getStats = () => Promise.reject(new Error('not now'));
    await room.pass(2000);
    expect(first(ada)).toBe('connected');
    connection.getStats = getStats;
    await room.pass(4000);
    expect(first(ada)).toBe('closed');
  });
});

describe('a move before a connection of the mesh is established', () => {
  it('takes a page from the SFU that moved there first, and never answers', async () => {
    const room = new Room();
    const [ada, bo] = [room.page('ada'), room.page('bo')];
    bo.call.reset('sfu', [member('ada')]);
    ada.call.reset('mesh', [member('bo')]);
    // His greeting was under way when the server moved the call.
    ada.call.receive('bo', { session: 'Sbo' });
    for (const page of [ada, bo]) {
      page.call.setMedia('sfu');
      await page.joinsSfu();
    }
    ada.says({ slots: [{ mid: '4', member: 'bo', kind: 'voice' }] });
    ada.comes({ 4: 5 });
    await room.pass(4000);
    expect(first(ada)).toBe('closed');
    expect(ada.call.participants.map(({ link }) => link)).toEqual(['connected']);
    expect(ada.played).toHaveLength(1);
  });
});

describe('a move while a connection of the mesh is interrupted', () => {
  it('keeps the connection as long as the other page has not reached the SFU', async () => {
    const { room, ada } = await two();
    ada.call.setMedia('sfu');
    await ada.joinsSfu();
    ada.connections[0]!.become('disconnected');
    await room.pass(5000);
    expect(first(ada)).toBe('disconnected');
  });
});

describe('a second move', () => {
  it('begins anew: what was said and heard in the first does not count', async () => {
    const { room, ada, bo } = await moving();
    // Ada needs the mesh no longer; Bo hears her, and does.
    bo.connections[0]!.level = 0.3;
    await room.pass(3000);
    expect(ada.played).toEqual([]);
    for (const media of ['mesh', 'sfu']) for (const page of [ada, bo]) page.call.setMedia(media);
    ada.connections[0]!.level = 0.3;
    await room.pass(3000);
    expect([first(ada), first(bo)]).toEqual(['connected', 'connected']);
    expect(ada.played).toHaveLength(1);
    expect(ada.connections).toHaveLength(2);
  });

  it('comes to its end as the first would have', async () => {
    const { room, ada, bo } = await moving();
    for (const media of ['mesh', 'sfu']) for (const page of [ada, bo]) page.call.setMedia(media);
    await room.pass(5000);
    expect([first(ada), first(bo)]).toEqual(['closed', 'closed']);
    expect(ada.call.participants.map(({ link }) => link)).toEqual(['connected']);
  });
});

describe('the key of a participant', () => {
  it('stays from the server to the mesh, and back', async () => {
    const room = new Room();
    const [ada, bo] = [room.page('ada'), room.page('bo')];
    for (const [page, other] of [[ada, 'bo'], [bo, 'ada']] as const) {
      page.call.reset('sfu', [member(other)]);
      await page.joinsSfu();
    }
    const seen = [keys(ada)];
    for (const page of [ada, bo]) page.call.setMedia('mesh');
    await room.deliver();
    for (const page of [ada, bo]) page.connections.at(-1)?.become('connected');
    await room.pass(500);
    expect([first(ada), ada.connections.at(-1)?.connectionState]).toEqual(['closed', 'connected']);
    seen.push(keys(ada));
    for (const page of [ada, bo]) {
      page.call.setMedia('sfu');
      await page.joinsSfu();
    }
    await room.pass(3000);
    seen.push(keys(ada));
    expect(seen).toEqual([['bo'], ['bo'], ['bo']]);
    expect(ada.call.participants[0]?.link).toBe('connected');
  });

  it('stays where somebody reloads the page, and after a restart of the server', async () => {
    const room = new Room();
    const ada = room.page('ada');
    ada.call.reset('sfu', [member('bo'), member('cy')]);
    expect(keys(ada)).toEqual(['bo', 'cy']);
    ada.call.disappear('bo', false);
    expect(keys(ada)).toEqual(['cy']);
    ada.call.appear(member('bo2', { author: 'author of bo' }));
    expect(keys(ada)).toEqual(['bo', 'cy']);
    // Everybody comes back one by one.
    ada.call.reset('sfu', []);
    ada.call.appear(member('cy3', { author: 'author of cy' }));
    ada.call.appear(member('bo3', { author: 'author of bo' }));
    expect(ada.call.participants.map(({ session, member }) => [session, member])).toEqual([['bo', 'bo3'], ['cy', 'cy3']]);
  });

  it('is another one for each page of a person who is there twice', async () => {
    const room = new Room();
    const ada = room.page('ada');
    ada.call.reset('sfu', [member('bo')]);
    ada.call.disappear('bo', false);
    for (const id of ['bo2', 'bo3']) ada.call.appear(member(id, { author: 'author of bo' }));
    expect(keys(ada)).toEqual(['bo', 'bo3']);
  });

  it('is never that of two pages of the mesh', async () => {
    const { room, ada, bo } = await two();
    // Bo loses the server, but not us; and comes with another page meanwhile.
    ada.call.disappear('bo', true);
    const twin = room.page('bo2');
    ada.call.appear(member('bo2', { author: 'author of bo' }));
    twin.call.reset('mesh', [member('ada')]);
    await room.deliver();
    expect(new Set(keys(ada)).size).toBe(2);
    room.pages.set('bo3', bo);
    ada.call.appear(member('bo3', { author: 'author of bo' }));
    ada.call.receive('bo3', { session: 'Sbo' });
    expect(ada.call.participants.map(({ session, member }) => [session, member])).toEqual([['bo', 'bo3'], ['Sbo2', 'bo2']]);
  });
});
