import { describe, expect, it, vi } from 'vitest';
import { troubleWith } from '@/media/devices';
import { LevelMeter, loudness, meterOf } from '@/media/levels';
import { MicrophoneWatch } from '@/media/microphone_watch';
import { qualityOf, sampleOf } from '@/media/quality';
import { cameraFits, cameraSending, kMostCameras, screenSending } from '@/media/sending';
import { readSignal } from '@/media/signals';
import { SpeakerWatch } from '@/media/speaker';

describe('readSignal', () => {
  it('takes what pages say', () => {
    const description = { type: 'offer', sdp: 'v=0' };
    expect(readSignal({ session: 's', for: 't', description })).toEqual({ session: 's', for: 't', description });
    expect(readSignal({ session: 's', candidate: null })).toEqual({ session: 's', candidate: null });
    expect(readSignal({ session: 's', want: { camera: false } })).toEqual({ session: 's', want: { camera: false, screen: false } });
  });

  it('leaves out what it does not know, and is nothing without a session', () => {
    expect(readSignal({ session: 's', description: { type: 'x', sdp: '' }, heard: 'much', y: 1 })).toEqual({ session: 's' });
    for (const data of [null, [], 'x', 7, {}, { session: 7 }, { session: 'x'.repeat(65) }]) expect(readSignal(data)).toBeUndefined();
  });
});

describe('what is sent in a mesh', () => {
  it('never adds up to more than the budget, however many they are', () => {
    for (let peers = 1; peers <= 8; peers++) {
      expect(cameraSending(peers).maxBitrate * peers).toBeLessThanOrEqual(3_000_000);
      expect(screenSending(peers).maxBitrate * peers).toBeLessThanOrEqual(4_000_000);
    }
  });

  it('keeps a screen sharp', () => {
    expect(screenSending(7).scaleResolutionDownBy).toBe(1);
    expect(cameraSending(7).scaleResolutionDownBy).toBe(2);
  });

  it('has room for so many cameras', () => {
    expect(cameraFits(kMostCameras - 1)).toBe(true);
    expect(cameraFits(kMostCameras)).toBe(false);
  });
});

describe('loudness', () => {
  it('is the root mean square', () => {
    expect(loudness(new Float32Array([0, 0]))).toBe(0);
    expect(loudness(new Float32Array([0.5, -0.5]))).toBe(0.5);
    expect(loudness(new Float32Array())).toBe(0);
    expect(meterOf(1)).toBe(1);
    expect(meterOf(0.02)).toBeGreaterThan(0.2);
  });
});

describe('LevelMeter', () => {
  function meter() {
    const context = { state: 'running', currentTime: 0 };
    const analyser = { fftSize: 0, getFloatTimeDomainData: (samples: Float32Array) => samples.fill(0.5) };
    vi.stubGlobal(
      'AudioContext',
      class {
        resume = (): void => undefined;
        createAnalyser = () => analyser;
        createMediaStreamSource = () => ({ connect: () => undefined });
        get state(): string {
          return context.state;
        }
        get currentTime(): number {
          return context.currentTime;
        }
      },
    );
    vi.stubGlobal('MediaStream', class {});
    return { context, meter: new LevelMeter({ clone: () => ({ enabled: false }) } as unknown as MediaStreamTrack) };
  }

  it('measures only while the browser runs its audio', () => {
    const { context, meter: level } = meter();
    expect(level.level()).toBeUndefined();
    context.currentTime = 1;
    expect(level.level()).toBe(0.5);
    // The clock of a device that is not there stands still.
    expect(level.level()).toBeUndefined();
    context.currentTime = 2;
    context.state = 'suspended';
    expect(level.level()).toBeUndefined();
    vi.unstubAllGlobals();
  });
});

describe('SpeakerWatch', () => {
  const levels = (more: Record<string, number>) => new Map(Object.entries(more));

  it('counts a person as speaking for a moment after the last sound', () => {
    const watch = new SpeakerWatch();
    expect([...watch.update(levels({ ada: 0.3, bo: 0 }), 0).speaking]).toEqual(['ada']);
    expect([...watch.update(levels({ ada: 0, bo: 0 }), 700).speaking]).toEqual(['ada']);
    expect([...watch.update(levels({ ada: 0, bo: 0 }), 900).speaking]).toEqual([]);
  });

  it('gives the stage to a person who speaks at length, not to a cough', () => {
    const watch = new SpeakerWatch();
    expect(watch.update(levels({ ada: 0.3, bo: 0 }), 0).stage).toBe('ada');
    watch.update(levels({ ada: 0, bo: 0.3 }), 2000);
    expect(watch.update(levels({ ada: 0, bo: 0 }), 2500).stage).toBe('ada');
    for (let now = 5000; now < 6100; now += 100) expect(watch.update(levels({ ada: 0, bo: 0.3 }), now).stage).toBe('ada');
    expect(watch.update(levels({ ada: 0, bo: 0.3 }), 6200).stage).toBe('bo');
  });

  it('never gives the stage to the user', () => {
    const watch = new SpeakerWatch('self');
    expect(watch.update(levels({ self: 0.3, bo: 0 }), 0)).toMatchObject({ speaking: new Set(['self']), stage: undefined });
    watch.update(levels({ self: 0.3, bo: 0.3 }), 100);
    expect(watch.update(levels({ self: 0.3, bo: 0.3 }), 200).stage).toBe('bo');
  });

  it('takes the stage from a person who has left', () => {
    const watch = new SpeakerWatch();
    watch.update(levels({ ada: 0.3, bo: 0 }), 0);
    expect(watch.update(levels({ bo: 0 }), 100).stage).toBeUndefined();
  });
});

