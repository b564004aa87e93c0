import { describe, expect, it } from 'vitest';
import { messageOf, placeOf } from '@/state/changes';
import type { Entry, Room } from '@/state/state';
import { message } from '../support/fake_server';

const said = (seq: number, epoch = 1): Entry => ({ kind: 'message', key: `${epoch}:${seq}`, epoch, mine: false, message: message(seq) });
const noticed = (key: string): Entry => ({ kind: 'notice', key, time: 0, notice: 'joined', name: 'Bo' });
const roomOf = (entries: Entry[]) => ({ epoch: 1, entries }) as Room;

describe('the place of a message', () => {
  it('is found between other entries, and never in an older log', () => {
    const entries = [said(1, 0), said(5, 0), noticed('a'), said(3), noticed('b'), noticed('c'), noticed('d'), said(4), said(7), noticed('e')];
    const room = roomOf(entries);
    for (const seq of [3, 4, 7]) expect(messageOf(room, seq)).toBe(entries.find((entry) => entry.key === `1:${seq}`));
    for (const seq of [0, 1, 2, 5, 6, 8]) expect(placeOf(room, seq)).toBe(-1);
    expect(placeOf(roomOf([]), 1)).toBe(-1);
    expect(placeOf(roomOf([noticed('a'), noticed('b')]), 1)).toBe(-1);
  });

  it('is found in a few steps in a long chat', () => {
    let looked = 0;
    const entries = new Proxy(Array.from({ length: 50_000 }, (_, i) => said(i + 1)), {
      get: (list, name) => (looked++, Reflect.get(list, name)),
    });
    expect(placeOf(roomOf(entries), 12)).toBe(11);
    expect(looked).toBeLessThan(80);
  });
});
