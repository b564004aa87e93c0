// Who one is on this server, as far as the browser keeps it: the token by which one comes back without a password. Of
// this tab alone, so that a reload does not end it, or for the whole browser, where a person asked to be remembered.
// Passwords are never kept.

import { ref } from 'vue';
import type { Welcome } from '@/protocol';
import { kRoot } from '@/app/route';

export interface Identity {
  name: string;
  token: string;
  /** Without an account it is only good for being the same guest again, under the same name. */
  guest: boolean;
}

// Under each prefix of a host there may be another server.
const kKey = kRoot.pathname === '/' ? 'parley.token' : `parley.token ${kRoot.pathname}`;

function read(storage: Storage): Identity | undefined {
  try {
    const { name, token, guest } = JSON.parse(storage.getItem(kKey) ?? '{}') as Partial<Identity>;
    return typeof name === 'string' && typeof token === 'string' ? { name, token, guest: guest === true } : undefined;
  } catch {
    return undefined;
  }
}

function load(): Identity | undefined {
  return read(sessionStorage) ?? read(localStorage);
}

/** Kept by this browser now. */
export const identity = ref<Identity | undefined>(load());

/** Each welcome brings a fresh token. `remember`: beyond this tab; nothing: as it was. */
export function keep({ name, token, role }: Pick<Welcome, 'name' | 'token' | 'role'>, remember = remembered(name)): void {
  identity.value = { name, token, guest: role === 'guest' };
  const text = JSON.stringify(identity.value);
  sessionStorage.setItem(kKey, text);
  if (remember) localStorage.setItem(kKey, text);
  else if (remembered(name)) localStorage.removeItem(kKey);
}

function remembered(name: string): boolean {
  return read(localStorage)?.name === name;
}

/** Signed out: here, and in the browser. */
export function forget(): void {
  identity.value = undefined;
  sessionStorage.removeItem(kKey);
  localStorage.removeItem(kKey);
}
