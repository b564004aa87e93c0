// Whether the window is as a media query says, as a value that components can watch.

import { onUnmounted, ref, type Ref } from 'vue';

/** A phone, held either way. */
export const kPhone = '(max-width: 599px), (max-height: 449px)';

export function useMediaQuery(query: string): Readonly<Ref<boolean>> {
  const list = window.matchMedia(query);
  const matches = ref(list.matches);
  const changed = (): boolean => (matches.value = list.matches);
  list.addEventListener('change', changed);
  onUnmounted(() => list.removeEventListener('change', changed));
  return matches;
}
