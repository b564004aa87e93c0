// Sfu is this page's connection with the SFU inside the server: one for everything that it sends and receives. The page
// makes the offers. The server says who is on which slot.
//
// Owned by the Call. Knows members by their ids only. The connection outlives a lost way to the server: the page then
// offers once more with the same ICE credentials, by which the server knows it again. After each await it looks whether
// the connection is still the one in use.
//
// It has more than 25 functions and 12 members because offers, restarts, slots and levels all belong to that connection.

import { kSpeech } from './levels';
import { kLines, kNoTracks, linkOf, type Line, type Link, type Tracks } from './lines';
import { fitLayers, layLines, shortened, type SfuLines } from './sfu_lines';
import { readFromSfu, type Occupant, type ToSfu, type WantedPicture } from './sfu_signals';

/** `lost`: there is no way to the server just now. */
export type Delivery = 'taken' | 'refused' | 'lost';

export interface SfuSurroundings {
  createConnection(): RTCPeerConnection;
  signal(data: ToSfu): Promise<Delivery>;
  /** The link or the slots are others now. */
  changed(): void;
  /** The pause before try number `attempt`, from 0. */
  retryMs(attempt: number): number;
  setTimer(run: () => void, ms: number): number;
  clearTimer(timer: number): void;
  now(): number;
}

/** A place in which the server puts media of changing members. The stream stays. */
export interface Slot {
  mid: string;
  kind: 'audio' | 'video';
  stream: MediaStream;
  occupant: Occupant | undefined;
  /** Packets of sound or frames of pictures in all, and how many there were when the occupant came. */
  count: number;
  countBefore: number;
}

/** An answer takes no longer. */
const kAnswerMs = 10_000;
/** A moment's disturbance mends itself; this is longer. */
const kDisconnectedMs = 3000;
const kRestartMs = 8000;
/** After so many without success the connection is made anew. */
const kMostRestarts = 2;
/** The server tells levels several times a second while somebody is heard. */
const kLevelsMs = 1000;
/** Of sound: what a browser collects before it plays. */
const kEnoughPackets = 5;

export class Sfu {
  /** Those of the present connection. */
  slots: Slot[] = [];

  private connection: RTCPeerConnection | undefined;
  private lines: SfuLines | undefined;
  private tracks: Tracks = kNoTracks;
  private wanted: readonly WantedPicture[] = [];
  private levels: ReadonlyMap<string, number> = new Map();
  private levelsAt = -Infinity;
  private readonly spokeAt = new Map<string, number>();
  /** The connection for which an offer is being made. */
  private offering: RTCPeerConnection | undefined;
  /** The connection that is taking an answer. */
  private answering: RTCPeerConnection | undefined;
  /** There is something to say beyond the offer that is under way. */
  private again = false;
  private attempts = 0;
  private restarts = 0;
  private answerTimer: number | undefined;
  private mendTimer: number | undefined;
  private retryTimer: number | undefined;
  private closed = false;

  constructor(private readonly around: SfuSurroundings) {}

  get link(): Link {
    if (this.closed) return 'closed';
    return this.connection ? linkOf(this.connection) : this.attempts > 0 ? 'interrupted' : 'connecting';
  }

  /** Begins with these tracks. */
  start(tracks: Tracks): void {
    this.tracks = tracks;
    this.connect();
  }

  setTracks(tracks: Tracks): void {
    this.tracks = tracks;
    void this.putTracks();
  }

  /** Pictures, the most important first. */
  want(videos: readonly WantedPicture[]): void {
    if (JSON.stringify(videos) === JSON.stringify(this.wanted)) return;
    this.wanted = videos;
    this.sayWants();
  }

  /** Of a member's voice, from 0 to 1. */
  levelOf(member: string): number {
    return this.around.now() - this.levelsAt < kLevelsMs ? (this.levels.get(member) ?? 0) : 0;
  }

  spokeWithin(member: string, ms: number): boolean {
    return this.around.now() - (this.spokeAt.get(member) ?? -Infinity) < ms;
  }

  receive(data: unknown): void {
    if (this.closed) return;
    const { description, slots, levels, ended } = readFromSfu(data);
    if (description) void this.answered(description);
    if (slots) this.occupy(slots);
    if (levels) {
      this.levels = levels;
      this.levelsAt = this.around.now();
      for (const [member, level] of levels) if (level >= kSpeech) this.spokeAt.set(member, this.levelsAt);
    }
    // What has moved is our own connection, which we have taken over ourselves.
    if (ended !== undefined && ended !== 'moved') this.renew();
  }

