// A browser's devices that open when a test says so, or never. Each request waits for `answer` or `refuse`, oldest first.

import { vi } from 'vitest';
import { FakeStream, FakeTrack } from './fake_connection';

interface Asked {
  kind: 'audio' | 'video';
  resolve(stream: FakeStream): void;
  reject(error: Error): void;
}

export class FakeDevices {
  /** How often the browser was asked for a device. */
  asked = 0;
  readonly opened: FakeTrack[] = [];
  private readonly waiting: Asked[] = [];

  /** Whether each may be used without a question. */
  constructor(private readonly permissions: Partial<Record<string, PermissionState>> = {}) {}

  install(): this {
    const ask = (constraints: MediaStreamConstraints) =>
      new Promise<FakeStream>((resolve, reject) => {
        this.asked++;
        this.waiting.push({ kind: constraints.video ? 'video' : 'audio', resolve, reject });
      });
    vi.stubGlobal('navigator', {
      mediaDevices: { getUserMedia: ask, getDisplayMedia: ask },
      permissions: { query: ({ name }: { name: string }) => Promise.resolve({ state: this.permissions[name] ?? 'prompt' }) },
    });
    return this;
  }

  get live(): FakeTrack[] {
    return this.opened.filter(({ readyState }) => readyState === 'live');
  }

  /** Opens the device that was asked for first, or the first of that kind. */
  answer(kind?: 'audio' | 'video'): FakeTrack {
    const asked = this.take(kind);
    const track = new FakeTrack(asked.kind);
    this.opened.push(track);
    asked.resolve(new FakeStream([track]));
    return track;
  }

  refuse(name: string, kind?: 'audio' | 'video'): void {
    this.take(kind).reject(new DOMException('', name));
  }

  private take(kind: 'audio' | 'video' | undefined): Asked {
    const index = this.waiting.findIndex((each) => kind === undefined || each.kind === kind);
    const [asked] = index < 0 ? [] : this.waiting.splice(index, 1);
    if (!asked) throw new Error('the browser was not asked');
    return asked;
  }
}