describe('quality', () => {
  const report = (more: { time: number; packets: number; lost: number; frames: number; trip?: number; type?: string; selected?: boolean }) =>
    Object.entries({
      transport: more.selected ? {} : { type: 'transport', id: 'transport', selectedCandidatePairId: 'pair' },
      pair: {
        type: 'candidate-pair',
        id: 'pair',
        selected: more.selected,
        currentRoundTripTime: more.trip ?? 0.02,
        localCandidateId: 'local',
        remoteCandidateId: 'remote',
      },
      other: { type: 'candidate-pair', id: 'other', currentRoundTripTime: 9 },
      local: { type: 'local-candidate', id: 'local', candidateType: more.type ?? 'host' },
      remote: { type: 'remote-candidate', id: 'remote', candidateType: 'host' },
      voice: { type: 'inbound-rtp', id: 'voice', kind: 'audio', timestamp: more.time, packetsReceived: more.packets, packetsLost: more.lost },
      picture: {
        type: 'inbound-rtp',
        id: 'picture',
        kind: 'video',
        timestamp: more.time,
        packetsReceived: 0,
        packetsLost: 0,
        frameWidth: 640,
        frameHeight: 360,
        framesDecoded: more.frames,
      },
    }) as [string, unknown][];
  const between = (after: Partial<Parameters<typeof report>[0]>) =>
    qualityOf(
      sampleOf(report({ time: 1000, packets: 100, lost: 5, frames: 10 })),
      sampleOf(report({ time: 3000, packets: 200, lost: 5, frames: 50, ...after })),
    );

  it('is what happened between two samples', () => {
    expect(between({})).toEqual({
      grade: 'good',
      way: 'direct',
      roundTripMs: 20,
      lossPercent: 0,
      width: 640,
      height: 360,
      framesPerSecond: 20,
      voicePackets: 100,
    });
  });

  it('tells loss, delay and a relay', () => {
    expect(between({ lost: 8 })).toMatchObject({ grade: 'fair' });
    expect(between({ lost: 30 })).toMatchObject({ grade: 'poor', lossPercent: 20 });
    expect(between({ trip: 0.3 })).toMatchObject({ grade: 'fair', roundTripMs: 300 });
    expect(between({ trip: 0.8 })).toMatchObject({ grade: 'poor' });
    expect(between({ type: 'relay' })).toMatchObject({ way: 'relayed' });
  });

  it('finds the pair also where it is marked itself, and none where nothing flows', () => {
    expect(between({ selected: true })).toMatchObject({ roundTripMs: 20 });
    const nothing = qualityOf(sampleOf([]), sampleOf([]));
    expect(nothing).toMatchObject({ way: undefined, roundTripMs: undefined, lossPercent: 0, framesPerSecond: 0 });
  });
});

describe('troubleWith', () => {
  it.each([
    ['NotAllowedError', 'refused'],
    ['NotFoundError', 'missing'],
    ['OverconstrainedError', 'missing'],
    ['NotReadableError', 'busy'],
    ['SecurityError', 'insecure'],
    ['UnknownError', 'broken'],
  ])('has words for %s', (name, trouble) => {
    expect(troubleWith(new DOMException('', name))).toBe(trouble);
  });
  it('takes a page without media devices for an insecure one', () => {
    expect(troubleWith(new TypeError('undefined'))).toBe('insecure');
    expect(troubleWith('x')).toBe('broken');
  });
});

describe('MicrophoneWatch', () => {
  it('notices a person who talks with the microphone off, after a moment', () => {
    const watch = new MicrophoneWatch(0);
    expect(watch.update(0.2, false, 0).talkingMuted).toBe(false);
    expect(watch.update(0.2, false, 400).talkingMuted).toBe(false);
    expect(watch.update(0.2, false, 800).talkingMuted).toBe(true);
    expect(watch.update(0.001, false, 900).talkingMuted).toBe(false);
    expect(watch.update(0.2, true, 2000).talkingMuted).toBe(false);
  });

  it('takes the dips between syllables and words for speech, and a cough now and then not', () => {
    const heard = (levels: number[]) => {
      const watch = new MicrophoneWatch(0);
      return levels.some((level, turn) => watch.update(level, false, turn * 150).talkingMuted);
    };
    expect(heard([0.2, 0.01, 0.2, 0.01, 0.01, 0.2, 0.01, 0.2])).toBe(true);
    expect(heard([0.2, 0, 0, 0, 0, 0.2, 0, 0, 0, 0, 0.2])).toBe(false);
  });

  it('does not count what was said while it was on', () => {
    const watch = new MicrophoneWatch(0);
    for (let now = 0; now <= 3000; now += 150) watch.update(0.2, true, now);
    expect(watch.update(0.2, false, 3150).talkingMuted).toBe(false);
  });

  it('does not judge what can not be measured', () => {
    const watch = new MicrophoneWatch(0);
    expect(watch.update(undefined, true, 60_000).silent).toBe(false);
    expect(watch.update(0, true, 67_000).silent).toBe(false);
    expect(watch.update(0, true, 69_000).silent).toBe(true);
  });

  it('notices a microphone that is on and gives nothing, not one that is only quiet', () => {
    const watch = new MicrophoneWatch(0);
    expect(watch.update(0, true, 7000).silent).toBe(false);
    expect(watch.update(0, true, 8500).silent).toBe(true);
    expect(watch.update(0.001, true, 8600).silent).toBe(false);
    expect(watch.update(0, false, 30_000).silent).toBe(false);
  });
});
