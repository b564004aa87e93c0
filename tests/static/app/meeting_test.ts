// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { shallowRef } from 'vue';
import { Meeting } from '@/app/meeting';
import { Call } from '@/media/call';
import { ProtocolError, type ClientEvent, type Flags, type Member } from '@/protocol';
import { dismissReload, reloadReason } from '@/app/reload';
import type { Session } from '@/app/session';
import { kNothingYet, type Room, type State } from '@/state/state';
import { FakeDevices } from '../support/fake_devices';
import { settle } from '../support/fake_server';

vi.mock('@/media/levels', async (original) => ({
  ...(await original<object>()),
  LevelMeter: class {
    level = (): number => 0;
    close = (): void => undefined;
  },
}));

beforeEach(() => vi.spyOn(console, 'warn').mockImplementation(() => undefined));
/** Those that a test has made. A call that is not left has a timer, which would go off after the test's window is gone. */
const made: Meeting[] = [];
afterEach(() => {
  for (const meeting of made.splice(0)) void meeting.leave();
  dismissReload();
  vi.unstubAllGlobals();
});

function member(id: string, fields: Partial<Member> = {}): Member {
  const off = { call: false, audio: false, video: false, screen: false, hand: false, muted: false };
  return { id, name: id, role: 'guest', ...off, ...fields } as Member;
}
const kEverything = { microphone: true, camera: true, screen: true, chat: true };
const roomOf = (name: string, others: Member[] = []): Room =>
  ({ name, role: 'guest', allow: kEverything, members: [member('me'), ...others], iceServers: [], media: 'mesh' }) as unknown as Room;

function page(room: Room | null = roomOf('lab')) {
  const browser = new FakeDevices().install();
  const state = shallowRef<State>({ ...kNothingYet, self: { id: 'me', name: 'me', role: 'guest' }, room: room ?? undefined });
  const flags: Partial<Flags>[] = [];
  let listener: (event: ClientEvent) => void = () => undefined;
  const session = {
    state,
    subscribe: (each: typeof listener) => (listener = each),
    signal: () => undefined,
    stopped: vi.fn(),
    setFlags: (each: Partial<Flags>) => {
      flags.push(each);
      return Promise.resolve();
    },
  };
  const adapter = { arrive: () => undefined as void, fail: (_error: Error) => undefined as void };
  const loading = new Promise<typeof Call>((resolve, reject) => Object.assign(adapter, { arrive: () => resolve(Call), fail: reject }));
  const meeting = new Meeting(session as unknown as Session, () => loading);
  made.push(meeting);
  const become = (next: Partial<State>) => (state.value = { ...state.value, ...next });
  /** A host says something about us. */
  const selfBecomes = (fields: Partial<Member>, name = 'lab') => {
    const self = member('me', fields);
    become({ room: { ...roomOf(name), members: [self] } });
    listener({ type: 'member_changed', room: name, member: self } as ClientEvent);
  };
  const hears = (event: ClientEvent) => listener(event);
  const allows = (allow: Partial<Room['allow']>, role: Room['role'] = 'guest') => {
    const room = state.value.room!;
    become({ room: { ...room, role, allow: { ...kEverything, ...allow } } });
    listener({ type: 'room_changed', room: room.name, allow: { ...kEverything, ...allow } });
  };
  return { meeting, session, devices: meeting.devices, browser, flags, adapter, become, selfBecomes, hears, allows };
}

async function inCall(...args: Parameters<typeof page>) {
  const all = page(...args);
  void all.meeting.join();
  all.adapter.arrive();
  await settle();
  expect(all.meeting.phase.value).toBe('in');
  return all;
}

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

  it('keeps quiet where its part does not come before one joins', async () => {
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

  it('stays open from the door into the room, whose name may be written otherwise', async () => {
    const { become, devices, browser } = page(null);
    become({ outside: { room: 'LAB', refused: false } });
    void devices.setCamera(true);
    browser.answer();
    await settle();
    become({ outside: undefined, room: roomOf('lab') });
    expect(devices.flags.video).toBe(true);
  });
});

