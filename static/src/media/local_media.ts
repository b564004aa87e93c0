// What this page could send: the voice, the camera, the screen. Opens devices, changes them, lets them go, and
// notices when one is unplugged. No view, no call: who sends it takes `tracks`.

import { openDevice, openScreen } from './devices';
import { kNoTracks, type Tracks } from './peer';

export type Source = 'microphone' | 'camera' | 'screen';

export interface LocalSurroundings {
  /** Which device to take; nothing for the system's own choice. */
  picked(kind: 'microphone' | 'camera'): string | undefined;
  /** `tracks` is another one now. */
  changed(tracks: Tracks): void;
  /** A device went while it was used. `screen`: the sharing was ended by the browser's own button. */
  ended(source: Source): void;
}

export class LocalMedia {
  private now: Tracks = kNoTracks;

  constructor(private readonly around: LocalSurroundings) {}

  get tracks(): Tracks {
    return this.now;
  }

  /** The voice is on, off, or there is none. */
  get voiceOn(): boolean {
    return this.now.voice?.enabled ?? false;
  }

  async openMicrophone(): Promise<void> {
    const voice = await openDevice('microphone', this.around.picked('microphone'));
    // An open microphone that was off stays off.
    voice.enabled = this.now.voice?.enabled ?? true;
    this.replace('voice', voice, 'microphone');
  }

  async openCamera(): Promise<void> {
    this.replace('camera', await openDevice('camera', this.around.picked('camera')), 'camera');
  }

  closeCamera(): void {
    this.replace('camera', null, 'camera');
  }

  async openScreen(): Promise<void> {
    const { picture, sound } = await openScreen();
    this.replace('sound', sound, 'screen');
    this.replace('screen', picture, 'screen');
  }

  closeScreen(): void {
    this.replace('sound', null, 'screen');
    this.replace('screen', null, 'screen');
  }

  setVoice(on: boolean): void {
    if (this.now.voice) this.now.voice.enabled = on;
  }

  closeAll(): void {
    this.replace('voice', null, 'microphone');
    this.closeCamera();
    this.closeScreen();
  }

  private replace(line: keyof Tracks, track: MediaStreamTrack | null, source: Source): void {
    const before = this.now[line];
    if (before === track) return;
    if (before) {
      before.onended = null;
      before.stop();
    }
    if (track) track.onended = () => void this.trackEnded(line, source);
    this.now = { ...this.now, [line]: track };
    this.around.changed(this.now);
  }

  /** Unplugged, or ended by the browser: a device is replaced by another one where there is one. */
  private async trackEnded(line: keyof Tracks, source: Source): Promise<void> {
    if (source === 'screen') {
      this.closeScreen();
      this.around.ended(source);
      return;
    }
    const wasOn = this.now[line]?.enabled ?? false;
    this.replace(line, null, source);
    try {
      if (source === 'microphone') {
        await this.openMicrophone();
        this.setVoice(wasOn);
      } else {
        await this.openCamera();
      }
    } catch {
      this.around.ended(source);
    }
  }
}
