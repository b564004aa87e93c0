// The requests that are asked once and answered once, on the connection that there is now: each rejects with
// ConnectionLost where there is none. Client adds what outlives a connection.

import type { Connection } from './connection';
import type { Action, ActionTarget, Attendee, BannedPerson, Download, HostAction, Member, Message, Replies, RoomSummary, Upload } from './messages';

export interface MembersPage {
  members: Member[];
  /** All who match, on whatever page. */
  count: number;
  /** There are more. */
  next?: string;
}

const kMembersPage = 100;

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

  /** For hosts, where the server keeps a journal: who was in the room in the last 24 hours. */
  async attendance(room: string): Promise<Attendee[]> {
    const people: Attendee[] = [];
    for (let after: number | undefined = 0; after !== undefined; ) {
      const reply: Replies['moderate'] = await this.link().request('moderate', { room, action: 'attendance', after });
      if (reply.type !== 'attendance') break;
      people.push(...reply.people);
      after = reply.next;
    }
    return people;
  }

  /** The public rooms; with a `query` those that have it in their name or topic. */
  async listRooms(query?: string): Promise<{ rooms: RoomSummary[]; more: boolean }> {
    const { rooms, more = false } = await this.link().request('rooms', query ? { query } : {});
    return { rooms, more };
  }

  /** Of the room's members, by name, those whose names have every word of the query; all where it is empty. `after`: `next` of
      the page before. */
  async members(room: string, query: string, after?: string): Promise<MembersPage> {
    const { members, count, next } = await this.link().request('members', { room, query, limit: kMembersPage, ...(after === undefined ? {} : { after }) });
    return { members, count, ...(next === undefined ? {} : { next }) };
  }

  /** Of one's own message. What comes of it, here and below, is told by a `changes` event. */
  async edit(room: string, seq: number, text: string): Promise<void> {
    await this.link().request('edit', { room, seq, text });
  }

  async remove(room: string, seq: number): Promise<void> {
    await this.link().request('delete', { room, seq });
  }

  async closePoll(room: string, seq: number): Promise<void> {
    await this.link().request('close_poll', { room, seq });
  }

  /** How far the person has read. */
  async seen(room: string, seq: number): Promise<void> {
    await this.link().request('seen', { room, seq });
  }

  async typing(room: string): Promise<void> {
    await this.link().request('typing', { room });
  }

  /** Messages that have every word of the query in them, the newest first; those before message `before`. */
  async search(room: string, query: string, before?: number): Promise<{ messages: Message[]; more: boolean }> {
    const { messages, more } = await this.link().request('search', { room, query, ...(before === undefined ? {} : { before }) });
    return { messages, more };
  }

  /** Where the bytes of a file go; its id is for a message. */
  upload(room: string, file: { name: string; size: number; media_type: string }): Promise<Upload> {
    return this.link().request('upload', { room, ...file });
  }

  /** Where the file of that message is, for some minutes. */
  download(room: string, seq: number): Promise<Download> {
    return this.link().request('download', { room, seq });
  }

  /** Milliseconds to the server and back. */
  async ping(): Promise<number> {
    const sent = this.now();
    await this.link().request('ping', {});
    return this.now() - sent;
  }
}
