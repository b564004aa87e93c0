// What only a call needs: a part of the page that comes with the first one, and the name of this page's media in it.

import type { Call } from '@/media/call';

/** A part of the page that has not come by then does not come. */
const kLoadMs = 20_000;

/** With it comes what irons out differences between browsers. */
export async function loadCall(): Promise<typeof Call> {
  const [part] = await Promise.all([import('@/media/call'), import('webrtc-adapter')]);
  return part.Call;
}

/** Rejects where it takes too long. */
export function inTime<T>(loading: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = window.setTimeout(() => reject(new Error('it took too long')), kLoadMs);
    loading.then(resolve, reject).finally(() => window.clearTimeout(timer));
  });
}

export function randomSession(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
