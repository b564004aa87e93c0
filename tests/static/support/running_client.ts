// A client on a fake server, and what it has told its page.

import { Client } from '@/protocol/client';
import type { ClientEvent } from '@/protocol/client_types';
import { bench, joined, welcome, type Bench } from './fake_server';

export interface Running extends Bench {
  client: Client;
  events: ClientEvent[];
  of<T extends ClientEvent['type']>(type: T): Extract<ClientEvent, { type: T }>[];
  seen(): string[];
}

export function running(random?: number): Running {
  const base = bench(random);
  const client = new Client(base.options);
  const events: ClientEvent[] = [];
  client.subscribe((event) => events.push(structuredClone(event)));
  const of = (<T extends ClientEvent['type']>(type: T) =>
    events.filter((event) => event.type === type)) as Running['of'];
  const seen = () => of('messages').flatMap((event) => event.messages.map(({ text }) => text));
  return { ...base, client, events, of, seen };
}

export async function online(more: object = {}): Promise<Running> {
  const run = running();
  void run.client.start({ name: 'Ana' });
  await run.socket().open();
  await run.socket().answer('hello', welcome(more));
  return run;
}

export async function inLobby(more: Parameters<typeof joined>[0] = {}): Promise<Running> {
  const run = await online();
  void run.client.join('lobby');
  await run.socket().answer('join', joined(more));
  return run;
}

/** Loses the connection and comes back as far as the answer to `join`. */
export async function comeBack(run: Running, more: Parameters<typeof joined>[0] = {}): Promise<void> {
  await run.socket().drop();
  await run.timers.advance(10_000);
  await run.socket().open();
  await run.socket().answer('hello', welcome({ id: 'm9', token: 't2' }));
  await run.socket().answer('join', joined(more));
}
