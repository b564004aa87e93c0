// What one does with the messages of a room, beside writing them: changing them, searching them, and telling how far one has
// read and that one writes. Made by the session, for the room that it is in.

import { ConnectionLost, ProtocolError, type Client, type ClientEvent, type Message } from '@/protocol';
import { addressOf } from '@/app/put';
import { countedBack, messageOf } from '@/state/changes';
import type { State } from '@/state/state';

/** The server tells the others no more often. */
const kTypingMs = 3000;
/** Messages that are brought before one that is jumped to, and of a hole at each end. */
const kPage = 50;
/** And from it on: as many as a page of history holds, so that a short way back leaves no hole. */
const kLongPage = 200;

/** The server takes an address for 10 minutes. */
const kAddressMs = 9 * 60_000;

export class Messages {
  private typedAt = -Infinity;
  private seenUpTo = 0;
  /** Addresses of files, by their messages. */
  private readonly files = new Map<number, { url: string; until: number }>();
  /** Polls whose choices are asked for; whether to ask again after that. */
  private readonly asked = new Map<number, boolean>();

  constructor(
    private readonly client: Client,
    private readonly state: () => State,
  ) {}

  /** Whether the server has it, of what not every server has. */
  offers(feature: string): boolean {
    return this.state().features.includes(feature);
  }

  edit(seq: number, text: string): Promise<void> {
    return this.client.edit(this.room, seq, text);
  }

  remove(seq: number): Promise<void> {
    return this.client.remove(this.room, seq);
  }

  react(seq: number, emoji: string, on: boolean): Promise<void> {
    return this.client.react(this.room, seq, emoji, on);
  }

  vote(seq: number, choices: number[]): Promise<void> {
    return this.client.vote(this.room, seq, choices);
  }

  closePoll(seq: number): Promise<void> {
    return this.client.closePoll(this.room, seq);
  }

  search(query: string, before?: number): Promise<{ messages: Message[]; more: boolean }> {
    return this.client.search(this.room, query, before);
  }

  /** The address of that message's file, for a minute at least. The same one for some minutes: then the browser has the file. */
  async fileOf(seq: number): Promise<string> {
    const known = this.files.get(seq);
    if (known && Date.now() < known.until) return known.url;
    const url = addressOf((await this.client.download(this.room, seq)).url);
    this.files.set(seq, { url, until: Date.now() + kAddressMs });
    return url;
  }

  /** Tells the others that one writes. */
  typing(): void {
    const now = Date.now();
    if (!this.offers('typing') || now - this.typedAt < kTypingMs) return;
    this.typedAt = now;
    this.client.typing(this.room).catch(ignoreRefused);
  }

  /** All that stands in the chat was read. */
  seen(): void {
    const { room } = this.state();
    if (!room || !this.offers('seen')) return;
    const newest = countedBack(room, 1)?.message.seq ?? 0;
    if (newest <= this.seenUpTo) return;
    this.seenUpTo = newest;
    // It is told again with the next message.
    this.client.seen(room.name, newest).catch((error: unknown) => {
      this.seenUpTo = 0;
      ignoreRefused(error);
    });
  }

  hear(event: ClientEvent): void {
    // A server that was restarted may not know them any more.
    if (event.type === 'entered') this.files.clear();
    if (event.type !== 'changes') return;
    // Another session of ours, in the same room, may have voted: the server tells each only what it asks for.
    const { room, self } = this.state();
    const isElsewhere = self?.author !== undefined && room?.members.some(({ id, author }) => author === self.author && id !== self.id);
    if (isElsewhere) for (const { seq, poll } of event.changes) if (poll && !poll.mine) void this.renewChoices(event.room, seq);
  }

  /** One request at a time for each poll: a class votes within seconds. */
  private async renewChoices(room: string, seq: number): Promise<void> {
    const asked = this.asked.has(seq);
    this.asked.set(seq, asked);
    if (asked) return;
    await this.client.askChoices(room, seq).catch(ignoreRefused);
    const again = this.asked.get(seq);
    this.asked.delete(seq);
    if (again) await this.renewChoices(room, seq);
  }

  /** In another room, or in another log, nothing was told. */
  forget(): void {
    this.seenUpTo = 0;
    this.typedAt = -Infinity;
    this.files.clear();
  }

  /** Brings that message into the chat, with what stands around it. Resolves with whether it is there. */
  async reach(seq: number): Promise<boolean> {
    const { room } = this.state();
    if (!room || messageOf(room, seq)) return room !== undefined;
    // With the message itself. Where it is kept no longer, none before it are, and nothing comes.
    await this.client.older(room.name, { before: seq + 1, limit: kPage + 1 });
    // Meanwhile we may be elsewhere, or the server has begun a new log.
    const now = this.state().room;
    if (now?.name !== room.name || now.epoch !== room.epoch || !messageOf(now, seq)) return false;
    await this.client.older(room.name, { after: seq, limit: kLongPage - 1 });
    return true;
  }

  /** Brings messages of a hole, at both of its ends: the reader may be at either. */
  async fill(after: number, before: number): Promise<void> {
    await Promise.all([this.client.older(this.room, { after, limit: kPage }), this.client.older(this.room, { before, limit: kPage })]);
  }

  private get room(): string {
    const { room } = this.state();
    if (!room) throw new ConnectionLost();
    return room.name;
  }
}

function ignoreRefused(error: unknown): void {
  if (!(error instanceof ProtocolError || error instanceof ConnectionLost)) throw error;
}
