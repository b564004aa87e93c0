// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { findObstacle } from '@/app/obstacle';

/** What answers at an address; nothing: nothing does. */
type Answers = Record<string, [number, string]>;

const kPlace = 'This address is for WebSocket connections.\n';
const healthy: Answers = { healthz: [200, 'ok\n'] };

function obstacle(answers: Answers, page = 'https://chat.example/room/x') {
  const root = new URL('/', page);
  vi.stubGlobal('fetch', (address: URL) => {
    const answer = answers[address.href.slice(root.href.length)];
    return answer ? Promise.resolve(new Response(answer[1], { status: answer[0] })) : Promise.reject(new TypeError('no answer'));
  });
  return findObstacle(new URL(page), root);
}

beforeEach(() => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(true);
  return () => vi.unstubAllGlobals();
});

describe('the obstacle to a first connection', () => {
  it('is the server, where nothing answers, or a proxy says so', async () => {
    expect(await obstacle({})).toEqual({ kind: 'down' });
    for (const status of [500, 502, 503, 504]) expect(await obstacle({ healthz: [status, ''] })).toEqual({ kind: 'down' });
  });

  it('is the network, where the browser has none', async () => {
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    expect(await obstacle({})).toEqual({ kind: 'offline' });
    expect(await obstacle({ ...healthy, ws: [404, ''] })).toMatchObject({ kind: 'path' });
  });

  it('is what else answers', async () => {
    const healthz = 'https://chat.example/healthz';
    expect(await obstacle({ healthz: [404, 'not here'] })).toEqual({ kind: 'path', address: healthz, status: 404 });
    expect(await obstacle({ healthz: [200, '<h1>ok</h1>'] })).toEqual({ kind: 'path', address: healthz, status: 200 });
    expect(await obstacle({ ...healthy, ws: [404, ''] })).toEqual({ kind: 'path', address: 'https://chat.example/ws', status: 404 });
  });

  it('is the host that a proxy changes', async () => {
    const ws: Answers[string] = [426, `${kPlace}Pages of https://127.0.0.1:8080 and http://127.0.0.1:8080 may connect.\n`];
    expect(await obstacle({ ...healthy, ws })).toEqual({ kind: 'host', seen: '127.0.0.1:8080', wanted: 'chat.example' });
    expect(await obstacle({ ...healthy, ws: [426, kPlace] })).toEqual({ kind: 'host', seen: '', wanted: 'chat.example' });
    expect(await obstacle({ ...healthy, ws: [426, 'Pages of https://% may connect.'] })).toMatchObject({ kind: 'host' });
  });

  it('is http, where only https is accepted', async () => {
    const ws: Answers[string] = [426, `${kPlace}Pages of https://lab may connect.\n`];
    expect(await obstacle({ ...healthy, ws }, 'http://lab/room/x')).toEqual({ kind: 'http', link: 'https://lab/room/x' });
  });

  it('is what blocks WebSockets, where the server would accept this page', async () => {
    for (const host of ['chat.example', 'CHAT.example', 'chat.example:443']) {
      expect(await obstacle({ ...healthy, ws: [426, `Pages of https://${host} may connect.`] })).toEqual({ kind: 'upgrade' });
    }
  });

  it('may then be a certificate that the server made itself', async () => {
    const ws: Answers[string] = [426, 'Pages of https://chat.example may connect.'];
    const found = await obstacle({ ...healthy, ws, trust: [200, 'how'] });
    expect(found).toEqual({ kind: 'upgrade', link: 'https://chat.example/trust' });
  });
});
