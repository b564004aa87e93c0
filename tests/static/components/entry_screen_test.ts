// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { shallowRef } from 'vue';
import EntryScreen from '@/components/EntryScreen.vue';
import { identity } from '@/app/identity';
import { ProtocolError } from '@/protocol';
import { settle } from '../support/fake_server';
import { fakeMeeting, fakeSession, mounted } from '../support/mounted';

const kParts = vi.hoisted(() => (name: string) => ({ default: { name, render: () => null } }));
vi.mock('@/components/DevicePreview.vue', () => kParts('DevicePreview'));
vi.mock('@/components/RoomPreview.vue', () => kParts('RoomPreview'));
vi.mock('@/components/ObstacleNote.vue', () => kParts('ObstacleNote'));

afterEach(() => (identity.value = undefined));

describe('a password', () => {
  const refused = () => Promise.reject(new ProtocolError('room_password', ''));

  function entry() {
    identity.value = { name: 'Ana', token: 'x' } as NonNullable<typeof identity.value>;
    const enter = vi.fn(refused);
    const rejoin = vi.fn(refused);
    const left = { room: 'A', meeting: false, password: 'of A' };
    const session = fakeSession({ left: shallowRef(left), enter, rejoin });
    const meeting = fakeMeeting();
    Object.assign(meeting.devices, { opening: shallowRef({}), closeAll: () => undefined, dropOpening: () => undefined, settle: () => Promise.resolve() });
    const view = mounted(EntryScreen, () => ({}), { session, meeting });
    const write = async (id: string, text: string) => {
      const field = view.root.querySelector<HTMLInputElement>(`#${id}`)!;
      field.value = text;
      field.dispatchEvent(new Event('input'));
      await view.update();
    };
    const click = async (label: string) => {
      view.button(label)?.click();
      await settle();
      await view.update();
    };
    const field = () => view.root.querySelector<HTMLInputElement>('#password');
    return { ...view, enter, rejoin, left, write, click, field };
  }

  it('is for the room that asked for it, and for no other', async () => {
    const { enter, rejoin, left, write, click, field } = entry();
    await write('room', 'B');
    await click('Join chat only');
    expect(field()?.value).toBe('');
    await write('password', 'of B');
    await click('Join chat only');
    expect(enter.mock.lastCall?.slice(1)).toEqual(['B', 'of B']);
    // What the page knows of A is better.
    await click('Rejoin A');
    expect(rejoin).toHaveBeenLastCalledWith(left, undefined);
    expect(field()?.value).toBe('');
    await write('password', 'new of A');
    await click('Rejoin A');
    expect(rejoin).toHaveBeenLastCalledWith(left, 'new of A');
    await write('room', 'C');
    expect(field()).toBeNull();
    await click('Join chat only');
    expect(enter.mock.lastCall?.slice(1)).toEqual(['C', undefined]);
  });
});
