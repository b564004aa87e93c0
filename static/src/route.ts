// The address of the page: `/` and `/room/<name>`. The room in it is where one goes, or is.

import { ref } from 'vue';

export const kDefaultRoom = 'lobby';

export function roomIn(path: string): string | undefined {
  const [, name] = /^\/room\/([^/]+)\/?$/.exec(path) ?? [];
  try {
    return name === undefined ? undefined : decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

export function pathOf(room: string): string {
  return `/room/${encodeURIComponent(room)}`;
}

export const routeRoom = ref(roomIn(window.location.pathname));
window.addEventListener('popstate', () => (routeRoom.value = roomIn(window.location.pathname)));

export function goTo(room: string | undefined): void {
  const path = room === undefined ? '/' : pathOf(room);
  if (path !== window.location.pathname) window.history.pushState(null, '', path);
  routeRoom.value = room;
}

/** For others to come to. */
export function linkOf(room: string): string {
  return new URL(pathOf(room), window.location.origin).href;
}
