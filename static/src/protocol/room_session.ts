// One room as its client keeps it: the order of its messages, one's own that have no `ok` yet, and one's
// flags. It outlives connections: on each new one the Client lets it `enter`, and it takes up where it was.
//
// It has more than 25 functions because messages, changes and flags are sent, answered and restored each in its own way.

import { CatchUp, type Step } from './catch_up';
import type { Connection } from './connection';
import { ConnectionLost, ProtocolError } from './errors';
import { bytesOf } from './limits';
import type { ActionTarget, Author, Change, ErrorCode, Flags, Joined, Member, Message, Ok, Poll, Requests, SharedFile } from './messages';

/** A message of one's own that is not in the log yet, as far as we know. */
export interface OwnMessage {
  id: string;
  room: string;
  text: string;
  /** When it was written: milliseconds since 1970, by this machine's clock. */
  writtenAt: number;
  state: 'pending' | 'sent' | 'failed';
  /** Why it failed. */
  code?: ErrorCode;
  /** The message that it answers. */
  reply_to?: number;
  file?: SharedFile;
  /** It is a poll. */
  poll?: NewPoll;
}

export type NewPoll = Pick<Requests['poll'], 'question' | 'options' | 'multiple'>;

/** What a message has beside its text. */
export type Beside = Pick<OwnMessage, 'reply_to' | 'file' | 'poll'>;

/** As the server writes a poll for those who do not know polls. */
function textOf({ question, options }: NewPoll): string {
  return [question, ...options.map((option, at) => `${at + 1}) ${option}`)].join('\n');
}

function begun({ question, options, multiple = false }: NewPoll): Poll {
  return { question, options, multiple, counts: options.map(() => 0), voters: 0, closed: false };
}

export type RoomEvent =
  /** Here for the first time, or back (`resumed`): members and settings are those of `joined`, whose messages
      follow as `messages`. `more`: there are older ones. */
  | { type: 'entered'; room: string; joined: Joined; resumed: boolean; more: boolean }
  /** The next of the room, oldest first; none ever comes twice. */
  | { type: 'messages'; room: string; messages: Message[] }
  /** Messages from before the newest that were shown, one after the other, and not always next to those that we had. `more`: there
      are older ones than the first. */
  | { type: 'older'; room: string; messages: Message[]; more: boolean; before?: number }
  /** Messages of the room are like this now, whether they were shown or not. Doing it twice does no harm. */
  | { type: 'changes'; room: string; changes: Change[] }
  /** We have put that emoji on a message, or taken it back. */
  | { type: 'reacted'; room: string; seq: number; emoji: string; on: boolean }
  /** A host has lowered our hand. */
  | { type: 'hand_lowered'; room: string }
  /** What we have chosen in a poll. */
  | { type: 'voted'; room: string; seq: number; choices: number[] }
  /** Here some are missing: the server no longer has them. */
  | { type: 'gap'; room: string }
  /** The server has begun a new log: sequences start again. */
  | { type: 'log_restarted'; room: string }
  | { type: 'own'; room: string; message: OwnMessage }
  | { type: 'own_discarded'; room: string; id: string };

export interface RoomSurroundings {
  emit(event: RoomEvent): void;
  self(): Author;
  /** Whether the server numbers the changes of messages. */
  changes(): boolean;
  /** Own messages from before the page was loaded. */
  unsent(room: string, self: Author): OwnMessage[];
  uniqueId(): string;
  now(): number;
  /** In bytes: what the server takes as a text. */
  mostText(): number;
}

/** Messages that stand before that one, or after it. */
export type PageRange = ({ before: number } | { after: number }) & { limit?: number };

type Asked = Extract<Step, { kind: 'ask' | 'ask_changes' }>;

const kPage = 200;
const kFirstPage = 50;

export class RoomSession {
  private readonly catchUp = new CatchUp();
  private own: OwnMessage[] = [];
  /** Our author key, as the room's list has it. */
  private author: string | undefined;
  private flags: Partial<Flags> = {};
  private statesUnderWay = 0;
  private link: Connection | undefined;
  private entered = false;
  /** In the room and up to date: what is written is sent at once. */
  private live = false;

  /** `password`: the room's, by which we come back. */
  constructor(
    private spelling: string,
    private password: string | undefined,
    private readonly around: RoomSurroundings,
  ) {}

  /** As the room itself writes it, once we have been in. */
  get name(): string {
    return this.spelling;
  }

