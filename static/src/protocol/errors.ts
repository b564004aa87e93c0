// What can go wrong with a request: the server refused it, or the connection went before it was answered.

import type { ErrorCode } from './messages';

/** After these the server closes the connection. */
const kFatal: ReadonlySet<ErrorCode> = new Set([
  'bad_json',
  'too_large',
  'hello_required',
  'protocol_unsupported',
  'slow_consumer',
  'server_full',
]);

/** The server said no. `message` is its text for people, in English: a page has its own words for `code`. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  constructor(
    readonly code: ErrorCode,
    text: string,
  ) {
    super(text);
  }
  get fatal(): boolean {
    return kFatal.has(this.code);
  }
}

/** The connection ended, or there was none. `sent`: the request went out, and nobody knows whether it was done. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  constructor(readonly sent = false) {
    super('the connection was lost');
  }
}

/** For what is no matter without a connection. */
export function ignoreLost(error: unknown): void {
  if (!(error instanceof ConnectionLost)) throw error;
}
