// DeviceRequest asks the browser for one device. Only the newest request counts: one that was superseded stops its
// tracks the moment they arrive, and changes nothing else. So a late "on" never outlives an "off".
//
// Every call of getUserMedia and getDisplayMedia goes through one of these.

/** A device normally opens well within this time. A longer wait is a question to the person, or a slow device. */
export const kLateMs = 4000;

export type RequestState = 'idle' | 'opening' | 'late';

export class DeviceRequest {
  private current: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private late = false;

  /** `changed` runs after each change of `state`. */
  constructor(private readonly changed: () => void = () => undefined) {}

  get state(): RequestState {
    if (!this.current) return 'idle';
    return this.late ? 'late' : 'opening';
  }

  /** Supersedes the request before it. `take` gets the stream in the same turn in which the request is known to be
      still wanted. Resolves with false as soon as the request is superseded, even if the browser never answers; rejects
      with the browser's error. */
  open(ask: (signal: AbortSignal) => Promise<MediaStream>, take: (stream: MediaStream) => void): Promise<boolean> {
    this.stop();
    const mine = new AbortController();
    this.current = mine;
    this.timer = setTimeout(() => this.becomeLate(), kLateMs);
    this.changed();
    return new Promise((resolve, reject) => {
      mine.signal.addEventListener('abort', () => resolve(false));
      const arrived = (stream: MediaStream) => {
        if (mine.signal.aborted) return stopAll(stream);
        this.end();
        try {
          take(stream);
          resolve(true);
        } catch (error) {
          stopAll(stream);
          reject(error as Error);
        }
        this.changed();
      };
      const failed = (error: Error) => {
        if (mine.signal.aborted) return;
        this.end();
        reject(error);
        this.changed();
      };
      ask(mine.signal).then(arrived, failed);
    });
  }

  /** The device is no longer wanted. */
  cancel(): void {
    if (!this.current) return;
    this.stop();
    this.changed();
  }

  private stop(): void {
    const before = this.current;
    this.end();
    before?.abort();
  }

  private end(): void {
    clearTimeout(this.timer);
    this.current = undefined;
    this.late = false;
  }

  private becomeLate(): void {
    this.late = true;
    this.changed();
  }
}

export function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
