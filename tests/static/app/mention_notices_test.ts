// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick, ref, shallowRef } from 'vue';
import { chime } from '@/app/chime';
import { askForPopups, mentionPopup, mentionSound, mentionTitle, useMentionNotices } from '@/app/mention_notices';
import { reduce } from '@/state/reducer';
import { kNothingYet, type State } from '@/state/state';
import { joined, message } from '../support/fake_server';
import { mounted } from '../support/mounted';

vi.mock('@/app/chime', () => ({ chime: vi.fn() }));

const popups: { title: string; onclick: (() => void) | null }[] = [];
const requestPermission = vi.fn();
class FakeNotification {
  static permission = 'granted';
  static requestPermission = requestPermission;
  onclick: (() => void) | null = null;
  constructor(readonly title: string) {
    popups.push(this);
  }
}

beforeEach(() => {
  vi.stubGlobal('Notification', FakeNotification);
  FakeNotification.permission = 'granted';
  popups.length = 0;
  vi.mocked(chime).mockClear();
  [mentionTitle.value, mentionSound.value, mentionPopup.value] = [true, true, true];
  document.title = 'before';
});
afterEach(() => vi.unstubAllGlobals());

/** A room in which Ana does not look at the chat. `say` is somebody else's message. */
function room() {
  const self = { id: 'm1', name: 'Ana', role: 'guest' as const };
  const entered = { type: 'entered', room: 'lobby', joined: joined(), resumed: false, more: false, now: 0, looking: false } as const;
  const state = shallowRef<State>(reduce({ ...kNothingYet, self }, entered));
  const hear = (seq: number, text: string) =>
    (state.value = reduce(state.value, { type: 'messages', room: 'lobby', messages: [message(seq, { text })], now: 0, looking: false }));
  hear(1, 'good morning');
  const calls = ref(0);
  const screen = { setup: () => (useMentionNotices(() => state.value.room!, calls, () => 'You were mentioned in lobby'), () => null) };
  mounted(screen, () => ({}));
  const say = async (seq: number, text: string) => {
    hear(seq, text);
    await nextTick();
  };
  const read = async () => {
    state.value = reduce(state.value, { type: 'read' });
    await nextTick();
  };
  return { say, read, calls };
}

describe('a mention while the person looks elsewhere', () => {
  it('is told by the title, a sound and a notification, and a message without one is only counted', async () => {
    const { say, read } = room();
    expect(document.title).toBe('lobby · Parley');
    await say(2, 'is anybody here?');
    expect(document.title).toBe('(1) lobby · Parley');
    expect([vi.mocked(chime).mock.calls.length, popups.length]).toEqual([0, 0]);
    await say(3, 'are you here, @Ana?');
    expect(document.title).toBe('@ (2) lobby · Parley');
    expect(vi.mocked(chime).mock.calls).toEqual([[true]]);
    expect(popups).toMatchObject([{ title: 'You were mentioned in lobby' }]);
    await read();
    expect(document.title).toBe('lobby · Parley');
    expect(popups).toHaveLength(1);
  });

  it.each([
    ['title', mentionTitle, '(1) lobby · Parley', 1, 1],
    ['sound', mentionSound, '@ (1) lobby · Parley', 0, 1],
    ['notification', mentionPopup, '@ (1) lobby · Parley', 1, 0],
  ] as const)('is told without the %s where that is off', async (_, setting, title, sounds, shown) => {
    setting.value = false;
    await room().say(2, '@Ana?');
    expect(document.title).toBe(title);
    expect([vi.mocked(chime).mock.calls.length, popups.length]).toEqual([sounds, shown]);
  });

  it('is told without a notification where the browser does not allow it, or has none', async () => {
    FakeNotification.permission = 'denied';
    await room().say(2, '@Ana?');
    expect(popups).toEqual([]);
    vi.stubGlobal('Notification', class {
      static permission = 'granted';
      constructor() {
        throw new TypeError('a service worker has it');
      }
    });
    await room().say(2, '@Ana?');
    expect(vi.mocked(chime)).toHaveBeenCalledTimes(2);
  });

  it('brings the window to the front by its notification', async () => {
    const focus = vi.spyOn(window, 'focus');
    await room().say(2, '@Ana?');
    popups[0]?.onclick?.();
    expect(focus).toHaveBeenCalled();
  });
});

describe('notifications', () => {
  it('stay on where the browser allows them, and are off again where not', async () => {
    requestPermission.mockResolvedValueOnce('granted');
    await askForPopups();
    expect(mentionPopup.value).toBe(true);
    requestPermission.mockResolvedValueOnce('denied');
    await askForPopups();
    expect(mentionPopup.value).toBe(false);
    await askForPopups();
    expect(requestPermission).toHaveBeenCalledTimes(2);
  });
});
