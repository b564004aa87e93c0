// The lines of the connection with the SFU: the four on which a page sends, and slots on which it receives whatever the
// server puts there. They are laid once, so that nothing is negotiated again while people speak, come and go.

import { kLineKinds, kLines, type Line, type Tracks } from './lines';

/** For the loudest voices, and the sound of screens. */
export const kSoundSlots = 6;
/** For a page of tiles. In a grid of so many, pictures are small: an ordinary machine decodes them all. */
export const kPictureSlots = 25;

/** The server forwards one of these layers to each who sees the camera: the one that is good for the size of the picture. */
const kRids = ['q', 'h', 'f'] as const;
/** How much smaller each layer of a picture of at least that height is. Browsers leave out the last layers of smaller
    pictures, so that the first one must be the whole picture there. */
const kLayers = [
  { from: 540, scales: [4, 2, 1] },
  { from: 270, scales: [2, 1] },
  { from: 0, scales: [1] },
];
/** What a layer of that height takes at most, in bits a second. */
const kBitrates = [
  { from: 540, maxBitrate: 1_500_000 },
  { from: 270, maxBitrate: 500_000 },
  { from: 0, maxBitrate: 150_000 },
];
/** Of a screen people want to read the letters: never made smaller, rather slower. */
const kScreenLayers: RTCRtpEncodingParameters[] = [{ maxBitrate: 2_500_000, maxFramerate: 15 }];

/** What the server forwards; with the others an offer would be three times as long. */
const kCodecs = { audio: /\/(?:opus|red)$/i, video: /\/(?:vp8|rtx)$/i };

const kUsualHeight = 720;

/** For a camera whose picture is so high. */
export function cameraLayers(height = kUsualHeight): RTCRtpEncodingParameters[] {
  const scales = kLayers.find(({ from }) => height >= from)?.scales ?? [];
  return kRids.map((rid, at) => {
    const scale = scales[at] ?? 1;
    const maxBitrate = kBitrates.find(({ from }) => height / scale >= from)?.maxBitrate ?? 0;
    return { rid, scaleResolutionDownBy: scale, maxBitrate, active: at < scales.length };
  });
}

/** Another camera may need other layers. */
export async function fitLayers(sender: RTCRtpSender): Promise<void> {
  if (!sender.track) return;
  const parameters = sender.getParameters();
  const layers = cameraLayers(heightOf(sender.track));
  const fit = ({ rid, scaleResolutionDownBy, active }: RTCRtpEncodingParameters) =>
    layers.some((layer) => layer.rid === rid && layer.scaleResolutionDownBy === scaleResolutionDownBy && layer.active === active);
  if ((parameters.encodings ?? []).every(fit)) return;
  for (const encoding of parameters.encodings) Object.assign(encoding, layers.find(({ rid }) => rid === encoding.rid));
  await sender.setParameters(parameters);
}

function heightOf(camera: MediaStreamTrack | null): number | undefined {
  return camera?.getSettings().height;
}

/** Extensions of RTP that the server knows. Without the others an offer is a third shorter. */
const kExtensions = /:(?:mid|ssrc-audio-level|rtp-stream-id|repaired-rtp-stream-id)$|transport-wide-cc|abs-send-time/;

/** It learns from the checks of ICE where the page is, and does without these in each section. */
const kNeedless = /^a=(?:candidate|ice-options|rtcp|rtcp-fb|rtcp-xr):/;
/** It takes these from the first section: all are one bundle. */
const kOfBundle = /^a=(?:fingerprint|ice-pwd|ice-ufrag|setup):/;

/** An offer as the server needs it. */
export function shortened(sdp: string): string {
  let sections = 0;
  const needed = (line: string): boolean => {
    if (line.startsWith('m=')) sections++;
    if (kNeedless.test(line) || (sections > 1 && kOfBundle.test(line))) return false;
    return !line.startsWith('a=extmap:') || kExtensions.test(line);
  };
  return sdp.split('\r\n').filter(needed).join('\r\n');
}

export interface SfuLines {
  senders: Record<Line, RTCRtpSender>;
  slots: RTCRtpTransceiver[];
}

type Kind = 'audio' | 'video';
type Lay = (kind: Kind, init: RTCRtpTransceiverInit) => RTCRtpTransceiver;

function layOn(connection: RTCPeerConnection): Lay {
  // Asked once: it takes a browser a millisecond or more.
  const codecsOf = (kind: Kind) => RTCRtpReceiver.getCapabilities(kind)?.codecs.filter(({ mimeType }) => kCodecs[kind].test(mimeType)) ?? [];
  const codecs: Partial<Record<Kind, RTCRtpCodec[]>> = {};
  return (kind, init) => {
    const transceiver = connection.addTransceiver(kind, init);
    // Browsers of before 2024 may lack it: their offers are long, but not too long.
    if ('setCodecPreferences' in transceiver) transceiver.setCodecPreferences((codecs[kind] ??= codecsOf(kind)));
    return transceiver;
  };
}

function sender(lay: Lay, line: Line, tracks: Tracks): RTCRtpSender {
  const layers = { camera: cameraLayers(heightOf(tracks.camera)), screen: kScreenLayers, voice: undefined, sound: undefined }[line];
  const init = layers ? { sendEncodings: layers.map((layer) => ({ ...layer })) } : {};
  return lay(kLineKinds[line], { direction: 'sendonly', ...init }).sender;
}

/** For these tracks; they are put on the lines by replaceTrack, as all later ones. */
export function layLines(connection: RTCPeerConnection, tracks: Tracks): SfuLines {
  const lay = layOn(connection);
  const senders = Object.fromEntries(kLines.map((line) => [line, sender(lay, line, tracks)])) as Record<Line, RTCRtpSender>;
  const kinds = [...Array<'audio'>(kSoundSlots).fill('audio'), ...Array<'video'>(kPictureSlots).fill('video')];
  return { senders, slots: kinds.map((kind) => lay(kind, { direction: 'recvonly' })) };
}