  /** The way to the server is there again, under another member's id. */
  reachable(): void {
    const { connection } = this;
    if (this.closed) return;
    if (!connection) return this.renewNow();
    const offered = connection.signalingState === 'have-local-offer';
    const first = connection.currentLocalDescription === null;
    if (first) {
      if (offered) this.sendOffer(connection);
    } else if (this.link !== 'connected' || (offered && restarts(connection))) {
      // With other ICE credentials the server would not know us.
      this.renewNow();
    } else if (offered) {
      this.sendOffer(connection);
    } else {
      void this.offer(connection);
    }
  }

  stats(): Promise<RTCStatsReport> | undefined {
    return this.connection?.getStats();
  }

  /** Looks how much has come on each slot, for `flows`. */
  async count(): Promise<void> {
    const { connection } = this;
    const report = await connection?.getStats();
    if (!report || connection !== this.connection) return;
    report.forEach((stat: InboundStat) => {
      const slot = this.slots.find(({ mid }) => stat.type === 'inbound-rtp' && mid === stat.mid);
      if (slot) slot.count = (slot.kind === 'audio' ? stat.packetsReceived : stat.framesDecoded) ?? 0;
    });
  }

  /** Media of its occupant have come on the slot. */
  flows({ kind, count, countBefore }: Slot): boolean {
    return count - countBefore >= (kind === 'audio' ? kEnoughPackets : 1);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.drop();
  }

  // --- the connection

  private connect(): void {
    const connection = this.around.createConnection();
    this.connection = connection;
    connection.onnegotiationneeded = () => void this.offer(connection);
    connection.onconnectionstatechange = () => this.stateChanged(connection);
    this.lines = layLines(connection, this.tracks);
    void this.putTracks();
  }

  private drop(): void {
    this.clearTimers();
    this.connection?.close();
    this.connection = undefined;
    this.lines = undefined;
    this.slots = [];
    this.again = false;
    this.restarts = 0;
  }

  /** Gives this connection up, and makes another one after a pause. */
  private renew(): void {
    if (this.closed) return;
    this.drop();
    this.retryTimer = this.around.setTimer(() => this.connect(), this.around.retryMs(this.attempts++));
    this.around.changed();
  }

  private renewNow(): void {
    this.drop();
    this.connect();
    this.around.changed();
  }

  private stateChanged(connection: RTCPeerConnection): void {
    if (connection !== this.connection) return;
    this.stopMending();
    const { connectionState } = connection;
    if (connectionState === 'connected') {
      this.attempts = 0;
      this.restarts = 0;
    } else if (connectionState === 'failed') {
      this.restart(connection);
    } else if (connectionState === 'disconnected') {
      this.mendIn(connection, kDisconnectedMs);
    }
    this.around.changed();
  }

  private mendIn(connection: RTCPeerConnection, ms: number): void {
    this.mendTimer = this.around.setTimer(() => {
      if (connection === this.connection && this.link !== 'connected') this.restart(connection);
    }, ms);
  }

  private restart(connection: RTCPeerConnection): void {
    if (this.restarts++ >= kMostRestarts) return this.renew();
    connection.restartIce();
    // It may fail again without a change of state to tell.
    this.mendIn(connection, kRestartMs);
  }

  private stopMending(): void {
    if (this.mendTimer !== undefined) this.around.clearTimer(this.mendTimer);
    this.mendTimer = undefined;
  }

  private stopAwaiting(): void {
    if (this.answerTimer !== undefined) this.around.clearTimer(this.answerTimer);
    this.answerTimer = undefined;
  }

  private clearTimers(): void {
    this.stopMending();
    this.stopAwaiting();
    if (this.retryTimer !== undefined) this.around.clearTimer(this.retryTimer);
    this.retryTimer = undefined;
  }

  // --- offers and answers

  private async offer(connection: RTCPeerConnection): Promise<void> {
    if (connection !== this.connection) return;
    if (this.offering === connection || connection.signalingState !== 'stable') {
      this.again = true;
      return;
    }
    this.offering = connection;
    try {
      await connection.setLocalDescription();
    } catch (error) {
      if (connection !== this.connection) return;
      console.warn('an offer to the server could not be made', error);
      return this.renew();
    } finally {
      if (this.offering === connection) this.offering = undefined;
    }
    if (connection !== this.connection) return;
    this.nameSlots(connection);
    this.sendOffer(connection);
  }

  private sendOffer(connection: RTCPeerConnection): void {
    const sdp = connection.localDescription?.sdp;
    if (sdp !== undefined) void this.deliver(connection, shortened(sdp));
  }

