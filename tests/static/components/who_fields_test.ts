// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createApp, h, ref, type App } from 'vue';
import WhoFields from '@/components/WhoFields.vue';
import { i18n } from '@/i18n';
import { identity } from '@/app/identity';
import { kSession, type Session } from '@/app/session';
import type { Who } from '@/app/who';
import { readToken, linkToken } from '@/app/token_link';

const kToken = `e30.${btoa(JSON.stringify({ sub: 'Zoe' }))}.c2ln`;
const signOut = vi.fn();

interface Fields {
  come(): Who;
  refused(code: string): Promise<boolean>;
}
let app: App | undefined;

function mounted(): { root: HTMLElement; fields: Fields } {
  const root = document.createElement('div');
  const fields = ref<Fields>();
  app = createApp({ render: () => h(WhoFields, { busy: false, ref: fields }) });
  app.use(i18n).provide(kSession, { signOut } as unknown as Session).mount(root);
  return { root, fields: fields.value! };
}

afterEach(() => {
  app?.unmount();
  linkToken.value = undefined;
  identity.value = undefined;
  signOut.mockReset();
});

describe('a link with a token', () => {
  it('is kept when somebody is there under its name, and says so', async () => {
    linkToken.value = readToken(kToken, 0);
    const { root, fields } = mounted();
    expect(await fields.refused('name_taken')).toBe(true);
    expect(root.textContent).toContain('Somebody is already here under this name. Your link still works');
    expect(root.querySelector('.known')?.textContent).toContain('Zoe');
    expect(fields.come()).toEqual({ kind: 'token', token: kToken });
  });

  it.each([
    ['bad_credentials', 'This link is no longer valid'],
    ['name_invalid', 'The name in this link cannot be used here'],
  ])('is put away after %s', async (code, words) => {
    linkToken.value = readToken(kToken, 0);
    const { root, fields } = mounted();
    await fields.refused(code);
    expect(root.textContent).toContain(words);
    expect(root.querySelector('.known')).toBeNull();
    expect(linkToken.value).toBeUndefined();
  });
});

describe('somebody who is signed in', () => {
  it('stays so when somebody is there under their name', async () => {
    identity.value = { name: 'Ana', token: 't', guest: false };
    const { root, fields } = mounted();
    await fields.refused('name_taken');
    expect(root.textContent).toContain('You are still signed in');
    expect(signOut).not.toHaveBeenCalled();
    expect(fields.come()).toEqual({ kind: 'token', token: 't' });
  });

  it('signs in again when the token is no longer accepted', async () => {
    identity.value = { name: 'Ana', token: 't', guest: false };
    const { root, fields } = mounted();
    await fields.refused('bad_credentials');
    expect(signOut).toHaveBeenCalled();
    expect(root.textContent).toContain('Please sign in again');
  });
});

describe('a guest', () => {
  it('begins with the name', () => {
    const focus = vi.spyOn(HTMLInputElement.prototype, 'focus');
    const { root } = mounted();
    expect(focus.mock.contexts).toEqual([root.querySelector('#name')]);
  });

  it('reads at the name that it is taken', async () => {
    const { root, fields } = mounted();
    await fields.refused('name_taken');
    expect(root.querySelector('#name-hint .trouble')?.textContent).toContain('Somebody is already here under this name');
  });
});
