// Cameras, microphones and loudspeakers of this machine: which there are, which were picked, and opening them.

/** What can be opened. */
export type CaptureKind = 'microphone' | 'camera';
export type DeviceKind = CaptureKind | 'speaker';

export interface Device {
  id: string;
  /** Empty until the person has allowed its use. */
  label: string;
}
export type Devices = Record<DeviceKind, Device[]>;

/** Why a camera, microphone or screen can't be had; each has its own words on the page. */
export type DeviceTrouble = 'refused' | 'missing' | 'busy' | 'insecure' | 'broken';

const kKinds: Record<MediaDeviceKind, DeviceKind> = {
  audioinput: 'microphone',
  videoinput: 'camera',
  audiooutput: 'speaker',
};

export function troubleWith(error: unknown): DeviceTrouble {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError') return 'refused';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return name === 'SecurityError' || name === 'TypeError' ? 'insecure' : 'broken';
}

/** There are none on a page that did not come over HTTPS. */
export function mediaDevices(): MediaDevices | undefined {
  return (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
}

export async function listDevices(): Promise<Devices> {
  const result: Devices = { microphone: [], camera: [], speaker: [] };
  for (const { kind, deviceId, label } of (await mediaDevices()?.enumerateDevices()) ?? []) {
    // Without an id it is only the news that there is one.
    if (deviceId !== '') result[kKinds[kind]].push({ id: deviceId, label });
  }
  return result;
}

/** Whether opening it would ask nobody anything: it was allowed before. */
export async function isAllowed(kind: CaptureKind): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: kind as PermissionName })).state === 'granted';
  } catch {
    // A browser that won't tell.
    return false;
  }
}

const kVoice: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const kCamera: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

function chosen(id: string | undefined): MediaTrackConstraints {
  return id === undefined ? {} : { deviceId: { exact: id } };
}

function needed(): MediaDevices {
  const devices = mediaDevices();
  if (!devices) throw new TypeError('no media devices without HTTPS');
  return devices;
}

/** The device with that id, or another one if it is gone. Asks nothing more once `signal` is aborted; the stream belongs to
    a DeviceRequest, which stops it if it is no longer wanted. */
export async function openDevice(kind: CaptureKind, id: string | undefined, signal: AbortSignal): Promise<MediaStream> {
  const devices = needed();
  const constraints = (picked: string | undefined): MediaStreamConstraints =>
    kind === 'microphone' ? { audio: { ...kVoice, ...chosen(picked) } } : { video: { ...kCamera, ...chosen(picked) } };
  try {
    return await devices.getUserMedia(constraints(id));
  } catch (error) {
    if (id === undefined || signal.aborted || troubleWith(error) !== 'missing') throw error;
    return devices.getUserMedia(constraints(undefined));
  }
}

/** The one track of that kind in a stream that was asked for it. */
export function trackOf(stream: MediaStream, kind: CaptureKind): MediaStreamTrack {
  const [track] = kind === 'microphone' ? stream.getAudioTracks() : stream.getVideoTracks();
  if (!track) throw new TypeError('no track');
  return track;
}

export interface ScreenTracks {
  picture: MediaStreamTrack;
  sound: MediaStreamTrack | null;
}

export function canShareScreen(): boolean {
  return mediaDevices() !== undefined && 'getDisplayMedia' in MediaDevices.prototype;
}

/** Only browsers that know this constraint give the sound of a tab or a screen. */
export function sharesSound(): boolean {
  const known: object = mediaDevices()?.getSupportedConstraints() ?? {};
  return 'suppressLocalAudioPlayback' in known;
}

export async function openScreen(): Promise<MediaStream> {
  return needed().getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: true });
}

export function screenTracksOf(stream: MediaStream): ScreenTracks {
  const [picture] = stream.getVideoTracks();
  if (!picture) throw new TypeError('no picture');
  // Letters matter more than motion.
  picture.contentHint = 'detail';
  return { picture, sound: stream.getAudioTracks()[0] ?? null };
}
