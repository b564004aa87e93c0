// The page's worker without the browser around it: what it keeps, and what it answers. worker.ts connects it to the browser.
//
// It keeps the shell: the first page, the page of a room, and the scripts and styles that the first screen needs. It never keeps
// anything else: no message, no file that people sent. What another app shares it passes on to the page. The page itself always comes from
// the server while that answers, so that nobody sees an old page after an upgrade.

/** What the build says of itself. */
export interface Build {
  /** Changes with each file of the shell. */
  version: string;
  /** Scripts and styles, relative to the root: `assets/index-b0rTSJ1I.js`. Their names change with their content. */
  files: readonly string[];
}

/** What it needs of the browser. `root` is the address of the first page, with its slash at the end. */
export interface Surroundings {
  root: string;
  caches: Pick<CacheStorage, 'open' | 'keys' | 'delete' | 'match'>;
  fetch(request: Request): Promise<Response>;
}

/** The two forms of the page, relative to the root. Links in the second lead one level up, whatever room it is for. */
const kFirstPage = './';
const kRoomPage = 'room/lobby';
/** What a proxy says if nothing, or nothing in time, is behind it. */
const kNothingBehind = new Set([502, 504]);
const kTextFields = ['title', 'text', 'url'];

export class Shell {
  private readonly root: URL;
  private readonly files: ReadonlySet<string>;
  private readonly cache: string;

  constructor(
    build: Build,
    private readonly around: Surroundings,
  ) {
    this.root = new URL(around.root);
    this.files = new Set(build.files.map((name) => this.at(name)));
    this.cache = `${this.prefix}${build.version}`;
  }

  /** Fetches the shell. Rejects if any part of it does not come: half a shell would be none. */
  async install(): Promise<void> {
    const cache = await this.around.caches.open(this.cache);
    // Their names tell the content, so that the browser's own copy of a file is as good as the server's.
    await Promise.all([...this.files].map(async (url) => cache.put(url, await this.get(new Request(url)))));
    for (const name of [kFirstPage, kRoomPage]) {
      const page = await this.get(new Request(this.at(name), { cache: 'no-cache' }));
      await cache.put(this.at(name), await marked(page));
    }
  }

  /** Removes the shells of earlier builds; those of servers under other prefixes of the same host stay. */
  async activate(): Promise<void> {
    const names = await this.around.caches.keys();
    const old = names.filter((name) => name.startsWith(this.prefix) && name !== this.cache);
    await Promise.all(old.map((name) => this.around.caches.delete(name)));
  }

  /** The answer to a request of a page; nothing: the browser asks the server as if there were no worker. */
  answer(request: Request): Promise<Response> | undefined {
    const url = new URL(request.url);
    url.hash = '';
    if (request.method === 'POST') return this.isShare(url) ? toPage(request, this.root) : undefined;
    if (request.method !== 'GET') return undefined;
    if (request.mode === 'navigate') {
      const page = this.pageAt(url);
      return page === undefined ? undefined : this.page(request, page);
    }
    return this.files.has(url.href) ? this.file(request, url.href) : undefined;
  }

  /** Begins the names of all shells of this server, and of no other one. */
  private get prefix(): string {
    return `parley ${this.root.pathname} `;
  }

  private at(name: string): string {
    return new URL(name, this.root).href;
  }

  private isShare(url: URL): boolean {
    return url.href === this.at('share');
  }

  /** Which form of the page is at an address; nothing if it is not the page's. */
  private pageAt({ origin, pathname }: URL): string | undefined {
    if (origin !== this.root.origin || !pathname.startsWith(this.root.pathname)) return undefined;
    const rest = pathname.slice(this.root.pathname.length);
    if (rest === '') return kFirstPage;
    return /^room\/[^/]+$/.test(rest) ? kRoomPage : undefined;
  }

  private async page(request: Request, name: string): Promise<Response> {
    let answer: Response | undefined;
    let lost: unknown;
    try {
      answer = await this.around.fetch(request);
    } catch (error) {
      lost = error;
    }
    if (answer && !kNothingBehind.has(answer.status)) return answer;
    const kept = await this.kept(this.at(name));
    if (kept) return kept;
    if (answer) return answer;
    throw lost;
  }

  private async file(request: Request, url: string): Promise<Response> {
    return (await this.kept(url)) ?? this.around.fetch(request);
  }

  /** Nothing where the browser, or a newer worker, has dropped it. To open a cache would make it anew. */
  private async kept(url: string): Promise<Response | undefined> {
    return this.around.caches.match(url, { cacheName: this.cache }).catch(() => undefined);
  }

  private async get(request: Request): Promise<Response> {
    const response = await this.around.fetch(request);
    if (response.status !== 200) throw new Error(`${request.url}: ${response.status}`);
    return response;
  }
}

/** The same page with a sign that it comes from here: app/shell.ts reads it. */
async function marked(page: Response): Promise<Response> {
  const text = await page.text();
  const headers = new Headers(page.headers);
  // The text is no longer as it was sent.
  for (const field of ['content-encoding', 'content-length', 'etag']) headers.delete(field);
  return new Response(text.replace('<html', '<html data-shell'), { headers });
}

/** What another app shares becomes the fragment of the page's address, which no browser sends to a server. */
async function toPage(request: Request, root: URL): Promise<Response> {
  const form = await request.formData();
  const texts = kTextFields.map((field) => form.get(field)).filter((text): text is string => typeof text === 'string' && text !== '');
  return Response.redirect(`${root.href}#share=${encodeURIComponent([...new Set(texts)].join('\n'))}`, 303);
}
