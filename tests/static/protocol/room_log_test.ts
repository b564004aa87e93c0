import { describe, expect, it } from 'vitest';
import { RoomLog } from '@/protocol/room_log';
import { message } from '../support/fake_server';

const seqs = (messages: { seq: number }[]) => messages.map(({ seq }) => seq);

describe('RoomLog', () => {
  it('gives out what follows, in order', () => {
    const log = new RoomLog();
    expect(seqs(log.accept([message(1), message(2)]))).toEqual([1, 2]);
    expect(log.last).toBe(2);
  });

  it('gives out nothing twice', () => {
    const log = new RoomLog();
    log.accept([message(1), message(2)]);
    expect(log.accept([message(1), message(2)])).toEqual([]);
    expect(log.hasHole).toBe(false);
  });

  it('keeps back what lies beyond a hole until the hole is filled', () => {
    const log = new RoomLog();
    expect(log.accept([message(3)])).toEqual([]);
    expect(log.hasHole).toBe(true);
    expect(seqs(log.accept([message(1)]))).toEqual([1]);
    expect(seqs(log.accept([message(2)]))).toEqual([2, 3]);
    expect(log.hasHole).toBe(false);
  });

  it('gives the same whatever the order of arrival', () => {
    const orders = [
      [1, 2, 3],
      [1, 3, 2],
      [2, 1, 3],
      [2, 3, 1],
      [3, 1, 2],
      [3, 2, 1],
    ];
    for (const order of orders) {
      const log = new RoomLog();
      expect(seqs(order.flatMap((seq) => log.accept([message(seq), message(seq)])))).toEqual([1, 2, 3]);
    }
  });

  it('goes on behind what is no longer kept', () => {
    const log = new RoomLog();
    log.accept([message(7), message(9)]);
    expect(seqs(log.skipTo(6))).toEqual([7]);
    expect(seqs(log.skipHole())).toEqual([9]);
    expect(log.skipHole()).toEqual([]);
  });

  it('starts again with a new log', () => {
    const log = new RoomLog();
    log.accept([message(1), message(3)]);
    log.restart();
    expect(log.hasHole).toBe(false);
    expect(seqs(log.accept([message(1)]))).toEqual([1]);
  });
});
