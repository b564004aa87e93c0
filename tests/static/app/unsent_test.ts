// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { dropUnsent, keepUnsent, unsentOf } from '@/app/unsent';

const own = { id: 'x', room: 'lab', text: 'hello', writtenAt: 5, state: 'pending' as const };
const kNothing = { draft: '', own: [] };

beforeEach(() => sessionStorage.clear());

describe('what was written and not sent', () => {
  it('is kept for each room', () => {
    keepUnsent('lab', 'a', { draft: 'half a', own: [own] });
    keepUnsent('lobby', 'a', { draft: 'other', own: [] });
    expect(unsentOf('lab', 'a')).toEqual({ draft: 'half a', own: [own] });
    expect(unsentOf('lobby', 'a').draft).toBe('other');
    expect(unsentOf('garden', 'a')).toEqual(kNothing);
  });

  it('is given to nobody else', () => {
    keepUnsent('lab', 'a', { draft: 'half a', own: [own] });
    expect(unsentOf('lab', 'b')).toEqual(kNothing);
  });

  it('leaves nothing behind once it was sent, or its author has left', () => {
    keepUnsent('lab', 'a', { draft: 'x', own: [] });
    keepUnsent('lab', 'a', kNothing);
    expect(sessionStorage.length).toBe(0);
    keepUnsent('lab', 'a', { draft: 'x', own: [] });
    keepUnsent('lobby', 'a', { draft: 'y', own: [] });
    sessionStorage.setItem('parley.token', 'z');
    dropUnsent();
    expect(Object.keys(sessionStorage)).toEqual(['parley.token']);
  });

  it('is nothing where something else is stored', () => {
    for (const text of ['x', '7', 'null', '{}', '{"author":"a","draft":7,"own":[]}', '{"author":"a","draft":"","own":"x"}']) {
      sessionStorage.setItem('parley.unsent.lab', text);
      expect(unsentOf('lab', 'a')).toEqual(kNothing);
    }
    sessionStorage.setItem('parley.unsent.lab', JSON.stringify({ author: 'a', draft: 'd', own: [own, null, { id: 'y' }] }));
    expect(unsentOf('lab', 'a')).toEqual({ draft: 'd', own: [own] });
  });

  it('keeps the addressee of a text, and drops a text whose addressee is unreadable', () => {
    const to = { id: 'm2', name: 'Bo', author: 'b' };
    keepUnsent('lab', 'a', { draft: 'between us', to, own: [] });
    expect(unsentOf('lab', 'a')).toEqual({ draft: 'between us', to, own: [] });
    sessionStorage.setItem('parley.unsent.lab', JSON.stringify({ author: 'a', draft: 'between us', to: { id: 7 }, own: [own] }));
    expect(unsentOf('lab', 'a')).toEqual({ draft: '', own: [own] });
  });

  it('does no harm where there is no room to keep it', () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    expect(() => keepUnsent('lab', 'a', { draft: 'x', own: [] })).not.toThrow();
  });
});
