import { describe, expect, it } from 'vitest';
import type { ClientEvent, Member } from '@/protocol';
import { onlyOtherHost } from '@/state/people';
import { reduce, type PageEvent } from '@/state/reducer';
import { kNothingYet, noticePath, type State } from '@/state/state';
import { joined, member, welcome } from '../support/fake_server';

const ana = member();
const bo = member({ id: 'm2', name: 'Bo', role: 'host' });
const cy = member({ id: 'm3', name: 'Cy', role: 'admin' });

function inRoomWith(members: Member[], ...events: (ClientEvent | PageEvent)[]): State {
  const before: ClientEvent[] = [
    { type: 'welcome', welcome: welcome() as never },
    { type: 'entered', room: 'lobby', joined: joined({ members }), resumed: false, more: false },
  ];
  return [...before, ...events].reduce((now, event) => reduce(now, { now: 5, looking: false, ...event } as never), kNothingYet);
}
const toldIn = (state: State) => state.room?.told.map(({ what, by }) => `${what} ${by}`);

describe('the host behind an action', () => {
  it('is the only host beside us', () => {
    expect(onlyOtherHost([ana, bo], 'm1')).toBe('Bo');
    expect(onlyOtherHost([{ ...ana, role: 'host' }, cy], 'm1')).toBe('Cy');
  });

  it('is not known where there are several, or none', () => {
    expect(onlyOtherHost([ana, bo, cy], 'm1')).toBeUndefined();
    expect(onlyOtherHost([{ ...ana, role: 'host' }], 'm1')).toBeUndefined();
  });

  it('may be at several devices', () => {
    expect(onlyOtherHost([ana, bo, { ...bo, id: 'm9' }], 'm1')).toBe('Bo');
  });
});

describe('what a host did to us', () => {
  const stopped = (what: 'camera' | 'screen' | 'call'): PageEvent => ({ type: 'stopped', what, now: 5 });
  const lowered: ClientEvent = { type: 'hand_lowered', room: 'lobby' };

  it('has the name of the host, in the chat, too', () => {
    const state = inRoomWith([ana, bo], stopped('camera'), stopped('screen'), stopped('call'), lowered);
    expect(toldIn(state)).toEqual(['stopped_camera Bo', 'stopped_screen Bo', 'stopped_call Bo', 'hand_lowered Bo']);
    expect(state.room?.entries).toMatchObject(Array(4).fill({ name: 'Bo' }));
  });

  it('has no name where two may have done it', () => {
    expect(toldIn(inRoomWith([ana, bo, cy], stopped('camera'), lowered))).toEqual(['stopped_camera ', 'hand_lowered ']);
  });

  it.each(['kicked', 'banned', 'ended'] as const)('is said on the way out, too: %s', (reason) => {
    expect(inRoomWith([ana, bo], { type: 'room_lost', room: 'lobby', reason }).lost).toEqual({ room: 'lobby', reason, by: 'Bo' });
  });

  it('was no host where the room itself says no', () => {
    expect(inRoomWith([ana, bo], { type: 'room_lost', room: 'lobby', reason: 'room_full' }).lost).toEqual({ room: 'lobby', reason: 'room_full' });
  });

  it('is not told where we did it ourselves, at another device', () => {
    const own = { type: 'quieted', room: 'lobby', by: ana.name } as const;
    const state = inRoomWith([{ ...ana, call: true, muted: true }, bo], own, { ...own, until_unmuted: true });
    expect(toldIn(state)).toEqual([]);
    expect(state.room).toMatchObject({ entries: [], mutedBy: ana.name });
  });
});

describe('the words of a notice', () => {
  it('have a name where one is known and said', () => {
    expect(noticePath('stopped_call', 'Bo')).toBe('notice.stopped_call_by');
    expect(noticePath('stopped_call', '')).toBe('notice.stopped_call');
    expect(noticePath('joined', 'Bo')).toBe('notice.joined');
  });
});
