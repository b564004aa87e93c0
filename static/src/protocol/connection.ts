// The life of one WebSocket: requests go out with a `ref` of their own and come back as promises, everything
// else that arrives is an event. It ends once and for good; coming back is the Client's business.
//
// A connection over which nothing has come for a while is asked with a `ping`, and given up if it stays
// silent: a network that just vanished says nothing for minutes.

import { decodeEvent } from './decode';
import { ConnectionLost, ProtocolError } from './errors';
import type { Replies, Requests, RequestType, ServerEvent } from './messages';

/** What is used of a WebSocket. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(text: string): void;
  close(): void;
}

/** setTimeout and clearTimeout, or a test's own. */
export interface Timers {
  set(run: () => void, ms: number): number;
  clear(timer: number): void;
}

export interface ConnectionHandlers {
  opened(): void;
  event(event: ServerEvent): void;
  /** Comes once, after every open request was refused. `fatal` is what the server said before it closed. */
  closed(fatal: ProtocolError | undefined): void;
}

interface Waiting {
  resolve(reply: ServerEvent): void;
  reject(error: Error): void;
}

/** Longer than any network that works takes. Something on the way may hold a WebSocket back without an answer. */
const kOpenMs = 20_000;
const kSilenceMs = 25_000;
const kAnswerMs = 10_000;

export class Connection {
  private readonly waiting = new Map<string, Waiting>();
  private lastRef = 0;
  private ended = false;
  private fatal: ProtocolError | undefined;
  private timer: number | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly timers: Timers,
    private readonly handlers: ConnectionHandlers,
  ) {
    this.timer = timers.set(() => this.end(), kOpenMs);
    socket.onopen = () => {
      this.listen();
      handlers.opened();
    };
    socket.onmessage = (event) => this.receive(event.data);
    socket.onclose = () => this.end();
  }

  /** The reply; refused with a ProtocolError, or with ConnectionLost where none came. */
  request<T extends RequestType>(type: T, fields: Requests[T]): Promise<Replies[T]> {
    if (this.ended) return Promise.reject(new ConnectionLost());
    const ref = String(++this.lastRef);
    return new Promise<Replies[T]>((resolve, reject) => {
      this.waiting.set(ref, { resolve: resolve as (reply: ServerEvent) => void, reject });
      this.socket.send(JSON.stringify({ type, ref, ...fields }));
    });
  }

  close(): void {
    this.end();
  }

  private receive(data: unknown): void {
    if (this.ended) return;
    this.listen();
    const event = typeof data === 'string' ? decodeEvent(data) : undefined;
    if (event === undefined) return;
    const waiting = event.ref === undefined ? undefined : this.take(event.ref);
    if (event.type === 'error') this.refused(new ProtocolError(event.code, event.text), waiting);
    else if (waiting !== undefined) waiting.resolve(event);
    else this.handlers.event(event);
  }

  private refused(error: ProtocolError, waiting: Waiting | undefined): void {
    if (error.fatal) this.fatal = error;
    waiting?.reject(error);
  }

  private take(ref: string): Waiting | undefined {
    const waiting = this.waiting.get(ref);
    this.waiting.delete(ref);
    return waiting;
  }

  /** Something was heard: from here the silence is counted. */
  private listen(): void {
    this.clearTimer();
    this.timer = this.timers.set(() => {
      this.request('ping', {}).catch(() => undefined);
      this.timer = this.timers.set(() => this.end(), kAnswerMs);
    }, kSilenceMs);
  }

  private clearTimer(): void {
    if (this.timer !== undefined) this.timers.clear(this.timer);
    this.timer = undefined;
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    this.clearTimer();
    this.socket.close();
    for (const waiting of this.waiting.values()) waiting.reject(new ConnectionLost(true));
    this.waiting.clear();
    this.handlers.closed(this.fatal);
  }
}
