// How loud things are, from 0 to 1, for meters and for who is speaking.

/** Louder than this is speech rather than a room's noise. */
export const kSpeech = 0.02;

/** Root mean square of samples from -1 to 1. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}

/** For the eye: quiet speech is already half of a meter. */
export function meterOf(level: number): number {
  return Math.min(1, Math.sqrt(level * 4));
}

/** Listens to one track, also while it is sent muted: it has a copy of its own. Call close() at the end. */
export class LevelMeter {
  private readonly context = new AudioContext();
  private readonly analyser = this.context.createAnalyser();
  private readonly samples: Float32Array<ArrayBuffer>;
  private readonly copy: MediaStreamTrack;
  /** Of the context, when it was last asked. */
  private clock = 0;

  constructor(track: MediaStreamTrack) {
    this.copy = track.clone();
    this.copy.enabled = true;
    this.analyser.fftSize = 1024;
    this.samples = new Float32Array(this.analyser.fftSize);
    this.context.createMediaStreamSource(new MediaStream([this.copy])).connect(this.analyser);
    // It may have to wait for the person's first click.
    void this.context.resume();
  }

  /** Nothing where the browser runs no audio, as without a sound output or before the first click: a microphone can't be
      judged then. */
  level(): number | undefined {
    const { currentTime, state } = this.context;
    const ran = currentTime > this.clock;
    this.clock = currentTime;
    if (state !== 'running' || !ran) return undefined;
    this.analyser.getFloatTimeDomainData(this.samples);
    return loudness(this.samples);
  }

  close(): void {
    this.copy.stop();
    void this.context.close();
  }
}

/** How loud a voice from another page is just now. */
export function receivedLevel(receiver: RTCRtpReceiver | undefined): number {
  return receiver?.getSynchronizationSources()[0]?.audioLevel ?? 0;
}
