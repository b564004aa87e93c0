// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp, h, nextTick, type App } from 'vue';
import PersonRow from '@/components/PersonRow.vue';
import UndoLines from '@/components/UndoLines.vue';
import { Removals } from '@/app/removals';
import { kSession, type Session } from '@/app/session';
import { i18n } from '@/i18n';
import type { Member } from '@/protocol';
import type { Room } from '@/state/state';
import { member, settle } from '../support/fake_server';

const moderate = vi.fn(() => Promise.resolve());
let app: App | undefined;
let root: HTMLElement;

function mounted(fields: Partial<Member>, role: Room['role'] = 'host'): void {
  const bo = member({ id: 'm2', name: 'Bo', call: true, ...fields });
  const room = { role, hands: bo.hand ? ['m2'] : [] } as unknown as Room;
  root = document.createElement('div');
  app = createApp({ render: () => [h(PersonRow, { member: bo, room, isSelf: false, unfolded: true }), h(UndoLines)] });
  app.use(i18n).provide(kSession, { moderate, removals: new Removals(moderate, ({ member }) => [member]) } as unknown as Session).mount(root);
}

function button(name: string): HTMLElement | undefined {
  return [...root.querySelectorAll('button')].find((each) => (each.getAttribute('aria-label') ?? each.textContent ?? '').trim() === name);
}

beforeEach(() => moderate.mockClear());
afterEach(() => app?.unmount());

describe('a person in the list of a host', () => {
  it.each([
    ['Mute: Bo', { audio: true }, 'quiet'],
    ['Allow again: Bo', { muted: true }, 'unmute'],
    ['Lower hand: Bo', { hand: true }, 'lower_hand'],
    ['Make host: Bo', {}, 'promote'],
    ['Remove as host: Bo', { role: 'host' as const }, 'demote'],
  ])('has "%s" in one click', (name, fields, action) => {
    mounted(fields);
    button(name)?.click();
    expect(moderate.mock.calls).toEqual([[action, { member: 'm2' }]]);
  });

  it.each([
    ['Stop camera: Bo', { video: true }, 'camera'],
    ['Stop screen sharing: Bo', { screen: true }, 'screen'],
  ])('has "%s" in one click', (name, fields, value) => {
    mounted(fields);
    button(name)?.click();
    expect(moderate.mock.calls).toEqual([['stop', { member: 'm2', value }]]);
  });

  it('is blocked by a second choice, by its name', () => {
    mounted({ audio: true });
    expect(button('Block microphone and chat: Bo')).toBeUndefined();
    button('Block microphone and chat')?.click();
    expect(moderate.mock.calls).toEqual([['mute', { member: 'm2' }]]);
  });

  it('has nothing to turn off where nothing is on', () => {
    mounted({});
    for (const name of ['Mute: Bo', 'Stop camera: Bo', 'Stop screen sharing: Bo', 'Lower hand: Bo']) expect(button(name)).toBeUndefined();
  });

  it('is removed after one question, and not before the time to take it back is over', async () => {
    vi.useFakeTimers();
    mounted({});
    button('Remove from room')?.click();
    await nextTick();
    expect(root.textContent).toContain('Remove Bo? They can rejoin.');
    button('Remove')?.click();
    await nextTick();
    await nextTick();
    expect(root.querySelector('[role="status"]')?.textContent).toContain('Bo will be removed from the room.');
    expect(moderate).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10_000);
    expect(moderate.mock.calls).toEqual([['kick', { member: 'm2' }]]);
    vi.useRealTimers();
  });

  it('is banned at once, which can be taken back', async () => {
    mounted({});
    button('Ban')?.click();
    await nextTick();
    button('Ban')?.click();
    await settle();
    button('Undo')?.click();
    expect(moderate.mock.calls).toEqual([['ban', { member: 'm2' }], ['unban', { value: 'Bo' }]]);
  });
});

describe('a person in the list of anybody', () => {
  it('shows whether their microphone is open, and nothing to be done about it', () => {
    mounted({ audio: true }, 'guest');
    expect(root.querySelector('.sound')?.textContent).toBe('microphone on');
    expect(button('Mute: Bo')).toBeUndefined();
    expect(button('Block microphone and chat')).toBeUndefined();
    expect(button('Remove from room')).toBeUndefined();
    app?.unmount();
    mounted({ audio: false }, 'guest');
    expect(root.querySelector('.sound')?.textContent).toBe('microphone off');
  });
});