describe('a host turns off', () => {
  it('our microphone, and we may turn it on again', async () => {
    const { devices, browser, hears, meeting } = await inCall();
    const quieted: ClientEvent = { type: 'quieted', room: 'lab', by: 'Ana' };
    void devices.setMicrophone(true);
    browser.answer();
    await settle();
    hears(quieted);
    expect(devices.voiceOn.value).toBe(false);
    expect([...meeting.watching.warnings.value]).toEqual([]);
    void devices.setMicrophone(true);
    await settle();
    expect(devices.voiceOn.value).toBe(true);
    hears({ ...quieted, room: 'another' });
    expect(devices.voiceOn.value).toBe(true);
  });

  it('a microphone that still opens: it is stopped', async () => {
    const { devices, browser, hears } = await inCall();
    void devices.setMicrophone(true);
    hears({ type: 'quieted', room: 'lab', by: 'Ana' });
    const track = browser.answer();
    await settle();
    expect(track.readyState).toBe('ended');
    expect(devices.voiceOn.value).toBe(false);
  });

  it('our camera, and only what was on by the word of the server', async () => {
    const { devices, browser, selfBecomes, session } = await inCall();
    void devices.setCamera(true);
    browser.answer();
    await settle();
    selfBecomes({ hand: true, video: false });
    expect(devices.flags.video).toBe(true);
    selfBecomes({ video: true });
    expect(session.stopped).not.toHaveBeenCalled();
    selfBecomes({ video: false });
    expect(devices.flags.video).toBe(false);
    expect(session.stopped).toHaveBeenCalledWith('camera');
  });

  /** The server's answers to what we tell it, which come when the test gives them. */
  const holdAnswers = (session: ReturnType<typeof page>['session']) => {
    const waiting: (() => void)[] = [];
    session.setFlags = () => new Promise<void>((resolve) => waiting.push(resolve));
    return async () => {
      waiting.shift()?.();
      await settle();
    };
  };

  it.each([
    ['camera', 'video'],
    ['screen', 'screen'],
  ] as const)('nothing where we turned our %s off and on again, and the server answers late', async (source, flag) => {
    const { devices, browser, selfBecomes, session } = await inCall();
    const turn = (on: boolean) => void (source === 'camera' ? devices.setCamera(on) : devices.setScreen(on));
    const turnOn = async () => {
      turn(true);
      browser.answer();
      await settle();
    };
    await turnOn();
    selfBecomes({ call: true, [flag]: true });
    const answer = holdAnswers(session);
    turn(false);
    await turnOn();
    await answer();
    selfBecomes({ call: true, [flag]: false });
    expect(devices.flags[flag]).toBe(true);
    expect(session.stopped).not.toHaveBeenCalled();
    await answer();
    selfBecomes({ call: true, [flag]: true });
    selfBecomes({ call: true, [flag]: false });
    expect(devices.flags[flag]).toBe(false);
    expect(session.stopped).toHaveBeenCalledWith(source);
  });

  it('nothing where we left the meeting and joined it again, and the server answers late', async () => {
    const { devices, browser, meeting, selfBecomes, session } = await inCall();
    const turnOn = async () => {
      void devices.setCamera(true);
      browser.answer();
      await settle();
    };
    await turnOn();
    selfBecomes({ call: true, video: true });
    const answer = holdAnswers(session);
    void meeting.leave();
    await turnOn();
    void meeting.join();
    await settle();
    expect(meeting.phase.value).toBe('in');
    await answer();
    selfBecomes({});
    await answer();
    selfBecomes({ call: true, video: true });
    expect(meeting.phase.value).toBe('in');
    expect(devices.flags.video).toBe(true);
    expect(session.stopped).not.toHaveBeenCalled();
  });

  it('the meeting: what was open is closed', async () => {
    const { devices, browser, meeting, selfBecomes, session } = await inCall();
    void devices.setCamera(true);
    browser.answer();
    await settle();
    selfBecomes({ call: true, video: true });
    selfBecomes({});
    expect(meeting.phase.value).toBe('out');
    expect(browser.live).toEqual([]);
    expect(session.stopped).toHaveBeenCalledOnce();
    expect(session.stopped).toHaveBeenCalledWith('call');
  });

  it('nothing where we come back, and the server does not know yet what is on', async () => {
    const { devices, browser, selfBecomes, hears } = await inCall();
    void devices.setCamera(true);
    browser.answer();
    await settle();
    selfBecomes({ video: true });
    hears({ type: 'entered', room: 'lab' } as ClientEvent);
    selfBecomes({ role: 'host', video: false });
    expect(devices.flags.video).toBe(true);
  });
});

