// One person's stay on the server, as the components see it: the state, and what can be done. The only place where the
// protocol, the reducer and Vue meet. Made once, by main.ts; components get it by useSession(). It has more than 25
// functions because each thing that components can do is one. It has more than 12 members because it keeps what must
// outlive a connection.

import { inject, shallowRef, type InjectionKey, type ShallowRef } from 'vue';
import {
  ConnectionLost,
  createClient,
  endpointOf,
  ProtocolError,
  type Action,
  type ActionTarget,
  type Attendee,
  type Author,
  type Beside,
  type BannedPerson,
  type Client,
  type ClientEvent,
  type ClientOptions,
  type Flags,
  type HostAction,
  type RoomSummary,
  type Status,
  type Welcome,
} from '@/protocol';
import { dropDrafts } from '@/app/drafts';
import { forget, identity, keep } from '@/app/identity';
import { Messages } from '@/app/messages';
import { keepMutedBy, mutedByOf } from '@/app/muted_by';
import { findObstacle, type Obstacle } from '@/app/obstacle';
import { People } from '@/app/people';
import { kRoot } from '@/app/route';
import { Removals } from '@/app/removals';
import { troubleOf } from '@/app/trouble';
import { Typing } from '@/app/typing';
import { Uploads } from '@/app/uploads';
import { dropUnsent, keepUnsent, unsentOf, type Unsent } from '@/app/unsent';
import { credentialsOf, type Who } from '@/app/who';
import { oldestSeq } from '@/state/older';
import { reduce, type Event } from '@/state/reducer';
import { isMuted, mayModerate, ownHandIsUp } from '@/state/people';
import { kNothingYet, type State } from '@/state/state';

export { troubleOf, type Trouble } from '@/app/trouble';

/** A room that one was in, or asked to be let into: enough to come back. */
export interface Visit {
  room: string;
  /** The room's, where this page knows it. */
  password: string | undefined;
  /** Whether one left it out of its meeting. */
  meeting: boolean;
}

/** Events after which the messages that wait for an `ok`, or whose they are, may be others. */
const kChangesOwn: ReadonlySet<ClientEvent['type']> = new Set(['own', 'own_discarded', 'messages', 'renamed', 'member_changed']);

export class Session {
  readonly state: ShallowRef<State> = shallowRef(kNothingYet);
  /** Why there never was a connection since the last start, once that is known. */
  readonly obstacle: ShallowRef<Obstacle | undefined> = shallowRef();
  /** The room that was left last, until somebody else comes. */
  readonly left: ShallowRef<Visit | undefined> = shallowRef();
  readonly messages: Messages;
  readonly people: People;
  readonly uploads: Uploads;
  readonly typing = new Typing();
  readonly removals = new Removals(
    (action, target) => this.moderate(action, target),
    ({ member, author }) => this.people.idsNow(member, author),
  );
  private visit: Visit | undefined;
  /** What we have made the room's password; the room's own event follows each time. */
  private newPasswords: string[] = [];
  private connected = false;
  /** Whether the chat is on the screen and at its end: what comes then is read. */
  looking = false;
  /** What the next welcome is to be kept for; nothing: as it was kept before. */
  private remember: boolean | undefined;
  /** The name that a guest asked for, or had. */
  private expected: string | undefined;
  /** What is being written in the room, and the one it is for. */
  private text = '';
  private recipient: Author | undefined;
  private readonly listeners: ((event: ClientEvent) => void)[] = [];

  constructor(private readonly client: Client) {
    this.messages = new Messages(client, () => this.state.value);
    this.people = new People(client, () => this.state.value, (event) => this.dispatch(event));
    this.uploads = new Uploads({ client, room: () => this.room, inside: () => client.online && this.state.value.outside === undefined });
    client.subscribe((event) => this.hear(event));
    window.addEventListener('online', () => client.retryNow());
    // A page that the browser kept aside has left meanwhile: it begins again.
    window.addEventListener('pageshow', (event) => {
      if (event.persisted) window.location.reload();
    });
    window.addEventListener('pagehide', () => this.closed());
  }

  /** Resolves when we are in the room; rejects with a ProtocolError where the server will not have us. */
  async enter(who: Who, room: string, password?: string): Promise<void> {
    this.visit = { room, password, meeting: false };
    if (!this.isOnlineAs(who)) {
      this.remember = who.kind === 'account' ? who.remember : undefined;
      this.expected = who.kind === 'guest' ? who.name : undefined;
      await this.client.start(credentialsOf(who));
    }
    await this.client.join(room, password);
  }

  /** As who we were, into the room of that visit, or of the last one. Rejects as enter() does. */
  async rejoin(visit = this.visit, password = visit?.password): Promise<void> {
    const known = identity.value;
    if (!visit || !known) throw new ProtocolError('bad_credentials', 'nobody is known here any more');
    const who: Who = known.guest ? { kind: 'guest', name: known.name } : { kind: 'token', token: known.token };
    await this.enter(who, visit.room, password);
  }

