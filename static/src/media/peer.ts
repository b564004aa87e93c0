// The connection to one other page in the call. Both sides run the same code ("perfect negotiation"): whoever
// has something to say makes an offer, and where two meet, the polite side gives way.
//
// Four lines are agreed on at the start and stay: voice, camera, screen, the screen's sound. What is sent on
// them changes by replaceTrack, without a word to the other side. Only the impolite side lays them, so that
// they are there once.
//
// Owned by the Mesh. Knows nothing of rooms or members; losing the way to the server means nothing to it.
//
// It has more than 12 members because perfect negotiation needs several flags beside what is sent and received.

import { kLineKinds, kLines, kNoTracks, linkOf, type Line, type Link, type Tracks } from './lines';
import { cameraSending, screenSending, type Sending } from './sending';
import type { PeerSignal } from './signals';

/** What comes on each line, once it is laid. Each stream has its one track from the start: to a sound that stands beside
    a picture a browser does not listen before the picture comes, nor to one that was put into a stream later. */
export type Streams = Partial<Record<Line, MediaStream>>;

export interface PeerSurroundings {
  connection: RTCPeerConnection;
  polite: boolean;
  /** To the other side, if it can be reached just now; what can't be sent is forgotten. */
  send(signal: Omit<PeerSignal, 'session' | 'for'>): void;
  changed(): void;
  setTimer(run: () => void, ms: number): number;
  clearTimer(timer: number): void;
}

/** A moment's disturbance mends itself; this is longer. */
const kDisconnectedMs = 5000;
const kFailedMs = 10_000;

export class Peer {
  readonly connection: RTCPeerConnection;
  readonly polite: boolean;
  /** From the other side. */
  readonly streams: Streams = {};

  private tracks: Tracks = kNoTracks;
  private wanted = { camera: true, screen: true };
  private peers = 1;
  private making = false;
  private ignoring = false;
  private settingAnswer = false;
  private closed = false;
  private received: Promise<void> = Promise.resolve();
  private restartTimer: number | undefined;

  constructor(private readonly around: PeerSurroundings) {
    this.connection = around.connection;
    this.polite = around.polite;
    const { connection } = this;
    connection.onnegotiationneeded = () => void this.offer();
    connection.onicecandidate = ({ candidate }) => this.around.send({ candidate: candidate?.toJSON() ?? null });
    connection.ontrack = ({ transceiver }) => this.adopt(transceiver);
    connection.onconnectionstatechange = () => this.stateChanged();
    connection.oniceconnectionstatechange = () => this.stateChanged();
    if (!this.polite) this.layLines();
  }

  get link(): Link {
    return this.closed ? 'closed' : linkOf(this.connection);
  }

  /** The receiver of one line, once it is laid. */
  receiver(line: Line): RTCRtpReceiver | undefined {
    return this.transceiver(line)?.receiver;
  }

  sender(line: Line): RTCRtpSender | undefined {
    return this.transceiver(line)?.sender;
  }

  /** What to send from now on. */
  async setTracks(tracks: Tracks): Promise<void> {
    this.tracks = tracks;
    await Promise.all(kLines.map((line) => this.put(line)));
    await this.limit();
  }

  /** How many others there are to send to. */
  async setPeers(peers: number): Promise<void> {
    this.peers = peers;
    await this.limit();
  }

  /** Signals are worked off in the order in which they came. */
  receive(signal: PeerSignal): Promise<void> {
    this.received = this.received.then(() => this.take(signal)).catch((error: unknown) => {
      if (!this.closed) console.warn('a signal could not be used', error);
    });
    return this.received;
  }

  /** The way to the other side is there again: what it may have missed is said once more. */
  reachable(): void {
    if (this.closed) return;
    const { connection } = this;
    if (connection.signalingState === 'have-local-offer') this.sendDescription();
    else if (!this.polite && this.link !== 'connected') this.restart();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.stopTimer();
    this.connection.close();
  }

  private layLines(): void {
    for (const line of kLines) this.connection.addTransceiver(kLineKinds[line], { direction: 'sendrecv' });
  }

  /** In the order of their lines in the description, which is the same on both sides. */
  private transceiver(line: Line): RTCRtpTransceiver | undefined {
    return this.connection.getTransceivers()[kLines.indexOf(line)];
  }

