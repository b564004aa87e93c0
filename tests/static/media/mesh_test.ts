import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Mesh } from '@/media/mesh';
import { FakeConnection, FakeStream } from '../support/fake_connection';
import { ManualTimers, settle } from '../support/fake_server';

interface Mail {
  from: string;
  to: string;
  data: unknown;
}

/** A server that carries signals between members, and the pages behind them. */
class Net {
  readonly pages = new Map<string, Page>();
  readonly mail: Mail[] = [];
  down = false;

  async deliver(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) {
      await settle();
      const mail = this.mail.splice(0);
      if (mail.length === 0) return;
      for (const { from, to, data } of mail) this.pages.get(to)?.call.receive(from, structuredClone(data));
    }
    throw new Error('they never stop');
  }

  page(member: string, session: string): Page {
    const page = new Page(this, member, session);
    this.pages.set(member, page);
    return page;
  }

  /** The page comes back as another member. */
  rename(page: Page, member: string): void {
    this.pages.delete(page.member);
    page.member = member;
    this.pages.set(member, page);
  }
}

class Page {
  readonly timers = new ManualTimers();
  readonly connections: FakeConnection[] = [];
  readonly call: Mesh;

  constructor(
    private readonly net: Net,
    public member: string,
    session: string,
  ) {
    this.call = new Mesh({
      session,
      signal: (to, data) => {
        if (!this.net.down) this.net.mail.push({ from: this.member, to, data });
      },
      createConnection: () => {
        const connection = new FakeConnection();
        this.connections.push(connection);
        return connection as unknown as RTCPeerConnection;
      },
      changed: () => undefined,
      setTimer: (run, ms) => this.timers.set(run, ms),
      clearTimer: (timer) => this.timers.clear(timer),
    });
  }

  sees(...others: Page[]): void {
    for (const other of others) this.call.appear({ id: other.member, name: `name of ${other.member}` });
  }

  get sessions(): string[] {
    return this.call.all.map(({ session }) => session).sort();
  }
}

beforeEach(() => {
  vi.stubGlobal('MediaStream', FakeStream);
});

async function two(): Promise<{ net: Net; ada: Page; bo: Page }> {
  const net = new Net();
  const [ada, bo] = [net.page('m1', 'A'), net.page('m2', 'B')];
  ada.sees(bo);
  bo.sees(ada);
  await net.deliver();
  for (const page of [ada, bo]) page.connections[0]?.become('connected');
  return { net, ada, bo };
}

describe('Mesh', () => {
  it('connects each page with each other one, once, in whichever order they see each other', async () => {
    const net = new Net();
    const pages = [net.page('m1', 'A'), net.page('m2', 'B'), net.page('m3', 'C')];
    const [ada, bo, cy] = pages as [Page, Page, Page];
    ada.sees(bo);
    await net.deliver();
    bo.sees(ada);
    cy.sees(ada, bo);
    await net.deliver();
    ada.sees(cy);
    bo.sees(cy);
    await net.deliver();
    expect(pages.map((page) => page.sessions)).toEqual([
      ['B', 'C'],
      ['A', 'C'],
      ['A', 'B'],
    ]);
    expect(pages.map((page) => page.connections.length)).toEqual([2, 2, 2]);
    for (const { connections } of pages) for (const each of connections) expect(each.signalingState).toBe('stable');
  });

  it('makes the page with the lower session the polite one', async () => {
    const { ada, bo } = await two();
    expect(ada.call.all[0]?.peer.polite).toBe(true);
    expect(bo.call.all[0]?.peer.polite).toBe(false);
  });

  it('lets go of a page that left, and connects anew with one that came back', async () => {
    const { net, ada, bo } = await two();
    ada.call.disappear('m2', false);
    expect(ada.sessions).toEqual([]);
    expect(ada.connections[0]?.connectionState).toBe('closed');
    bo.call.end();
    const again = net.page('m2', 'B2');
    ada.sees(again);
    again.sees(ada);
    await net.deliver();
    expect(ada.sessions).toEqual(['B2']);
  });

  it('keeps its connections while the server is gone, and finds the pages again under new ids', async () => {
    const { net, ada, bo } = await two();
    net.down = true;
    await ada.timers.advance(600_000);
    net.down = false;
    ada.call.reset();
    bo.call.reset();
    net.rename(ada, 'm7');
    net.rename(bo, 'm8');
    ada.sees(bo);
    bo.sees(ada);
    await net.deliver();
    expect(ada.call.all).toMatchObject([{ session: 'B', member: 'm8', name: 'name of m8' }]);
    expect(ada.connections).toHaveLength(1);
    expect(bo.connections).toHaveLength(1);
    expect(ada.connections[0]?.restarts).toBe(0);
  });

  it('gives a page that the server does not know half a minute once its connection is broken', async () => {
    const { ada } = await two();
    ada.call.disappear('m2', true);
    await ada.timers.advance(120_000);
    expect(ada.sessions).toEqual(['B']);
    ada.connections[0]?.become('disconnected');
    await ada.timers.advance(29_000);
    expect(ada.sessions).toEqual(['B']);
    await ada.timers.advance(1_000);
    expect(ada.sessions).toEqual([]);
  });

  it('takes a page back that recovers in time', async () => {
    const { ada } = await two();
    ada.call.disappear('m2', true);
    ada.connections[0]?.become('disconnected');
    await ada.timers.advance(20_000);
    ada.connections[0]?.become('connected');
    await ada.timers.advance(120_000);
    expect(ada.sessions).toEqual(['B']);
  });

  it('mends a broken connection as soon as the page can be reached again', async () => {
    const { net, ada, bo } = await two();
    for (const page of [ada, bo]) page.call.reset();
    for (const page of [ada, bo]) page.connections[0]?.become('disconnected');
    ada.sees(bo);
    bo.sees(ada);
    await net.deliver();
    expect(bo.connections[0]?.restarts).toBe(1);
    expect(ada.connections[0]?.signalingState).toBe('stable');
    expect(bo.connections[0]?.signalingState).toBe('stable');
  });

  it('ignores signals for an earlier stay, nonsense, and senders outside the call', async () => {
    const { ada } = await two();
    const candidates = () => ada.connections[0]?.candidates.length;
    const before = candidates();
    ada.call.receive('m2', { session: 'B', for: 'A0', candidate: { candidate: 'x' } });
    ada.call.receive('m2', 'hello');
    ada.call.receive('m2', { session: 7 });
    ada.call.receive('m9', { session: 'Z' });
    await settle();
    expect(candidates()).toBe(before);
    expect(ada.sessions).toEqual(['B']);
  });

  it('remembers what others hear of us', async () => {
    const { ada } = await two();
    ada.call.receive('m2', { session: 'B', for: 'A', heard: 0 });
    expect(ada.call.all[0]?.heard).toBe(0);
  });

  it('closes everything at its end', async () => {
    const { ada } = await two();
    ada.call.end();
    expect(ada.connections[0]?.connectionState).toBe('closed');
    ada.call.receive('m2', { session: 'B' });
    expect(ada.sessions).toEqual([]);
  });
});
