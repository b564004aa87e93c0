// The protocol in TypeScript, for any page or program with a WebSocket: everything that is needed from outside.

import { Client } from './client';
import type { ClientOptions } from './client_types';
import type { Socket, Timers } from './connection';
import type { RoomInfo } from './messages';
import { askRoomInfo } from './room_info';

export { backoffMs, type Random } from './backoff';
export * from './client';
export * from './client_types';
export type { Socket, Timers } from './connection';
export * from './errors';
export * from './limits';
export * from './messages';
export type { MembersPage } from './requester';
export { withChange } from './revisions';
export type { Beside, NewPoll, OwnMessage, PageRange, RoomEvent } from './room_session';

/** Where the server listens whose first page is at `root`: `wss://host/ws` for `https://host/`. */
export function endpointOf(root: URL): string {
  const endpoint = new URL('ws', root);
  endpoint.protocol = root.protocol === 'https:' ? 'wss:' : 'ws:';
  return endpoint.href;
}

function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const kTimers: Timers = {
  set: (run, ms) => window.setTimeout(run, ms),
  clear: (timer) => window.clearTimeout(timer),
};

/** A WebSocket has what a Socket has; only its handlers are declared with more than we use. */
function openSocket(url: string): Socket {
  return new WebSocket(url, ['parley.v1']) as unknown as Socket;
}

/** What people may know of a room before they join it; see askRoomInfo. */
export function roomInfo(url: string, room: string): Promise<RoomInfo> {
  return askRoomInfo(room, openSocket(url), kTimers);
}

/** A client on the browser's own WebSocket, timers and clock. */
export function createClient(url: string, agent: string, others: Partial<ClientOptions> = {}): Client {
  return new Client({
    open: () => openSocket(url),
    timers: kTimers,
    random: Math.random,
    uniqueId: randomId,
    now: () => Date.now(),
    agent,
    ...others,
  });
}
