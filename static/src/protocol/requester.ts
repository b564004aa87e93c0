// The requests that are asked once and answered once, on the connection that there is now: each rejects with
// ConnectionLost where there is none. Client adds what outlives a connection.

import type { Connection } from './connection';
import type { Action, ActionTarget, BannedPerson, HostAction, RoomSummary } from './messages';

export abstract class Requester {
  /** The connection, once the server has greeted us; throws ConnectionLost without one. */
  protected abstract link(): Connection;
  /** Milliseconds since 1970. */
  protected abstract now(): number;

  async whisper(to: string, text: string): Promise<void> {
    await this.link().request('whisper', { to, text });
  }

  async signal(room: string, to: string, data: unknown): Promise<void> {
    await this.link().request('signal', { room, to, data });
  }

  async moderate(room: string, action: Action, target: ActionTarget = {}): Promise<void> {
    await this.link().request('moderate', { room, action, ...target });
  }

  /** For hosts: who is banned from the room, the oldest ban first. */
  async bans(room: string): Promise<BannedPerson[]> {
    const reply = await this.link().request('moderate', { room, action: 'bans' });
    return reply.type === 'bans' ? reply.bans : [];
  }

  /** For hosts: what hosts did in the room, the newest first. */
  async recent(room: string): Promise<HostAction[]> {
    const reply = await this.link().request('moderate', { room, action: 'recent' });
    return reply.type === 'recent' ? reply.actions : [];
  }

  /** The public rooms; with a `query` those that have it in their name or topic. */
  async listRooms(query?: string): Promise<{ rooms: RoomSummary[]; more: boolean }> {
    const { rooms, more = false } = await this.link().request('rooms', query ? { query } : {});
    return { rooms, more };
  }

  /** Milliseconds to the server and back. */
  async ping(): Promise<number> {
    const sent = this.now();
    await this.link().request('ping', {});
    return this.now() - sent;
  }
}
