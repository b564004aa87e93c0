import { describe, expect, it } from 'vitest';
import { countMoves, growingRows, rowsOf, type NoticeEntry, type Row } from '@/state/rows';
import type { Entry, Notice } from '@/state/state';
import { message } from '../support/fake_server';

function said(seq: number, name: string, time: string): Entry {
  const from = { id: name, name };
  return { kind: 'message', key: `0:${seq}`, epoch: 0, mine: false, message: message(seq, { from, time }) };
}
const at = (day: number, hour: number, minute: number) => new Date(2026, 0, day, hour, minute).toISOString();

describe('rowsOf', () => {
  it('puts a line before each day', () => {
    const rows = rowsOf([said(1, 'Ada', at(1, 9, 0)), said(2, 'Ada', at(2, 9, 0)), said(3, 'Ada', at(2, 9, 1))], undefined, false);
    expect(rows.map((row) => row.kind)).toEqual(['day', 'entry', 'day', 'entry', 'entry']);
  });

  it('lets an author go on without a name for five minutes', () => {
    const rows = rowsOf(
      [said(1, 'Ada', at(1, 9, 0)), said(2, 'Ada', at(1, 9, 4)), said(3, 'Bo', at(1, 9, 4)), said(4, 'Bo', at(1, 9, 10))],
      undefined,
      false,
    );
    expect(rows.flatMap((row) => (row.kind === 'entry' ? [row.continued] : []))).toEqual([false, true, false, false]);
  });

  it('does not let somebody go on for another author of the same name', () => {
    const by = (seq: number, author: string, name = 'Sam') => {
      const entry = said(seq, name, at(1, 9, 0));
      return entry.kind === 'message' ? { ...entry, message: { ...entry.message, from: { id: `m${seq}`, name, author } } } : entry;
    };
    const rows = rowsOf([by(1, 'a'), by(2, 'a'), by(3, 'b'), by(4, 'b', 'guest-2')], undefined, false);
    expect(rows.flatMap((row) => (row.kind === 'entry' ? [row.continued] : []))).toEqual([false, true, false, false]);
  });

  it('marks where the unread ones begin, and names their author again', () => {
    const rows = rowsOf([said(1, 'Ada', at(1, 9, 0)), said(2, 'Ada', at(1, 9, 1))], '0:1', false);
    expect(rows.map((row) => row.kind)).toEqual(['day', 'entry', 'unread', 'entry']);
    expect(rows.at(-1)).toMatchObject({ continued: false });
  });

  it('has a key of its own for every row', () => {
    const rows = rowsOf([said(1, 'Ada', at(1, 9, 0)), { kind: 'gap', key: 'gap-0:1' }, said(4, 'Ada', at(2, 9, 1))], '0:1', false);
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
  });
});

describe('messages that were left out', () => {
  const hour = (seq: number) => said(seq, 'Ada', at(1, 9, 0));
  const holes = (...entries: Entry[]) => rowsOf(entries, undefined, false).flatMap((row) => (row.kind === 'hole' ? [[row.after, row.before]] : []));

  it('have a row of their own, and their neighbours a head each', () => {
    const rows = rowsOf([hour(1), hour(2), hour(9)], undefined, false);
    expect(rows.map((row) => row.kind)).toEqual(['day', 'entry', 'entry', 'hole', 'entry']);
    expect(rows.at(-1)).toMatchObject({ continued: false });
    expect(holes(hour(1), hour(2), hour(9), hour(10), hour(20))).toEqual([[2, 9], [10, 20]]);
  });

  it('are none where the server no longer has them, or has begun a new log', () => {
    expect(holes(hour(1), { kind: 'gap', key: 'gap-0:1' }, hour(9))).toEqual([]);
    expect(holes(hour(1), { kind: 'restart', key: 'restart-0' }, { ...hour(9), epoch: 1 } as Entry)).toEqual([]);
  });

  it('keep their row’s key while they are filled', () => {
    const key = (...seqs: number[]) => rowsOf(seqs.map(hour), undefined, false).find(({ kind }) => kind === 'hole')?.key;
    expect(key(1, 9)).toBe(key(1, 2, 8, 9));
  });
});

