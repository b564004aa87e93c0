// The call as the components see it: the others, and what can be done. One's own devices are in own_devices.ts, what is
// noticed about the call is in watching.ts; only these three are where src/media and Vue meet. Streams and connections
// are held raw: Vue never looks into them.
//
// Made once, by main.ts; components get it by useMeeting(). It has more than 25 functions and 12 members because what the
// person does, what hosts do and what the server answers all change the same state.

import { computed, inject, markRaw, ref, shallowRef, watch, type InjectionKey } from 'vue';
import type { Call, Participant, Sound } from '@/media/call';
import type { Picture, Tracks } from '@/media/lines';
import type { Quality } from '@/media/quality';
import { cameraFits } from '@/media/sending';
import { inTime, loadCall, randomSession } from '@/app/load_call';
import { OwnDevices } from '@/app/own_devices';
import { backoffMs, ProtocolError, type ClientEvent, type Flags, type Member } from '@/protocol';
import { pickedDevice } from '@/app/picks';
import { offerReload } from '@/app/reload';
import type { Session } from '@/app/session';
import { mayModerate } from '@/state/people';
import { tilesOf, type Tile } from '@/state/stage';
import { Watching } from '@/app/watching';

/** What hosts may forbid of a meeting. */
const kUses = ['microphone', 'camera', 'screen'] as const;

const kNothingShown = { call: false, video: false, screen: false };

export interface OtherMedia {
  pictures: Participant['pictures'];
  quality: Quality | undefined;
}

export class Meeting {
  readonly phase = ref<'out' | 'joining' | 'in'>('out');
  readonly devices: OwnDevices;
  readonly media = shallowRef<ReadonlyMap<string, OtherMedia>>(new Map());
  /** Of everybody else, to be played. */
  readonly sounds = shallowRef<readonly Sound[]>([]);
  /** Grows with each click that lets the browser play sound. */
  readonly playAgain = ref(0);
  /** A host has blocked our microphone and chat. */
  readonly muted = computed(() => this.selfMuted);
  readonly tiles = computed<Tile[]>(() => this.makeTiles());
  readonly watching: Watching;
  /** Of who was in the meeting when the room was lost: the devices that were on. */
  readonly lostIn = shallowRef<Pick<Flags, 'audio' | 'video'>>();

  private readonly remembered = new Map<string, Tile['flags']>();
  private readonly connected = shallowRef<readonly Participant[]>([]);
  private call: Call | undefined;
  /** Aborted when the call that is being joined is no longer wanted. */
  private joining = new AbortController();
  /** What the server last said of us. */
  private shown = kNothingShown;
  /** What we last told the server, as far as it has answered. What it says of us before its next answer comes after that. */
  private answered = kNothingShown;
  private beenInside = false;
  /** We have ended the meeting that we are in: the server says so to us as to everybody. */
  private endedByUs = false;

  constructor(
    private readonly session: Session,
    private readonly load: () => Promise<typeof Call> = loadCall,
  ) {
    this.devices = new OwnDevices({
      picked: pickedDevice,
      muted: () => this.selfMuted,
      allowed: (source) => this.allows(source),
      cameraFits: () => this.phase.value !== 'in' || this.cameraFits,
      tracksChanged: (tracks) => this.tracksChanged(tracks),
      changed: () => void this.tell(this.devices.flags),
      warn: (warning, on) => this.watching.warn(warning, on),
    });
    this.watching = new Watching({
      voiceOn: this.devices.voiceOn,
      isMuted: (from) => this.tiles.value.some(({ session, flags }) => session === from && (flags.muted || !flags.audio)),
      measured: () => this.callChanged(),
    });
    session.subscribe((event) => this.hear(event));
    // Out of the room is out of its call, however that came. In front of a room devices may be open, too.
    watch(
      () => session.state.value.room?.name,
      (_, before) => before !== undefined && this.out(),
      { flush: 'sync' },
    );
    watch(
      () => session.state.value.room !== undefined || session.state.value.outside !== undefined,
      (inside) => {
        this.beenInside = true;
        if (!inside) this.out();
      },
      { flush: 'sync' },
    );
    watch(
      () => session.state.value.lost !== undefined || session.state.value.outside !== undefined,
      (comesBack) => !comesBack && (this.lostIn.value = undefined),
      { flush: 'sync' },
    );
    window.addEventListener('pagehide', () => this.call?.end());
  }

  /** Nobody was in a room on this page yet: the first screen may open devices by itself. Whoever left a room did not ask
      for that. */
  get isFresh(): boolean {
    return !this.beenInside;
  }

  // --- the call

  /** The person is about to join: what only a call needs comes meanwhile. If it fails to come, reload.ts offers a reload at
      once. */
  prepare(): void {
    this.load().catch(() => undefined);
  }

