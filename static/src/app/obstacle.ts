// Why the first connection to the server fails, as far as a page can find out. A browser does not tell why a WebSocket failed,
// but plain requests to the same server tell most of it: whether it is there, whether it is the chat server that answers,
// and from which origins it accepts WebSockets.

export type Obstacle =
  | { kind: 'offline' }
  /** Nothing answers, or a proxy answers that nothing is behind it. */
  | { kind: 'down' }
  /** Something else than the chat server answers there. */
  | { kind: 'path'; address: string; status: number }
  /** The page came over http, and only https is accepted: `link` is the same page there. */
  | { kind: 'http'; link: string }
  /** The server was asked for another host than the browser. */
  | { kind: 'host'; seen: string; wanted: string }
  /** All is well but that WebSockets do not get through. `link`, where the server made its certificate itself, tells how to
      trust that: some browsers go on past their warning for pages only. */
  | { kind: 'upgrade'; link?: string };

interface Answer {
  status: number;
  text: string;
}

const kAnswerMs = 10_000;

async function get(address: URL): Promise<Answer | undefined> {
  try {
    const response = await fetch(address, { cache: 'no-store', signal: AbortSignal.timeout(kAnswerMs) });
    return { status: response.status, text: await response.text() };
  } catch {
    return undefined;
  }
}

/** The origins that the server names in its answer to a plain request for `/ws`, as a browser writes them. */
function originsIn(text: string): URL[] {
  return (text.match(/https?:\/\/\S+/g) ?? []).flatMap((each) => {
    try {
      return [new URL(each)];
    } catch {
      return [];
    }
  });
}

function secured(page: URL): string {
  const link = new URL(page);
  link.protocol = 'https:';
  return link.href;
}

/** The page that tells how to trust the certificate, where the server made that itself. */
export async function trustPage(root: URL): Promise<string | undefined> {
  const trust = new URL('trust', root);
  return root.protocol === 'https:' && (await get(trust))?.status === 200 ? trust.href : undefined;
}

/** `page`: the address of the page; `root`: where the first page is. */
export async function findObstacle(page: URL, root: URL): Promise<Obstacle> {
  const health = new URL('healthz', root);
  const healthy = await get(health);
  if (!healthy && !navigator.onLine) return { kind: 'offline' };
  if (!healthy || healthy.status >= 500) return { kind: 'down' };
  if (healthy.text.trim() !== 'ok') return { kind: 'path', address: health.href, status: healthy.status };

  const endpoint = new URL('ws', root);
  const answer = await get(endpoint);
  if (!answer) return { kind: 'down' };
  if (answer.status !== 426) return { kind: 'path', address: endpoint.href, status: answer.status };
  const accepted = originsIn(answer.text);
  if (accepted.some(({ origin }) => origin === root.origin)) {
    const link = await trustPage(root);
    return { kind: 'upgrade', ...(link === undefined ? {} : { link }) };
  }
  const link = secured(page);
  if (accepted.some(({ origin }) => origin === new URL(link).origin)) return { kind: 'http', link };
  return { kind: 'host', seen: accepted[0]?.host ?? '', wanted: root.host };
}
