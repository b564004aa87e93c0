// Notices what a person can't: that they talk while their microphone is off, or that it gives no sound at all.

import { kSpeech } from './levels';

/** A microphone that works is never that quiet, not even in a quiet room. */
const kSilence = 0.0004;
const kSilentMs = 8000;
/** Clearly speech, and for so long: not a chair, not a cough. */
const kTalking = kSpeech * 2;
const kTalkingMs = 700;
/** Speech is quiet between its syllables and words, for less than this. */
const kPauseMs = 500;

export class MicrophoneWatch {
  private lastSound: number;
  private talkingSince = 0;
  private lastTalk = -Infinity;

  constructor(now: number) {
    this.lastSound = now;
  }

  /** `level` from 0 to 1, or nothing where it can't be measured; `on` whether it is sent, `now` in milliseconds. */
  update(level: number | undefined, on: boolean, now: number): { silent: boolean; talkingMuted: boolean } {
    if (level === undefined || level >= kSilence) this.lastSound = now;
    return { silent: on && now - this.lastSound > kSilentMs, talkingMuted: this.talks(!on && (level ?? 0) >= kTalking, now) };
  }

  /** Whether this has gone on for long enough, with the pauses that speech has. */
  private talks(talks: boolean, now: number): boolean {
    if (!talks) return false;
    if (now - this.lastTalk > kPauseMs) this.talkingSince = now;
    this.lastTalk = now;
    return now - this.talkingSince > kTalkingMs;
  }
}
