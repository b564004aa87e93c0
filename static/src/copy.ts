// Puts a text on the clipboard, and says for a moment that it did.

import { ref, type Ref } from 'vue';

const kShownMs = 2000;

export function useCopy(): { copied: Ref<boolean>; copy(text: string): Promise<void> } {
  const copied = ref(false);
  async function copy(text: string): Promise<void> {
    await navigator.clipboard.writeText(text);
    copied.value = true;
    window.setTimeout(() => (copied.value = false), kShownMs);
  }
  return { copied, copy };
}