  /** The password of the room that we are in, where this page knows it. */
  get roomPassword(): string | undefined {
    return this.visit?.password;
  }

  /** After a host sent us away from a room's door. */
  askAgain(): void {
    const { outside } = this.state.value;
    if (outside) this.client.askAgain(outside.room);
  }

  /** Out of the room, off the server, and forgotten by this browser. */
  async signOut(): Promise<void> {
    forget();
    const gone = this.leave();
    this.left.value = undefined;
    this.visit = undefined;
    await gone;
  }

  /** Out of the room and off the server. What was written and not sent is dropped, but for who means to come back. */
  async leave({ comesBack = false, meeting = false } = {}): Promise<void> {
    const room = this.room;
    this.removals.finishAll();
    if (room && this.visit) this.left.value = { ...this.visit, room, meeting };
    this.uploads.dropAll();
    this.dispatch({ type: 'gone' });
    this.text = '';
    this.recipient = undefined;
    if (!comesBack) {
      dropUnsent();
      dropDrafts();
    }
    if (room) await this.client.leave(room);
    this.client.stop();
  }

  /** What is being written in the room: a reload brings it back. */
  get draft(): string {
    return this.text;
  }

  set draft(text: string) {
    this.text = text;
    this.keepUnsent();
  }

  /** The one whom the draft is for; nothing: everybody. */
  get draftTo(): Author | undefined {
    return this.recipient;
  }

  set draftTo(to: Author | undefined) {
    this.recipient = to;
    this.keepUnsent();
  }

  say(text: string, beside?: Beside): void {
    if (this.room) this.client.post(this.room, text, beside);
  }

  again(id: string): void {
    if (this.room) this.client.retry(this.room, id);
  }

  discard(id: string): void {
    if (this.room) this.client.discard(this.room, id);
  }

  async whisper({ id, name, author }: Author, text: string): Promise<void> {
    await this.client.whisper(id, text);
    const to = { id, name, ...(author === undefined ? {} : { author }) };
    this.dispatch({ type: 'whispered', to, text, now: Date.now() });
  }

  async older(): Promise<void> {
    const room = this.state.value.room;
    const before = room && oldestSeq(room);
    if (room && before !== undefined) await this.client.older(room.name, { before });
  }

  async setFlags(flags: Partial<Flags>): Promise<void> {
    if (this.room) await this.client.setFlags(this.room, flags);
  }

  async moderate(action: Action, target?: ActionTarget): Promise<void> {
    if (!this.room) return;
    // It lowers our own hand, too, and nobody else did that.
    if (action === 'lower_hands' && ownHandIsUp(this.state.value)) await this.client.setFlags(this.room, { hand: false }).catch(() => undefined);
    if (action !== 'password') {
      await this.client.moderate(this.room, action, target);
      if (target?.member !== undefined) void this.people.renew(target.member);
      return;
    }
    try {
      await this.client.moderate(this.room, action, target);
      this.newPasswords.push(typeof target?.value === 'string' ? target.value : '');
    } catch (error) {
      if (error instanceof ConnectionLost && error.sent) this.knowPassword(undefined);
      throw error;
    }
  }

  /** For hosts: who is banned from the room, the oldest ban first. */
  async bans(): Promise<BannedPerson[]> {
    return this.room ? this.client.bans(this.room) : [];
  }

  /** For hosts: what hosts did in the room, the newest first. */
  async recent(): Promise<HostAction[]> {
    return this.room ? this.client.recent(this.room) : [];
  }

  /** For hosts, where attendance is recorded: who was here in the last 24 hours. */
  async attendance(): Promise<Attendee[]> {
    return this.room ? this.client.attendance(this.room) : [];
  }

  listRooms(query?: string): Promise<{ rooms: RoomSummary[]; more: boolean }> {
    return this.client.listRooms(query);
  }

  retryNow(): void {
    this.client.retryNow();
  }

  read(): void {
    this.dispatch({ type: 'read' });
    this.messages.seen();
  }

  readRenamed(): void {
    this.dispatch({ type: 'renamed_read' });
  }

  readTold(key: string): void {
    this.dispatch({ type: 'told_read', key });
  }

  /** A host has stopped our camera or screen, or ended the meeting. */
  stopped(what: 'camera' | 'screen' | 'call'): void {
    this.dispatch({ type: 'stopped', what, now: Date.now() });
  }

  /** A line in the chat that only we see. */
  answer(text: string): void {
    this.dispatch({ type: 'answer', text, now: Date.now() });
  }

  /** To one member, or to `sfu`. Never rejects: `lost` without a connection. */
  async signal(to: string, data: unknown): Promise<'taken' | 'refused' | 'lost'> {
    if (!this.room) return 'lost';
    try {
      await this.client.signal(this.room, to, data);
      return 'taken';
    } catch (error) {
      return troubleOf(error) === 'lost' ? 'lost' : 'refused';
    }
  }

