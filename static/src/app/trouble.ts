// What went wrong with a request, by the names that the languages have for it.

import { ConnectionLost, ProtocolError, type ErrorCode } from '@/protocol';

/** The names of an error in the languages: the server's codes, and `lost` for a connection that went. */
export type Trouble = ErrorCode | 'lost';

export function troubleOf(error: unknown): Trouble {
  if (error instanceof ProtocolError) return error.code;
  if (error instanceof ConnectionLost) return 'lost';
  throw error;
}
