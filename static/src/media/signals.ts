// What two pages in a call say to each other through the server, as the `data` of a `signal`.
//
// `session` is the sender's stay in the call, chosen at random: it outlives connections to the server, with
// which the ids of members change. `for` is the session that is meant; a signal for another one is out of date.
// A signal with nothing else in it says: I am in the call, and this is me.

export interface PeerSignal {
  session: string;
  for?: string;
  description?: RTCSessionDescriptionInit;
  candidate?: RTCIceCandidateInit | null;
  /** Which of the receiver's pictures the sender has on the screen. */
  want?: { camera: boolean; screen: boolean };
  /** How many packets of the receiver's voice came in the last few seconds. */
  heard?: number;
  /** While the call moves to the SFU. `ready`: the sender's media reach the SFU. `done`: the sender no longer needs the
      connection with the receiver. */
  sfu?: 'ready' | 'done';
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const kTypes: readonly unknown[] = ['offer', 'answer', 'pranswer', 'rollback'];

/** The signal that `data` is, or nothing: it comes from another program and may be anything. */
export function readSignal(data: unknown): PeerSignal | undefined {
  if (!isObject(data) || typeof data.session !== 'string' || data.session.length > 64) return undefined;
  const { session, description, candidate, want, heard, sfu } = data;
  const signal: PeerSignal = { session };
  if (typeof data.for === 'string') signal.for = data.for;
  if (isObject(description) && kTypes.includes(description.type) && typeof description.sdp === 'string') {
    signal.description = { type: description.type as RTCSdpType, sdp: description.sdp };
  }
  if (candidate === null || isObject(candidate)) signal.candidate = candidate;
  if (isObject(want)) signal.want = { camera: want.camera === true, screen: want.screen === true };
  if (typeof heard === 'number') signal.heard = heard;
  if (sfu === 'ready' || sfu === 'done') signal.sfu = sfu;
  return signal;
}
