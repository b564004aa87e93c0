// The service worker of the page. The build makes one script of it, `worker.js` beside index.html (build_app.ts), whose scope is the
// root of the page, under whatever prefix a proxy serves that.

import { Shell, type Build } from './shell';

/** Written by the build. */
declare const __BUILD__: Build;

// TypeScript's types for workers do not go with those for pages: this is what is used of them.
interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends WorkerEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Scope {
  readonly registration: { readonly scope: string };
  readonly caches: CacheStorage;
  readonly clients: { claim(): Promise<void> };
  fetch(request: Request): Promise<Response>;
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', hear: (event: WorkerEvent) => void): void;
  addEventListener(type: 'fetch', hear: (event: FetchEvent) => void): void;
}
const scope = self as unknown as Scope;

const shell = new Shell(__BUILD__, {
  root: scope.registration.scope,
  caches: scope.caches,
  fetch: (request) => scope.fetch(request),
});

// A new worker takes over at once: the one before has the shell of an older page.
scope.addEventListener('install', (event) => event.waitUntil(shell.install().then(() => scope.skipWaiting())));
scope.addEventListener('activate', (event) => event.waitUntil(shell.activate().then(() => scope.clients.claim())));
scope.addEventListener('fetch', (event) => {
  const answer = shell.answer(event.request);
  if (answer) event.respondWith(answer);
});
