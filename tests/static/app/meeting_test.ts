// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';
import { reloadReason } from '@/app/reload';
import type { Session } from '@/app/session';
import { ProtocolError } from '@/protocol';
import { settle } from '../support/fake_server';
import { inCall, member, page, roomOf } from '../support/meeting_page';

describe('joining the call', () => {
  it('is with what is open, and says so to the others', async () => {
    const { devices, browser, meeting, adapter, flags } = page();
    void devices.setMicrophone(true);
    browser.answer();
    await settle();
    void meeting.join();
    adapter.arrive();
    await settle();
    expect(flags).toEqual([{ call: true, audio: true, video: false, screen: false }]);
  });

  it('is without a device that is still being opened', async () => {
    const { devices, browser, meeting, adapter } = page();
    void devices.setCamera(true);
    void meeting.join();
    adapter.arrive();
    browser.answer();
    await settle();
    expect(browser.live).toEqual([]);
    expect(devices.flags.video).toBe(false);
  });

  it('reports nothing where its part fails to load before joining', async () => {
    const { meeting, adapter } = page();
    meeting.prepare();
    adapter.fail(new Error('gone'));
    await Promise.resolve();
    expect(meeting.phase.value).toBe('out');
    expect(reloadReason.value).toBeUndefined();
  });

  it('ends with everything closed and an offer to reload where a part of the page is gone', async () => {
    const { devices, browser, meeting, adapter } = page();
    void devices.setCamera(true);
    browser.answer();
    await settle();
    const joined = meeting.join();
    adapter.fail(new TypeError('Failed to fetch dynamically imported module'));
    await joined;
    expect(meeting.phase.value).toBe('out');
    expect(browser.live).toEqual([]);
    expect(reloadReason.value).toBe('meeting');
  });

  it('ends in the same way where it fails half way', async () => {
    const { meeting, adapter, flags } = page(roomOf('lab', [member('other', { call: true })]));
    const session = Reflect.get(meeting, 'session') as Pick<Session, 'signal'>;
    session.signal = () => {
      throw new Error('no signal');
    };
    const joined = meeting.join();
    adapter.arrive();
    await joined;
    expect(meeting.phase.value).toBe('out');
    expect(flags.at(-1)).toEqual({ call: false, audio: false, video: false, screen: false });
    expect(reloadReason.value).toBe('meeting');
  });

  it('does not wait for ever', async () => {
    vi.useFakeTimers();
    const { meeting } = page();
    const joined = meeting.join();
    await vi.advanceTimersByTimeAsync(60_000);
    vi.useRealTimers();
    await joined;
    expect(meeting.phase.value).toBe('out');
  });

  it.each([
    ['the meeting was left', ({ meeting }: ReturnType<typeof page>) => void meeting.leave()],
    ['the room was left', ({ become }: ReturnType<typeof page>) => become({ room: undefined })],
    ['the room is another one', ({ become }: ReturnType<typeof page>) => become({ room: roomOf('hall') })],
  ])('does not happen when %s meanwhile', async (_, leave) => {
    const all = page();
    void all.meeting.join();
    leave(all);
    all.adapter.arrive();
    await settle();
    expect(all.meeting.phase.value).toBe('out');
    expect(all.flags.some(({ call }) => call)).toBe(false);
    expect(reloadReason.value).toBeUndefined();
  });
});

describe('a device that opens late', () => {
  it.each([
    ['leaving the meeting', ({ meeting }: ReturnType<typeof page>) => void meeting.leave()],
    ['leaving the room', ({ become }: ReturnType<typeof page>) => become({ room: undefined })],
    ['being sent out', ({ become }: ReturnType<typeof page>) => become({ room: undefined, lost: { room: 'lab', reason: 'kicked' } })],
    ['another room', ({ become }: ReturnType<typeof page>) => become({ room: roomOf('hall') })],
  ])('is stopped after %s', async (_, leave) => {
    const all = await inCall();
    void all.devices.setMicrophone(true);
    void all.devices.setCamera(true);
    void all.devices.setScreen(true);
    leave(all);
    for (let i = 0; i < 3; i++) all.browser.answer();
    await settle();
    expect(all.browser.opened.map(({ readyState }) => readyState)).toEqual(['ended', 'ended', 'ended']);
    expect(all.devices.flags).toEqual({ audio: false, video: false, screen: false });
  });

  it('is stopped where the way to a room ended in front of it', async () => {
    const { become, devices, browser } = page(null);
    become({ outside: { room: 'lab', refused: false } });
    void devices.setCamera(true);
    become({ outside: undefined, lost: { room: 'lab', reason: 'room_full' } });
    browser.answer();
    await settle();
    expect(browser.live).toEqual([]);
  });

  it('stays open from the waiting room into the room, whose name may be spelled differently', async () => {
    const { become, devices, browser } = page(null);
    become({ outside: { room: 'LAB', refused: false } });
    void devices.setCamera(true);
    browser.answer();
    await settle();
    become({ outside: undefined, room: roomOf('lab') });
    expect(devices.flags.video).toBe(true);
  });
});

