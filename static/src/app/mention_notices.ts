// How one is told of a mention while one looks elsewhere: by the page's title, a sound, and the browser's own notification.
// Each can be switched off; the last is off until the browser was asked for it.

import { onUnmounted, watch, type Ref } from 'vue';
import { chime } from '@/app/chime';
import { kept } from '@/app/picks';
import type { Room } from '@/state/state';
import { visible } from '@/state/text';

export const mentionTitle = kept<boolean>('mention_title', true);
export const mentionSound = kept<boolean>('mention_sound', true);
export const mentionPopup = kept<boolean>('mention_popup', false);

/** Asks the browser; switches itself off again where it says no. */
export async function askForPopups(): Promise<void> {
  if (!mentionPopup.value) return;
  const allowed = 'Notification' in window && (await Notification.requestPermission()) === 'granted';
  if (!allowed) mentionPopup.value = false;
}

/** While a room is on the screen. `calls`: how many ask for something, beside the unread. `words`: what a notification says. */
export function useMentionNotices(room: () => Room, calls: Readonly<Ref<number>>, words: () => string): void {
  const before = document.title;
  watch(
    () => room().mentions,
    (now, then) => now > then && noticeMention(words()),
  );
  watch(
    () => [room().unread + calls.value, mentionTitle.value && room().mentions > 0] as const,
    ([count, mentioned]) => {
      const name = `${visible(room().name)} · Parley`;
      document.title = `${mentioned ? '@ ' : ''}${count > 0 ? `(${count}) ${name}` : name}`;
    },
    { immediate: true },
  );
  onUnmounted(() => (document.title = before));
}

function noticeMention(title: string): void {
  if (mentionSound.value) void chime(true);
  if (!mentionPopup.value || !('Notification' in window) || Notification.permission !== 'granted') return;
  try {
    const notice = new Notification(title, { tag: 'parley-mention' });
    notice.onclick = () => window.focus();
  } catch {
    // Phones have it for service workers alone.
  }
}
