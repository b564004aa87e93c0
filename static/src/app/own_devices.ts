// OwnDevices is this page's microphone, camera and screen as the components see them, in a call and before it: what is
// on, what is being opened, and what can't be had. The preview and the call use the same devices, so that joining opens
// nothing twice.
//
// Owned by the Meeting. After each await it looks whether what it does is still wanted.
//
// It has more than 25 functions because the person, the page, hosts and the browser each turn devices on or off.

import { ref, shallowRef } from 'vue';
import { isAllowed, troubleWith, type CaptureKind, type DeviceTrouble } from '@/media/devices';
import { LocalMedia, type Source } from '@/media/local_media';
import { kNoTracks, type Tracks } from '@/media/lines';
import type { Flags } from '@/protocol';
import type { Warning } from '@/app/watching';

const kCapture: readonly CaptureKind[] = ['microphone', 'camera'];
const kSources: readonly Source[] = [...kCapture, 'screen'];

/** `asking`: the browser has been asking the person for a while. `slow`: it may be used, and still is not open. */
export type Opening = 'opening' | 'asking' | 'slow';

export interface OwnSurroundings {
  picked(kind: CaptureKind): string | undefined;
  /** A host has muted us. */
  muted(): boolean;
  /** Hosts let us use it. */
  allowed(source: Source): boolean;
  /** One more camera would not be too many. */
  cameraFits(): boolean;
  tracksChanged(tracks: Tracks): void;
  /** Something was turned on or off. */
  changed(): void;
  warn(warning: Warning, on: boolean): void;
}

export class OwnDevices {
  readonly tracks = shallowRef<Tracks>(kNoTracks);
  readonly voiceOn = ref(false);
  readonly opening = shallowRef<Partial<Record<Source, Opening>>>({});
  readonly troubles = ref<Partial<Record<Source, DeviceTrouble>>>({});

  private readonly local: LocalMedia;
  private readonly underWay = new Map<Source, Promise<boolean>>();
  /** Asked for on this page, with whatever answer. */
  private readonly asked = new Set<Source>();
  /** Being opened by the preview alone: nobody has asked for it. */
  private readonly bySelf = new Set<Source>();
  /** On when we left the call. */
  private readonly wasOn = new Set<CaptureKind>();
  /** The browser asks for the microphone, which stays off whatever the answer. */
  private onlyAsking = false;
  /** Aborted when devices are dropped or closed, or by the next plan: ends what the page does by itself. */
  private plan = new AbortController();

  constructor(private readonly around: OwnSurroundings) {
    this.local = new LocalMedia({
      picked: (kind) => around.picked(kind),
      changed: (tracks) => this.tracksChanged(tracks),
      openingChanged: () => this.openingChanged(),
      ended: (source) => this.ended(source),
    });
  }

  get flags(): Pick<Flags, 'audio' | 'video' | 'screen'> {
    const { camera, screen } = this.tracks.value;
    return { audio: this.voiceOn.value, video: camera !== null, screen: screen !== null };
  }

  /** On, or about to be: what a switch turns off. */
  wants(source: Source): boolean {
    const opening = this.opening.value[source] !== undefined;
    if (source === 'microphone') return this.voiceOn.value || (opening && !this.local.has(source));
    return opening || this.local.has(source);
  }

  async setMicrophone(on: boolean): Promise<void> {
    this.decided('microphone');
    if (on) await this.turnOn('microphone');
    else this.turnVoiceOff();
  }

  async setCamera(on: boolean): Promise<void> {
    this.decided('camera');
    if (on) return this.turnOn('camera');
    this.local.closeCamera();
    this.around.changed();
  }

  async setScreen(on: boolean): Promise<void> {
    if (on) return this.turnOn('screen');
    this.local.closeScreen();
    this.around.changed();
  }

  /** Another one was picked: what is open, or being opened, changes over. */
  async devicePicked(kind: CaptureKind): Promise<void> {
    // settle() opens nothing: the pick counts the next time that the microphone is turned on.
    if (kind === 'microphone' && this.onlyAsking) return;
    if (!this.local.has(kind) && this.local.opening(kind) === 'idle') return;
    if (await this.open(kind)) this.around.changed();
  }

  /** Hosts no longer let us use it. */
  forbid(source: Source): void {
    if (!this.wants(source)) return;
    if (source === 'microphone') this.turnVoiceOff();
    else if (source === 'camera') void this.setCamera(false);
    else void this.setScreen(false);
  }

  /** Returns whether the microphone was on, or about to be. */
  muteByHost(): boolean {
    const wasOn = this.wants('microphone');
    this.turnVoiceOff();
    return wasOn;
  }

  /** Opens what was on in the call that we left, and what may be used without a question. */
  async openBySelf(): Promise<void> {
    const { signal } = this.planAnew();
    await Promise.all(
      kCapture.map(async (kind) => {
        const again = this.wasOn.delete(kind);
        const open = again || (await isAllowed(kind));
        if (!open || signal.aborted || this.local.has(kind) || this.wants(kind)) return;
        if ((kind === 'microphone' && this.around.muted()) || !this.around.allowed(kind)) return;
        if (!again) this.bySelf.add(kind);
        await this.turnOn(kind);
      }),
    );
  }

