// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { kUndoMs, Removals } from '@/app/removals';
import { ConnectionLost, ProtocolError } from '@/protocol';

const bo = { id: 'm2', name: 'Bo' };
const moderate = vi.fn(() => Promise.resolve());
const here = vi.fn(({ member }: { member: string }) => [member]);

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  here.mockClear();
  moderate.mockReset();
  moderate.mockImplementation(() => Promise.resolve());
});

describe('a removal', () => {
  it('happens when the time to take it back is over', async () => {
    const removals = new Removals(moderate, here);
    await removals.start('kick', bo);
    vi.advanceTimersByTime(kUndoMs - 1);
    expect(moderate).not.toHaveBeenCalled();
    expect(removals.open.value).toMatchObject([{ action: 'kick', name: 'Bo' }]);
    vi.advanceTimersByTime(1);
    expect(moderate.mock.calls).toEqual([['kick', { member: 'm2' }]]);
    expect(removals.open.value).toEqual([]);
  });

  it('does not happen where it was taken back', async () => {
    const removals = new Removals(moderate, here);
    await removals.start('kick', bo);
    removals.undo(removals.open.value[0]!);
    vi.advanceTimersByTime(kUndoMs * 2);
    expect(moderate).not.toHaveBeenCalled();
  });

  it('happens at once, and only once, when the host leaves or does not wait', async () => {
    const removals = new Removals(moderate, here);
    await removals.start('kick', bo);
    await removals.start('kick', bo);
    removals.finishAll();
    vi.advanceTimersByTime(kUndoMs * 2);
    expect(moderate.mock.calls).toEqual([['kick', { member: 'm2' }]]);
  });

  it('reaches all sessions of a person who returned meanwhile', async () => {
    const removals = new Removals(moderate, here);
    await removals.start('kick', { ...bo, author: 'B' });
    await removals.start('kick', { ...bo, id: 'm8', author: 'B' });
    expect(removals.open.value).toHaveLength(1);
    here.mockReturnValueOnce(['m8', 'm9']);
    vi.advanceTimersByTime(kUndoMs);
    expect(here).toHaveBeenCalledWith(expect.objectContaining({ member: 'm2', author: 'B' }));
    expect(moderate.mock.calls).toEqual([['kick', { member: 'm8' }], ['kick', { member: 'm9' }]]);
  });

  it('of a person who has left already is dropped', async () => {
    const removals = new Removals(moderate, here);
    moderate.mockImplementation(() => Promise.reject(new ProtocolError('no_such_member', '')));
    await removals.start('kick', bo);
    vi.advanceTimersByTime(kUndoMs);
    await Promise.resolve();
    expect(removals.open.value).toEqual([]);
  });
});

describe('a ban', () => {
  it('holds at once, and is lifted by name', async () => {
    const removals = new Removals(moderate, here);
    await removals.start('ban', bo);
    expect(moderate.mock.calls).toEqual([['ban', { member: 'm2' }]]);
    removals.undo(removals.open.value[0]!);
    expect(moderate.mock.calls[1]).toEqual(['unban', { value: 'Bo' }]);
    expect(removals.open.value).toEqual([]);
  });

  it('stays when the time is over', async () => {
    const removals = new Removals(moderate, here);
    await removals.start('ban', bo);
    vi.advanceTimersByTime(kUndoMs);
    expect(moderate).toHaveBeenCalledTimes(1);
    expect(removals.open.value).toEqual([]);
  });

  it('that is refused is reported to the host, and offers no undo', async () => {
    const removals = new Removals(moderate, here);
    moderate.mockImplementation(() => Promise.reject(new ProtocolError('forbidden', '')));
    await expect(removals.start('ban', bo)).rejects.toMatchObject({ code: 'forbidden' });
    expect(removals.open.value).toEqual([]);
  });
});

describe('without a connection', () => {
  const lost = async (action: 'kick' | 'ban') => {
    const removals = new Removals(moderate, here);
    await removals.start(action, bo);
    moderate.mockImplementation(() => Promise.reject(new ConnectionLost()));
    if (action === 'kick') vi.advanceTimersByTime(kUndoMs);
    else removals.undo(removals.open.value[0]!);
    await vi.advanceTimersByTimeAsync(0);
    moderate.mockReset();
    moderate.mockImplementation(() => Promise.resolve());
    return removals;
  };

  it('a person is removed after the reconnect, by the id they have then', async () => {
    const removals = await lost('kick');
    here.mockReturnValueOnce(['m8']);
    removals.connected(true);
    removals.connected(true);
    expect(moderate.mock.calls).toEqual([['kick', { member: 'm8' }]]);
  });

  it('a ban is lifted after the reconnect', async () => {
    (await lost('ban')).connected(true);
    expect(moderate.mock.calls).toEqual([['unban', { value: 'Bo' }]]);
  });

  it('a removal whose answer was lost does not remove the returning person again', async () => {
    const removals = new Removals(moderate, here);
    for (const person of [bo, { id: 'm5', name: 'Cy' }]) await removals.start('kick', person);
    moderate.mockImplementation(() => Promise.reject(new ConnectionLost(true)));
    removals.finishAll();
    await vi.advanceTimersByTimeAsync(0);
    moderate.mockReset();
    moderate.mockImplementation(() => Promise.resolve());
    here.mockImplementation(({ member }) => [member === 'm2' ? 'm8' : member]);
    removals.connected(true);
    expect(moderate.mock.calls).toEqual([['kick', { member: 'm5' }]]);
    here.mockImplementation(({ member }) => [member]);
  });

  it('a ban is lifted also where a new ban failed, and not where it succeeded', async () => {
    const removals = await lost('ban');
    moderate.mockImplementation(() => Promise.reject(new ConnectionLost()));
    await expect(removals.start('ban', bo)).rejects.toBeInstanceOf(ConnectionLost);
    moderate.mockReset();
    moderate.mockImplementation(() => Promise.resolve());
    await removals.start('kick', bo);
    removals.connected(true);
    expect(moderate.mock.calls).toEqual([['unban', { value: 'Bo' }]]);
    const anew = await lost('ban');
    await anew.start('ban', bo);
    anew.connected(true);
    expect(moderate.mock.calls).toEqual([['ban', { member: 'm2' }]]);
  });

  it('a returning person is not removed again where only another session is left to remove', async () => {
    const removals = new Removals(moderate, here);
    await removals.start('kick', { ...bo, author: 'B' });
    here.mockReturnValue(['m2', 'm3']);
    moderate.mockImplementationOnce(() => Promise.reject(new ConnectionLost(true))).mockImplementationOnce(() => Promise.reject(new ConnectionLost()));
    removals.finishAll();
    await vi.advanceTimersByTimeAsync(0);
    moderate.mockClear();
    here.mockReturnValue(['m3', 'm8']);
    removals.connected(true);
    here.mockImplementation(({ member }) => [member]);
    expect(moderate.mock.calls).toEqual([['kick', { member: 'm3' }]]);
  });

  it('a person whose removal is asked for again is removed once', async () => {
    const removals = await lost('kick');
    await removals.start('kick', bo);
    removals.connected(true);
    expect(moderate).not.toHaveBeenCalled();
    vi.advanceTimersByTime(kUndoMs);
    expect(moderate.mock.calls).toEqual([['kick', { member: 'm2' }]]);
  });

  it('nothing is done in another room', async () => {
    const removals = await lost('kick');
    removals.connected(false);
    removals.connected(true);
    expect(moderate).not.toHaveBeenCalled();
  });
});
