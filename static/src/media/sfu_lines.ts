// The lines of the connection with the SFU: the four on which a page sends, and slots on which it receives whatever the
// server puts there. They are laid once, so that nothing is negotiated again while people speak, come and go.

import { kLineKinds, kLines, type Line } from './lines';

/** For the loudest voices, and the sound of screens. */
export const kSoundSlots = 6;
/** More pictures at a time would be more than an ordinary machine decodes. */
export const kPictureSlots = 12;

/** The server forwards one of these layers to each who sees the camera: each is good for a size of its picture. */
const kCameraLayers: RTCRtpEncodingParameters[] = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 120_000 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 400_000 },
  { rid: 'f', maxBitrate: 1_200_000 },
];
/** Of a screen people want to read the letters: never made smaller, rather slower. */
const kScreenLayers: RTCRtpEncodingParameters[] = [{ maxBitrate: 2_500_000, maxFramerate: 15 }];

/** What the server forwards; with the others an offer would be three times as long. */
const kCodecs = { audio: /\/(?:opus|red)$/i, video: /\/(?:vp8|rtx)$/i };

export interface SfuLines {
  senders: Record<Line, RTCRtpSender>;
  slots: RTCRtpTransceiver[];
}

function restrict(transceiver: RTCRtpTransceiver, kind: 'audio' | 'video'): void {
  // Browsers of before 2024 may lack it: their offers are long, but not too long.
  if (!('setCodecPreferences' in transceiver)) return;
  const codecs = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
  transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => kCodecs[kind].test(mimeType)));
}

function lay(connection: RTCPeerConnection, kind: 'audio' | 'video', init: RTCRtpTransceiverInit): RTCRtpTransceiver {
  const transceiver = connection.addTransceiver(kind, init);
  restrict(transceiver, kind);
  return transceiver;
}

function sender(connection: RTCPeerConnection, line: Line): RTCRtpSender {
  const layers = { camera: kCameraLayers, screen: kScreenLayers, voice: undefined, sound: undefined }[line];
  // The browser may change what it is given.
  const init = layers ? { sendEncodings: layers.map((layer) => ({ ...layer })) } : {};
  return lay(connection, kLineKinds[line], { direction: 'sendonly', ...init }).sender;
}

export function layLines(connection: RTCPeerConnection): SfuLines {
  const senders = Object.fromEntries(kLines.map((line) => [line, sender(connection, line)])) as Record<Line, RTCRtpSender>;
  const kinds = [...Array<'audio'>(kSoundSlots).fill('audio'), ...Array<'video'>(kPictureSlots).fill('video')];
  return { senders, slots: kinds.map((kind) => lay(connection, kind, { direction: 'recvonly' })) };
}
