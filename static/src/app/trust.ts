// The page about trusting the server's own certificate, for invitations. It is asked for before it is wanted: a browser copies
// only in answer to a click, and not after a wait.

import { shallowRef } from 'vue';
import { trustPage } from '@/app/obstacle';
import { kRoot } from '@/app/route';

/** Nothing until the server has answered; without a link where it made no certificate. */
export const trust = shallowRef<{ link: string | undefined }>();
let asking = false;

export async function askTrust(): Promise<void> {
  if (asking || trust.value?.link !== undefined) return;
  asking = true;
  trust.value = { link: await trustPage(kRoot) };
  asking = false;
}