  /** Everything that the client tells, after the state has taken it in. */
  subscribe(listener: (event: ClientEvent) => void): void {
    this.listeners.push(listener);
  }

  /** Where the room said no, the connection is still there. */
  private isOnlineAs(who: Who): boolean {
    const { self, status } = this.state.value;
    if (!self || status.kind === 'stopped') return false;
    if (who.kind === 'guest') return self.role === 'guest' && self.name === who.name;
    return who.kind === 'token' && identity.value?.token === who.token;
  }

  private get room(): string | undefined {
    return this.state.value.room?.name;
  }

  private hear(event: ClientEvent): void {
    if (event.type === 'status') void this.explain(event.status);
    if (event.type === 'welcome') {
      keep(event.welcome, this.remember);
      this.remember = undefined;
    } else if (event.type === 'renamed') {
      keep({ ...event, role: 'guest' }, false);
      this.expected = event.name;
    }
    this.dispatch({ ...event, now: Date.now(), looking: this.looking && document.hasFocus() });
    this.typing.hear(event);
    this.messages.hear(event);
    if (event.type === 'entered') this.uploads.startNext();
    if (event.type === 'welcome') this.checkName(event.welcome);
    if ((event.type === 'entered' && !event.resumed) || event.type === 'log_restarted') this.messages.forget();
    if (event.type === 'entered' && !event.resumed) {
      const { draft, to } = this.loadUnsent(event.room);
      this.text = draft;
      this.recipient = to;
      this.dispatch({ type: 'muted_by', by: mutedByOf(event.room, this.author) });
    }
    if (event.type === 'entered') this.cameIn(event.room, event.resumed);
    if (event.type === 'quieted' && event.until_unmuted) keepMutedBy(event.room, this.author, this.state.value.room?.mutedBy);
    if (event.type === 'unquieted') keepMutedBy(event.room, this.author, undefined);
    // By us, or by another host: then we do not know it.
    if (event.type === 'room_changed' && event.password !== undefined) this.knowPassword(this.newPasswords.shift());
    if (kChangesOwn.has(event.type)) this.keepUnsent();
    for (const listener of this.listeners) listener(event);
  }

  /** A page that is closed leaves; a connection that just ends would count as lost. But a host who leaves gives the room away,
      and this may be a reload: the server waits for a host whose connection is closed. */
  private closed(): void {
    this.removals.finishAll();
    const { room } = this.state.value;
    if (room && mayModerate(room.role)) this.client.stop();
    else if (room) void this.client.leave(room.name);
  }

  private knowPassword(password: string | undefined): void {
    if (this.visit) this.visit = { ...this.visit, password: password || undefined };
  }

  /** `again`: after the connection was lost, which may have swallowed events. */
  private cameIn(room: string, again: boolean): void {
    if (again && this.newPasswords.length > 0) this.knowPassword(this.newPasswords.at(-1));
    this.newPasswords = [];
    if (!isMuted(this.state.value.room?.members, this.state.value.self)) keepMutedBy(room, this.author, undefined);
    this.removals.connected(again);
  }

  /** A guest whose name somebody else owns by now is let in under another one. */
  private checkName({ name, role, token }: Welcome): void {
    const { expected } = this;
    this.expected = name;
    if (role !== 'guest' || expected === undefined || expected.normalize() === name) return;
    this.dispatch({ type: 'renamed', name, token, reason: '', now: Date.now(), looking: false });
  }

  private get author(): string {
    const { author, name } = this.state.value.self ?? {};
    return author ?? name ?? '';
  }

  private loadUnsent(room: string): Unsent {
    return unsentOf(room, this.author);
  }

  private keepUnsent(): void {
    const { room } = this.state.value;
    if (!room) return;
    const own = room.own.filter(({ state }) => state !== 'sent');
    keepUnsent(room.name, this.author, { draft: this.text, ...(this.recipient ? { to: this.recipient } : {}), own });
  }

  /** Looks for the reason when a first connection fails. The client keeps trying meanwhile. */
  private async explain(status: Status): Promise<void> {
    if (status.kind === 'online' || status.kind === 'stopped') {
      this.connected = status.kind === 'online';
      this.obstacle.value = undefined;
    }
    if (status.kind !== 'waiting' || status.code !== undefined || this.connected) return;
    const found = await findObstacle(new URL(window.location.href), kRoot);
    const { kind } = this.state.value.status;
    if (kind === 'waiting' || kind === 'connecting') this.obstacle.value = this.connected ? undefined : found;
  }

  private dispatch(event: Event): void {
    this.state.value = reduce(this.state.value, event);
  }
}

export const kSession: InjectionKey<Session> = Symbol('session');

export function useSession(): Session {
  const session = inject(kSession);
  if (!session) throw new Error('no session was provided');
  return session;
}

export function createSession(): Session {
  const unsent: ClientOptions['unsent'] = (room, { author, name }) => unsentOf(room, author ?? name).own;
  return new Session(createClient(endpointOf(kRoot), 'parley-page', { unsent }));
}