  /** With what is open just now: a voice, a camera, or nothing, to listen. Never rejects: if it can't be done, everything
      is closed and the page offers to reload. */
  async join(): Promise<void> {
    if (this.phase.value !== 'out' || !this.session.state.value.room) return;
    this.phase.value = 'joining';
    const { signal } = (this.joining = new AbortController());
    this.devices.dropOpening();
    try {
      const part = await inTime(this.load());
      if (!signal.aborted) this.begin(part);
    } catch (error) {
      if (signal.aborted) return;
      console.warn('the meeting could not be joined', error);
      await this.leave();
      offerReload('meeting');
    }
  }

  /** `enter` leads into the room again: then into its meeting, where that is where we were, with what was on. Whoever had to
      wait in front of the room may not be at the page any more: nothing is turned on for them. Rejects as `enter` does. */
  async comeBack(enter: () => Promise<void>): Promise<void> {
    const on = this.lostIn.value;
    if (on) this.prepare();
    let waited = false;
    const { state } = this.session;
    const stop = watch(() => state.value.outside, (outside) => (waited ||= outside !== undefined), { flush: 'sync' });
    await enter().finally(stop);
    if (!on) return;
    await this.join();
    if (waited || this.phase.value !== 'in') return;
    await Promise.all([on.audio && this.devices.setMicrophone(true), on.video && this.devices.setCamera(true)]);
  }

  async leave(): Promise<void> {
    if (this.phase.value === 'out') return;
    this.out();
    await this.setFlags({ call: false, audio: false, video: false, screen: false });
  }

  /** For hosts: ends the meeting for everybody. Rejects as moderate() does. */
  async endForAll(value?: 'room'): Promise<void> {
    this.endedByUs = this.phase.value === 'in';
    try {
      await this.session.moderate('end', value === undefined ? {} : { value });
    } catch (error) {
      this.endedByUs = false;
      throw error;
    }
  }

  async setHand(up: boolean): Promise<void> {
    await this.session.setFlags({ hand: up }).catch(ignoreRefusal);
  }

  /** Whether hosts let us use it. */
  allows(use: (typeof kUses)[number]): boolean {
    const { room } = this.session.state.value;
    return !room || mayModerate(room.role) || room.allow[use];
  }

  /** How high a picture is on the screen, in its pixels; 0: it can't be seen, and need not be sent. */
  setSeen(session: string, what: Picture, height: number): void {
    this.call?.setSeen(session, what, height);
  }

  /** For a person's click, where the browser would not play without one. */
  autoplayBlocked(blocked: boolean): void {
    this.watching.warn('autoplay', blocked);
  }

  play(): void {
    this.playAgain.value++;
  }

  // --- inside

  private get selfMuted(): boolean {
    return this.self?.muted ?? false;
  }

  private get self(): Member | undefined {
    const { room, self } = this.session.state.value;
    return room?.members.find((member) => member.id === self?.id);
  }

  private get camerasOfOthers(): number {
    const { room, self } = this.session.state.value;
    return room?.members.filter((member) => member.call && member.video && member.id !== self?.id).length ?? 0;
  }

  /** Through the SFU everybody sends a picture once, however many see it. */
  private get cameraFits(): boolean {
    return this.session.state.value.room?.media === 'sfu' || cameraFits(this.camerasOfOthers);
  }

  private begin(part: typeof Call): void {
    const room = this.session.state.value.room;
    if (!room) return this.out();
    // A camera and a voice that were opened before may not be allowed any more.
    if (this.devices.tracks.value.camera && !this.cameraFits) {
      void this.devices.setCamera(false);
      this.watching.warn('cameras_full', true);
    }
    if (this.selfMuted) this.devices.muteByHost();
    this.obeyAllow();
    const iceServers = room.iceServers;
    this.call = new part({
      session: randomSession(),
      signal: (to, data) => this.session.signal(to, data),
      offersSfu: () => this.session.state.value.features.includes('sfu'),
      createConnection: () => new RTCPeerConnection({ iceServers, bundlePolicy: 'max-bundle' }),
      changed: () => this.callChanged(),
      retryMs: (attempt) => backoffMs(attempt, Math.random),
      now: () => performance.now(),
      setTimer: (run, ms) => window.setTimeout(run, ms),
      clearTimer: (timer) => window.clearTimeout(timer),
    });
    this.call.setTracks(this.devices.tracks.value);
    this.phase.value = 'in';
    this.endedByUs = false;
    this.watching.begin(this.call);
    // Before anything is said to others, or to the SFU.
    void this.tell({ call: true, ...this.devices.flags });
    this.call.reset(room.media, this.othersInCall);
  }

  /** To the server, where we are in a call. */
  private async tell(flags: Partial<Flags>): Promise<void> {
    if (this.phase.value === 'in') await this.setFlags(flags);
  }

  private async setFlags(flags: Partial<Flags>): Promise<void> {
    try {
      await this.session.setFlags(flags);
    } catch (error) {
      return ignoreRefusal(error);
    }
    const { call, video, screen } = { ...this.answered, ...flags };
    this.answered = { call, video, screen };
  }

  private tracksChanged(tracks: Tracks): void {
    this.call?.setTracks(tracks);
    this.watching.listenTo(tracks.voice);
  }

