// Handover moves a call from the mesh to the SFU, page by page, so that nobody notices. Two pages close their connection
// once both have said that they need it no longer: all of the other's media that are heard or seen come through the SFU.
//
// Owned by the Call, which plays what comes from the SFU as soon as `isDone`. One for each move: a call may go back to the
// mesh and move again, and then nothing counts of what was said before.

import { kSpeech, receivedLevel } from './levels';
import type { Line } from './lines';
import type { Mesh, Other } from './mesh';
import type { Sfu, Slot } from './sfu';

export interface HandoverSurroundings {
  mesh: Mesh;
  sfu: Sfu;
  /** The slot that this line of the page comes on. */
  slotOf(other: Other, line: Line): Slot | undefined;
  /** Of the page's lines, those that it uses, and whose picture is on the screen. */
  linesOf(other: Other): Line[];
  changed(): void;
  now(): number;
}

/** A voice that was not heard for so long can go over between two sentences. */
const kQuietMs = 1000;
/** A picture that the SFU has not brought by then is waited for no longer: while it comes in both ways, the line may be too
    thin for it. Sound is always waited for. */
const kPatienceMs = 10_000;
const kSayAgainMs = 3000;
/** A page that moved before our connection with it was established ignores what we say. Such a connection
    brings nothing; one that is interrupted may come back. */
const kUnansweredMs = 3000;

interface Move {
  /** When either side began. */
  began: number;
  readySince: number | undefined;
  loudAt: Partial<Record<Line, number>>;
  done: boolean;
  saidAt: number;
}

export class Handover {
  private readonly moves = new Map<string, Move>();
  private stepping = false;
  private stopped = false;

  constructor(private readonly around: HandoverSurroundings) {}

  isDone({ session }: Other): boolean {
    return this.moves.get(session)?.done ?? false;
  }

  /** The call goes back to the mesh, or has ended. */
  stop(): void {
    this.stopped = true;
  }

  /** To be called several times a second. */
  async step(): Promise<void> {
    const { mesh, sfu } = this.around;
    for (const other of mesh.all) this.listen(other);
    if (this.stepping || mesh.all.length === 0 || sfu.link !== 'connected') return;
    this.stepping = true;
    try {
      await sfu.count();
    } finally {
      this.stepping = false;
    }
    if (sfu.link === 'connected' && !this.stopped) for (const other of mesh.all) this.go(other);
  }

  private moveOf({ session }: Other): Move {
    let move = this.moves.get(session);
    if (!move) {
      move = { began: this.around.now(), readySince: undefined, loudAt: {}, done: false, saidAt: -Infinity };
      this.moves.set(session, move);
    }
    return move;
  }

  private listen(other: Other): void {
    const { loudAt } = this.moveOf(other);
    for (const line of ['voice', 'sound'] as const) {
      if (receivedLevel(other.peer.receiver(line)) >= kSpeech) loudAt[line] = this.around.now();
    }
  }

  private go(other: Other): void {
    const move = this.moveOf(other);
    const now = this.around.now();
    if (other.sfu !== undefined) move.readySince ??= now;
    const waited = move.readySince !== undefined && now - move.readySince >= kPatienceMs;
    const unanswered = other.peer.link === 'connecting' && now - move.began >= kUnansweredMs;
    if (!move.done && (unanswered || (move.readySince !== undefined && this.isComplete(other, move, now, waited)))) {
      move.done = true;
      move.saidAt = -Infinity;
      this.around.changed();
    }
    if (now - move.saidAt >= kSayAgainMs) {
      move.saidAt = now;
      this.around.mesh.send(other, { sfu: move.done ? 'done' : 'ready' });
    }
    if (move.done && (other.sfu === 'done' || other.peer.link !== 'connected')) this.around.mesh.release(other);
  }

  /** The SFU brings all that the connection with the page brings; `soundOnly`: all of its sound. */
  private isComplete(other: Other, move: Move, now: number, soundOnly: boolean): boolean {
    if (other.peer.link !== 'connected') return true;
    return this.around.linesOf(other).every((line) => {
      const sounds = line === 'voice' || line === 'sound';
      if (soundOnly && !sounds) return true;
      const slot = this.around.slotOf(other, line);
      if (slot && this.around.sfu.flows(slot)) return true;
      // Nobody has a slot for silence, or needs one.
      return sounds && now - Math.max(move.began, move.loudAt[line] ?? 0) >= kQuietMs;
    });
  }
}