  /** What opens by itself is not wanted any more. */
  stopBySelf(): void {
    this.plan.abort();
    for (const kind of [...this.bySelf]) this.local.dropOpening(kind);
  }

  /** Before joining. Drops what opens by itself: the preview says that it is off. Lets the browser ask for the microphone if
      nobody has yet, so that its question does not come in the middle of the call; it stays off, as the preview says. Resolves
      when nothing is being opened any more, or dropOpening() was called. */
  async settle(): Promise<void> {
    this.stopBySelf();
    const { signal } = this.planAnew();
    const mayAsk = !this.asked.has('microphone') && !this.around.muted() && this.around.allowed('microphone');
    if (mayAsk && !(await isAllowed('microphone')) && !signal.aborted && !this.asked.has('microphone')) {
      this.onlyAsking = true;
      void this.open('microphone', () => this.local.askForMicrophone()).finally(() => (this.onlyAsking = false));
    }
    while (!signal.aborted && this.underWay.size > 0) await Promise.all(this.underWay.values());
  }

  /** What is not open yet stays closed. */
  dropOpening(): void {
    this.plan.abort();
    for (const source of kSources) this.local.dropOpening(source);
  }

  closeAll(): void {
    this.plan.abort();
    this.local.closeAll();
  }

  /** So that the preview of the next call of this room opens it again. */
  rememberOn(): void {
    if (this.flags.audio) this.wasOn.add('microphone');
    if (this.flags.video) this.wasOn.add('camera');
  }

  forgetOn(): void {
    this.wasOn.clear();
  }

  dismissTrouble(source: Source): void {
    const { [source]: _, ...others } = this.troubles.value;
    this.troubles.value = others;
  }

  // --- inside

  private planAnew(): AbortController {
    this.plan.abort();
    return (this.plan = new AbortController());
  }

  private decided(kind: CaptureKind): void {
    this.asked.add(kind);
    this.bySelf.delete(kind);
    this.wasOn.delete(kind);
  }

  private async turnOn(source: Source): Promise<void> {
    if (source === 'microphone' && this.around.muted()) return this.around.warn('muted_by_host', true);
    if (!this.around.allowed(source)) return this.around.warn(`forbidden_${source}`, true);
    if (source === 'camera' && !this.around.cameraFits()) return this.around.warn('cameras_full', true);
    if (this.local.has(source)) {
      if (source === 'microphone') this.setVoice(true);
      // A request that is under way goes on: whoever began it does the rest.
    } else if (this.local.opening(source) !== 'idle' || !(await this.open(source))) {
      return;
    }
    // Others may have turned on theirs while it opened.
    if (source === 'camera' && !this.around.cameraFits()) {
      this.local.closeCamera();
      this.around.warn('cameras_full', true);
    }
    this.around.changed();
  }

  private turnVoiceOff(): void {
    this.setVoice(false);
    this.around.changed();
  }

  private setVoice(on: boolean): void {
    this.local.setVoice(on);
    this.voiceOn.value = this.local.voiceOn;
  }

  private openOne(source: Source): Promise<boolean> {
    if (source === 'microphone') return this.local.openMicrophone();
    return source === 'camera' ? this.local.openCamera() : this.local.openScreen();
  }

  /** Whether it is open now; says in `troubles` what can't be had. */
  private open(source: Source, how = () => this.openOne(source)): Promise<boolean> {
    this.asked.add(source);
    const opened = this.tryToOpen(source, how).finally(() => {
      if (this.underWay.get(source) === opened) this.underWay.delete(source);
    });
    this.underWay.set(source, opened);
    return opened;
  }

  private async tryToOpen(source: Source, how: () => Promise<boolean>): Promise<boolean> {
    this.dismissTrouble(source);
    try {
      const opened = await how();
      if (opened) this.around.warn('unplugged', false);
      return opened;
    } catch (error) {
      const trouble = troubleWith(error);
      // Whoever closes the browser's own question about the screen just changed their mind.
      if (source !== 'screen' || trouble !== 'refused') this.troubles.value = { ...this.troubles.value, [source]: trouble };
      return false;
    }
  }

  private tracksChanged(tracks: Tracks): void {
    this.tracks.value = tracks;
    this.voiceOn.value = this.local.voiceOn;
    this.around.tracksChanged(tracks);
  }

  private ended(source: Source): void {
    if (source !== 'screen') this.around.warn('unplugged', true);
    this.around.changed();
  }

  private openingChanged(): void {
    const before = this.opening.value;
    const now: Partial<Record<Source, Opening>> = {};
    for (const source of kSources) {
      const state = this.local.opening(source);
      if (state === 'idle') this.bySelf.delete(source);
      else now[source] = (state === 'late' && before[source]) || 'opening';
      if (state === 'late' && source !== 'screen' && now[source] === 'opening') void this.explain(source);
    }
    this.opening.value = now;
  }

  /** A device that takes long: is the browser asking the person, or is it slow? */
  private async explain(kind: CaptureKind): Promise<void> {
    const allowed = await isAllowed(kind);
    if (this.local.opening(kind) !== 'late') return;
    this.opening.value = { ...this.opening.value, [kind]: allowed ? 'slow' : 'asking' };
  }
}
