// Markdown comes with the first text that needs it. Where it does not come, texts are shown as they were typed.

import { shallowRef } from 'vue';
import type { RichNode } from '@/state/rich';

export const markdown = shallowRef<(text: string) => RichNode[]>();
let loading: Promise<void> | undefined;

export function loadMarkdown(): Promise<void> {
  loading ??= import('@/state/markdown')
    .then(({ parse }) => void (markdown.value = parse))
    // The next text tries again.
    .catch(() => (loading = undefined));
  return loading;
}
