// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';
import { Messages } from '@/app/messages';
import type { Client, Message, PageRange } from '@/protocol';
import { countedBack } from '@/state/changes';
import { reduce, type Event } from '@/state/reducer';
import { rowsOf } from '@/state/rows';
import { kNothingYet, type State } from '@/state/state';
import { joined, message } from '../support/fake_server';

const run = (first: number, last: number): Message[] => Array.from({ length: last - first + 1 }, (_, i) => message(first + i));

/** In a room whose server keeps messages `first` to `last`, of which the newest 50 are in the chat. */
function chat(first: number, last: number) {
  let state: State = kNothingYet;
  const hear = (event: object) => (state = reduce(state, { now: 0, looking: true, ...event } as Event));
  hear({ type: 'entered', room: 'lobby', joined: joined(), resumed: false, more: true });
  hear({ type: 'messages', room: 'lobby', messages: run(last - 49, last) });
  const older = vi.fn((room: string, range: PageRange) => {
    const limit = range.limit ?? 50;
    const after = 'after' in range;
    const from = after ? Math.max(first, range.after + 1) : Math.max(first, range.before - limit);
    const to = after ? Math.min(last, from + limit - 1) : range.before - 1;
    hear({ type: 'older', room, messages: run(from, to), more: after || from > first, ...('before' in range ? { before: range.before } : {}) });
    return Promise.resolve();
  });
  const messages = new Messages({ older } as unknown as Client, () => state);
  const room = () => state.room!;
  const shown = () => room().entries.flatMap((entry) => (entry.kind === 'message' ? [entry.message.seq] : []));
  return { messages, older, room, shown, hear };
}

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('a message far back', () => {
  it('is brought with what stands around it, and nothing of what lies between', async () => {
    const { messages, older, room, shown } = chat(1, 100_000);
    expect(await messages.reach(1000)).toBe(true);
    expect(older).toHaveBeenCalledTimes(2);
    expect(shown()).toEqual([...range(950, 1199), ...range(99_951, 100_000)]);
    expect(room().more).toBe(true);
    // Those in the chat are not asked for again.
    expect(await messages.reach(1100)).toBe(true);
    expect(older).toHaveBeenCalledTimes(2);
  });

  it('leaves no hole where the way is short', async () => {
    const { messages, shown } = chat(1, 1000);
    expect(await messages.reach(800)).toBe(true);
    expect(shown()).toEqual(range(750, 1000));
  });

  it('may be the first', async () => {
    const { messages, room, shown } = chat(1, 1000);
    expect(await messages.reach(1)).toBe(true);
    expect(shown()[0]).toBe(1);
    expect(room().more).toBe(false);
  });

  it('is lost where the server no longer has it', async () => {
    const { messages, older, room, shown } = chat(500, 1000);
    expect(await messages.reach(400)).toBe(false);
    expect(older).toHaveBeenCalledTimes(1);
    expect(shown()).toEqual(range(951, 1000));
    expect(room().more).toBe(true);
  });

  it('is lost where the server began a new log meanwhile', async () => {
    const { messages, older, hear } = chat(1, 1000);
    older.mockImplementationOnce(async () => {
      hear({ type: 'log_restarted', room: 'lobby' });
      hear({ type: 'messages', room: 'lobby', messages: run(1, 30) });
    });
    expect(await messages.reach(20)).toBe(false);
  });

  it('is joined with what is left of a hole whose other messages have expired', async () => {
    const { messages, hear, room, shown } = chat(940, 1000);
    hear({ type: 'older', room: 'lobby', messages: run(550, 600), more: true });
    const holes = () => rowsOf(room().entries, undefined, false).filter(({ kind }) => kind === 'hole');
    const gaps = () => room().entries.filter(({ kind }) => kind === 'gap').length;
    expect(holes()).toEqual([expect.objectContaining({ after: 600, before: 951 })]);
    // Others of it may be there: nothing is known of them yet.
    expect(await messages.reach(700)).toBe(false);
    expect(holes()).toHaveLength(1);
    await messages.fill(600, 951);
    expect(shown()).toEqual([...range(550, 600), ...range(940, 1000)]);
    expect(holes()).toEqual([]);
    expect(gaps()).toBe(1);
    await messages.fill(600, 940);
    expect(gaps()).toBe(1);
  });

  it('is told to stand behind a gap, where all of the hole has expired', async () => {
    const { messages, hear, room } = chat(951, 1000);
    hear({ type: 'older', room: 'lobby', messages: run(550, 600), more: true });
    await messages.fill(600, 951);
    expect(rowsOf(room().entries, undefined, false).filter(({ kind }) => kind === 'hole')).toEqual([]);
    expect(room().entries.filter(({ kind }) => kind === 'gap')).toHaveLength(1);
  });

  it('is joined with the rest from both ends of the hole', async () => {
    const { messages, shown } = chat(1, 1000);
    await messages.reach(600);
    expect(shown()).toEqual([...range(550, 799), ...range(951, 1000)]);
    await messages.fill(799, 951);
    expect(shown()).toEqual([...range(550, 849), ...range(901, 1000)]);
    await messages.fill(849, 901);
    expect(shown()).toEqual(range(550, 1000));
  });

  it('is not counted with those after the hole', async () => {
    const { messages, room } = chat(1, 1000);
    await messages.reach(100);
    expect(countedBack(room(), 50)?.message.seq).toBe(951);
    expect(countedBack(room(), 51)).toBeUndefined();
  });
});
