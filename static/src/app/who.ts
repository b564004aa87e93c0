// As whom one comes in, and what that is for the server.

import { identity } from '@/app/identity';
import type { Credentials } from '@/protocol';

export type Who =
  | { kind: 'guest'; name: string }
  | { kind: 'account'; user: string; password: string; remember: boolean }
  /** Of a link, or kept from before. */
  | { kind: 'token'; token: string };

/** A guest who was here under that name is the same one again. */
export function credentialsOf(who: Who): Credentials {
  if (who.kind === 'account') return { user: who.user, password: who.password };
  if (who.kind === 'token') return { token: who.token };
  const known = identity.value?.guest && identity.value.name === who.name ? identity.value : undefined;
  return { name: who.name, ...(known ? { token: known.token } : {}) };
}