  private async deliver(connection: RTCPeerConnection, sdp: string): Promise<void> {
    this.stopAwaiting();
    const delivered = this.around.signal({ description: { type: 'offer', sdp } });
    this.sayWants();
    const delivery = await delivered;
    if (connection !== this.connection) return;
    // Where it is lost, reachable() says it once more.
    if (delivery === 'lost') return;
    if (delivery === 'refused') return this.renew();
    if (connection.signalingState !== 'have-local-offer') return;
    // Another delivery may have ended meanwhile.
    this.stopAwaiting();
    this.answerTimer = this.around.setTimer(() => {
      if (connection === this.connection && connection.signalingState === 'have-local-offer') this.renew();
    }, kAnswerMs);
  }

  private async answered(description: RTCSessionDescriptionInit): Promise<void> {
    const { connection } = this;
    // The state changes only when an answer has been taken: until then another one is one too many.
    if (!connection || this.answering === connection || connection.signalingState !== 'have-local-offer') return;
    this.stopAwaiting();
    if (isOfAnother(connection, description)) return this.renewNow();
    this.answering = connection;
    try {
      await connection.setRemoteDescription(description);
    } catch (error) {
      if (connection !== this.connection) return;
      console.warn("the server's answer could not be used", error);
      this.renew();
      return;
    } finally {
      if (this.answering === connection) this.answering = undefined;
    }
    if (connection !== this.connection) return;
    void this.fitCamera();
    if (!this.again) return;
    this.again = false;
    void this.offer(connection);
  }

  // --- what is sent and received

  private async putTracks(): Promise<void> {
    const { lines, tracks } = this;
    await Promise.all(
      kLines.map(async (line: Line) => {
        const sender = lines?.senders[line];
        const track = tracks[line];
        if (sender && sender.track !== track) await sender.replaceTrack(track);
      }),
    ).catch((error: unknown) => {
      if (lines === this.lines) console.warn('a track could not be sent', error);
    });
    await this.fitCamera();
  }

  /** While an offer is under way browsers may refuse it: this is done again after each answer. */
  private async fitCamera(): Promise<void> {
    const { connection, lines } = this;
    if (!connection || !lines || connection.currentLocalDescription === null || connection.signalingState !== 'stable') return;
    await fitLayers(lines.senders.camera).catch((error: unknown) => {
      if (lines === this.lines && connection.signalingState === 'stable') console.warn('the layers of the camera could not be set', error);
    });
  }

  private sayWants(): void {
    // Before the first offer was made, that brings them along.
    if (this.slots.length > 0) void this.around.signal({ want: { videos: this.wanted } });
  }

  /** Lines have a mid from the first offer on. */
  private nameSlots(connection: RTCPeerConnection): void {
    if (this.slots.length > 0 || connection !== this.connection) return;
    this.slots = (this.lines?.slots ?? []).flatMap(({ mid, receiver: { track } }) =>
      mid === null
        ? []
        : [{ mid, kind: track.kind === 'audio' ? 'audio' : 'video', stream: new MediaStream([track]), occupant: undefined, count: 0, countBefore: 0 }],
    );
    this.around.changed();
  }

  private occupy(occupants: readonly Occupant[]): void {
    for (const slot of this.slots) {
      const occupant = occupants.find(({ mid }) => mid === slot.mid);
      const same = occupant?.member === slot.occupant?.member && occupant?.kind === slot.occupant?.kind;
      slot.occupant = occupant;
      if (!same) slot.countBefore = slot.count;
    }
    this.around.changed();
  }
}

interface InboundStat {
  type: string;
  mid?: string;
  packetsReceived?: number;
  framesDecoded?: number;
}

function ufragOf(description: RTCSessionDescriptionInit | null): string | undefined {
  return /^a=ice-ufrag:(\S+)/m.exec(description?.sdp ?? '')?.[1];
}

/** The offer that is under way has other ICE credentials than the connection. */
function restarts({ currentLocalDescription, localDescription }: RTCPeerConnection): boolean {
  return ufragOf(currentLocalDescription) !== ufragOf(localDescription);
}

/** The server has restarted, or has given the connection up: it answers as to a page that it sees for the first time. */
function isOfAnother(connection: RTCPeerConnection, answer: RTCSessionDescriptionInit): boolean {
  const { remoteDescription } = connection;
  return remoteDescription !== null && !restarts(connection) && ufragOf(remoteDescription) !== ufragOf(answer);
}
