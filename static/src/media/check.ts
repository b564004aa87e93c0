// What a call will need, tried out one after the other before it.

import { stopAll, type DeviceRequest } from './device_request';
import { isAllowed, openDevice, trackOf, troubleWith, type CaptureKind, type DeviceTrouble } from './devices';

export type CheckName = 'secure' | 'microphone' | 'camera' | 'server' | 'direct' | 'relay';
export type Outcome =
  | { state: 'good'; detail?: string }
  /** It works without; `reason` has words on the page. */
  | { state: 'missing'; reason: DeviceTrouble | 'asking' | 'slow' | 'no_relay' | 'relay_later' }
  | { state: 'bad'; reason: DeviceTrouble | 'no_server' | 'no_webrtc' | 'relay_silent' };

const kWaitMs = 6000;

export interface CheckSurroundings {
  /** Nothing while no room has told. */
  iceServers: RTCIceServer[] | undefined;
  picked(kind: CaptureKind): string | undefined;
  /** Opens the devices, one after the other; cancelled when nobody looks at the check any more. */
  request: DeviceRequest;
  /** Where the WebSocket of the server is. */
  endpoint: string;
}

export const kChecks: Record<CheckName, (around: CheckSurroundings) => Promise<Outcome>> = {
  secure: () => Promise.resolve(window.isSecureContext ? { state: 'good' } : { state: 'bad', reason: 'insecure' }),
  microphone: (around) => device('microphone', around),
  camera: (around) => device('camera', around),
  server: ({ endpoint }) => server(endpoint),
  direct: () => direct(),
  relay: ({ iceServers }) => relay(iceServers),
};

function within<T>(promise: Promise<T>): Promise<T | undefined> {
  return Promise.race([promise, new Promise<undefined>((resolve) => window.setTimeout(() => resolve(undefined), kWaitMs))]);
}

async function device(kind: CaptureKind, { picked, request }: CheckSurroundings): Promise<Outcome> {
  let label = '';
  try {
    const opened = await request.open(
      (signal) => openDevice(kind, picked(kind), signal),
      (stream) => {
        ({ label } = trackOf(stream, kind));
        stopAll(stream);
      },
    );
    if (!opened) return { state: 'missing', reason: (await isAllowed(kind)) ? 'slow' : 'asking' };
    return { state: 'good', detail: label };
  } catch (error) {
    const reason = troubleWith(error);
    return { state: reason === 'missing' ? 'missing' : 'bad', reason };
  }
}

async function server(endpoint: string): Promise<Outcome> {
  const started = performance.now();
  const socket = new WebSocket(endpoint, ['parley.v1']);
  const opened = await within(
    new Promise<boolean>((resolve) => {
      socket.onopen = () => resolve(true);
      socket.onerror = () => resolve(false);
    }),
  );
  socket.close();
  return opened ? { state: 'good', detail: `${Math.round(performance.now() - started)} ms` } : { state: 'bad', reason: 'no_server' };
}

/** Two ends within this page find each other: the browser's media transport and its UDP work. */
async function direct(): Promise<Outcome> {
  if (!('RTCPeerConnection' in window)) return { state: 'bad', reason: 'no_webrtc' };
  const [one, other] = [new RTCPeerConnection(), new RTCPeerConnection()];
  try {
    const channel = one.createDataChannel('check');
    const opened = new Promise<boolean>((resolve) => (channel.onopen = () => resolve(true)));
    one.onicecandidate = ({ candidate }) => void other.addIceCandidate(candidate ?? undefined);
    other.onicecandidate = ({ candidate }) => void one.addIceCandidate(candidate ?? undefined);
    await one.setLocalDescription();
    if (one.localDescription) await other.setRemoteDescription(one.localDescription);
    await other.setLocalDescription();
    if (other.localDescription) await one.setRemoteDescription(other.localDescription);
    return (await within(opened)) ? { state: 'good' } : { state: 'bad', reason: 'no_webrtc' };
  } finally {
    one.close();
    other.close();
  }
}

async function relay(iceServers: RTCIceServer[] | undefined): Promise<Outcome> {
  if (!iceServers) return { state: 'missing', reason: 'relay_later' };
  if (!iceServers.some(({ urls }) => [urls].flat().some((url) => url.startsWith('turn')))) {
    return { state: 'missing', reason: 'no_relay' };
  }
  const connection = new RTCPeerConnection({ iceServers, iceTransportPolicy: 'relay' });
  try {
    const found = new Promise<boolean>((resolve) => {
      connection.onicecandidate = ({ candidate }) => resolve(candidate !== null);
    });
    connection.createDataChannel('check');
    await connection.setLocalDescription();
    return (await within(found)) ? { state: 'good' } : { state: 'bad', reason: 'relay_silent' };
  } finally {
    connection.close();
  }
}
