// What this page could send: the voice, the camera, the screen. Opens devices, changes them, lets them go, and
// notices when one is unplugged. No view, no call: who sends it takes `tracks`.
//
// Each open… resolves with whether the device is open now. It is not where it was closed, or asked for again, meanwhile.

import { DeviceRequest, stopAll, type RequestState } from './device_request';
import { openDevice, openScreen, screenTracksOf, trackOf, type CaptureKind } from './devices';
import { kNoTracks, type Tracks } from './lines';

export type Source = CaptureKind | 'screen';
const kLines: Record<Source, keyof Tracks> = { microphone: 'voice', camera: 'camera', screen: 'screen' };

export interface LocalSurroundings {
  /** Which device to take; nothing for the system's own choice. */
  picked(kind: CaptureKind): string | undefined;
  /** `tracks` is another one now. */
  changed(tracks: Tracks): void;
  /** `opening` gives something else now. */
  openingChanged(): void;
  /** A device went while it was used. `screen`: the sharing was ended by the browser's own button. */
  ended(source: Source): void;
}

export class LocalMedia {
  private now: Tracks = kNoTracks;
  private readonly requests: Record<Source, DeviceRequest>;

  constructor(private readonly around: LocalSurroundings) {
    const request = () => new DeviceRequest(() => around.openingChanged());
    this.requests = { microphone: request(), camera: request(), screen: request() };
  }

  get tracks(): Tracks {
    return this.now;
  }

  /** The voice is on, off, or there is none. */
  get voiceOn(): boolean {
    return this.now.voice?.enabled ?? false;
  }

  has(source: Source): boolean {
    return this.now[kLines[source]] !== null;
  }

  /** Also while one device changes over to another. */
  opening(source: Source): RequestState {
    return this.requests[source].state;
  }

  /** Opens it, or changes over to the one that is picked now. `on`: nothing leaves an open microphone as it is. */
  openMicrophone(on?: boolean): Promise<boolean> {
    return this.request('microphone', (stream) => {
      const voice = trackOf(stream, 'microphone');
      voice.enabled = on ?? this.now.voice?.enabled ?? true;
      this.replace('voice', voice, 'microphone');
    });
  }

  /** Lets the browser ask for the microphone, without using it. */
  askForMicrophone(): Promise<boolean> {
    return this.request('microphone', stopAll);
  }

  openCamera(): Promise<boolean> {
    return this.request('camera', (stream) => this.replace('camera', trackOf(stream, 'camera'), 'camera'));
  }

  closeCamera(): void {
    this.requests.camera.cancel();
    this.replace('camera', null, 'camera');
  }

  openScreen(): Promise<boolean> {
    return this.requests.screen.open(openScreen, (stream) => {
      const { picture, sound } = screenTracksOf(stream);
      this.replace('sound', sound, 'screen');
      this.replace('screen', picture, 'screen');
    });
  }

  closeScreen(): void {
    this.requests.screen.cancel();
    this.replace('sound', null, 'screen');
    this.replace('screen', null, 'screen');
  }

  /** Off also means that a microphone which is being opened stays closed. */
  setVoice(on: boolean): void {
    if (this.now.voice) this.now.voice.enabled = on;
    else if (!on) this.requests.microphone.cancel();
  }

  /** What is being opened stays closed. A device that changes over to another one is open already, and goes on. */
  dropOpening(source: Source): void {
    if (!this.has(source)) this.requests[source].cancel();
  }

  closeAll(): void {
    this.requests.microphone.cancel();
    this.replace('voice', null, 'microphone');
    this.closeCamera();
    this.closeScreen();
  }

  private request(kind: CaptureKind, take: (stream: MediaStream) => void): Promise<boolean> {
    return this.requests[kind].open((signal) => openDevice(kind, this.around.picked(kind), signal), take);
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
      await (source === 'microphone' ? this.openMicrophone(wasOn) : this.openCamera());
    } catch {
      this.around.ended(source);
    }
  }
}
