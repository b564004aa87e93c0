// The page as an app: its worker, and what to do if the page comes from the worker because the server does not answer.

import { findObstacle } from '@/app/obstacle';
import { offerReload } from '@/app/reload';
import { kRoot } from '@/app/route';
import type { Session } from '@/app/session';

const kAgainMs = 5000;

/** Browsers have workers only on pages whose certificate they trust; elsewhere the page does without. */
export function startWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // What the first screen needs comes first.
  const start = (): void => void navigator.serviceWorker.register(new URL('worker.js', kRoot), { scope: kRoot.pathname }).catch(() => undefined);
  if (document.readyState === 'complete') start();
  else window.addEventListener('load', start, { once: true });
}

/** Whether the worker has answered for the server. */
export function isFromWorker(): boolean {
  return document.documentElement.dataset.shell !== undefined;
}

/** Says on the first screen why the server is not reached. Once it answers, its own page replaces this one: at once, or after
    asking if the person has begun something. */
export async function waitForServer(session: Pick<Session, 'obstacle' | 'state'>): Promise<void> {
  let begun = false;
  window.addEventListener('input', () => (begun = true), { once: true });
  for (;;) {
    const found = await findObstacle(new URL(window.location.href), kRoot);
    const idle = session.state.value.status.kind === 'stopped';
    if (found.kind !== 'offline' && found.kind !== 'down') {
      if (idle) session.obstacle.value = undefined;
      if (idle && !begun) window.location.reload();
      else offerReload('back');
      return;
    }
    if (idle) session.obstacle.value = found;
    await new Promise<void>((resolve) => {
      const timer = window.setTimeout(resolve, kAgainMs);
      window.addEventListener('online', () => (window.clearTimeout(timer), resolve()), { once: true });
    });
  }
}
