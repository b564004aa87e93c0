// Notices what a person can't: that they talk while their microphone is off, or that it gives no sound at all.

import { kSpeech } from './levels';

/** A microphone that works is never that quiet, not even in a quiet room. */
const kSilence = 0.0004;
const kSilentMs = 8000;
/** Clearly speech, and for so long: not a chair, not a cough. */
const kTalking = kSpeech * 2;
const kTalkingMs = 700;

export class MicrophoneWatch {
  private lastSound: number;
  private talkingSince: number | undefined;

  constructor(now: number) {
    this.lastSound = now;
  }

  /** `level` from 0 to 1, `on` whether it is sent, `now` in milliseconds. */
  update(level: number, on: boolean, now: number): { silent: boolean; talkingMuted: boolean } {
    if (level >= kSilence) this.lastSound = now;
    if (on || level < kTalking) this.talkingSince = undefined;
    else this.talkingSince ??= now;
    return {
      silent: on && now - this.lastSound > kSilentMs,
      talkingMuted: this.talkingSince !== undefined && now - this.talkingSince > kTalkingMs,
    };
  }
}
