// What people may know of a room before they join it. It is asked over a connection of its own, which says no hello and
// ends with the answer.

import { Connection, type Socket, type Timers } from './connection';
import { ConnectionLost } from './errors';
import type { RoomInfo } from './messages';

/** Rejects with a ProtocolError (`hello_required` where the server is older than this request), or with ConnectionLost. */
export function askRoomInfo(room: string, socket: Socket, timers: Timers): Promise<RoomInfo> {
  return new Promise((resolve, reject) => {
    const connection = new Connection(socket, timers, {
      opened: () => {
        const answer = connection.request('room_info', { room });
        void answer.then(resolve, reject).finally(() => connection.close());
      },
      event: () => undefined,
      closed: () => reject(new ConnectionLost()),
    });
  });
}
