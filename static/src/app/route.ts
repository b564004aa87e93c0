// The address of the page: `ROOT` and `ROOTroom/<name>`, where ROOT is `/` or, behind a proxy that strips a prefix, for
// example `/chat/`. The room in it is where one goes, or is.

import { ref } from 'vue';
import { visible } from '@/state/text';

export const kDefaultRoom = 'lobby';

/** The path of the first page, with its slash at the end. The server serves the page nowhere but there and at rooms. */
export function rootOf(path: string): string {
  const root = /^(.*\/)room\/[^/]+$/.exec(path)?.[1] ?? path.slice(0, path.lastIndexOf('/') + 1);
  // Two slashes in front would name a host.
  return root.replace(/^\/+/, '/');
}

export function roomIn(path: string): string | undefined {
  const [, name] = /^.*\/room\/([^/]+)$/.exec(path) ?? [];
  try {
    return name === undefined ? undefined : decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

/** The root of all that this server serves, for addresses relative to it. */
export const kRoot = new URL(rootOf(window.location.pathname), window.location.origin);

export function pathOf(room: string | undefined, root = kRoot.pathname): string {
  return room === undefined ? root : `${root}room/${encodeURIComponent(room)}`;
}

export const routeRoom = ref(roomIn(window.location.pathname));
window.addEventListener('popstate', () => (routeRoom.value = roomIn(window.location.pathname)));

export function goTo(room: string | undefined): void {
  const path = pathOf(room);
  if (path !== window.location.pathname) window.history.pushState(null, '', path);
  routeRoom.value = room;
}

/** For others to come to. */
export function linkOf(room: string): string {
  return new URL(pathOf(room), kRoot).href;
}

/** The same link for people to read and to type: letters of any script as themselves, unless they could deceive. */
export function readable(link: string): string {
  return link.replace(/(?:%[89A-F][0-9A-F])+/g, (escaped) => {
    const letters = decodeURIComponent(escaped);
    return visible(letters) === letters ? letters : escaped;
  });
}
