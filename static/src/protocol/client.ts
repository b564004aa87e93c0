// A client of one server: connects, says who it is, keeps its rooms, and comes back by itself after the
// connection was lost, with everything that was missed and nothing twice. No view, no framework: what happens
// comes as events, what is asked for as promises.
//
// A client is used for one person. It owns its connection and its timers; stop() ends both. It has more than 25 functions
// and 12 members because it is the facade of the rooms, and also keeps the state of the connection.

import { backoffMs, closingMs } from './backoff';
import type { ClientEvent, ClientOptions, Credentials, RoomLoss, Status } from './client_types';
import { Connection } from './connection';
import { deferred, type Deferred } from './deferred';
import { ConnectionLost, ignoreLost, ProtocolError } from './errors';
import type {
  Action,
  ActionTarget,
  Admission,
  Author,
  Closing,
  ErrorCode,
  Flags,
  Joined,
  MemberLeft,
  MessageChanged,
  MessageEvent,
  Renamed,
  ServerEvent,
  Welcome,
} from './messages';
import { kTextBytes } from './limits';
import { Requester } from './requester';
import { RoomSession, type Beside, type OwnMessage, type PageRange } from './room_session';

/** A connection that held this long was a good one: the next pause begins small again. */
const kSteadyMs = 10_000;

/** With any of these the server numbers the changes of messages. */
const kChanging: ReadonlySet<string> = new Set(['edit', 'react', 'poll']);

export class Client extends Requester {
  private readonly listeners = new Set<(event: ClientEvent) => void>();
  private readonly rooms = new Set<RoomSession>();
  /** In front of rooms, and whether a host has sent us away. */
  private readonly outside = new Map<RoomSession, { refused: boolean }>();
  private readonly entrances = new Map<RoomSession, Deferred<Joined>>();
  private credentials: Credentials | undefined;
  private greeting: Deferred<Welcome> | undefined;
  private connection: Connection | undefined;
  private welcome: Welcome | undefined;
  private status: Status = { kind: 'stopped' };
  private attempt = 0;
  private onlineSince = 0;
  private timer: number | undefined;
  private closing: Closing | undefined;
  private lastRefusal: ErrorCode | undefined;

  constructor(private readonly options: ClientOptions) {
    super();
  }