describe('the row of people who come and go', () => {
  let count = 0;
  const noticed = (notice: Notice, name = '', day = 1): NoticeEntry => {
    return { kind: 'notice', key: `n${++count}`, time: new Date(2026, 0, day, 9, count % 60).getTime(), notice, name };
  };
  const kinds = (rows: Row[]) =>
    rows.filter(({ kind }) => kind !== 'day').map((row) => (row.kind === 'moves' ? row.moves.map(({ name }) => name).join('+') : row.kind));

  it('is one row until somebody speaks', () => {
    const entries = [noticed('joined', 'A'), noticed('joined', 'B'), noticed('lost', 'A'), said(1, 'B', at(1, 9, 0)), noticed('left', 'B')];
    expect(kinds(rowsOf(entries, undefined, true))).toEqual(['A+B+A', 'entry', 'B']);
  });

  it('is not folded over a day line, the mark of the unread, or another notice', () => {
    const [a, b, c, d, e] = [noticed('joined', 'A'), noticed('joined', 'B'), noticed('joined', 'C', 2), noticed('topic'), noticed('left', 'D', 2)];
    expect(kinds(rowsOf([a, b, c, d, e], a.key, true))).toEqual(['A', 'unread', 'B', 'C', 'entry', 'D']);
  });

  it('keeps the key of its row while it grows', () => {
    const entries = [noticed('joined', 'A'), noticed('joined', 'B')];
    const [one, two] = [entries.slice(0, 1), entries].map((each) => rowsOf(each, undefined, true).at(-1)?.key);
    expect(one).toBe(two);
  });

  it('is counted by people, not by how often', () => {
    const moves = [noticed('joined', 'A'), noticed('lost', 'A'), noticed('joined', 'A'), noticed('joined', 'B'), noticed('left', 'B')];
    expect(countMoves(moves)).toEqual({ joined: 2, left: 2 });
  });

  it('shows the class nothing of what hosts did, but that somebody left', () => {
    const entries = [
      noticed('joined', 'A'),
      ...(['locked', 'unlocked', 'password', 'password_cleared', 'waiting_on', 'waiting_off'] as const).map((kind) => noticed(kind)),
      noticed('kicked', 'A'),
      noticed('banned', 'B'),
      noticed('you_muted'),
      noticed('topic'),
    ];
    expect(kinds(rowsOf(entries, undefined, false))).toEqual(['A+A+B', 'entry', 'entry']);
    const [, row] = rowsOf(entries, undefined, false);
    expect(row?.kind === 'moves' && row.moves.map(({ notice }) => notice)).toEqual(['joined', 'left', 'left']);
    expect(rowsOf(entries, undefined, true).filter(({ kind }) => kind === 'entry')).toHaveLength(10);
  });

  it('marks the unread also after an entry that is not shown', () => {
    const hidden = noticed('locked');
    const rows = rowsOf([said(1, 'A', at(1, 9, 0)), hidden, said(2, 'A', at(1, 9, 1))], hidden.key, false);
    expect(kinds(rows)).toEqual(['entry', 'unread', 'entry']);
    expect(rows.at(-1)).toMatchObject({ continued: false });
  });

  it('lets an author go on over what is not shown', () => {
    const rows = rowsOf([said(1, 'A', at(1, 9, 0)), noticed('locked'), said(2, 'A', at(1, 9, 1))], undefined, false);
    expect(rows.at(-1)).toMatchObject({ continued: true });
  });
});

describe('the rows of a chat that grows', () => {
  const moved = (seq: number, name: string): NoticeEntry => ({ kind: 'notice', key: `m${seq}`, time: Date.parse(at(1, 9, seq)), notice: 'joined', name });

  it('are those of the whole chat, whatever is added or changed', () => {
    const growing = growingRows();
    const entries: Entry[] = [];
    const more = [said(1, 'Ada', at(1, 9, 0)), moved(1, 'Bo'), moved(2, 'Cy'), said(2, 'Ada', at(1, 9, 1)), said(3, 'Ada', at(2, 9, 1)), moved(3, 'Bo')];
    for (const entry of more) {
      entries.push(entry);
      expect(growing([...entries], '0:2', false, '0:1')).toEqual(rowsOf(entries, '0:2', false, '0:1'));
    }
    const edited = entries.map((entry, i) => (i === 3 ? said(2, 'Bo', at(1, 9, 1)) : entry));
    expect(growing(edited, '0:2', false, '0:1')).toEqual(rowsOf(edited, '0:2', false, '0:1'));
    expect(growing(edited, undefined, true)).toEqual(rowsOf(edited, undefined, true));
    expect(growing(edited.slice(0, 2), undefined, true)).toEqual(rowsOf(edited.slice(0, 2), undefined, true));
  });

  it('stay what they were once they were given', () => {
    const growing = growingRows();
    const entries: Entry[] = [moved(1, 'Bo')];
    const [first] = growing(entries, undefined, false).slice(-1);
    growing([...entries, moved(2, 'Cy')], undefined, false);
    growing([...entries, moved(2, 'Cy'), moved(3, 'Di')], undefined, false);
    expect(first).toMatchObject({ moves: [{ name: 'Bo' }] });
  });

  it('go through an entry once', () => {
    const growing = growingRows();
    let looked = 0;
    const watched = (entry: Entry) => new Proxy(entry, { get: (of, name) => (looked++, Reflect.get(of, name)) });
    const entries: Entry[] = Array.from({ length: 500 }, (_, i) => watched(said(i + 1, 'Ada', at(1, 9, 0))));
    const rows = growing(entries, undefined, false);
    expect(looked).toBeGreaterThan(500);
    looked = 0;
    expect(growing([...entries], undefined, false)).toBe(rows);
    expect(growing([...entries, said(501, 'Ada', at(1, 9, 0))], undefined, false)).toHaveLength(rows.length + 1);
    expect(looked).toBeLessThan(20);
  });
});
