// A client in front of a room with a waiting room, and one whose person lets others in.

import { describe, expect, it } from 'vitest';
import { joined, message, welcome } from '../support/fake_server';
import { inLobby, online, type Running } from '../support/running_client';

describe('a room with a waiting room', () => {
  const waiting = { type: 'error', code: 'waiting', text: 'a host must let you in' };
  const admission = (admitted: boolean, room = 'lobby') => ({ type: 'admission', room, admitted });

  async function outside(room = 'lobby'): Promise<Running & { entered: Promise<unknown> }> {
    const run = await online();
    const entered = run.client.join(room, 'secret');
    await run.socket().answer('join', waiting);
    return { ...run, entered };
  }

  /** The connection is lost, and there again. */
  async function back(run: Running): Promise<void> {
    await run.socket().drop();
    await run.timers.advance(10_000);
    await run.socket().open();
    await run.socket().answer('hello', welcome({ id: 'm9', token: 't2' }));
  }

  it('is joined as soon as a host admits the person', async () => {
    const run = await outside();
    expect(run.of('outside')).toEqual([{ type: 'outside', room: 'lobby' }]);
    await run.socket().say(admission(true));
    expect(run.socket().requests('join').at(-1)).toMatchObject({ room: 'lobby', password: 'secret' });
    expect(run.socket().requests('join')).toHaveLength(2);
    await run.socket().answer('join', joined());
    await expect(run.entered).resolves.toMatchObject({ room: 'lobby' });
  });

  it('is told of by the name that was asked for, however the room is called', async () => {
    const run = await outside('STRASSE');
    await run.socket().say(admission(true, 'strasse'));
    expect(run.socket().requests('join')).toHaveLength(1);
    await run.socket().say(admission(true, 'STRASSE'));
    expect(run.of('admission')).toMatchObject([{ room: 'STRASSE', admitted: true }]);
    await run.socket().answer('join', joined({ room: 'Straße' }));
    await expect(run.entered).resolves.toMatchObject({ room: 'Straße' });
  });

  it('may be asked again after a denial', async () => {
    const run = await outside();
    run.client.askAgain('lobby');
    expect(run.socket().requests('join')).toHaveLength(1);
    await run.socket().say(admission(false));
    expect(run.of('admission')).toMatchObject([{ admitted: false }]);
    run.client.askAgain('lobby');
    expect(run.socket().requests('join')).toHaveLength(2);
    await run.socket().answer('join', waiting);
    await run.socket().say(admission(true));
    await run.socket().answer('join', joined());
    await expect(run.entered).resolves.toMatchObject({ room: 'lobby' });
  });

  it('is waited for again after the connection was lost, but not after a denial', async () => {
    const run = await outside();
    await back(run);
    expect(run.socket().requests('join')).toHaveLength(1);
    await run.socket().answer('join', waiting);
    await run.socket().say(admission(false));
    await back(run);
    expect(run.socket().requests('join')).toHaveLength(0);
  });

  it('may be full when the person is admitted', async () => {
    const run = await outside();
    await run.socket().say(admission(true));
    await run.socket().answer('join', { type: 'error', code: 'room_full', text: 'full' });
    await expect(run.entered).rejects.toMatchObject({ code: 'room_full' });
    expect(run.of('room_lost')).toEqual([{ type: 'room_lost', room: 'lobby', reason: 'room_full' }]);
  });

  it('is left by leaving', async () => {
    const run = await outside();
    const left = run.client.leave('lobby');
    await run.socket().answer('leave', { type: 'ok' });
    await left;
    await run.socket().say(admission(true));
    expect(run.socket().requests('join')).toHaveLength(1);
  });

  describe('whose server forgot its admissions', () => {
    async function backOutside(): Promise<Running> {
      const run = await inLobby({ messages: [message(1)], last: 1 });
      const flags = run.client.setFlags('lobby', { call: true, audio: true });
      await run.socket().answer('state', { type: 'ok' });
      await flags;
      await back(run);
      await run.socket().answer('join', waiting);
      return run;
    }

    it('is waited for again, and then goes on where it was', async () => {
      const run = await backOutside();
      expect([run.of('outside'), run.of('room_lost')]).toEqual([[{ type: 'outside', room: 'lobby' }], []]);
      run.client.post('lobby', 'meanwhile');
      expect(run.socket().requests('message')).toEqual([]);
      await run.socket().say(admission(true));
      expect(run.socket().requests('join').at(-1)).toMatchObject({ room: 'lobby', since: 1 });
      await run.socket().answer('join', joined({ messages: [message(2)], last: 2 }));
      expect(run.of('entered').at(-1)).toMatchObject({ resumed: true });
      expect(run.seen()).toEqual(['text 1', 'text 2']);
      expect(run.socket().requests('state')).toMatchObject([{ call: true, audio: true }]);
      expect(run.socket().requests('message')).toMatchObject([{ text: 'meanwhile' }]);
    });

    it('is lost to a member who is not admitted again', async () => {
      const run = await backOutside();
      await run.socket().say(admission(false));
      expect(run.of('room_lost')).toEqual([{ type: 'room_lost', room: 'lobby', reason: 'not_admitted' }]);
      expect(run.of('admission')).toEqual([]);
    });
  });

  it('passes the waiting people on to a host', async () => {
    const run = await inLobby({ role: 'host', waiting_room: true, waiting: [] });
    const people = [{ id: 'm7', name: 'Zoë', role: 'guest' }];
    await run.socket().say({ type: 'waiting', room: 'lobby', people });
    expect(run.of('waiting')).toMatchObject([{ room: 'lobby', people }]);
  });
});
