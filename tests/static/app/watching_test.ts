// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ref } from 'vue';
import { Watching } from '@/app/watching';
import type { Call } from '@/media/call';

const meter = vi.hoisted(() => ({ level: 0 as number | undefined }));
vi.mock('@/media/levels', async (original) => ({
  ...(await original<object>()),
  LevelMeter: class {
    level = (): number | undefined => meter.level;
    close = (): void => undefined;
  },
}));

const peer = (link: string) => ({
  session: 'B',
  name: 'Bo',
  peer: { link, receiver: () => ({ getSynchronizationSources: () => [{ audioLevel: 0.5 }] }) },
});

function watching(on: boolean, all: object[] = []) {
  const voiceOn = ref(on);
  const watch = new Watching({ voiceOn, isMuted: () => false, measured: () => undefined });
  watch.listenTo({} as MediaStreamTrack);
  watch.begin({ all } as unknown as Call);
  return { watch, voiceOn, says: () => [...watch.warnings.value] };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('talking with the microphone off', () => {
  function talked() {
    meter.level = 0.2;
    const all = watching(false);
    vi.advanceTimersByTime(1500);
    expect(all.says()).toEqual(['talking_muted']);
    return all;
  }

  it('is no longer said some seconds after it has ended', () => {
    const { says } = talked();
    meter.level = 0;
    vi.advanceTimersByTime(4000);
    expect(says()).toEqual(['talking_muted']);
    vi.advanceTimersByTime(3000);
    expect(says()).toEqual([]);
  });

  it('is not said again once it was put away, until the microphone was on', () => {
    const { watch, says, voiceOn } = talked();
    watch.dismiss('talking_muted');
    vi.advanceTimersByTime(20_000);
    expect(says()).toEqual([]);
    voiceOn.value = true;
    vi.advanceTimersByTime(1000);
    voiceOn.value = false;
    vi.advanceTimersByTime(1500);
    expect(says()).toEqual(['talking_muted']);
  });
});

describe('talking with the microphone off, once it was put away', () => {
  it('is said again where the microphone was on for less than a look at its level takes', () => {
    meter.level = 0.2;
    const { watch, says, voiceOn } = watching(false);
    vi.advanceTimersByTime(1500);
    watch.dismiss('talking_muted');
    voiceOn.value = true;
    voiceOn.value = false;
    vi.advanceTimersByTime(1500);
    expect(says()).toEqual(['talking_muted']);
  });

  it('is no longer said from the moment on in which the microphone is on', () => {
    meter.level = 0.2;
    const { says, voiceOn } = watching(false);
    vi.advanceTimersByTime(1500);
    voiceOn.value = true;
    expect(says()).toEqual([]);
  });
});

describe('a microphone', () => {
  it('that gives nothing is said to', () => {
    meter.level = 0;
    const { says } = watching(true);
    vi.advanceTimersByTime(9000);
    expect(says()).toEqual(['silent']);
  });

  it('that can not be measured is not accused', () => {
    meter.level = undefined;
    const { says } = watching(true);
    vi.advanceTimersByTime(60_000);
    expect(says()).toEqual([]);
  });
});

describe('somebody whose connection is broken', () => {
  it.each([
    ['connected', true],
    ['interrupted', false],
  ])('speaks where it is %s: %s', (link, speaks) => {
    meter.level = 0;
    const { watch } = watching(true, [peer(link)]);
    vi.advanceTimersByTime(500);
    expect(watch.speakers.value.speaking.has('B')).toBe(speaks);
  });
});
