// Who is speaking: several may, one has the stage. It stays with whom it is for a moment, so that a cough or a
// short answer does not turn the page around.

import { kSpeech } from './levels';

/** After the last sound one still counts as speaking. */
const kSpeakingMs = 800;
/** Someone else must speak that long to take the stage. */
const kTakeoverMs = 1200;

export interface Speakers {
  /** Who is heard now. */
  speaking: ReadonlySet<string>;
  /** Who has the stage: who spoke last, at length. */
  stage: string | undefined;
}

export class SpeakerWatch {
  private readonly lastHeard = new Map<string, number>();
  private readonly since = new Map<string, number>();
  private stage: string | undefined;

  /** `self` is heard, but never has the stage: nobody wants to look at themselves while they talk. */
  constructor(private readonly self?: string) {}

  /** Levels of everyone who could be heard, from 0 to 1; `now` in milliseconds. */
  update(levels: ReadonlyMap<string, number>, now: number): Speakers {
    for (const [key, level] of levels) this.hear(key, level, now);
    const speaking = new Set([...levels.keys()].filter((key) => this.isSpeaking(key, now)));
    if (this.stage !== undefined && !levels.has(this.stage)) this.stage = undefined;
    this.choose(speaking, now);
    return { speaking, stage: this.stage };
  }

  private isSpeaking(key: string, now: number): boolean {
    return now - (this.lastHeard.get(key) ?? -Infinity) < kSpeakingMs;
  }

  private hear(key: string, level: number, now: number): void {
    if (level < kSpeech) return;
    if (!this.isSpeaking(key, now)) this.since.set(key, now);
    this.lastHeard.set(key, now);
  }

  private choose(speaking: ReadonlySet<string>, now: number): void {
    if (this.stage !== undefined && speaking.has(this.stage)) return;
    const spokenFor = (key: string) => now - (this.since.get(key) ?? now);
    const [loudest] = [...speaking].filter((key) => key !== this.self).sort((a, b) => spokenFor(b) - spokenFor(a));
    if (loudest !== undefined && (this.stage === undefined || spokenFor(loudest) >= kTakeoverMs)) this.stage = loudest;
  }
}