  private adopt(transceiver: RTCRtpTransceiver): void {
    const line = kLines[this.connection.getTransceivers().indexOf(transceiver)];
    if (line) this.streams[line] ??= new MediaStream([transceiver.receiver.track]);
    this.around.changed();
  }

  private async put(line: Line): Promise<void> {
    const transceiver = this.transceiver(line);
    if (!transceiver || transceiver.sender.track === this.tracks[line]) return;
    await transceiver.sender.replaceTrack(this.tracks[line]);
  }

  private async offer(): Promise<void> {
    if (this.closed) return;
    try {
      this.making = true;
      await this.connection.setLocalDescription();
      this.sendDescription();
    } catch (error) {
      if (!this.closed) console.warn('an offer could not be made', error);
    } finally {
      this.making = false;
    }
  }

  private sendDescription(): void {
    const description = this.connection.localDescription;
    if (description) this.around.send({ description: { type: description.type, sdp: description.sdp } });
  }

  private async take(signal: PeerSignal): Promise<void> {
    if (this.closed) return;
    if (signal.description) await this.describe(signal.description);
    else if (signal.candidate !== undefined) await this.addCandidate(signal.candidate);
    if (signal.want) {
      this.wanted = signal.want;
      await this.limit();
    }
  }

  private async describe(description: RTCSessionDescriptionInit): Promise<void> {
    const { connection } = this;
    const ready = !this.making && (connection.signalingState === 'stable' || this.settingAnswer);
    const collision = description.type === 'offer' && !ready;
    this.ignoring = !this.polite && collision;
    if (this.ignoring) return;
    // An answer to an offer that we have taken back.
    if (description.type === 'answer' && connection.signalingState === 'stable') return;
    this.settingAnswer = description.type === 'answer';
    try {
      await connection.setRemoteDescription(description);
    } finally {
      this.settingAnswer = false;
    }
    if (description.type === 'offer') await this.answer();
    await this.limit();
  }

  private async answer(): Promise<void> {
    for (const transceiver of this.connection.getTransceivers()) {
      if (transceiver.direction === 'recvonly') transceiver.direction = 'sendrecv';
    }
    await Promise.all(kLines.map((line) => this.put(line)));
    await this.connection.setLocalDescription();
    this.sendDescription();
  }

  private async addCandidate(candidate: RTCIceCandidateInit | null): Promise<void> {
    try {
      // No candidate, and one that is an empty text, both say that there are no more.
      await this.connection.addIceCandidate(candidate ?? undefined);
    } catch (error) {
      if (!this.ignoring) throw error;
    }
  }

  private stateChanged(): void {
    if (this.closed) return;
    const { connectionState } = this.connection;
    this.stopTimer();
    if (connectionState === 'failed') this.restart();
    else if (connectionState === 'disconnected') this.restartIn(kDisconnectedMs);
    this.around.changed();
  }

  private restart(): void {
    this.connection.restartIce();
    // It may fail again without a change of state to tell.
    this.restartIn(kFailedMs);
  }

  private restartIn(ms: number): void {
    this.stopTimer();
    this.restartTimer = this.around.setTimer(() => {
      this.restartTimer = undefined;
      if (!this.closed && this.link === 'interrupted') this.restart();
    }, ms);
  }

  private stopTimer(): void {
    if (this.restartTimer !== undefined) this.around.clearTimer(this.restartTimer);
    this.restartTimer = undefined;
  }

  private async limit(): Promise<void> {
    await Promise.all([
      this.limitLine('camera', cameraSending(this.peers), this.wanted.camera),
      this.limitLine('screen', screenSending(this.peers), this.wanted.screen),
    ]);
  }

  private async limitLine(line: Line, sending: Sending, active: boolean): Promise<void> {
    const sender = this.sender(line);
    if (!sender || this.closed) return;
    const parameters = sender.getParameters();
    const [encoding] = parameters.encodings ?? [];
    // Before the first agreement there is nothing to set.
    if (!encoding) return;
    Object.assign(encoding, sending, { active });
    try {
      await sender.setParameters(parameters);
    } catch (error) {
      // A renegotiation came in between: it calls this again.
      if (!(error instanceof DOMException)) throw error;
    }
  }
}
