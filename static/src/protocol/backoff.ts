// How long to wait before the next try to connect: growing, so that a server which is down is left in peace,
// and jittered, so that a room full of pages does not come back in the same instant.

/** Any function like Math.random. */
export type Random = () => number;

const kFirstMs = 500;
const kMostMs = 30_000;

/** The pause before try number `attempt`, from 0: between half of the full pause and the whole of it. */
export function backoffMs(attempt: number, random: Random): number {
  const full = Math.min(kMostMs, kFirstMs * 2 ** Math.min(attempt, 16));
  return Math.round(full / 2 + (random() * full) / 2);
}

/** The pause after a `closing` that asked for one: never shorter, and spread over a second or its half. */
export function closingMs(retryAfterSeconds: number, random: Random): number {
  const asked = retryAfterSeconds * 1000;
  return Math.round(asked + random() * Math.max(1000, asked / 2));
}
