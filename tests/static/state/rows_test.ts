import { describe, expect, it } from 'vitest';
import { rowsOf } from '@/state/rows';
import type { Entry } from '@/state/state';
import { message } from '../support/fake_server';

function said(seq: number, name: string, time: string): Entry {
  const from = { id: name, name };
  return { kind: 'message', key: `0:${seq}`, epoch: 0, mine: false, message: message(seq, { from, time }) };
}
const at = (day: number, hour: number, minute: number) => new Date(2026, 0, day, hour, minute).toISOString();

describe('rowsOf', () => {
  it('puts a line before each day', () => {
    const rows = rowsOf([said(1, 'Ada', at(1, 9, 0)), said(2, 'Ada', at(2, 9, 0)), said(3, 'Ada', at(2, 9, 1))], undefined);
    expect(rows.map((row) => row.kind)).toEqual(['day', 'entry', 'day', 'entry', 'entry']);
  });

  it('lets an author go on without a name for five minutes', () => {
    const rows = rowsOf(
      [said(1, 'Ada', at(1, 9, 0)), said(2, 'Ada', at(1, 9, 4)), said(3, 'Bo', at(1, 9, 4)), said(4, 'Bo', at(1, 9, 10))],
      undefined,
    );
    expect(rows.flatMap((row) => (row.kind === 'entry' ? [row.continued] : []))).toEqual([false, true, false, false]);
  });

  it('does not let somebody go on for another author of the same name', () => {
    const by = (seq: number, author: string, name = 'Sam') => {
      const entry = said(seq, name, at(1, 9, 0));
      return entry.kind === 'message' ? { ...entry, message: { ...entry.message, from: { id: `m${seq}`, name, author } } } : entry;
    };
    const rows = rowsOf([by(1, 'a'), by(2, 'a'), by(3, 'b'), by(4, 'b', 'guest-2')], undefined);
    expect(rows.flatMap((row) => (row.kind === 'entry' ? [row.continued] : []))).toEqual([false, true, false, false]);
  });

  it('marks where the unread ones begin, and names their author again', () => {
    const rows = rowsOf([said(1, 'Ada', at(1, 9, 0)), said(2, 'Ada', at(1, 9, 1))], '0:1');
    expect(rows.map((row) => row.kind)).toEqual(['day', 'entry', 'unread', 'entry']);
    expect(rows.at(-1)).toMatchObject({ continued: false });
  });

  it('has a key of its own for every row', () => {
    const rows = rowsOf([said(1, 'Ada', at(1, 9, 0)), { kind: 'gap', key: 'gap-0:1' }, said(4, 'Ada', at(2, 9, 1))], '0:1');
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
  });
});
