// Pages in a call, as the tests of src/media/call.ts see them: with one clock, and a server that carries signals. The test plays
// the server's SFU.

import { Call } from '@/media/call';
import type { CallMember } from '@/media/roster';
import { FakeConnection } from './fake_connection';
import { ManualTimers, settle } from './fake_server';

export const kAnswer = { description: { type: 'answer', sdp: 'answer' } };

export function member(id: string, more: Partial<CallMember> = {}): CallMember {
  return { id, name: `name of ${id}`, author: `author of ${id}`, audio: true, video: false, screen: false, muted: false, ...more };
}

export class Room {
  readonly timers = new ManualTimers();
  readonly pages = new Map<string, Page>();
  mail: { from: string; to: string; data: Record<string, unknown> }[] = [];
  offersSfu = true;

  page(id: string): Page {
    const page = new Page(this, id);
    this.pages.set(id, page);
    return page;
  }

  async deliver(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) {
      await settle();
      const mail = this.mail.splice(0);
      if (mail.length === 0) return;
      for (const { from, to, data } of mail) {
        if (to === 'sfu') this.pages.get(from)?.toSfu.push(data);
        else this.pages.get(to)?.call.receive(from, structuredClone(data));
      }
    }
    throw new Error('they never stop');
  }

  async pass(ms: number): Promise<void> {
    for (let at = 0; at < ms; at += 250) {
      await this.timers.advance(250);
      await this.deliver();
    }
  }
}

export class Page {
  readonly connections: FakeConnection[] = [];
  readonly toSfu: Record<string, unknown>[] = [];
  readonly call: Call;

  constructor(
    private readonly room: Room,
    readonly id: string,
  ) {
    this.call = new Call({
      session: `S${id}`,
      signal: (to, data) => {
        room.mail.push({ from: this.id, to, data: data as Record<string, unknown> });
        return Promise.resolve('taken');
      },
      offersSfu: () => room.offersSfu,
      createConnection: () => {
        const connection = new FakeConnection();
        this.connections.push(connection);
        return connection as unknown as RTCPeerConnection;
      },
      changed: () => undefined,
      retryMs: () => 1000,
      setTimer: (run, ms) => room.timers.set(run, ms),
      clearTimer: (timer) => room.timers.clear(timer),
      now: () => room.timers.now,
    });
  }

  says(data: object): void {
    this.call.receive('sfu', data);
  }

  /** The page's connection with the SFU, which is the newest, comes up. */
  async joinsSfu(): Promise<void> {
    await this.room.deliver();
    this.says(kAnswer);
    await settle();
    this.connections.at(-1)?.become('connected');
  }

  /** So many packets or frames have come on slots. */
  comes(counts: Record<string, number>): void {
    const stats = Object.entries(counts).map(([mid, count]) => ({ id: mid, type: 'inbound-rtp', mid, packetsReceived: count, framesDecoded: count }));
    this.connections.at(-1)!.stats = stats;
  }

  get wants(): unknown {
    return this.toSfu.filter((data) => 'want' in data).at(-1)?.want;
  }

  /** Voices. */
  get played(): string[] {
    return this.call.sounds.filter(({ silent, session, line }) => !silent && session !== undefined && line === 'voice').map(({ session, stream }) => `${session}:${stream.id}`);
  }
}

/** Ada and Bo in a mesh. */
export async function two(): Promise<{ room: Room; ada: Page; bo: Page }> {
  const room = new Room();
  const [ada, bo] = [room.page('ada'), room.page('bo')];
  ada.call.reset('mesh', [member('bo')]);
  bo.call.reset('mesh', [member('ada')]);
  await room.deliver();
  for (const page of [ada, bo]) page.connections[0]?.become('connected');
  return { room, ada, bo };
}

/** The same, while the call moves to the SFU. */
export async function moving() {
  const all = await two();
  for (const page of [all.ada, all.bo]) {
    page.call.setMedia('sfu');
    await page.joinsSfu();
  }
  return all;
}

/** How its connection in the mesh stands. */
export const first = (page: Page) => page.connections[0]?.connectionState;
export const slot = (page: Page, mid: string) => page.connections.at(-1)?.getTransceivers()[Number(mid)]?.receiver.track;