describe('hosts forbid to all', () => {
  it('what is on, which goes off, and stays off until it is allowed again', async () => {
    const { devices, browser, meeting, session, allows } = await inCall();
    void devices.setMicrophone(true);
    browser.answer();
    void devices.setCamera(true);
    browser.answer();
    await settle();
    allows({ microphone: false, camera: false });
    expect(devices.flags).toMatchObject({ audio: false, video: false });
    expect(session.stopped).not.toHaveBeenCalled();
    await devices.setMicrophone(true);
    await devices.setCamera(true);
    await settle();
    expect(devices.flags).toMatchObject({ audio: false, video: false });
    expect([...meeting.watching.warnings.value]).toEqual(['forbidden_microphone', 'forbidden_camera']);
    allows({ camera: false });
    expect([...meeting.watching.warnings.value]).toEqual(['forbidden_camera']);
    await devices.setMicrophone(true);
    expect(devices.voiceOn.value).toBe(true);
  });

  it('what still opens: it is stopped', async () => {
    const { devices, browser, allows } = await inCall();
    void devices.setScreen(true);
    allows({ screen: false });
    const track = browser.answer();
    await settle();
    expect(track.readyState).toBe('ended');
  });

  it('nothing of a host', async () => {
    const { devices, browser, meeting, allows } = await inCall();
    void devices.setMicrophone(true);
    browser.answer();
    await settle();
    allows({ microphone: false }, 'host');
    expect(devices.voiceOn.value).toBe(true);
    expect(meeting.allows('microphone')).toBe(true);
  });

  it('what was opened before the call', async () => {
    const { devices, browser, meeting, adapter, flags } = page({ ...roomOf('lab'), allow: { ...kEverything, camera: false } });
    Reflect.set(devices, 'around', { ...Reflect.get(devices, 'around'), allowed: () => true });
    void devices.setCamera(true);
    browser.answer();
    await settle();
    void meeting.join();
    adapter.arrive();
    await settle();
    expect(flags.find(({ call }) => call)).toMatchObject({ video: false });
  });
});

describe('a host mutes', () => {
  it('while the microphone opens: it is stopped, and the person is told', async () => {
    const { devices, browser, selfBecomes, meeting } = await inCall();
    void devices.setMicrophone(true);
    selfBecomes({ muted: true });
    const track = browser.answer();
    await settle();
    expect(track.readyState).toBe('ended');
    expect(devices.voiceOn.value).toBe(false);
    expect([...meeting.watching.warnings.value]).toEqual(['muted_by_host']);
    selfBecomes({ muted: false });
    expect([...meeting.watching.warnings.value]).toEqual([]);
  });

  it('before the call: the preview is off, too', async () => {
    const { devices, browser, selfBecomes } = page();
    void devices.setMicrophone(true);
    browser.answer();
    await settle();
    selfBecomes({ muted: true });
    expect(devices.voiceOn.value).toBe(false);
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