  private hear(event: ClientEvent): void {
    if (!('room' in event) || event.room !== this.session.state.value.room?.name) return;
    // Also before the call, and after a lost connection: the preview's microphone is closed, too.
    if (event.type === 'entered' || event.type === 'member_changed') this.selfChanged();
    if (event.type === 'entered' || event.type === 'member_changed' || event.type === 'room_changed') this.obeyAllow();
    // They may turn it on again, unlike after a mute.
    if (event.type === 'quieted' && !event.until_unmuted) this.devices.muteByHost();
    if (event.type === 'member_changed' && event.member.id === this.session.state.value.self?.id) this.obey(event.member);
    if (event.type === 'entered') {
      this.shown = kNothingShown;
      this.endedByUs = false;
    }
    if (!this.call) return;
    if (event.type === 'entered') {
      this.call.reset(this.session.state.value.room?.media ?? 'mesh', this.othersInCall);
    } else if (event.type === 'room_changed') {
      if (event.media !== undefined) this.call.setMedia(event.media);
    } else if (event.type === 'member_joined' || event.type === 'member_changed') {
      this.memberChanged(event.member);
    } else if (event.type === 'member_left') {
      this.call.disappear(event.id, event.reason === 'lost');
    } else if (event.type === 'signal') {
      this.call.receive(event.from, event.data);
    }
  }

  private memberChanged(member: Member): void {
    this.remember(member);
    if (member.id === this.session.state.value.self?.id) return;
    if (member.call) this.call?.appear(member);
    else this.call?.disappear(member.id, false);
  }

  /** A host muted us: what the server says counts. */
  private selfChanged(): void {
    if (!this.selfMuted) this.watching.warn('muted_by_host', false);
    else if (this.devices.wants('microphone')) {
      this.devices.muteByHost();
      this.watching.warn('muted_by_host', true);
    }
  }

  /** A host ended the meeting, or stopped our camera or screen: what was on by the server's word is off by it, and not because
      we told it so. */
  private obey({ call, video, screen }: Member): void {
    const before = this.shown;
    const { flags } = this.devices;
    this.shown = { call, video, screen };
    const byHost = (what: keyof typeof kNothingShown) => before[what] && !this.shown[what] && this.answered[what];
    if (byHost('call')) {
      if (this.phase.value !== 'in') return;
      this.out();
      if (!this.endedByUs) this.session.stopped('call');
      this.endedByUs = false;
      return;
    }
    if (byHost('video') && flags.video) {
      void this.devices.setCamera(false);
      this.session.stopped('camera');
    }
    if (byHost('screen') && flags.screen) {
      void this.devices.setScreen(false);
      this.session.stopped('screen');
    }
  }

  /** What hosts have forbidden to all is off, and stays off. */
  private obeyAllow(): void {
    for (const use of kUses) {
      if (this.allows(use)) this.watching.warn(`forbidden_${use}`, false);
      else this.devices.forbid(use);
    }
  }

  private get othersInCall(): Member[] {
    const { room, self } = this.session.state.value;
    return (room?.members ?? []).filter(({ id, call }) => call && id !== self?.id);
  }

  private callChanged(): void {
    const all = this.call?.participants ?? [];
    this.connected.value = all;
    for (const member of this.session.state.value.room?.members ?? []) this.remember(member);
    this.sounds.value = this.call?.sounds.map((sound) => markRaw(sound)) ?? [];
    this.media.value = new Map(
      all.map(({ session, pictures }) => [session, markRaw({ pictures, quality: this.watching.qualityOf(session) })]),
    );
  }

  /** What counts for a page when the server does not know it for a while. */
  private remember(member: Member): void {
    const other = this.connected.value.find((each) => each.member === member.id);
    if (other) this.remembered.set(other.session, member);
  }

  private makeTiles(): Tile[] {
    const { room, self } = this.session.state.value;
    if (this.phase.value !== 'in') return [];
    return tilesOf({
      members: room?.members ?? [],
      selfId: self?.id,
      connected: this.connected.value,
      remembered: this.remembered,
    });
  }

  private out(): void {
    this.joining.abort();
    this.call?.end();
    this.call = undefined;
    const { room, lost } = this.session.state.value;
    // A host who ended the meeting wants nobody in it.
    if (!room && lost && lost.reason !== 'ended' && this.phase.value === 'in') {
      const { audio, video } = this.devices.flags;
      this.lostIn.value = { audio, video };
    }
    // Who leaves the call with an open microphone comes back with one; who leaves the room does not.
    if (!room) this.devices.forgetOn();
    else if (this.phase.value === 'in') this.devices.rememberOn();
    this.phase.value = 'out';
    this.devices.closeAll();
    this.watching.end();
    this.remembered.clear();
    this.callChanged();
  }
}

/** The server may say no (muted, no longer in the room): its events tell the rest. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof ProtocolError)) throw error;
}

export const kMeeting: InjectionKey<Meeting> = Symbol('meeting');

export function useMeeting(): Meeting {
  const meeting = inject(kMeeting);
  if (!meeting) throw new Error('no meeting was provided');
  return meeting;
}
