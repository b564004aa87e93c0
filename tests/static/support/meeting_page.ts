// A meeting on a page whose session, devices and call adapter do what a test lets them. No level is ever heard.

import { afterEach, beforeEach, expect, vi } from 'vitest';
import { shallowRef } from 'vue';
import { Meeting } from '@/app/meeting';
import { dismissReload } from '@/app/reload';
import type { Session } from '@/app/session';
import { Call } from '@/media/call';
import type { ClientEvent, Flags, Member } from '@/protocol';
import { kNothingYet, type Room, type State } from '@/state/state';
import { FakeDevices } from './fake_devices';
import { settle } from './fake_server';

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

export function member(id: string, fields: Partial<Member> = {}): Member {
  const off = { call: false, audio: false, video: false, screen: false, hand: false, muted: false };
  return { id, name: id, role: 'guest', ...off, ...fields } as Member;
}
export const kEverything = { microphone: true, camera: true, screen: true, chat: true };
export const roomOf = (name: string, others: Member[] = []): Room =>
  ({ name, role: 'guest', allow: kEverything, members: [member('me'), ...others], iceServers: [], media: 'mesh' }) as unknown as Room;

export function page(room: Room | null = roomOf('lab')) {
  const browser = new FakeDevices().install();
  const state = shallowRef<State>({ ...kNothingYet, self: { id: 'me', name: 'me', role: 'guest' }, room: room ?? undefined });
  const flags: Partial<Flags>[] = [];
  let listener: (event: ClientEvent) => void = () => undefined;
  const session = {
    state,
    subscribe: (each: typeof listener) => (listener = each),
    signal: () => undefined,
    stopped: vi.fn(),
    moderate: vi.fn(() => Promise.resolve()),
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

export async function inCall(...args: Parameters<typeof page>) {
  const all = page(...args);
  void all.meeting.join();
  all.adapter.arrive();
  await settle();
  expect(all.meeting.phase.value).toBe('in');
  return all;
}
