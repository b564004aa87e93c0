// The host who blocked one's microphone and chat, by name: the server tells it once, and a reload must not forget it. Kept for
// each room by this tab alone, and only for the same person: `author` is their author key, or their name.

const kPrefix = 'parley.mutedBy.';

export function mutedByOf(room: string, author: string): string | undefined {
  try {
    const stored = JSON.parse(sessionStorage.getItem(kPrefix + room) ?? '{}') as { author?: unknown; by?: unknown };
    return stored.author === author && typeof stored.by === 'string' ? stored.by : undefined;
  } catch {
    return undefined;
  }
}

/** Nothing: nobody any more. */
export function keepMutedBy(room: string, author: string, by: string | undefined): void {
  try {
    if (by === undefined) sessionStorage.removeItem(kPrefix + room);
    else sessionStorage.setItem(kPrefix + room, JSON.stringify({ author, by }));
  } catch {
    // Full, or forbidden by the browser: then a reload forgets it, as it must.
  }
}
