// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';

const ana = { name: 'Ana', token: 't1', role: 'member' } as const;

/** The page as it is after it was loaded. */
async function loaded() {
  vi.resetModules();
  return import('@/app/identity');
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

describe('the identity of a person', () => {
  it('is known again in the same tab', async () => {
    (await loaded()).keep(ana, false);
    expect((await loaded()).identity.value).toEqual({ name: 'Ana', token: 't1', guest: false });
    sessionStorage.clear();
    expect((await loaded()).identity.value).toBeUndefined();
  });

  it('is another one under another prefix of the same host', async () => {
    try {
      window.history.replaceState(null, '', '/chat/room/lobby');
      (await loaded()).keep(ana, true);
      window.history.replaceState(null, '', '/other/room/lobby');
      const other = await loaded();
      expect(other.identity.value).toBeUndefined();
      other.forget();
      window.history.replaceState(null, '', '/chat/');
      expect((await loaded()).identity.value?.name).toBe('Ana');
    } finally {
      window.history.replaceState(null, '', '/');
    }
  });

  it('is known in another tab where that is wanted, by the newest token', async () => {
    const page = await loaded();
    page.keep(ana, true);
    page.keep({ ...ana, token: 't2' });
    sessionStorage.clear();
    expect((await loaded()).identity.value?.token).toBe('t2');
  });

  it('is not kept longer for somebody else', async () => {
    const page = await loaded();
    page.keep(ana, true);
    page.keep({ name: 'guest', token: 'g', role: 'guest' });
    expect(page.identity.value).toMatchObject({ name: 'guest', guest: true });
    sessionStorage.clear();
    expect((await loaded()).identity.value).toMatchObject({ name: 'Ana', token: 't1' });
  });

  it('is kept for this tab alone where the person signs in again without "remember"', async () => {
    const page = await loaded();
    page.keep(ana, true);
    page.keep({ ...ana, token: 't2' }, false);
    expect(localStorage.length).toBe(0);
  });

  it('is forgotten everywhere', async () => {
    const page = await loaded();
    page.keep(ana, true);
    page.forget();
    expect(page.identity.value).toBeUndefined();
    expect([localStorage.length, sessionStorage.length]).toEqual([0, 0]);
  });

  it('is undefined where the browser stored something else', async () => {
    sessionStorage.setItem('parley.token', '{"name":7}');
    localStorage.setItem('parley.token', 'x');
    expect((await loaded()).identity.value).toBeUndefined();
  });
});
