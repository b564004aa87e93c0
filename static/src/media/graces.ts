// Graces waits for members whom the server does not know just now: each may take so long to come back. Owned by the Call.

const kGraceMs = 30_000;

interface Timers {
  setTimer(run: () => void, ms: number): number;
  clearTimer(timer: number): void;
}

export class Graces {
  /** By member id. */
  private readonly timers = new Map<string, number>();

  constructor(private readonly around: Timers) {}

  /** Runs `over` if nothing ends the wait for that member. A wait that goes on begins anew. */
  begin(id: string, over: () => unknown): void {
    this.end(id);
    const timer = this.around.setTimer(() => {
      this.timers.delete(id);
      over();
    }, kGraceMs);
    this.timers.set(id, timer);
  }

  /** Those who are back, or have left, are waited for no longer. */
  keep(isLost: (id: string) => boolean): void {
    for (const id of this.timers.keys()) if (!isLost(id)) this.end(id);
  }

  private end(id: string): void {
    const timer = this.timers.get(id);
    if (timer !== undefined) this.around.clearTimer(timer);
    this.timers.delete(id);
  }
}
