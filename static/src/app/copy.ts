// Puts a text on the clipboard, and says for a moment that it did. A browser may refuse: on a page that came over http, in
// a frame, or by a policy. Then the text is shown, to be copied by hand.

import { ref, type Ref } from 'vue';

const kShownMs = 2000;

export interface Copying {
  copied: Ref<boolean>;
  /** What the browser would not copy. */
  refused: Ref<string | undefined>;
  copy(text: string): Promise<void>;
}

export function useCopy(): Copying {
  const copied = ref(false);
  const refused = ref<string>();
  async function copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      refused.value = text;
      return;
    }
    copied.value = true;
    window.setTimeout(() => (copied.value = false), kShownMs);
  }
  return { copied, refused, copy };
}
