// When only a reload helps: the page asked the server for a part of itself that is gone, because the server was upgraded
// meanwhile or can't be reached, the meeting could not be started, or this page was shown while the server did not answer.

import { ref } from 'vue';

export type ReloadReason = 'outdated' | 'meeting' | 'back';

export const reloadReason = ref<ReloadReason>();

/** The first reason counts: what follows comes of it. */
export function offerReload(reason: ReloadReason): void {
  reloadReason.value ??= reason;
}

export function dismissReload(): void {
  reloadReason.value = undefined;
}

// Vite tells of each part that does not come; whoever imported it gets the error besides.
window.addEventListener('vite:preloadError', () => offerReload('outdated'));
