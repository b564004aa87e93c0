// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { linkToken, readToken } from '@/app/token_link';

const token = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

describe('readToken', () => {
  it('tells the name in it and whether it has expired', () => {
    const zoe = token({ sub: 'Zoë Ünal', exp: 1000 });
    expect(readToken(zoe, 999_999)).toEqual({ token: zoe, name: 'Zoë Ünal', expired: false });
    expect(readToken(zoe, 1_000_000)).toMatchObject({ expired: true });
  });

  it.each(['', 'x', 'a.b.c', 'a.%.c', token({ sub: 7, exp: 'soon' }), `e30.${btoa('7')}.c`, `e30.${btoa('null')}.c`])(
    'leaves it to the server what to think of %j',
    (strange) => {
      expect(readToken(strange, 0)).toEqual({ token: strange, name: undefined, expired: false });
    },
  );
});

describe('a link that is opened in a page that is there', () => {
  beforeEach(() => vi.spyOn(window.history, 'replaceState').mockImplementation(() => undefined));

  it('brings its token, which leaves the address', () => {
    window.location.hash = '#token=a.b.c';
    window.dispatchEvent(new Event('hashchange'));
    expect(linkToken.value?.token).toBe('a.b.c');
    expect(window.history.replaceState).toHaveBeenLastCalledWith(null, '', window.location.pathname);
  });

  it('is not any other anchor', () => {
    linkToken.value = undefined;
    window.location.hash = '#token';
    window.dispatchEvent(new Event('hashchange'));
    expect(linkToken.value).toBeUndefined();
    expect(window.history.replaceState).not.toHaveBeenCalled();
  });
});