describe('the first screen', () => {
  it('may open devices by itself until somebody was in a room', () => {
    const { meeting, become } = page(null);
    expect(meeting.isFresh).toBe(true);
    become({ room: roomOf('lab') });
    become({ room: undefined });
    expect(meeting.isFresh).toBe(false);
  });
});

it('a refusal by the server does not hold up leaving', async () => {
  const { meeting } = await inCall();
  const session = Reflect.get(meeting, 'session') as { setFlags: () => Promise<void> };
  session.setFlags = () => Promise.reject(new ProtocolError('not_in_room', ''));
  await meeting.leave();
  expect(meeting.phase.value).toBe('out');
});

describe('coming back to a room that was lost', () => {
  const lost = (reason: string) => ({ room: undefined, lost: { room: 'lab', reason } });

  async function lostIn(reason = 'kicked') {
    const all = await inCall();
    void all.devices.setMicrophone(true);
    all.browser.answer();
    await settle();
    all.become(lost(reason));
    expect(all.browser.live).toEqual([]);
    return all;
  }
  const into = ({ become }: Awaited<ReturnType<typeof inCall>>) => () => {
    become({ room: roomOf('lab'), lost: undefined });
    return Promise.resolve();
  };

  it('leads into its meeting, with what was on', async () => {
    const all = await lostIn();
    expect(all.meeting.lostIn.value).toEqual({ audio: true, video: false });
    void all.meeting.comeBack(into(all));
    await settle();
    all.browser.answer();
    await settle();
    expect(all.meeting.phase.value).toBe('in');
    expect(all.devices.flags).toEqual({ audio: true, video: false, screen: false });
    expect(all.meeting.lostIn.value).toBeUndefined();
  });

  it('leads nowhere where the room says no, and may be tried again', async () => {
    const all = await lostIn();
    await expect(all.meeting.comeBack(() => Promise.reject(new ProtocolError('room_password', '')))).rejects.toMatchObject({ code: 'room_password' });
    expect(all.meeting.phase.value).toBe('out');
    expect(all.meeting.lostIn.value).toBeDefined();
  });

  it('leads only into the room after its meeting was ended, or where the person was not in it', async () => {
    const all = await lostIn('ended');
    await all.meeting.comeBack(into(all));
    expect([all.meeting.phase.value, all.browser.live]).toEqual(['out', []]);
    const chat = page();
    chat.become(lost('kicked'));
    expect(chat.meeting.lostIn.value).toBeUndefined();
  });

  it('turns nothing on for a person who had to wait for a host, and is remembered meanwhile', async () => {
    const all = await lostIn();
    const outside = { room: 'lab', refused: false };
    const wait = () => all.become({ outside, lost: undefined });
    const refused = all.meeting.comeBack(() => {
      wait();
      all.become({ ...lost('not_admitted'), outside: undefined });
      return Promise.reject(new ProtocolError('room_locked', ''));
    });
    await expect(refused).rejects.toMatchObject({ code: 'room_locked' });
    expect(all.meeting.lostIn.value).toEqual({ audio: true, video: false });
    await all.meeting.comeBack(() => {
      wait();
      all.become({ outside: undefined, room: roomOf('lab') });
      return Promise.resolve();
    });
    await settle();
    expect(all.meeting.phase.value).toBe('in');
    expect([all.devices.flags, all.browser.live]).toEqual([{ audio: false, video: false, screen: false }, []]);
    expect(all.meeting.lostIn.value).toBeUndefined();
  });

  it('is forgotten when the person goes to another room', async () => {
    const { become, meeting } = await lostIn();
    become({ lost: undefined });
    expect(meeting.lostIn.value).toBeUndefined();
  });
});
