// What is being written in dialogs. A dialog may be closed by something else than its person: by the way to who calls, or by the
// end of the room. So what was written is there again when the dialog is, until it is sent or the person leaves the room.

import { ref, watch, type Ref } from 'vue';

const kept = new Map<string, unknown>();

/** `key` names the dialog and its room. */
export function useDraft<T>(key: string, initial: T): Ref<T> {
  const draft = ref((kept.get(key) as T | undefined) ?? initial) as Ref<T>;
  watch(draft, (now) => kept.set(key, now), { deep: true, flush: 'sync' });
  return draft;
}

export function dropDraft(key: string): void {
  kept.delete(key);
}

/** Of every dialog and room. */
export function dropDrafts(): void {
  kept.clear();
}
