// Notices that two pages of a mesh can't hear each other, for longer than a disturbance lasts.

import type { Other } from './mesh';

const kTroubleMs = 10_000;

export class Troubles {
  private readonly since = new Map<string, number>();

  /** Whether there is somebody whom we have not reached, or who has not heard us while our voice was on, for 10 s. */
  isLasting(others: readonly Other[], voiceOn: boolean, now: number): boolean {
    const here = new Set(others.map(({ session }) => session));
    for (const session of this.since.keys()) if (!here.has(session)) this.since.delete(session);
    return others.some(({ session, member, heard, peer }) => {
      // Who has lost the server may have lost everything.
      const isBad = member !== undefined && (peer.link !== 'connected' || (voiceOn && heard === 0));
      if (!isBad) return void this.since.delete(session);
      const since = this.since.get(session) ?? now;
      this.since.set(session, since);
      return now - since >= kTroubleMs;
    });
  }
}