  /** Returns what ends the subscription. */
  subscribe(listener: (event: ClientEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get online(): boolean {
    return this.status.kind === 'online';
  }

  /** Connects, however long that takes. Rejects only where the server will not have these credentials; the
      client is stopped then, and may be started with others. */
  start(credentials: Credentials): Promise<Welcome> {
    this.stop();
    this.credentials = credentials;
    const greeting = (this.greeting = deferred<Welcome>());
    this.connect();
    return greeting.promise;
  }

  /** Ends the connection and forgets the rooms. */
  stop(): void {
    this.stopWith(undefined);
  }

  /** Ends a pause: tries now. For a page that hears that the network is back. */
  retryNow(): void {
    if (this.status.kind === 'waiting') this.connect();
  }

  /** Resolves when we are in, also if connections are lost in between, or a host must let us in first. */
  join(room: string, password?: string): Promise<Joined> {
    const session = new RoomSession(room, password, {
      emit: (event) => this.emit(event),
      self: () => this.self(),
      changes: () => this.welcome?.features.some((feature) => kChanging.has(feature)) ?? false,
      unsent: (name, self) => this.options.unsent?.(name, self) ?? [],
      uniqueId: () => this.options.uniqueId(),
      now: () => this.options.now(),
      mostText: () => this.welcome?.limits.text ?? kTextBytes,
    });
    const entrance = deferred<Joined>();
    this.rooms.add(session);
    this.entrances.set(session, entrance);
    if (this.online && this.connection) void this.enter(session, this.connection);
    return entrance.promise;
  }

  /** After a host sent us away from a room's door: asks once more. */
  askAgain(room: string): void {
    const session = this.room(room);
    if (!session || !this.outside.get(session)?.refused) return;
    this.outside.set(session, { refused: false });
    if (this.online && this.connection) void this.enter(session, this.connection);
  }

  async leave(room: string): Promise<void> {
    const session = this.room(room);
    if (!session) return;
    this.forget(session);
    await this.connection?.request('leave', { room }).catch(ignoreLost);
  }

  /** Queued where there is no connection. Its way is told by `own` events. */
  post(room: string, text: string, beside?: Beside): OwnMessage {
    return this.inRoom(room).post(text, beside);
  }

  async react(room: string, seq: number, emoji: string, on: boolean): Promise<void> {
    await this.inRoom(room).react(seq, emoji, on);
  }

  async vote(room: string, seq: number, choices: number[]): Promise<void> {
    await this.inRoom(room).vote(seq, choices);
  }

  async askChoices(room: string, seq: number): Promise<void> {
    await this.inRoom(room).askChoices(seq);
  }

  retry(room: string, id: string): void {
    this.room(room)?.retry(id);
  }

  discard(room: string, id: string): void {
    this.room(room)?.discard(id);
  }

  /** A page of the history; comes as an `older` event. */
  async older(room: string, range: PageRange): Promise<void> {
    await this.inRoom(room).older(range);
  }

  async setFlags(room: string, flags: Partial<Flags>): Promise<void> {
    await this.inRoom(room).setFlags(flags);
  }

  /** Whoever sets the password of a room comes back with it. */
  override async moderate(room: string, action: Action, target: ActionTarget = {}): Promise<void> {
    await super.moderate(room, action, target);
    if (action === 'password') this.room(room)?.setPassword(target.value);
  }

  private self(): Author {
    const { id = '', name = '', author } = this.welcome ?? {};
    return { id, name, ...(author === undefined ? {} : { author }) };
  }

  private room(name: string): RoomSession | undefined {
    for (const session of this.rooms) if (session.name === name) return session;
    return undefined;
  }

  private inRoom(room: string): RoomSession {
    const session = this.room(room);
    if (!session) throw new ProtocolError('not_in_room', `not in the room ${room}`);
    return session;
  }

  protected override now(): number {
    return this.options.now();
  }

  protected override link(): Connection {
    if (!this.connection || !this.online) throw new ConnectionLost();
    return this.connection;
  }

  private connect(): void {
    this.clearTimer();
    this.setStatus({ kind: 'connecting' });
    this.closing = undefined;
    this.lastRefusal = undefined;
    const connection: Connection = new Connection(this.options.open(), this.options.timers, {
      opened: () => void this.greet(connection),
      event: (event) => this.receive(event),
      closed: (fatal) => this.lost(connection, fatal),
    });
    this.connection = connection;
  }

  private async greet(connection: Connection): Promise<void> {
    try {
      this.greeted(connection, await this.hello(connection));
    } catch (error) {
      // A lost connection is told by closed().
      if (error instanceof ProtocolError && !error.fatal) this.notWelcome(connection, error);
    }
  }

  /** Comes back by the token where there is one; a guest whose token counts no longer is a guest anew. */
  private async hello(connection: Connection): Promise<Welcome> {
    const common = { protocol: 1 as const, agent: this.options.agent };
    const given = this.credentials ?? { name: '' };
    const { token, ...others } = { token: this.welcome?.token, ...given };
    if (token === undefined) return connection.request('hello', { ...common, ...others });
    try {
      return await connection.request('hello', { ...common, token });
    } catch (error) {
      const refused = error instanceof ProtocolError && error.code === 'bad_credentials';
      if (!refused || Object.keys(others).length === 0) throw error;
      return connection.request('hello', { ...common, ...others });
    }
  }

  private greeted(connection: Connection, welcome: Welcome): void {
    this.welcome = welcome;
    // From now on the newest token brings us back, not the one that was given at the start.
    if (this.credentials && 'token' in this.credentials) this.credentials = { ...this.credentials, token: welcome.token };
    this.onlineSince = this.options.now();
    this.setStatus({ kind: 'online' });
    this.emit({ type: 'welcome', welcome });
    this.greeting?.resolve(welcome);
    this.greeting = undefined;
    for (const session of this.rooms) if (!this.outside.get(session)?.refused) void this.enter(session, connection);
  }

  /** `name_taken` on coming back is our own old connection, which the server still believes in: it passes. */
  private notWelcome(connection: Connection, error: ProtocolError): void {
    if (!this.welcome || (error.code !== 'name_taken' && error.code !== 'internal')) return this.stopWith(error);
    this.lastRefusal = error.code;
    connection.close();
  }

  private async enter(session: RoomSession, connection: Connection): Promise<void> {
    const entrance = this.entrances.get(session);
    try {
      const joined = await session.enter(connection);
      entrance?.resolve(joined);
      this.entrances.delete(session);
      this.outside.delete(session);
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.fatal || !this.rooms.has(session)) return;
      if (error.code === 'waiting') return this.waits(session);
      if (!entrance || this.outside.has(session)) this.loses(session, error.code, error);
      else this.forget(session, error);
    }
  }

  /** Also on coming back, where the server has forgotten that we were let in: then it is like a longer loss. */
  private waits(session: RoomSession): void {
    session.leaveLink();
    this.outside.set(session, { refused: false });
    this.emit({ type: 'outside', room: session.name });
  }

  private admission(event: Admission): void {
    const session = [...this.outside.keys()].find(({ name }) => name === event.room);
    if (!session) return;
    if (!event.admitted && !this.entrances.has(session)) return this.loses(session, 'not_admitted');
    this.outside.set(session, { refused: !event.admitted });
    this.emit(event);
    if (event.admitted && this.connection) void this.enter(session, this.connection);
  }

  private loses(session: RoomSession, reason: RoomLoss, error?: Error): void {
    this.forget(session, error);
    this.emit({ type: 'room_lost', room: session.name, reason });
  }

  private forget(session: RoomSession, error: Error = new ConnectionLost()): void {
    session.leaveLink();
    this.rooms.delete(session);
    this.outside.delete(session);
    this.entrances.get(session)?.reject(error);
    this.entrances.delete(session);
  }

  private receive(event: ServerEvent): void {
    switch (event.type) {
      case 'message':
        this.message(event);
        break;
      case 'message_changed':
        this.changed(event);
        break;
      case 'member_changed':
        if (event.member.id === this.welcome?.id) this.room(event.room)?.selfChanged(event.member);
        this.emit(event);
        break;
      case 'member_left':
        this.memberLeft(event);
        break;
      case 'admission':
        this.admission(event);
        break;
      case 'renamed':
        this.renamed(event);
        break;
      case 'closing':
        this.closing = event;
        this.emit(event);
        break;
      case 'whisper':
      case 'member_joined':
      case 'room_changed':
      case 'quieted':
      case 'unquieted':
      case 'waiting':
      case 'signal':
      case 'seen':
      case 'typing':
        this.emit(event);
        break;
      default:
        // A reply that nobody waits for.
        break;
    }
  }

  /** From now on we come back under the new name. */
  private renamed(event: Renamed): void {
    const { name, token } = event;
    if (!this.welcome || !this.credentials) return;
    this.welcome = { ...this.welcome, name, token };
    // Of an account it would be a mistake of the server: its password stays good.
    if ('name' in this.credentials) this.credentials = { name, token };
    else if ('token' in this.credentials) this.credentials = { token };
    this.emit(event);
  }

  private message({ type: _, ref: __, ...message }: MessageEvent & { ref?: string }): void {
    this.room(message.room)?.receive(message);
  }

  private changed({ type: _, ref: __, ...change }: MessageChanged & { ref?: string }): void {
    this.room(change.room)?.changed(change);
  }

  private memberLeft(event: MemberLeft): void {
    this.emit(event);
    const session = this.room(event.room);
    if (event.id !== this.welcome?.id || !session) return;
    this.loses(session, event.reason === 'banned' || event.reason === 'ended' ? event.reason : 'kicked');
  }

  private lost(connection: Connection, fatal: ProtocolError | undefined): void {
    if (this.connection !== connection) return;
    this.connection = undefined;
    for (const session of this.rooms) session.leaveLink();
    if (fatal?.code === 'protocol_unsupported') return this.stopWith(fatal);
    if (this.online && this.options.now() - this.onlineSince >= kSteadyMs) this.attempt = 0;
    this.pause(fatal?.code ?? this.lastRefusal);
  }

  private pause(code: ErrorCode | undefined): void {
    const { now, random, timers } = this.options;
    const ms = this.closing ? closingMs(this.closing.retry_after, random) : backoffMs(this.attempt++, random);
    const reason = this.closing ? 'closing' : code;
    this.setStatus({ kind: 'waiting', until: now() + ms, ...(reason === undefined ? {} : { code: reason }) });
    this.timer = timers.set(() => this.connect(), ms);
  }

  private stopWith(error: ProtocolError | undefined): void {
    this.clearTimer();
    const connection = this.connection;
    this.connection = undefined;
    connection?.close();
    for (const session of this.rooms) this.forget(session, error);
    this.greeting?.reject(error ?? new ConnectionLost());
    this.greeting = undefined;
    this.credentials = undefined;
    this.welcome = undefined;
    this.attempt = 0;
    if (this.status.kind !== 'stopped') this.setStatus({ kind: 'stopped', ...(error ? { error } : {}) });
  }

  private clearTimer(): void {
    if (this.timer !== undefined) this.options.timers.clear(this.timer);
    this.timer = undefined;
  }

  private setStatus(status: Status): void {
    this.status = status;
    this.emit({ type: 'status', status });
  }

  private emit(event: ClientEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}
