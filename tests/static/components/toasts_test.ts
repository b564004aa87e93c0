// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { shallowRef } from 'vue';
import Toasts from '@/components/Toasts.vue';
import { en } from '@/i18n/en';
import { ProtocolError } from '@/protocol';
import type { Ask } from '@/state/asks';
import type { Told } from '@/state/state';
import { settle } from '../support/fake_server';
import { fakeMeeting, fakeSession, mounted } from '../support/mounted';

const hand = (n: number, lowers = true): Ask => ({ kind: 'hand', key: `hand-m${n}`, id: `m${n}`, name: `Kim ${n}`, lowers });
const whisper = (n: number, text = 'psst', count = 1): Ask => ({ kind: 'whisper', key: `whisper-${n}`, from: { id: `m${n}`, name: `Kim ${n}` }, text, count });

function shown(initial: Ask[], { told = [] as Told[], session = fakeSession(), meeting = fakeMeeting() } = {}) {
  const asks = shallowRef(initial);
  const news = shallowRef(told);
  const [onReply, onPeople] = [vi.fn(), vi.fn()];
  const view = mounted(Toasts, () => ({ asks: asks.value, told: news.value, onReply, onPeople }), { session, meeting });
  const texts = () => [...view.root.querySelectorAll('.words')].map((words) => [...words.children].map((each) => each.textContent).join(': '));
  async function change(next: Ask[]): Promise<void> {
    asks.value = next;
    await view.update();
    await view.update();
  }
  return { ...view, asks, news, onReply, onPeople, texts, change };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a raised hand', () => {
  it('is lowered there and then', async () => {
    const { texts, button, session, update } = shown([hand(2)]);
    expect(texts()).toEqual(['Kim 2 raised a hand']);
    button(en.host.lower_hand)?.click();
    expect(session.moderate).toHaveBeenCalledWith('lower_hand', { member: 'm2' });
    await update();
    expect(texts()).toEqual([]);
  });

  it('that cannot be lowered says why in the chat', async () => {
    const session = fakeSession({ moderate: vi.fn(() => Promise.reject(new ProtocolError('forbidden', ''))) });
    const { button } = shown([hand(2)], { session });
    button(en.host.lower_hand)?.click();
    await settle();
    expect(session.answer).toHaveBeenCalledWith('You may not do this here');
  });

  it('is one line with the others, which leads to the list', async () => {
    const { texts, button, onPeople } = shown([hand(2), hand(3), hand(4)]);
    expect(texts()).toEqual(['3 hands are raised, Kim 2 was first']);
    button('Show people')?.click();
    expect(onPeople).toHaveBeenCalledOnce();
  });

  it('goes with the hand, and comes again with the next', async () => {
    const { texts, change, button, update } = shown([hand(2)]);
    button('Close')?.click();
    await update();
    await change([hand(2), hand(3)]);
    expect(texts()).toEqual(['Kim 3 raised a hand']);
    await change([]);
    expect(texts()).toEqual([]);
    await change([hand(2)]);
    expect(texts()).toEqual(['Kim 2 raised a hand']);
  });
});

describe('a private message', () => {
  it('is answered', async () => {
    const { texts, button, onReply } = shown([whisper(2)]);
    expect(texts()).toEqual(['Private message from Kim 2: psst']);
    button('Reply')?.click();
    expect(onReply).toHaveBeenCalledWith({ id: 'm2', name: 'Kim 2' });
  });

  it('shows its text on no screen that is shared', async () => {
    const meeting = fakeMeeting();
    meeting.devices.tracks.value = { screen: {} };
    expect(shown([whisper(2, 'psst', 2)], { meeting }).texts()).toEqual(['2 private messages from Kim 2']);
  });

  it('shows what is invisible in it', () => {
    expect(shown([whisper(2, 'a\u202eb')]).texts()).toEqual(['Private message from Kim 2: a[U+202E]b']);
  });

  it('is replaced by newer ones: at most three are shown', () => {
    expect(shown([1, 2, 3, 4].map((n) => whisper(n))).texts()).toHaveLength(3);
    expect(shown([1, 2, 3, 4].map((n) => whisper(n))).texts()[0]).toContain('Kim 4');
  });

  it('is shown before what a host did', () => {
    const told: Told[] = (['you_muted', 'stopped_camera', 'hand_lowered'] as const).map((what) => ({ key: what, what, by: 'Bo' }));
    expect(shown([whisper(2)], { told }).texts()[0]).toBe('Private message from Kim 2: psst');
  });
});

describe('what is shown', () => {
  it('goes by itself, but not from under a pointer', async () => {
    const { texts, root, update } = shown([hand(2)]);
    const box = root.querySelector('.toasts')!;
    box.dispatchEvent(new MouseEvent('mouseenter'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(texts()).toHaveLength(1);
    box.dispatchEvent(new MouseEvent('mouseleave'));
    await vi.advanceTimersByTimeAsync(20_000);
    await update();
    expect(texts()).toEqual([]);
  });

  it('says what a host did to us, until it is put away', async () => {
    const { texts, button, session } = shown([], { told: [{ key: 'k', what: 'you_host', by: '' }] });
    expect(texts()).toEqual(['You are a host now']);
    button('Close')?.click();
    expect(session.readTold).toHaveBeenCalledWith('k');
  });

  it('says which host it was, where that is known', () => {
    const told: Told[] = [{ key: 'k', what: 'stopped_camera', by: 'Bo' }, { key: 'l', what: 'stopped_screen', by: '' }];
    expect(shown([], { told }).texts()).toEqual(['Bo stopped your camera. You can turn it on again.', 'A host stopped your screen sharing. You can share again.']);
  });

  it('does not say again what a banner says', async () => {
    const meeting = fakeMeeting();
    meeting.watching.warnings.value = new Set(['muted_by_host']);
    const { news, session, update } = shown([], { meeting });
    news.value = [{ key: 'k', what: 'you_muted', by: '' }];
    await update();
    expect(session.readTold).toHaveBeenCalledWith('k');
  });
});
