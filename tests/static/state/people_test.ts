import { describe, expect, it } from 'vitest';
import { found, knownIn, meantBy, pageOf } from '@/state/people';
import { member, message } from '../support/fake_server';

const people = ['Ada Lovelace', 'Grace Hopper', '林小雨', 'Ａｌａｎ'].map((name) => ({ name }));
const names = (query: string) => found(people, query).map(({ name }) => name);

describe('a search for people', () => {
  it('finds every word anywhere in a name, in any case and width', () => {
    expect(names('LOVE a')).toEqual(['Ada Lovelace']);
    expect(names('小雨')).toEqual(['林小雨']);
    expect(names('alan')).toEqual(['Ａｌａｎ']);
    expect(names('ada hopper')).toEqual([]);
  });

  it('finds all where nothing is asked', () => {
    expect(names('  ')).toHaveLength(4);
  });
});

describe('the person meant by a name', () => {
  it('is in the list, or the newest author outside it', () => {
    const from = (id: string, mine = false) => ({ kind: 'message' as const, key: id, epoch: 0, mine, message: message(1, { from: { id, name: 'Bo' } }) });
    const members = [member({ id: 'm2', name: 'Cy' })];
    const known = knownIn({ members, entries: [from('m300'), from('m1', true), from('m400')] });
    expect(known.map(({ id }) => id)).toEqual(['m2', 'm400', 'm300']);
  });

  it('is undecided where several people match', () => {
    const from = (id: string, author: string) => ({ kind: 'message' as const, key: id, epoch: 0, mine: false, message: message(1, { from: { id, name: 'Bo Li', author } }) });
    const [one, again, other] = [from('m300', 'b'), from('m400', 'b'), from('m500', 'c')];
    expect(meantBy('bo  LI', { members: [], entries: [one, again] })).toMatchObject({ person: { id: 'm400' }, several: false });
    expect(meantBy('Bo Li', { members: [], entries: [one, other] })).toEqual({ several: true });
    const here = member({ id: 'm2', name: 'Bo Li', author: 'c' });
    expect(meantBy('Bo Li', { members: [here], entries: [one] }).person).toBe(here);
    expect(meantBy('Bo', { members: [here], entries: [one] })).toEqual({ several: false });
  });
});

describe('a page of a list', () => {
  const items = Array.from({ length: 250 }, (_, n) => n);

  it('has its part and no more', () => {
    expect(pageOf(items, 0, 100)).toMatchObject({ page: 0, pages: 3, items: items.slice(0, 100) });
    expect(pageOf(items, 2, 100).items).toEqual(items.slice(200));
  });

  it('is one that there is, also after the list became shorter', () => {
    expect(pageOf(items.slice(0, 100), 2, 100)).toMatchObject({ page: 0, pages: 1 });
    expect(pageOf(items, -1, 100).page).toBe(0);
    expect(pageOf([], 3, 100)).toEqual({ items: [], page: 0, pages: 1 });
  });
});
