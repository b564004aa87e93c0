// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ref } from 'vue';
import { Watching } from '@/app/watching';
import type { Call, Participant } from '@/media/call';
import type { Sample } from '@/media/quality';

const meter = vi.hoisted(() => ({ level: 0 as number | undefined }));
vi.mock('@/media/levels', async (original) => ({
  ...(await original<object>()),
  LevelMeter: class {
    level = (): number | undefined => meter.level;
    close = (): void => undefined;
  },
}));

function watching(on: boolean, others: Partial<Call> = {}) {
  const voiceOn = ref(on);
  const watch = new Watching({ voiceOn, isMuted: () => false, measured: () => undefined });
  watch.listenTo({} as MediaStreamTrack);
  watch.begin({ participants: [], samples: () => Promise.resolve(new Map()), ...others } as unknown as Call);
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

describe('somebody in the call', () => {
  const bo: Participant = { session: 'B', member: 'm2', name: 'Bo', link: 'connected', pictures: {}, heard: undefined };
  const sample = (voicePackets: number, source = 'all'): Sample => ({
    source,
    time: 1000,
    voicePackets,
    packets: voicePackets,
    lost: 0,
    roundTripMs: 20,
    way: 'direct',
    width: 0,
    height: 0,
    frames: 0,
  });

  it('speaks by the level that the call has of them', () => {
    meter.level = 0;
    let level = 0.5;
    const { watch } = watching(true, { participants: [bo], levelOf: () => level });
    vi.advanceTimersByTime(500);
    expect(watch.speakers.value.speaking.has('B')).toBe(true);
    level = 0;
    vi.advanceTimersByTime(1500);
    expect(watch.speakers.value.speaking.has('B')).toBe(false);
  });

  it('is named where they hear nothing of us twice in a row, until they do again', async () => {
    meter.level = 0.1;
    const said = { ...bo, heard: 0 };
    const { watch, says } = watching(true, { participants: [said], levelOf: () => 0 });
    await vi.advanceTimersByTimeAsync(7000);
    expect(says()).toEqual(['unheard']);
    expect(watch.deaf.value).toEqual(['Bo']);
    said.heard = 30;
    await vi.advanceTimersByTimeAsync(3000);
    expect(says()).toEqual([]);
  });

  it('is told how much of their voice came, but not across a change of what was counted', async () => {
    const told: number[] = [];
    const all = [sample(100, '4'), sample(150, '4'), sample(10, '5'), sample(40, '5')];
    const { watch } = watching(true, {
      participants: [bo],
      levelOf: () => 0,
      samples: () => Promise.resolve(new Map([['B', all.shift() ?? sample(0)]])),
      tellHeard: (_, packets) => void told.push(packets),
    });
    await vi.advanceTimersByTimeAsync(12_100);
    expect(told).toEqual([50, 30]);
    expect(watch.qualityOf('B')?.roundTripMs).toBe(20);
  });

  it('whose figures arrive after the call was left changes nothing', async () => {
    let come: (samples: Map<string, Sample>) => void = () => undefined;
    const told: number[] = [];
    const { watch } = watching(true, {
      participants: [bo],
      levelOf: () => 0,
      samples: () => new Promise((resolve) => (come = resolve)),
      tellHeard: (_, packets) => void told.push(packets),
    });
    await vi.advanceTimersByTimeAsync(3100);
    watch.end();
    come(new Map([['B', sample(1)]]));
    await vi.advanceTimersByTimeAsync(100);
    expect(watch.qualityOf('B')).toBeUndefined();
    expect(told).toEqual([]);
  });
});
