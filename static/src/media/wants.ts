// Which pictures are on the screen, and which of them to ask the SFU for: the most important first.

import type { Picture } from './lines';
import type { CallMember } from './roster';
import type { WantedPicture } from './sfu_signals';

export interface ShownPicture {
  member: string;
  kind: Picture;
  /** Pixels of the screen; 0: it can't be seen. */
  height: number;
  /** Has spoken a short while ago. */
  spoke: boolean;
}

/** How high a person's pictures are on the screen, in its pixels; 0: it can't be seen. */
export type Seen = Partial<Record<Picture, number>>;

/** A page of tiles that is turned is told as a whole. Longer than a frame, and too short to be noticed. */
const kGatherMs = 30;

/** What is on the screen. `told` is called soon after something came there or went. */
export class SeenPictures {
  private readonly seen = new Map<string, Seen>();
  private timer: number | undefined;

  constructor(
    private readonly timers: { setTimer(run: () => void, ms: number): number; clearTimer(timer: number): void },
    private readonly told: () => void,
  ) {}

  of(session: string): Seen | undefined {
    return this.seen.get(session);
  }

  set(session: string, what: Picture, height: number): void {
    const before = this.seen.get(session);
    this.seen.set(session, { ...before, [what]: height });
    if (Boolean(before?.[what]) === height > 0) return;
    this.timer ??= this.timers.setTimer(() => {
      this.timer = undefined;
      this.told();
    }, kGatherMs);
  }

  stop(): void {
    if (this.timer !== undefined) this.timers.clearTimer(this.timer);
    this.timer = undefined;
  }
}

/** Of a member: what is switched on. */
export function shownOf({ id, video, screen }: CallMember, seen: Seen | undefined, spoke: boolean): ShownPicture[] {
  return [
    { member: id, kind: 'camera', height: video ? (seen?.camera ?? 0) : 0, spoke },
    { member: id, kind: 'screen', height: screen ? (seen?.screen ?? 0) : 0, spoke },
  ];
}

/** A window that is made larger asks anew only now and then. */
const kStep = 60;

/** `pictures` in the order of the page; at most `most` are wanted. Screens come first, then what is large; where not all fit,
    then those who speak. */
export function wantsOf(pictures: readonly ShownPicture[], most: number): WantedPicture[] {
  const seen = pictures.filter(({ height }) => height > 0).map((picture) => ({ ...picture, height: Math.ceil(picture.height / kStep) * kStep }));
  const scarce = seen.length > most;
  // Sorting keeps the order of equals.
  seen.sort(
    (a, b) =>
      Number(b.kind === 'screen') - Number(a.kind === 'screen') ||
      b.height - a.height ||
      (scarce ? Number(b.spoke) - Number(a.spoke) : 0),
  );
  return seen.slice(0, most).map(({ member, kind, height }) => ({ member, kind, height }));
}
