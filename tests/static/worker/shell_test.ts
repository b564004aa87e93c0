import { beforeEach, describe, expect, test } from 'vitest';
import { Shell } from '../../../static/src/worker/shell';

const kRoot = 'https://chat.example/chat/';
const kScript = 'assets/index-1.js';

class FakeCaches {
  readonly all = new Map<string, Map<string, Response>>();

  async open(name: string): Promise<Cache> {
    const kept = this.all.get(name) ?? new Map<string, Response>();
    this.all.set(name, kept);
    return {
      put: async (url: string, response: Response) => void kept.set(url, response),
    } as unknown as Cache;
  }
  match = async (url: RequestInfo | URL, options?: MultiCacheQueryOptions): Promise<Response | undefined> =>
    this.all.get(options?.cacheName ?? '')?.get(String(url))?.clone();
  keys = async (): Promise<string[]> => [...this.all.keys()];
  delete = async (name: string): Promise<boolean> => this.all.delete(name);
}

/** A server of one page, whose text tells which version it is. */
class FakeServer {
  version = 'old';
  /** What a request for the page gets instead: a status of a proxy, or no answer. */
  instead: number | 'nothing' | undefined;
  readonly asked: string[] = [];

  fetch = async ({ url }: Request): Promise<Response> => {
    this.asked.push(url);
    if (this.instead === 'nothing') throw new TypeError('Failed to fetch');
    if (this.instead !== undefined) return new Response('from a proxy', { status: this.instead });
    const isScript = url.includes('/assets/');
    if (isScript && !url.endsWith(kScript)) return new Response('', { status: 404 });
    return new Response(isScript ? 'script' : `<html lang="en">${this.version}`, { headers: { 'Content-Length': '1', 'Content-Type': 'text/html' } });
  };
}

const asks = (path: string, init: { method?: string; mode?: string; body?: FormData } = {}): Request =>
  ({ method: 'GET', mode: 'cors', ...init, url: new URL(path, kRoot).href, formData: async () => init.body }) as unknown as Request;
const opens = (path: string): Request => asks(path, { mode: 'navigate' });

let caches: FakeCaches;
let server: FakeServer;
const shellOf = (version = '1', root = kRoot, files = [kScript]): Shell => new Shell({ version, files }, { root, caches, fetch: server.fetch });
const textOf = async (answer: Promise<Response> | undefined): Promise<string | undefined> => (await answer)?.text();

beforeEach(() => {
  caches = new FakeCaches();
  server = new FakeServer();
});

describe('the page', () => {
  test('comes from the server while that answers', async () => {
    const shell = shellOf();
    await shell.install();
    server.version = 'new';
    expect(await textOf(shell.answer(opens('')))).toBe('<html lang="en">new');
    expect(await textOf(shell.answer(opens('room/7b?x')))).toBe('<html lang="en">new');
  });

  test.each(['nothing', 502, 504] as const)('comes from the shell, with a sign, where there is %s', async (instead) => {
    const shell = shellOf();
    await shell.install();
    server.instead = instead;
    expect(await textOf(shell.answer(opens('')))).toBe('<html data-shell lang="en">old');
    const room = await shell.answer(opens('room/7b'));
    expect(await room?.text()).toBe('<html data-shell lang="en">old');
    expect(room?.headers.get('Content-Length')).toBeNull();
  });

  test('of a room is another one: its links lead one level up', async () => {
    await shellOf().install();
    expect(server.asked).toContain(`${kRoot}room/lobby`);
    expect(server.asked).toContain(kRoot);
  });

  test('is refused as the server refuses it', async () => {
    const shell = shellOf();
    await shell.install();
    server.instead = 503;
    expect((await shell.answer(opens('')))?.status).toBe(503);
  });

  test('fails as it would without a shell, where none was kept', async () => {
    server.instead = 'nothing';
    await expect(shellOf().answer(opens(''))).rejects.toThrow('Failed to fetch');
    server.instead = 502;
    expect((await shellOf().answer(opens('')))?.status).toBe(502);
  });
});

describe('a file of the shell', () => {
  test('is answered without the server', async () => {
    const shell = shellOf();
    await shell.install();
    server.instead = 'nothing';
    expect(await textOf(shell.answer(asks(kScript)))).toBe('script');
  });

  test('is asked for where the browser has dropped it', async () => {
    expect(await textOf(shellOf().answer(asks(kScript)))).toBe('script');
  });
});

test.each(['files/abc', 'ws', 'healthz', 'metrics', 'trust', 'ca.crt', 'worker.js', 'assets/katex-1.js', 'app.en.webmanifest', '../', '../other/'])(
  'nothing else is answered or kept: %s',
  async (path) => {
    const shell = shellOf();
    await shell.install();
    expect(shell.answer(asks(path))).toBeUndefined();
    expect(shell.answer(opens(path))).toBeUndefined();
    const kept = [...caches.all.values()].flatMap((cache) => [...cache.keys()]);
    expect(kept.sort()).toEqual([kRoot, `${kRoot}${kScript}`, `${kRoot}room/lobby`]);
  },
);

test('uploads and the pages of other hosts are left alone', () => {
  const shell = shellOf();
  expect(shell.answer(asks('files/abc', { method: 'PUT' }))).toBeUndefined();
  expect(shell.answer(asks('files/abc', { method: 'POST' }))).toBeUndefined();
  expect(shell.answer(opens('https://elsewhere.example/chat/'))).toBeUndefined();
});

test('half a shell is none', async () => {
  await expect(shellOf('1', kRoot, [kScript, 'assets/gone-2.js']).install()).rejects.toThrow('gone-2.js: 404');
});

test('a new shell replaces the old one, and not that of another prefix', async () => {
  await shellOf('1').install();
  await shellOf('1', 'https://chat.example/').install();
  await shellOf('1', 'https://chat.example/chat/room2/').install();
  const next = shellOf('2');
  await next.install();
  await next.activate();
  expect(await caches.keys()).toEqual(['parley / 1', 'parley /chat/room2/ 1', 'parley /chat/ 2']);
});

test('a worker that was replaced keeps nothing any more', async () => {
  const old = shellOf('1');
  await old.install();
  await shellOf('2').activate();
  expect(await textOf(old.answer(asks(kScript)))).toBe('script');
  expect(await caches.keys()).toEqual([]);
});

test('what another app shares becomes a fragment, each text once', async () => {
  const body = new FormData();
  body.set('title', 'Homework');
  body.set('text', 'page 7 & 8');
  body.set('url', 'page 7 & 8');
  const answer = await shellOf().answer(asks('share', { method: 'POST', mode: 'navigate', body }));
  expect(answer?.status).toBe(303);
  expect(answer?.headers.get('Location')).toBe(`${kRoot}#share=Homework%0Apage%207%20%26%208`);
  expect(server.asked).toEqual([]);
});
