// The call as the components see it: one's own devices, the others, and what can be done. What is noticed about it is
// in watching.ts; only these two are where src/media and Vue meet. Streams and connections are held raw: Vue never looks into them.
//
// Made once, by main.ts; components get it by useMeeting(). The preview on the first screen uses the same
// devices, so that joining opens nothing twice.

import { computed, inject, markRaw, ref, shallowRef, triggerRef, watch, type InjectionKey } from 'vue';
import { Call } from '@/media/call';
import { troubleWith, type DeviceTrouble } from '@/media/devices';
import { LocalMedia, type Source } from '@/media/local_media';
import { kNoTracks, type Streams, type Tracks } from '@/media/peer';
import type { Quality } from '@/media/quality';
import { cameraFits } from '@/media/sending';
import { ProtocolError, type ClientEvent, type Flags, type Member } from '@/protocol';
import { pickedDevice } from '@/picks';
import type { Session } from '@/session';
import { tilesOf, type Tile } from '@/state/stage';
import { Watching } from '@/watching';

/** So often the others are told which of their pictures are on the screen. */
const kWantMs = 3000;

export interface OtherMedia {
  streams: Streams;
  quality: Quality | undefined;
}

function randomSession(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export class Meeting {
  readonly phase = ref<'out' | 'joining' | 'in'>('out');
  readonly tracks = shallowRef<Tracks>(kNoTracks);
  readonly voiceOn = ref(false);
  readonly troubles = ref<Partial<Record<Source, DeviceTrouble>>>({});
  readonly media = shallowRef<ReadonlyMap<string, OtherMedia>>(new Map());
  /** Grows with each click that lets the browser play sound. */
  readonly playAgain = ref(0);
  readonly tiles = computed<Tile[]>(() => this.makeTiles());
  readonly watching: Watching;

  private readonly local: LocalMedia;
  private readonly remembered = new Map<string, Tile['flags']>();
  private readonly seen = new Map<string, { camera: boolean; screen: boolean }>();
  private readonly connected = shallowRef<Call['all']>([]);
  private wasAsked = false;
  private call: Call | undefined;
  private wantTimer: number | undefined;

  constructor(private readonly session: Session) {
    this.local = new LocalMedia({
      picked: pickedDevice,
      changed: (tracks) => this.tracksChanged(tracks),
      ended: (source) => this.ended(source),
    });
    this.watching = new Watching({
      voiceOn: this.voiceOn,
      isMuted: (from) => this.tiles.value.some(({ session, flags }) => session === from && flags.muted),
      measured: () => this.callChanged(),
    });
    session.subscribe((event) => this.hear(event));
    // Out of the room is out of its call, however that came.
    watch(
      () => session.state.value.room,
      (room) => room ?? this.out(),
      { flush: 'sync' },
    );
    window.addEventListener('pagehide', () => this.call?.end());
  }

  // --- one's own devices, in a call or not

  /** Opens what is closed and turns on what is off; says in `troubles` what can't be had. */
  async setMicrophone(on: boolean): Promise<void> {
    this.wasAsked = true;
    if (on && this.selfMuted) return this.watching.warn('muted_by_host', true);
    if (on && !this.local.tracks.voice) await this.open('microphone', () => this.local.openMicrophone());
    this.local.setVoice(on);
    this.voiceOn.value = this.local.voiceOn;
    this.watching.warn('talking_muted', false);
    await this.tell({ audio: this.voiceOn.value });
  }

  async setCamera(on: boolean): Promise<void> {
    if (!on) this.local.closeCamera();
    else if (this.phase.value === 'in' && !cameraFits(this.camerasOfOthers)) return this.watching.warn('cameras_full', true);
    else await this.open('camera', () => this.local.openCamera());
    await this.tell({ video: this.tracks.value.camera !== null });
  }

  async setScreen(on: boolean): Promise<void> {
    if (on) await this.open('screen', () => this.local.openScreen());
    else this.local.closeScreen();
    await this.tell({ screen: this.tracks.value.screen !== null });
  }

  /** Another one was picked: what is open changes over. */
  async devicePicked(kind: 'microphone' | 'camera'): Promise<void> {
    if (kind === 'microphone' && this.tracks.value.voice) await this.open(kind, () => this.local.openMicrophone());
    if (kind === 'camera' && this.tracks.value.camera) await this.open(kind, () => this.local.openCamera());
    this.voiceOn.value = this.local.voiceOn;
  }

  /** On the way into a call: whoever has not said yet whether they want to speak is asked for the microphone. */
  async offerMicrophone(): Promise<void> {
    if (!this.wasAsked) await this.setMicrophone(true);
  }

  closeDevices(): void {
    this.local.closeAll();
    this.voiceOn.value = false;
  }

  // --- the call

  /** With what is open just now: a voice, a camera, or nothing, to listen. */
  async join(): Promise<void> {
    if (this.phase.value !== 'out' || !this.session.state.value.room) return;
    this.phase.value = 'joining';
    await import('webrtc-adapter');
    const room = this.session.state.value.room;
    if (!room) return this.out();
    if (this.tracks.value.camera && !cameraFits(this.camerasOfOthers)) {
      this.local.closeCamera();
      this.watching.warn('cameras_full', true);
    }
    if (this.selfMuted) this.local.setVoice(false);
    this.voiceOn.value = this.local.voiceOn;
    const iceServers = room.iceServers;
    this.call = new Call({
      session: randomSession(),
      signal: (to, data) => this.session.signal(to, data),
      createConnection: () => new RTCPeerConnection({ iceServers, bundlePolicy: 'max-bundle' }),
      changed: () => this.callChanged(),
      setTimer: (run, ms) => window.setTimeout(run, ms),
      clearTimer: (timer) => window.clearTimeout(timer),
    });
    void this.call.setTracks(this.tracks.value);
    this.phase.value = 'in';
    this.watching.begin(this.call);
    this.wantTimer = window.setInterval(() => this.sayAllWants(), kWantMs);
    const told = this.tell({ call: true, audio: this.voiceOn.value, video: this.tracks.value.camera !== null, screen: false });
    this.greetAll();
    await told;
  }

  async leave(): Promise<void> {
    if (this.phase.value === 'out') return;
    this.out();
    await this.session.setFlags({ call: false, audio: false, video: false, screen: false }).catch(ignoreRefusal);
  }

  async setHand(up: boolean): Promise<void> {
    await this.session.setFlags({ hand: up }).catch(ignoreRefusal);
  }

  /** Which pictures of a page are on the screen: the others need not be sent. */
  setSeen(session: string, what: 'camera' | 'screen', visible: boolean): void {
    const before = this.seen.get(session) ?? { camera: true, screen: true };
    if (before[what] === visible) return;
    this.seen.set(session, { ...before, [what]: visible });
    this.sayWants(session);
  }

  /** For a person's click, where the browser would not play without one. */
  autoplayBlocked(blocked: boolean): void {
    this.watching.warn('autoplay', blocked);
  }

  play(): void {
    this.playAgain.value++;
  }

  dismissTrouble(source: Source): void {
    const { [source]: _, ...others } = this.troubles.value;
    this.troubles.value = others;
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

  private async open(source: Source, open: () => Promise<void>): Promise<void> {
    this.dismissTrouble(source);
    try {
      await open();
      this.watching.warn('unplugged', false);
    } catch (error) {
      const trouble = troubleWith(error);
      // Whoever closes the browser's own question about the screen just changed their mind.
      if (source !== 'screen' || trouble !== 'refused') this.troubles.value = { ...this.troubles.value, [source]: trouble };
    }
  }

  /** To the server, where we are in a call. */
  private async tell(flags: Partial<Flags>): Promise<void> {
    if (this.phase.value === 'in') await this.session.setFlags(flags).catch(ignoreRefusal);
  }

  private tracksChanged(tracks: Tracks): void {
    this.tracks.value = tracks;
    void this.call?.setTracks(tracks);
    this.watching.listenTo(tracks.voice);
  }

  private ended(source: Source): void {
    this.voiceOn.value = this.local.voiceOn;
    if (source !== 'screen') this.watching.warn('unplugged', true);
    void this.tell({
      audio: this.voiceOn.value,
      video: this.tracks.value.camera !== null,
      screen: this.tracks.value.screen !== null,
    });
  }

  private hear(event: ClientEvent): void {
    if (!this.call || !('room' in event) || event.room !== this.session.state.value.room?.name) return;
    if (event.type === 'entered') {
      this.call.reset();
      this.greetAll();
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
    if (member.id === this.session.state.value.self?.id) this.selfChanged(member);
    else if (member.call) this.call?.appear(member);
    else this.call?.disappear(member.id, false);
  }

  /** A host muted us: what the server says counts. */
  private selfChanged(member: Member): void {
    if (!member.muted) return this.watching.warn('muted_by_host', false);
    if (!this.voiceOn.value) return;
    this.local.setVoice(false);
    this.voiceOn.value = false;
    this.watching.warn('muted_by_host', true);
  }

  private greetAll(): void {
    const { room, self } = this.session.state.value;
    for (const member of room?.members ?? []) if (member.call && member.id !== self?.id) this.call?.appear(member);
  }

  private callChanged(): void {
    const all = this.call?.all ?? [];
    const members = this.session.state.value.room?.members ?? [];
    for (const member of members) this.remember(member);
    this.connected.value = [...all];
    this.media.value = new Map(
      all.map(({ session, peer }) => [
        session,
        markRaw({ streams: { ...peer.streams }, quality: this.watching.qualityOf(session) }),
      ]),
    );
  }

  /** What counts for a page when the server does not know it for a while. */
  private remember(member: Member): void {
    const other = this.call?.all.find((each) => each.member === member.id);
    if (other) this.remembered.set(other.session, member);
  }

  private makeTiles(): Tile[] {
    const { room, self } = this.session.state.value;
    if (this.phase.value !== 'in') return [];
    return tilesOf({
      members: room?.members ?? [],
      selfId: self?.id,
      connected: this.connected.value.map(({ session, member, name, peer }) => ({ session, member, name, link: peer.link })),
      remembered: this.remembered,
    });
  }

  private sayAllWants(): void {
    for (const { session } of this.call?.all ?? []) this.sayWants(session);
  }

  private sayWants(session: string): void {
    const other = this.call?.all.find((each) => each.session === session);
    const want = this.seen.get(session);
    if (other && want) this.call?.send(other, { want });
  }

  private out(): void {
    this.call?.end();
    this.call = undefined;
    this.phase.value = 'out';
    // Who leaves with an open microphone comes back with one.
    if (this.voiceOn.value) this.wasAsked = false;
    this.closeDevices();
    window.clearInterval(this.wantTimer);
    this.watching.end();
    for (const map of [this.remembered, this.seen]) map.clear();
    this.callChanged();
    triggerRef(this.connected);
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