  /** Joins on a new connection, brings what was missed, then sends what has no `ok`. Rejects where the server
      refuses, or the connection goes: then it may be called again with the next one. */
  async enter(link: Connection): Promise<Joined> {
    this.leaveLink();
    this.link = link;
    const { since, sinceRev } = this.catchUp;
    const joined = await link.request('join', {
      room: this.name,
      ...(this.password === undefined ? {} : { password: this.password }),
      ...(since === undefined ? {} : { since }),
      ...(sinceRev === undefined || !this.around.changes() ? {} : { since_rev: sinceRev }),
    });
    const resumed = since !== undefined;
    this.entered = true;
    this.spelling = joined.room;
    this.author = joined.members.find(({ id }) => id === this.around.self().id)?.author;
    if (!resumed) this.own.unshift(...this.around.unsent(this.name, this.self()));
    this.restoreFlags(link, joined);
    this.around.emit({ type: 'entered', room: this.name, joined, resumed, more: !resumed && joined.more });
    if (!resumed) for (const own of this.own) this.emitOwn(own);
    await this.follow(link, this.catchUp.joined(joined));
    if (this.link === link) this.sendPending();
    return joined;
  }

  /** We have set another password of the room. */
  setPassword(value: ActionTarget['value']): void {
    this.password = typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** The connection is gone, or we wait in front of the room. */
  leaveLink(): void {
    this.link = undefined;
    this.live = false;
    this.catchUp.lost();
  }

  /** A message of somebody else, as an event. */
  receive(message: Message): void {
    if (this.link) this.follow(this.link, this.catchUp.live(message)).catch(() => undefined);
  }

  /** A change of a message, as an event. */
  changed(change: Change): void {
    if (this.link) this.follow(this.link, this.catchUp.changed(change)).catch(() => undefined);
  }

  async react(seq: number, emoji: string, on: boolean): Promise<void> {
    if (!this.link) throw new ConnectionLost();
    await this.link.request('react', { room: this.name, seq, emoji, on });
    this.around.emit({ type: 'reacted', room: this.name, seq, emoji, on });
  }

  async vote(seq: number, choices: number[]): Promise<void> {
    if (!this.link) throw new ConnectionLost();
    await this.link.request('vote', { room: this.name, seq, choices });
    this.around.emit({ type: 'voted', room: this.name, seq, choices });
  }

  /** Asks what this person has chosen in a poll: who voted is not in events, and another session of theirs may have. */
  async askChoices(seq: number): Promise<void> {
    if (!this.link) throw new ConnectionLost();
    const { messages } = await this.link.request('history', { room: this.name, before: seq + 1, limit: 1 });
    const poll = messages.find((message) => message.seq === seq)?.poll;
    if (poll) this.around.emit({ type: 'voted', room: this.name, seq, choices: poll.mine ?? [] });
  }

  post(text: string, beside: Beside = {}): OwnMessage {
    const own: OwnMessage = {
      ...beside,
      id: this.around.uniqueId(),
      room: this.name,
      text: beside.poll ? textOf(beside.poll) : text,
      writtenAt: this.around.now(),
      state: 'pending',
    };
    this.own.push(own);
    this.emitOwn(own);
    if (bytesOf(text) > this.around.mostText()) this.failed(own, 'too_large');
    else if (this.live) void this.transmit(own);
    return own;
  }

  retry(id: string): void {
    const own = this.own.find((each) => each.id === id && each.state === 'failed');
    if (!own) return;
    own.state = 'pending';
    delete own.code;
    this.emitOwn(own);
    if (this.live) void this.transmit(own);
  }

  discard(id: string): void {
    this.own = this.own.filter((each) => each.id !== id || each.state !== 'failed');
    this.around.emit({ type: 'own_discarded', room: this.name, id });
  }

  /** What is newer than all that was shown is left out: it comes by itself. */
  async older(range: PageRange): Promise<void> {
    const { link } = this;
    if (!link) throw new ConnectionLost();
    const page = await link.request('history', { room: this.name, limit: kFirstPage, ...range });
    if (this.link !== link) return;
    const messages = page.messages.filter(({ seq }) => this.catchUp.isPast(seq));
    const before = 'before' in range ? { before: range.before } : {};
    this.around.emit({ type: 'older', room: this.name, messages, more: 'after' in range || page.more, ...before });
  }

  /** Kept, and said again after coming back. Without a connection it is said then. */
  async setFlags(flags: Partial<Flags>): Promise<void> {
    this.flags = { ...this.flags, ...flags };
    if (!this.link || !this.entered) return;
    this.statesUnderWay++;
    try {
      await this.link.request('state', { room: this.name, ...flags });
    } catch (error) {
      if (error instanceof ConnectionLost) return;
      if (error instanceof ProtocolError && (error.code === 'muted' || error.code === 'forbidden')) await this.refused(flags);
      throw error;
    } finally {
      this.statesUnderWay--;
    }
  }

  /** A host was quicker. All of the request was refused: what does not concern them is said again. */
  private async refused({ audio, video, screen, ...others }: Partial<Flags>): Promise<void> {
    const refused = Object.entries({ audio, video, screen }).filter(([, value]) => value);
    this.flags = { ...this.flags, ...Object.fromEntries(refused.map(([name]) => [name, false])) };
    if (Object.keys(others).length > 0) await this.link?.request('state', { room: this.name, ...others }).catch(() => undefined);
  }

  /** What the room now sees of us: a host may have changed it. */
  selfChanged(member: Member): void {
    this.author = member.author ?? this.author;
    if (this.statesUnderWay > 0) return;
    const { call, audio, video, screen, hand } = member;
    const lowered = this.flags.hand && !hand;
    this.flags = { call, audio, video, screen, hand };
    if (lowered) this.around.emit({ type: 'hand_lowered', room: this.name });
  }

  /** Does what the room's CatchUp says, and pages on until nothing is missing any more. */
  private async follow(link: Connection, steps: Step[]): Promise<void> {
    const asked = this.tell(steps);
    while (asked.length > 0 && this.link === link) {
      const next = await this.page(link, asked.shift()!);
      if (this.link !== link) return;
      asked.push(...this.tell(next()));
    }
  }

  /** Tells what happened; returns which pages to ask for. */
  private tell(steps: Step[]): Asked[] {
    const asked: Asked[] = [];
    for (const step of steps) {
      if (step.kind === 'show') this.deliver(step.messages);
      else if (step.kind === 'change') this.around.emit({ type: 'changes', room: this.name, changes: step.changes });
      else if (step.kind === 'ask' || step.kind === 'ask_changes') asked.push(step);
      else this.around.emit({ type: step.kind === 'gap' ? 'gap' : 'log_restarted', room: this.name });
    }
    return asked;
  }

  private async page(link: Connection, { kind, after }: Asked): Promise<() => Step[]> {
    const ofChanges = kind === 'ask_changes';
    try {
      const page = await link.request('history', { room: this.name, [ofChanges ? 'changed_after' : 'after']: after, limit: kPage });
      return () => (ofChanges ? this.catchUp.changesPage(page) : this.catchUp.page(page));
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.fatal) throw error;
      return () => (ofChanges ? (this.catchUp.changesPageFailed(), []) : this.catchUp.pageFailed());
    }
  }

