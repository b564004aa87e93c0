// The host's dialog about the room, and what a host's acts show to others.

import assert from 'node:assert/strict';

export const dialog = ({page}) => page.getByRole('dialog');
export const openRoomDialog = ({page}) => page.getByRole('button', {name: 'Host controls'}).click();

export async function closeDialog(person) {
  await person.page.keyboard.press('Escape');
  await dialog(person).waitFor({state: 'detached'});
}

// The person reads it on top of everything because of what `act` does, and puts it away: there are not more than three.
export async function readsOnTop({page}, words, act) {
  const toasts = [words].flat().map((each) => page.locator('.toast', {hasText: each}));
  for (const toast of toasts) assert.equal(await toast.count(), 0, `told beforehand: ${words}`);
  await act();
  for (const toast of toasts) {
    await toast.getByRole('button', {name: 'Close'}).click();
    await toast.waitFor({state: 'detached'});
  }
}
