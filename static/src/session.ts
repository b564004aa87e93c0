// One person's stay on the server, as the components see it: the state, and what can be done. The only place
// where the protocol, the reducer and Vue meet.
//
// Made once, by main.ts; components get it by useSession().

import { inject, shallowRef, type InjectionKey, type ShallowRef } from 'vue';
import {
  ConnectionLost,
  createClient,
  endpointOf,
  ProtocolError,
  type Action,
  type Client,
  type ClientEvent,
  type ErrorCode,
  type Flags,
  type RoomSummary,
} from '@/protocol';
import { oldestSeq, reduce, type Event } from '@/state/reducer';
import { kNothingYet, type State } from '@/state/state';

/** The names of an error in the languages: the server's codes, and `lost` for a connection that went. */
export type Trouble = ErrorCode | 'lost';

export function troubleOf(error: unknown): Trouble {
  if (error instanceof ProtocolError) return error.code;
  if (error instanceof ConnectionLost) return 'lost';
  throw error;
}

const kStoredToken = 'parley.token';

interface StoredToken {
  name: string;
  token: string;
}

/** Of this tab: after a reload the same person comes back. */
function storedToken(name: string): string | undefined {
  try {
    const stored = JSON.parse(sessionStorage.getItem(kStoredToken) ?? 'null') as StoredToken | null;
    return stored?.name === name ? stored.token : undefined;
  } catch {
    return undefined;
  }
}

export class Session {
  readonly state: ShallowRef<State> = shallowRef(kNothingYet);
  /** Whether the chat is on the screen and at its end: what comes then is read. */
  looking = false;
  private readonly listeners: ((event: ClientEvent) => void)[] = [];

  constructor(private readonly client: Client) {
    client.subscribe((event) => this.hear(event));
    window.addEventListener('online', () => client.retryNow());
    // A page that the browser kept aside has left meanwhile: it begins again.
    window.addEventListener('pageshow', (event) => {
      if (event.persisted) window.location.reload();
    });
    // A page that is closed leaves; a connection that just ends would count as lost.
    window.addEventListener('pagehide', () => {
      if (this.room) void client.leave(this.room);
    });
  }

  /** Resolves when we are in the room; rejects with a ProtocolError where the server will not have us. */
  async enter(name: string, room: string, password?: string): Promise<void> {
    const self = this.state.value.self;
    if (self?.name !== name || this.state.value.status.kind === 'stopped') {
      const token = storedToken(name);
      await this.client.start({ name, ...(token === undefined ? {} : { token }) });
    }
    await this.client.join(room, password);
  }

  /** Out of the room and off the server. */
  async leave(): Promise<void> {
    const room = this.room;
    this.dispatch({ type: 'gone' });
    if (room) await this.client.leave(room);
    this.client.stop();
  }

  say(text: string): void {
    if (this.room) this.client.post(this.room, text);
  }

  again(id: string): void {
    if (this.room) this.client.retry(this.room, id);
  }

  discard(id: string): void {
    if (this.room) this.client.discard(this.room, id);
  }

  async whisper(member: { id: string; name: string }, text: string): Promise<void> {
    await this.client.whisper(member.id, text);
    this.dispatch({ type: 'whispered', to: member.name, text, now: Date.now() });
  }

  async older(): Promise<void> {
    const room = this.state.value.room;
    const before = room && oldestSeq(room);
    if (room && before !== undefined) await this.client.older(room.name, before);
  }

  async setFlags(flags: Partial<Flags>): Promise<void> {
    if (this.room) await this.client.setFlags(this.room, flags);
  }

  async moderate(action: Action, target?: { member?: string; value?: string }): Promise<void> {
    if (this.room) await this.client.moderate(this.room, action, target);
  }

  listRooms(): Promise<RoomSummary[]> {
    return this.client.listRooms();
  }

  retryNow(): void {
    this.client.retryNow();
  }

  read(): void {
    this.dispatch({ type: 'read' });
  }

  /** A line in the chat that only we see. */
  answer(text: string): void {
    this.dispatch({ type: 'answer', text, now: Date.now() });
  }

  /** To one member; dropped without a word where they, or the server, can't be reached. */
  signal(to: string, data: unknown): void {
    if (this.room) this.client.signal(this.room, to, data).catch(ignoreUnreachable);
  }

  /** Everything that the client tells, after the state has taken it in. */
  subscribe(listener: (event: ClientEvent) => void): void {
    this.listeners.push(listener);
  }

  private get room(): string | undefined {
    return this.state.value.room?.name;
  }

  private hear(event: ClientEvent): void {
    if (event.type === 'welcome') {
      const { name, token } = event.welcome;
      sessionStorage.setItem(kStoredToken, JSON.stringify({ name, token } satisfies StoredToken));
    }
    this.dispatch({ ...event, now: Date.now(), looking: this.looking && document.hasFocus() });
    for (const listener of this.listeners) listener(event);
  }

  private dispatch(event: Event): void {
    this.state.value = reduce(this.state.value, event);
  }
}

function ignoreUnreachable(error: unknown): void {
  if (!(error instanceof ProtocolError || error instanceof ConnectionLost)) throw error;
}

export const kSession: InjectionKey<Session> = Symbol('session');

export function useSession(): Session {
  const session = inject(kSession);
  if (!session) throw new Error('no session was provided');
  return session;
}

export function createSession(): Session {
  return new Session(createClient(endpointOf(window.location), 'parley-page'));
}
