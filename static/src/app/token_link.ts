// A link that brings a token along: /room/x#token=…. What stands behind the # is never sent to a server by the browser;
// here it is taken out of the address at once, before anything else runs, so that it is neither copied nor kept in
// the history.
//
// What the token says is only looked at for words on the screen. Whether it counts is the server's to say.

import { ref } from 'vue';

export interface LinkToken {
  token: string;
  /** Who one is by it, as far as it can be read. */
  name: string | undefined;
  expired: boolean;
}

const kBeginning = '#token=';

function claimsOf(token: string): { sub?: unknown; exp?: unknown } {
  try {
    const [, body = ''] = token.split('.');
    const bytes = Uint8Array.from(atob(body.replaceAll('-', '+').replaceAll('_', '/')), (each) => each.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === 'object' && claims !== null ? claims : {};
  } catch {
    return {};
  }
}

/** `now` in milliseconds. */
export function readToken(token: string, now: number): LinkToken {
  const { sub, exp } = claimsOf(token);
  return {
    token,
    name: typeof sub === 'string' ? sub : undefined,
    expired: typeof exp === 'number' && exp * 1000 <= now,
  };
}

function take(): LinkToken | undefined {
  const { hash, pathname, search } = window.location;
  if (!hash.startsWith(kBeginning)) return undefined;
  window.history.replaceState(null, '', pathname + search);
  return readToken(hash.slice(kBeginning.length), Date.now());
}

export const linkToken = ref<LinkToken | undefined>(take());
// Another such link, opened in a page that is there already.
window.addEventListener('hashchange', () => (linkToken.value = take() ?? linkToken.value));
