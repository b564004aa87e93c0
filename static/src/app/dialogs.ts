// The dialogs that lie on the page. All that is not in the uppermost one is inert, so what must be seen and clicked meanwhile is
// shown in there.

import { computed, shallowRef } from 'vue';

export interface OpenDialog {
  /** Where that is shown. */
  place: HTMLElement;
  close: () => void;
}

const open = shallowRef<readonly OpenDialog[]>([]);
export const topDialog = computed(() => open.value.at(-1));

export function dialogOpened(dialog: OpenDialog): void {
  open.value = [...open.value, dialog];
}

export function dialogClosed(dialog: OpenDialog): void {
  open.value = open.value.filter((each) => each !== dialog);
}

export function closeDialogs(): void {
  for (const dialog of [...open.value].reverse()) dialog.close();
}
