// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';
import PeoplePanel from '@/components/PeoplePanel.vue';
import RoomDuties from '@/components/RoomDuties.vue';
import { ProtocolError } from '@/protocol';
import { reduce } from '@/state/reducer';
import { kNothingYet } from '@/state/state';
import { joined, member, settle } from '../support/fake_server';
import { fakeSession, mounted } from '../support/mounted';

function roomWith(more: Parameters<typeof joined>[0]) {
  const event = { type: 'entered', room: 'lab', joined: joined(more), resumed: false, more: false, now: 0, looking: false } as const;
  return reduce(kNothingYet, event).room!;
}
const shown = (more: Parameters<typeof joined>[0] = {}, session = fakeSession()) =>
  mounted(RoomDuties, () => ({ room: roomWith({ role: 'host', ...more }) }), { session });

describe('what a host does for everybody', () => {
  it.each([
    ['Mute all', {}, ['quiet', {}]],
    ['Lower all hands', { members: [member({ hand: true })] }, ['lower_hands', {}]],
    ['Lock the room', {}, ['lock', {}]],
    ['Lock the room', { locked: true }, ['unlock', {}]],
    ['Microphone', {}, ['allow', { value: { microphone: false } }]],
    ['Camera', {}, ['allow', { value: { camera: false } }]],
    ['Screen', {}, ['allow', { value: { screen: false } }]],
    ['Chat', { allow: { microphone: true, camera: true, screen: true, chat: false } }, ['allow', { value: { chat: true } }]],
  ])('is one click: %s', (name, more, request) => {
    const { button, session } = shown(more);
    button(name)?.click();
    expect(session.moderate.mock.calls).toEqual([request]);
  });

  it('shows what is allowed, and whether the room is locked', () => {
    const { root } = shown({ locked: true, allow: { microphone: false, camera: true, screen: true, chat: true } });
    const states = [...root.querySelectorAll('[role=switch]')].map((each) => [each.textContent?.trim(), each.getAttribute('aria-checked')]);
    expect(states).toEqual([['Lock the room', 'true'], ['Microphone', 'false'], ['Camera', 'true'], ['Screen', 'true'], ['Chat', 'true']]);
  });

  it('is the end of the meeting, after one question', async () => {
    const { button, meeting, update } = shown({ members: [member({ call: true })] });
    button('End meeting')?.click();
    await update();
    button('Cancel')?.click();
    await update();
    button('End meeting')?.click();
    await update();
    button('End meeting, keep the chat')?.click();
    await settle();
    button('End meeting')?.click();
    await update();
    button('End and remove everyone')?.click();
    await settle();
    expect(meeting.endForAll.mock.calls).toEqual([[undefined], ['room']]);
  });

  it('says why something cannot be done', async () => {
    const session = fakeSession({ moderate: vi.fn(() => Promise.reject(new ProtocolError('forbidden', ''))) });
    const { root, button } = shown({}, session);
    button('Mute all')?.click();
    await settle();
    expect(root.querySelector('[role=alert]')?.textContent).toBe('You may not do this here');
  });

  it('is not for others', () => {
    const { button } = mounted(PeoplePanel, () => ({ room: roomWith({ role: 'guest' }) }));
    expect(button('Mute all')).toBeUndefined();
  });
});
