// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { nextTick, shallowRef } from 'vue';
import MessageList from '@/components/MessageList.vue';
import { reduce } from '@/state/reducer';
import { kNothingYet, type Room } from '@/state/state';
import { joined, message } from '../support/fake_server';
import { mounted } from '../support/mounted';

const kMessagePx = 40;
const kScreenPx = 100;
const kNow = { now: 0, looking: true };

/** A chat of some messages, each of the same height, and a document that has no layout but this. */
async function chat() {
  const state = shallowRef(reduce(kNothingYet, { type: 'entered', room: 'lobby', joined: joined(), resumed: false, more: false, ...kNow }));
  const come = (...seqs: number[]) => (state.value = reduce(state.value, { type: 'messages', room: 'lobby', messages: seqs.map((seq) => message(seq)), ...kNow }));
  come(1, 2, 3, 4, 5);
  const { root } = mounted(MessageList, () => ({ room: state.value.room as Room, shown: true }));
  const box = root.querySelector('[role=log]') as HTMLElement;
  const height = () => root.querySelectorAll('.item').length * kMessagePx;
  let top = 0;
  Object.defineProperties(box, {
    clientHeight: { get: () => kScreenPx },
    scrollHeight: { get: height },
    scrollTop: { get: () => top, set: (to: number) => (top = Math.max(0, Math.min(to, height() - kScreenPx))) },
  });
  const arrive = async (...seqs: number[]) => {
    come(...seqs);
    await nextTick();
  };
  await arrive(6);
  return { box, arrive, end: () => height() - kScreenPx };
}

describe('the chat', () => {
  it('stays at the end for somebody who has just got there, before it has heard of that', async () => {
    const { box, arrive, end } = await chat();
    box.scrollTop = 0;
    box.dispatchEvent(new Event('scroll'));
    await arrive(7);
    expect(box.scrollTop).toBe(0);
    box.scrollTop = end();
    await arrive(8, 9);
    expect(box.scrollTop).toBe(end());
  });
});