  private deliver(messages: Message[]): void {
    if (messages.length === 0) return;
    const ids = new Set(messages.map((message) => message.id));
    this.own = this.own.filter((own) => !ids.has(own.id));
    this.around.emit({ type: 'messages', room: this.name, messages });
  }

  private sendPending(): void {
    this.live = true;
    for (const own of this.own) if (own.state === 'pending') void this.transmit(own);
  }

  private async transmit(own: OwnMessage): Promise<void> {
    const link = this.link;
    if (!link) return;
    try {
      const ok = await this.send(link, own);
      if (ok.seq === undefined || ok.time === undefined) return;
      if (this.catchUp.isPast(ok.seq)) return this.isThere(own);
      own.state = 'sent';
      this.emitOwn(own);
      this.receive({
        room: this.name,
        seq: ok.seq,
        time: ok.time,
        from: this.self(),
        text: own.text,
        id: own.id,
        ...(own.reply_to === undefined ? {} : { reply_to: own.reply_to }),
        ...(own.file === undefined ? {} : { file: own.file }),
        ...(own.poll === undefined ? {} : { poll: begun(own.poll) }),
      });
    } catch (error) {
      // Without a connection it stays pending: it is sent again, by the same id, after coming back.
      if (error instanceof ProtocolError) this.failed(own, error.code);
    }
  }

  private send(link: Connection, { text, id, reply_to: replyTo, file, poll }: OwnMessage): Promise<Ok> {
    const room = this.name;
    if (poll) return link.request('poll', { room, ...poll, id });
    const beside = { ...(replyTo === undefined ? {} : { reply_to: replyTo }), ...(file === undefined ? {} : { file: file.id }) };
    return link.request('message', { room, text, id, ...beside });
  }

  /** It had been stored before, and stands among what we have, or before it. */
  private isThere(own: OwnMessage): void {
    this.own = this.own.filter((each) => each !== own);
    this.around.emit({ type: 'own_discarded', room: this.name, id: own.id });
  }

  private self(): Author {
    return { ...this.around.self(), ...(this.author === undefined ? {} : { author: this.author }) };
  }

  private failed(own: OwnMessage, code: ErrorCode): void {
    own.state = 'failed';
    own.code = code;
    this.emitOwn(own);
  }

  private emitOwn(own: OwnMessage): void {
    this.around.emit({ type: 'own', room: this.name, message: { ...own } });
  }

  /** Without what hosts have forbidden meanwhile: the server would refuse it all. */
  private restoreFlags(link: Connection, { role, members, allow }: Joined): void {
    const muted = members.some((member) => member.muted && member.id === this.around.self().id);
    const leads = role === 'host' || role === 'admin';
    const may = (use: 'microphone' | 'camera' | 'screen') => leads || (allow?.[use] ?? true);
    const flags = { ...this.flags };
    if (muted || !may('microphone')) flags.audio = false;
    if (!may('camera')) flags.video = false;
    if (!may('screen')) flags.screen = false;
    const set = Object.entries(flags).filter(([, value]) => value);
    if (set.length === 0) return;
    this.statesUnderWay++;
    const request = link.request('state', { room: this.name, ...Object.fromEntries(set) });
    request.catch(() => undefined).finally(() => this.statesUnderWay--);
  }
}
