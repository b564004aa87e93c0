// What the page notices while one is in a call: who speaks and how loud, how well each connection works, and what a
// person must be told about their own sound and picture. The call itself is in meeting.ts.
//
// Watching has more than 12 members because each thing that it notices has a state of its own.

import { markRaw, ref, shallowRef, watch, type Ref } from 'vue';
import type { Call } from '@/media/call';
import { LevelMeter } from '@/media/levels';
import { MicrophoneWatch } from '@/media/microphone_watch';
import { qualityOf, type Quality, type Sample } from '@/media/quality';
import { SpeakerWatch, type Speakers } from '@/media/speaker';

const kLevelsMs = 150;
const kStatsMs = 3000;
/** So long after somebody who is muted has stopped talking the page still says so. */
const kTalkingShownMs = 6000;
const kNobody: Speakers = { speaking: new Set(), stage: undefined };

/** What the page tells a person about their own sound and picture. */
export type Warning =
  | 'talking_muted'
  | 'silent'
  | 'unheard'
  | 'autoplay'
  | 'muted_by_host'
  | 'cameras_full'
  | 'unplugged'
  | `forbidden_${'microphone' | 'camera' | 'screen'}`;

export interface WatchingSurroundings {
  voiceOn: Readonly<Ref<boolean>>;
  /** Those whose voice is not played, by session: whatever comes from them, they don't speak. */
  isMuted(session: string): boolean;
  /** There are new figures of how well connections work. */
  measured(): void;
}

export class Watching {
  readonly warnings = ref<ReadonlySet<Warning>>(new Set());
  /** Who can't hear us, by name. */
  readonly deaf = ref<string[]>([]);
  /** Of one's own microphone, on or off. */
  readonly level = ref(0);
  readonly speakers = shallowRef<Speakers>(kNobody);

  private readonly qualities = new Map<string, Quality>();
  private readonly samples = new Map<string, Sample>();
  private readonly unheardFor = new Map<string, number>();
  private call: Call | undefined;
  private speakerWatch = new SpeakerWatch('self');
  private microphoneWatch = new MicrophoneWatch(0);
  private meter: LevelMeter | undefined;
  private meterOf: MediaStreamTrack | null = null;
  private talkedAt = -Infinity;
  /** Closed by hand: not said again for the same reason. */
  private readonly dismissed = new Set<Warning>();
  private levelTimer: number | undefined;
  private statsTimer: number | undefined;

  constructor(private readonly around: WatchingSurroundings) {
    // At once: a microphone may be turned on and off again between two looks at its level.
    watch(around.voiceOn, () => this.forget('talking_muted'), { flush: 'sync' });
  }

  /** Listens to one's own microphone, in a call or before it. */
  listenTo(track: MediaStreamTrack | null): void {
    if (track === this.meterOf) return;
    this.meter?.close();
    this.meterOf = track;
    this.meter = track ? markRaw(new LevelMeter(track)) : undefined;
    this.level.value = 0;
    this.microphoneWatch = new MicrophoneWatch(Date.now());
    this.forget('silent');
    this.forget('talking_muted');
    this.runLevels();
  }

  begin(call: Call): void {
    this.call = call;
    this.runLevels();
    this.statsTimer = window.setInterval(() => void this.measure(call), kStatsMs);
  }

  end(): void {
    this.call = undefined;
    window.clearInterval(this.statsTimer);
    this.runLevels();
    this.speakerWatch = new SpeakerWatch('self');
    for (const map of [this.qualities, this.samples, this.unheardFor]) map.clear();
    this.warnings.value = new Set();
    this.dismissed.clear();
    this.deaf.value = [];
    this.speakers.value = kNobody;
  }

  qualityOf(session: string): Quality | undefined {
    return this.qualities.get(session);
  }

  warn(warning: Warning, on: boolean): void {
    if (this.warnings.value.has(warning) === on) return;
    const next = new Set(this.warnings.value);
    if (on) next.add(warning);
    else next.delete(warning);
    this.warnings.value = next;
  }

  /** Closed by the person. It comes back only when its reason has gone and come again. */
  dismiss(warning: Warning): void {
    this.dismissed.add(warning);
    this.warn(warning, false);
  }

  /** Its reason has gone. */
  private forget(warning: Warning): void {
    this.dismissed.delete(warning);
    this.warn(warning, false);
  }

  private say(warning: Warning): void {
    if (!this.dismissed.has(warning)) this.warn(warning, true);
  }

  private runLevels(): void {
    const wanted = this.meter !== undefined || this.call !== undefined;
    if (wanted === (this.levelTimer !== undefined)) return;
    window.clearInterval(this.levelTimer);
    this.levelTimer = wanted ? window.setInterval(() => this.listen(), kLevelsMs) : undefined;
  }

  private listen(): void {
    const now = Date.now();
    const voiceOn = this.around.voiceOn.value;
    const level = this.meter?.level();
    this.level.value = level ?? 0;
    const levels = new Map([['self', voiceOn ? (level ?? 0) : 0]]);
    for (const participant of this.call?.participants ?? []) {
      const { session } = participant;
      levels.set(session, this.around.isMuted(session) ? 0 : (this.call?.levelOf(participant) ?? 0));
    }
    this.speakers.value = this.speakerWatch.update(levels, now);
    if (!this.meter) return;
    const { silent, talkingMuted } = this.microphoneWatch.update(level, voiceOn, now);
    if (silent) this.say('silent');
    else this.forget('silent');
    this.sayTalking(talkingMuted, now);
  }

  /** While somebody talks with the microphone off, and a little longer, to be read and clicked. */
  private sayTalking(talks: boolean, now: number): void {
    if (talks) this.talkedAt = now;
    if (talks && this.call) this.say('talking_muted');
    else if (now - this.talkedAt > kTalkingShownMs) this.warn('talking_muted', false);
  }

  private async measure(call: Call): Promise<void> {
    const samples = await call.samples();
    if (call !== this.call) return;
    for (const participant of call.participants) {
      const { session } = participant;
      const sample = samples.get(session);
      const before = this.samples.get(session);
      if (!sample) continue;
      this.samples.set(session, sample);
      if (before?.source !== sample.source) continue;
      const quality = qualityOf(before, sample);
      this.qualities.set(session, quality);
      call.tellHeard(participant, quality.voicePackets);
    }
    this.whoIsDeaf(call);
    this.around.measured();
  }

  /** Who says twice in a row that nothing of our voice came. */
  private whoIsDeaf(call: Call): void {
    const deaf: string[] = [];
    for (const { session, name, heard, link } of call.participants) {
      const nothing = this.around.voiceOn.value && heard === 0 && link === 'connected';
      const turns = nothing ? (this.unheardFor.get(session) ?? 0) + 1 : 0;
      this.unheardFor.set(session, turns);
      if (turns >= 2) deaf.push(name);
    }
    this.deaf.value = deaf;
    if (deaf.length > 0) this.say('unheard');
    else this.forget('unheard');
  }
}
