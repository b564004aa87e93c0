// Parts of the page that the first screen does without, but nobody should wait for in the room: they are loaded as soon as
// the first screen is there.

export const loadMessageList = () => import('@/components/MessageList.vue');

export function loadLateParts(): void {
  // A part that does not come offers a reload (reload.ts), and is asked for again where it is used.
  loadMessageList().catch(() => undefined);
}
