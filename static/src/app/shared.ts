// A text that another app shared with the installed page: /#share=…, which the worker makes of it (worker/shell.ts). It is taken out
// of the address at once, and waits here for the room that the person chooses: there it stands in the field, and is not sent.

import { ref } from 'vue';
import { withShared } from '@/state/text';

const kBeginning = '#share=';

/** The text in a fragment; nothing if it has none. */
export function sharedIn(hash: string): string | undefined {
  if (!hash.startsWith(kBeginning)) return undefined;
  try {
    return decodeURIComponent(hash.slice(kBeginning.length)).trim() || undefined;
  } catch {
    return undefined;
  }
}

function take(): string | undefined {
  const { hash, pathname, search } = window.location;
  if (hash.startsWith(kBeginning)) window.history.replaceState(null, '', pathname + search);
  return sharedIn(hash);
}

export const shared = ref(take());
window.addEventListener('hashchange', () => (shared.value = take() ?? shared.value));

/** `draft` with the shared text, which then waits no longer. */
export function addShared(draft: string): string {
  const text = shared.value;
  shared.value = undefined;
  return text === undefined ? draft : withShared(draft, text);
}
