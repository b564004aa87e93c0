// Sends the bytes of a file to its address on the server: all at once, and after a break what the server does not have yet.

import { ConnectionLost, ProtocolError, type ErrorCode } from '@/protocol';
import { kRoot } from '@/app/route';

export interface Answer {
  status: number;
  /** How much of the file the server has; nothing where it does not say. */
  offset: number | undefined;
}

/** One request. Rejects with ConnectionLost where there was no answer. */
export interface Transport {
  head(url: string, signal: AbortSignal): Promise<Answer>;
  put(url: string, body: Blob, range: string | undefined, signal: AbortSignal, progress: (sent: number) => void): Promise<Answer>;
}

export interface PutOptions {
  signal: AbortSignal;
  progress(sent: number): void;
}

/** Pauses between attempts that got nowhere; after the last the file has failed. */
const kPausesMs = [500, 1000, 2000, 4000, 8000, 15_000];

const kRefusals: Record<number, ErrorCode> = { 404: 'no_such_file', 413: 'file_too_large', 507: 'no_space' };

/** Addresses of the server begin with a slash; behind a proxy the page may stand under a prefix. */
export function addressOf(path: string): string {
  return new URL(path.replace(/^\//, ''), kRoot).href;
}

export async function put(path: string, blob: Blob, { signal, progress }: PutOptions, transport: Transport = kTransport): Promise<void> {
  const url = addressOf(path);
  let from = 0;
  for (let failures = 0; ; ) {
    try {
      const range = from === 0 ? undefined : `bytes ${from}-${blob.size - 1}/${blob.size}`;
      const { status, offset } = await transport.put(url, from === 0 ? blob : blob.slice(from), range, signal, (sent) => progress(from + sent));
      if (status === 201) return;
      const before = from;
      if (status === 204 || status === 409) from = offset ?? 0;
      else refuse(status);
      if (from >= blob.size) return;
      if (from > before) failures = 0;
      else await pause(kPausesMs[failures++], signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof ConnectionLost)) throw error;
      await pause(kPausesMs[failures++], signal);
      from = await arrived(url, from, signal, transport);
      progress(from);
    }
  }
}

/** How much the server has. Where it does not answer, the next attempt asks again. */
async function arrived(url: string, before: number, signal: AbortSignal, transport: Transport): Promise<number> {
  try {
    const { status, offset } = await transport.head(url, signal);
    if (status >= 400) refuse(status);
    return offset ?? 0;
  } catch (error) {
    if (error instanceof ConnectionLost) return before;
    throw error;
  }
}

function refuse(status: number): never {
  throw new ProtocolError(kRefusals[status] ?? 'internal', `the server answered ${status}`);
}

function pause(ms: number | undefined, signal: AbortSignal): Promise<void> {
  if (ms === undefined) return Promise.reject(new ConnectionLost());
  return new Promise((resolve, reject) => {
    const timer = window.setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (window.clearTimeout(timer), reject(new ConnectionLost())), { once: true });
  });
}

const kTransport: Transport = {
  head: (url, signal) => ask('HEAD', url, undefined, undefined, signal, () => undefined),
  put: (url, body, range, signal, progress) => ask('PUT', url, body, range, signal, progress),
};

/** XMLHttpRequest, since fetch does not tell how much of a body has gone. */
function ask(method: string, url: string, body: Blob | undefined, range: string | undefined, signal: AbortSignal, progress: (sent: number) => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    if (range !== undefined) request.setRequestHeader('Content-Range', range);
    request.upload.onprogress = ({ loaded }) => progress(loaded);
    request.onload = () => {
      const offset = request.getResponseHeader('Upload-Offset');
      resolve({ status: request.status, offset: offset === null ? undefined : Number(offset) });
    };
    request.onerror = request.onabort = request.ontimeout = () => reject(new ConnectionLost());
    signal.addEventListener('abort', () => request.abort(), { once: true });
    if (signal.aborted) return reject(new ConnectionLost());
    // The server knows its type already.
    request.send(body ? body.slice(0, body.size, 'application/octet-stream') : null);
  });
}
