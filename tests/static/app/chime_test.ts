// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chime, chimes } from '@/app/chime';

let started = 0;
let resume: () => Promise<void>;

class FakeContext {
  currentTime = 0;
  destination = {};
  resume = () => resume();
  createOscillator() {
    return { frequency: {}, connect: (to: object) => to, start: () => started++, stop: () => undefined };
  }
  createGain() {
    const gain = { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} };
    return { gain, connect: (to: object) => to };
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('AudioContext', FakeContext);
  started = 0;
  resume = () => Promise.resolve();
  chimes.value = true;
  // Out of reach of the test before.
  vi.advanceTimersByTime(10_000);
});
afterEach(() => void vi.useRealTimers());

describe('the sound', () => {
  it('is off until it is turned on', async () => {
    chimes.value = false;
    await chime();
    expect(started).toBe(0);
  });

  it('is two tones, once for many at once', async () => {
    await Promise.all([chime(), chime(), chime()]);
    expect(started).toBe(2);
    vi.advanceTimersByTime(2001);
    await chime();
    expect(started).toBe(4);
  });

  it('is not played late, where the browser waits for a click', async () => {
    let click = (): void => undefined;
    resume = () => new Promise((resolve) => (click = resolve));
    const late = chime();
    vi.advanceTimersByTime(5000);
    click();
    await late;
    expect(started).toBe(0);
  });
});
