import { describe, expect, it } from 'vitest';
import { countedBack, isOurs, messageOf, newestOwn, newestPoll, placeOf, reacted, withChanges } from '@/state/changes';
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

describe('the newest message', () => {
  const poll = { question: 'Tea?', options: ['yes', 'no'], multiple: false, counts: [0, 0], voters: 0, closed: false };
  const own = (seq: number) => ({ ...said(seq), mine: true });
  const asked = (seq: number, closed: boolean): Entry => ({ ...(said(seq) as Extract<Entry, { kind: 'message' }>), message: message(seq, { poll: { ...poll, closed } }) });

  it('is counted back over other entries and over what the server no longer has, but not over a hole', () => {
    expect(countedBack(roomOf([said(1), noticed('a'), said(2)]), 2)?.message.seq).toBe(1);
    expect(countedBack(roomOf([said(1), { kind: 'gap', key: 'g' }, said(9)]), 2)?.message.seq).toBe(1);
    expect(countedBack(roomOf([said(1), said(9)]), 2)).toBeUndefined();
  });

  it('of one’s own, and the newest open poll, are not beyond a hole: a newer one may be in it', () => {
    expect(newestOwn(roomOf([own(1), said(2)]))?.message.seq).toBe(1);
    expect(newestOwn(roomOf([own(1), said(9)]))).toBeUndefined();
    expect(newestPoll(roomOf([asked(1, false), asked(2, true), said(3)]))?.message.seq).toBe(1);
    expect(newestPoll(roomOf([asked(1, false), said(9)]))).toBeUndefined();
  });
});

describe('our reaction in a class of more than the authors that are named', () => {
  const thumbs = (more: object = {}) => [{ emoji: '👍', count: 60, authors: ['a', 'b'], ...more }];
  const before = (more: object = {}): Room => ({ epoch: 1, reacted: {}, entries: [{ ...said(1), message: message(1, { rev: 1, reactions: thumbs(more) }) }] }) as unknown as Room;
  const ours = (room: Room) => isOurs(messageOf(room, 1)!.message.reactions![0]!, 'me', room.reacted['1:1'] ?? []);
  const event = (rev: number, count: number) => ({ room: 'lobby', seq: 1, rev, time: message(1).time, text: '', reactions: thumbs({ count }) });

  it('is known by a reply, and stays when others react', () => {
    expect(ours(before())).toBe(false);
    expect(ours(before({ mine: true }))).toBe(true);
    expect(ours(withChanges(before({ mine: true }), [event(2, 61)]))).toBe(true);
  });

  it('is gone when we take it back, and there when we put it there', () => {
    const back = reacted(before({ mine: true }), 1, '👍', false);
    expect(ours(back)).toBe(false);
    expect(ours(withChanges(back, [event(2, 59)]))).toBe(false);
    expect(ours(withChanges(reacted(back, 1, '👍', true), [event(3, 60)]))).toBe(true);
  });

  it('is not ours where a reply says so, whatever we did before', () => {
    const told = { ...event(5, 60), reactions: thumbs({ mine: false }) };
    expect(ours(withChanges(reacted(before(), 1, '👍', true), [told]))).toBe(false);
  });
});
