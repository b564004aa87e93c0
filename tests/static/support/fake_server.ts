// A server's end of the wire for tests of the client: sockets that a test opens, answers and drops by hand, and
// a clock that moves only when it is told to.

import type { ClientOptions } from '@/protocol/client_types';
import type { Socket, Timers } from '@/protocol/connection';
import type { Joined, Member, Message } from '@/protocol/messages';
import { refusal } from './vectors';

export type Sent = Record<string, unknown> & { type: string; ref: string };

export class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: Sent[] = [];
  closed = false;

  send(text: string): void {
    if (this.closed) return;
    const request = JSON.parse(text) as Sent;
    const wrong = refusal(request);
    if (wrong !== undefined) throw new Error(`the server would refuse ${wrong}`);
    this.sent.push(request);
  }

  close(): void {
    this.closed = true;
  }

  async open(): Promise<void> {
    this.onopen?.();
    await settle();
  }

  async say(event: object): Promise<void> {
    await this.sayText(JSON.stringify(event));
  }

  async sayText(data: unknown): Promise<void> {
    this.onmessage?.({ data });
    await settle();
  }

  /** As a network does that vanishes or a server that is killed. */
  async drop(): Promise<void> {
    this.closed = true;
    this.onclose?.();
    await settle();
  }

  requests(type: string): Sent[] {
    return this.sent.filter((request) => request.type === type);
  }

  /** Answers the newest request of that type. */
  async answer(type: string, reply: object): Promise<void> {
    const request = this.requests(type).at(-1);
    if (!request) throw new Error(`no ${type} was sent`);
    await this.say({ ref: request.ref, ...reply });
  }
}

export class ManualTimers implements Timers {
  now = 1_000_000;
  private next = 1;
  private readonly pending = new Map<number, { at: number; run: () => void }>();

  set(run: () => void, ms: number): number {
    this.pending.set(this.next, { at: this.now + ms, run });
    return this.next++;
  }

  clear(timer: number): void {
    this.pending.delete(timer);
  }

  async advance(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      const due = [...this.pending].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.pending.delete(due[0]);
      this.now = due[1].at;
      due[1].run();
      await settle();
    }
    this.now = end;
  }
}

/** Lets everything run that only waits for promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}

export interface Bench {
  sockets: FakeSocket[];
  timers: ManualTimers;
  options: ClientOptions;
  socket(): FakeSocket;
}

export function bench(random = 1): Bench {
  const sockets: FakeSocket[] = [];
  const timers = new ManualTimers();
  let ids = 0;
  return {
    sockets,
    timers,
    socket() {
      const socket = sockets.at(-1);
      if (!socket) throw new Error('nothing was opened');
      return socket;
    },
    options: {
      open() {
        const socket = new FakeSocket();
        sockets.push(socket);
        return socket;
      },
      timers,
      random: () => random,
      uniqueId: () => `id-${++ids}`,
      now: () => timers.now,
      agent: 'test',
    },
  };
}

export const kLimits = { text: 16384, message: 65536, name: 32, room: 64, rooms: 32 };

export function welcome(more: object = {}): object {
  return {
    type: 'welcome',
    protocol: 1,
    server: 'parley/test',
    id: 'm1',
    name: 'Ana',
    role: 'guest',
    token: 't1',
    features: [],
    limits: kLimits,
    ...more,
  };
}

export function member(more: Partial<Member> = {}): Member {
  return {
    id: 'm1',
    name: 'Ana',
    role: 'guest',
    call: false,
    audio: false,
    video: false,
    screen: false,
    hand: false,
    muted: false,
    ...more,
  };
}

export function message(seq: number, more: Partial<Message> = {}): Message {
  const time = new Date(Date.UTC(2026, 0, 31, 9, 0, seq)).toISOString();
  return { room: 'lobby', seq, time, from: { id: 'm2', name: 'Bo' }, text: `text ${seq}`, ...more };
}

export function joined(more: Partial<Joined> = {}): Joined {
  return {
    type: 'joined',
    room: 'lobby',
    topic: '',
    locked: false,
    role: 'guest',
    media: 'mesh',
    ice_servers: [],
    members: [member()],
    count: 1,
    messages: [],
    more: false,
    last: 0,
    rev: 0,
    gap: false,
    ...more,
  };
}
