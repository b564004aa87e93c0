// Mesh is the call of one room in which pages send to each other: a Peer for each other page.
//
// Members are known by the ids the server gives them, which change with each connection; pages by their
// session, which stays as long as they are in the call. So a Peer survives that either side, or the server
// itself, goes and comes back: it is found again by its session, and only its member's id is new.

import { kNoTracks, type Tracks } from './lines';
import { Peer } from './peer';
import { readSignal, type PeerSignal } from './signals';

export interface MeshSurroundings {
  /** This page's stay in the call: nobody else has the same. */
  session: string;
  signal(to: string, data: PeerSignal): void;
  createConnection(): RTCPeerConnection;
  /** Peers came, went or changed. */
  changed(): void;
  setTimer(run: () => void, ms: number): number;
  clearTimer(timer: number): void;
}

export interface Other {
  session: string;
  name: string;
  /** Nothing while the server does not know where that page is. */
  member: string | undefined;
  peer: Peer;
  /** What they last said about our voice: packets in the last few seconds. */
  heard: number | undefined;
  /** What they last said about their connection with the SFU. */
  sfu: PeerSignal['sfu'];
}

/** So long a page whose connection is broken, and which the server does not know, may take to come back. */
const kGraceMs = 30_000;

export class Mesh {
  private readonly others = new Map<string, Other>();
  private readonly graces = new Map<string, number>();
  /** Members in the call, by id: whom we greeted. */
  private readonly present = new Map<string, string>();
  private tracks: Tracks = kNoTracks;
  private ended = false;
  private welcoming = true;

  constructor(private readonly around: MeshSurroundings) {}

  get all(): readonly Other[] {
    return [...this.others.values()];
  }

  /** Whether pages are connected with that are not yet. Those that are, go on. */
  setWelcoming(welcoming: boolean): void {
    if (this.welcoming === welcoming) return;
    this.welcoming = welcoming;
    if (welcoming) for (const id of this.present.keys()) this.greet(id);
  }

  /** A member is in the call. Said again it does nothing. */
  appear(member: { id: string; name: string }): void {
    if (this.ended || this.present.has(member.id)) return;
    this.present.set(member.id, member.name);
    // Also to those who may know us by another id.
    if (this.welcoming || this.others.size > 0) this.greet(member.id);
  }

  /** The page is reached in another way from now on. */
  release(other: Other): void {
    this.remove(other);
  }

  /** A member is no longer in the call; or is `lost`: nobody knows. */
  disappear(id: string, lost: boolean): void {
    this.present.delete(id);
    const other = this.ofMember(id);
    if (!other) return;
    if (lost) this.unbind(other);
    else this.remove(other);
  }

  /** We are in the room again, after our own connection to the server was lost: everyone's id may be new. */
  reset(): void {
    this.present.clear();
    for (const other of this.others.values()) this.unbind(other);
  }

  receive(from: string, data: unknown): void {
    const signal = readSignal(data);
    if (!signal || this.ended) return;
    if (signal.for !== undefined && signal.for !== this.around.session) return;
    if (signal.session === this.around.session) return;
    // The call of someone who has left it: the signal was under way.
    if (!this.present.has(from)) return;
    if (!this.welcoming && !this.others.has(signal.session)) return;
    const other = this.otherOf(from, signal.session);
    if (signal.sfu !== undefined) other.sfu = signal.sfu;
    if (signal.heard !== undefined) {
      other.heard = signal.heard;
      this.around.changed();
    }
    void other.peer.receive(signal);
  }

  setTracks(tracks: Tracks): Promise<unknown> {
    this.tracks = tracks;
    return Promise.all(this.all.map((other) => other.peer.setTracks(tracks)));
  }

  /** To one page; lost where the server does not know it just now. */
  send(other: Other, signal: Omit<PeerSignal, 'session' | 'for'>): void {
    if (other.member === undefined) return;
    this.around.signal(other.member, { session: this.around.session, for: other.session, ...signal });
  }

  end(): void {
    this.ended = true;
    for (const other of this.all) this.remove(other);
  }

  private greet(id: string): void {
    this.around.signal(id, { session: this.around.session });
  }

  private ofMember(id: string): Other | undefined {
    return this.all.find((other) => other.member === id);
  }

  /** The page that speaks: known, known by another member's id, or new. */
  private otherOf(member: string, session: string): Other {
    const before = this.ofMember(member);
    if (before?.session === session) return before;
    // The same member with a new session: left the call and came back.
    if (before) this.remove(before);
    const known = this.others.get(session);
    return known ? this.rebind(known, member) : this.add(member, session);
  }

  private add(member: string, session: string): Other {
    const other: Other = {
      session,
      member,
      name: this.present.get(member) ?? '',
      heard: undefined,
      sfu: undefined,
      peer: new Peer({
        connection: this.around.createConnection(),
        polite: this.around.session < session,
        send: (signal) => this.send(other, signal),
        changed: () => this.peerChanged(other),
        setTimer: this.around.setTimer,
        clearTimer: this.around.clearTimer,
      }),
    };
    this.others.set(session, other);
    // They may know us by nothing but our greeting, if it came before they were in the call.
    this.send(other, {});
    void other.peer.setTracks(this.tracks);
    this.countChanged();
    return other;
  }

  private rebind(other: Other, member: string): Other {
    other.member = member;
    other.name = this.present.get(member) ?? other.name;
    this.stopGrace(other);
    this.send(other, {});
    other.peer.reachable();
    this.around.changed();
    return other;
  }

  private unbind(other: Other): void {
    other.member = undefined;
    this.peerChanged(other);
  }

  /** While media flow, a page may be unknown to the server for as long as it likes. */
  private peerChanged(other: Other): void {
    const gone = other.member === undefined && other.peer.link !== 'connected';
    if (!gone) this.stopGrace(other);
    else if (!this.graces.has(other.session)) {
      this.graces.set(other.session, this.around.setTimer(() => this.remove(other), kGraceMs));
    }
    this.around.changed();
  }

  private stopGrace(other: Other): void {
    const timer = this.graces.get(other.session);
    if (timer !== undefined) this.around.clearTimer(timer);
    this.graces.delete(other.session);
  }

  private remove(other: Other): void {
    this.stopGrace(other);
    this.others.delete(other.session);
    other.peer.close();
    this.countChanged();
  }

  private countChanged(): void {
    for (const other of this.others.values()) void other.peer.setPeers(this.others.size);
    this.around.changed();
  }
}
