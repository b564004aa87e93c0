import { describe, expect, it } from 'vitest';
import { asksOf } from '@/state/asks';
import { reduce } from '@/state/reducer';
import { kNothingYet, type Room } from '@/state/state';
import { joined, member } from '../support/fake_server';

const ana = member({ role: 'host' });
const bo = member({ id: 'm2', name: 'Bo', hand: true });
const cy = member({ id: 'm3', name: 'Cy', hand: true });

function room(more: Parameters<typeof joined>[0]): Room {
  const event = { type: 'entered', room: 'lab', joined: joined(more), resumed: false, more: false, now: 0, looking: false } as const;
  return reduce(kNothingYet, event).room!;
}

describe('a raised hand', () => {
  it('asks hosts, who may lower it, and not its owner', () => {
    const hands = asksOf(room({ role: 'host', members: [{ ...ana, hand: true }, cy, bo] }), 'm1');
    expect(hands).toEqual([
      { kind: 'hand', key: 'hand-m3', id: 'm3', name: 'Cy', lowers: true },
      { kind: 'hand', key: 'hand-m2', id: 'm2', name: 'Bo', lowers: true },
    ]);
  });

  it('does not ask the class while there is a host, and asks everybody where there is none', () => {
    expect(asksOf(room({ members: [member(), bo, { ...cy, role: 'host' }] }), 'm1')).toEqual([]);
    expect(asksOf(room({ members: [member(), bo] }), 'm1')).toMatchObject([{ name: 'Bo', lowers: false }]);
  });
});

describe('a waiting person', () => {
  it('asks hosts', () => {
    const waiting = [{ id: 'm7', name: 'Zoë', role: 'guest' } as const];
    expect(asksOf(room({ role: 'host', members: [ana], waiting }), 'm1')).toEqual([{ kind: 'waiting', key: 'waiting-m7', id: 'm7', name: 'Zoë' }]);
  });
});

describe('private messages that were not seen', () => {
  it('are one for each sender, with the newest text, under another key each time', () => {
    const [from, other] = [{ id: 'm2', name: 'Bo' }, { id: 'm3', name: 'Cy' }];
    const whispers = [{ key: 'a', from, text: 'one' }, { key: 'b', from: other, text: 'two' }, { key: 'c', from, text: 'three' }];
    expect(asksOf({ ...room({}), unreadWhispers: whispers }, 'm1')).toEqual([
      { kind: 'whisper', key: 'whisper-c', from, text: 'three', count: 2 },
      { kind: 'whisper', key: 'whisper-b', from: other, text: 'two', count: 1 },
    ]);
  });
});
