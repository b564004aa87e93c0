// Call is the call of one room as one page sees it: who is in it, what they send, and how they are reached. Small calls are
// a mesh, larger ones go through the SFU; a call moves from one to the other while people talk. Nobody outside of this
// folder needs to know which it is.
//
// A participant's `session` is a key that stays while the person is in the call, however their media come (roster.ts).
// Call has more than 25 functions and 12 members because it puts the mesh and the SFU together, and moves between them.

import { Graces } from './graces';
import { Handover } from './handover';
import { Heard } from './heard';
import { receivedLevel } from './levels';
import { kNoTracks, type Line, type Link, type Picture, type Tracks } from './lines';
import { Mesh, type Other } from './mesh';
import { sampleOf, type Sample } from './quality';
import { Roster, type CallMember } from './roster';
import { Sfu, type Delivery, type Slot } from './sfu';
import { kPictureSlots } from './sfu_lines';
import { readSignal } from './signals';
import { Troubles } from './troubles';
import { SeenPictures, shownOf, wantsOf } from './wants';

export interface CallSurroundings {
  /** This page's stay in the call: nobody else has the same. */
  session: string;
  signal(to: string, data: unknown): Promise<Delivery>;
  /** The server would carry the call. */
  offersSfu(): boolean;
  createConnection(): RTCPeerConnection;
  /** Participants or what comes from them changed. */
  changed(): void;
  /** The pause before try number `attempt`, from 0. */
  retryMs(attempt: number): number;
  setTimer(run: () => void, ms: number): number;
  clearTimer(timer: number): void;
  now(): number;
}

export interface Participant {
  session: string;
  /** Nothing while the server does not know where that page is. */
  member: string | undefined;
  name: string;
  link: Link;
  pictures: Partial<Record<Picture, MediaStream>>;
  /** What they last said about our voice: packets in the last few seconds. */
  heard: number | undefined;
}

export interface Sound {
  key: string;
  /** Whose it is; nothing: nobody's just now. */
  session: string | undefined;
  line: 'voice' | 'sound';
  stream: MediaStream;
  /** It comes in another way, too. */
  silent: boolean;
}

const kBeatMs = 250;
/** So often the others are told which of their pictures are on the screen. */
const kWantBeats = 12;
/** The mesh is there by then, or the SFU is not needed for it. */
const kReturnMs = 10_000;
/** A server that has not moved the call by then does not. */
const kAskedMs = 15_000;
/** Who spoke so short a while ago may go on. */
const kSpokeMs = 20_000;

export class Call {
  private readonly mesh: Mesh;
  private readonly roster = new Roster();
  private readonly troubles = new Troubles();
  private sfu: Sfu | undefined;
  private handover: Handover | undefined;
  private media = 'mesh';
  private tracks: Tracks = kNoTracks;
  private readonly seen: SeenPictures;
  /** What those last said whom only the SFU reaches. */
  private readonly heard: Heard;
  /** Tiles keep their places, however their media come. */
  private readonly order = new Map<string, number>();
  private readonly graces: Graces;
  private beats = 0;
  private beatTimer: number | undefined;
  /** When the SFU was asked for, or was no longer needed. */
  private sfuSince = 0;
  private hasAsked = false;
  private ended = false;

  constructor(private readonly around: CallSurroundings) {
    this.heard = new Heard(around.now);
    this.graces = new Graces(around);
    this.seen = new SeenPictures(around, () => this.wantFromSfu());
    this.mesh = new Mesh({
      session: around.session,
      signal: (to, data) => void around.signal(to, data),
      createConnection: around.createConnection,
      changed: () => this.meshChanged(),
      setTimer: around.setTimer,
      clearTimer: around.clearTimer,
    });
    this.beat();
  }

  /** In an order that stays. */
  get participants(): Participant[] {
    const { sfu } = this;
    const all = this.mesh.all.map((other) => this.inMesh(other));
    const reached = new Set(all.map(({ session }) => session));
    if (sfu) {
      for (const { key, lost, member } of this.roster.all) {
        if (reached.has(key)) continue;
        const pictures = this.picturesFromSfu(key);
        // Of somebody whom the server does not know, media may still come.
        const link = lost && !this.hasSlot(key) ? 'interrupted' : sfu.link;
        all.push({ session: key, member: lost ? undefined : member.id, name: member.name, link, pictures, heard: this.heard.by(key) });
      }
    }
    for (const { session } of all) if (!this.order.has(session)) this.order.set(session, this.order.size);
    return all.sort((a, b) => (this.order.get(a.session) ?? 0) - (this.order.get(b.session) ?? 0));
  }

  /** All that is to be played. A stream stays as long as its key. */
  get sounds(): Sound[] {
    const sounds: Sound[] = this.mesh.all.flatMap((other) =>
      (['voice', 'sound'] as const).flatMap((line) => {
        const stream = other.peer.streams[line];
        return stream ? [{ key: `${other.session}/${line}`, session: this.keyOf(other), line, stream, silent: this.isOnSfu(other) }] : [];
      }),
    );
    for (const { kind, occupant, stream } of this.sfu?.slots ?? []) {
      if (kind !== 'audio') continue;
      const session = occupant && this.roster.keyOf(occupant.member);
      const other = this.otherOf(session);
      sounds.push({ key: stream.id, session, line: occupant?.kind === 'sound' ? 'sound' : 'voice', stream, silent: other !== undefined && !this.isOnSfu(other) });
    }
    return sounds;
  }

  /** How the server wants the call to go: `mesh` or `sfu`. */
  setMedia(media: string): void {
    if (this.ended || media === this.media) return;
    this.media = media;
    this.hasAsked = false;
    this.sfuSince = this.around.now();
    this.handover?.stop();
    this.handover = media === 'sfu' ? this.beginHandover(this.startSfu()) : undefined;
    this.mesh.setWelcoming(media !== 'sfu');
    this.around.changed();
  }

  /** A member is in the call; said again where something about them changed. */
  appear(member: CallMember): void {
    if (this.ended) return;
    this.roster.appear(member);
    this.graces.keep(this.roster.isLost);
    this.mesh.appear(member);
    this.wantFromSfu();
    this.around.changed();
  }

  /** A member is no longer in the call; or is `lost`: nobody knows. */
  disappear(id: string, lost: boolean): void {
    this.mesh.disappear(id, lost);
    if (lost) this.lose(id);
    else this.roster.remove(id);
    this.graces.keep(this.roster.isLost);
    this.around.changed();
  }

  /** We are in the room again, after our own connection to the server was lost: everyone's id may be new. */
  reset(media: string, members: readonly CallMember[]): void {
    if (this.ended) return;
    this.mesh.reset();
    this.setMedia(media);
    // All may have lost the server, as with a proxy that restarts: who is still heard or seen comes back, too.
    this.roster.reset(members, (key) => this.hasSlot(key));
    for (const { lost, member } of this.roster.all) if (lost) this.lose(member.id);
    for (const member of members) this.appear(member);
    this.sfu?.reachable();
  }

  receive(from: string, data: unknown): void {
    if (this.ended) return;
    if (from === 'sfu') return this.sfu?.receive(data);
    const heard = readSignal(data)?.heard;
    if (heard !== undefined) this.heard.say(this.roster.keyOf(from), heard);
    this.mesh.receive(from, data);
  }

  setTracks(tracks: Tracks): void {
    this.tracks = tracks;
    void this.mesh.setTracks(tracks);
    this.sfu?.setTracks(tracks);
  }

  /** How high a picture is on the screen, in its pixels; 0: it can't be seen, and need not be sent. */
  setSeen(session: string, what: Picture, height: number): void {
    const before = this.seen.of(session)?.[what];
    // Of a window that is made larger the SFU learns with the next beat.
    this.seen.set(session, what, height);
    if ((before === 0) !== (height === 0)) this.sayWants(session);
  }

  /** How loud somebody is just now, from 0 to 1. */
  levelOf({ session, link }: Participant): number {
    // The last level of a connection that broke stays for seconds.
    if (link !== 'connected') return 0;
    const other = this.otherOf(session);
    if (other && !this.isOnSfu(other)) return receivedLevel(other.peer.receiver('voice'));
    const entry = this.roster.byKey(session);
    return entry ? (this.sfu?.levelOf(entry.member.id) ?? 0) : 0;
  }

  /** Of each participant, what has come so far. */
  async samples(): Promise<Map<string, Sample>> {
    const samples = new Map<string, Sample>();
    const inMesh = this.mesh.all.filter((other) => !this.isOnSfu(other));
    const [report] = await Promise.all([
      this.sfu?.stats(),
      ...inMesh.map(async (other) => samples.set(this.keyOf(other), sampleOf(await other.peer.connection.getStats()))),
    ]);
    for (const { session } of this.participants) {
      const mids = (this.sfu?.slots ?? []).filter((slot) => this.holds(slot, session)).map(({ mid }) => mid);
      if (report && !samples.has(session)) samples.set(session, sampleOf(report, mids));
    }
    return samples;
  }

  /** Tells them how many packets of their voice came. Through the SFU only those are told whom it gives to us. */
  tellHeard({ session, member }: Participant, packets: number): void {
    const other = this.otherOf(session);
    if (other && !this.isOnSfu(other)) return this.mesh.send(other, { heard: packets });
    const entry = member === undefined ? undefined : this.roster.entryOf(member);
    if (!entry?.member.audio || entry.member.muted || !this.slotOf(session, 'voice')) return;
    void this.around.signal(entry.member.id, { session: this.around.session, heard: packets });
  }

  end(): void {
    this.ended = true;
    this.mesh.end();
    this.stopSfu();
    this.graces.keep(() => false);
    this.seen.stop();
    if (this.beatTimer !== undefined) this.around.clearTimer(this.beatTimer);
  }

  // --- what comes in which way

  private keyOf(other: Other): string {
    return this.roster.keyOfPage(other.session);
  }

  private otherOf(session: string | undefined): Other | undefined {
    return this.mesh.all.find((other) => this.keyOf(other) === session);
  }

  /** Their media are taken from the SFU, though there is a connection with their page. */
  private isOnSfu(other: Other): boolean {
    if (!this.sfu) return false;
    if (this.media === 'sfu') return this.handover?.isDone(other) ?? false;
    return other.peer.link !== 'connected' && this.sfu.link === 'connected';
  }

  private inMesh(other: Other): Participant {
    const { member, name, heard, peer } = other;
    const session = this.keyOf(other);
    if (this.sfu && this.isOnSfu(other)) {
      return { session, member, name, link: this.sfu.link, pictures: this.picturesFromSfu(session), heard: this.heard.by(session) };
    }
    const { camera, screen } = peer.streams;
    return { session, member, name, link: peer.link, pictures: { ...(camera && { camera }), ...(screen && { screen }) }, heard };
  }

  private holds({ occupant }: Slot, session: string): boolean {
    return occupant !== undefined && this.roster.keyOf(occupant.member) === session;
  }

  private hasSlot(session: string): boolean {
    return this.sfu?.slots.some((slot) => this.holds(slot, session)) ?? false;
  }

  private slotOf(session: string, line: Line): Slot | undefined {
    return this.sfu?.slots.find((slot) => slot.occupant?.kind === line && this.holds(slot, session));
  }

  private picturesFromSfu(session: string): Participant['pictures'] {
    const [camera, screen] = [this.slotOf(session, 'camera')?.stream, this.slotOf(session, 'screen')?.stream];
    return { ...(camera && { camera }), ...(screen && { screen }) };
  }

  private meshChanged(): void {
    this.roster.setPages(this.mesh.all);
    this.around.changed();
  }

  private lose(id: string): void {
    this.roster.lose(id);
    this.graces.begin(id, () => this.roster.removeLost(id) && this.around.changed());
  }

  // --- the SFU

  private startSfu(): Sfu {
    if (this.sfu) return this.sfu;
    this.sfu = new Sfu({
      createConnection: this.around.createConnection,
      signal: (data) => this.around.signal('sfu', data),
      changed: () => this.around.changed(),
      retryMs: this.around.retryMs,
      setTimer: this.around.setTimer,
      clearTimer: this.around.clearTimer,
      now: this.around.now,
    });
    this.sfu.start(this.tracks);
    return this.sfu;
  }

  private beginHandover(sfu: Sfu): Handover {
    // What was said in a move before does not count.
    for (const other of this.mesh.all) other.sfu = undefined;
    return new Handover({
      mesh: this.mesh,
      sfu,
      slotOf: (other, line) => this.slotOf(this.keyOf(other), line),
      linesOf: (other) => this.linesOf(other),
      changed: () => this.around.changed(),
      now: this.around.now,
    });
  }

  private stopSfu(): void {
    this.sfu?.close();
    this.sfu = undefined;
    this.handover?.stop();
    this.handover = undefined;
  }

  /** Those that a page uses, without pictures that nobody sees. */
  private linesOf(other: Other): Line[] {
    const flags = other.member === undefined ? undefined : this.roster.entryOf(other.member)?.member;
    if (!flags) return [];
    const seen = this.seen.of(this.keyOf(other));
    const used: [Line, boolean][] = [
      ['voice', flags.audio && !flags.muted],
      ['sound', flags.screen && !flags.muted],
      ['camera', flags.video && (seen?.camera ?? 0) > 0],
      ['screen', flags.screen && (seen?.screen ?? 0) > 0],
    ];
    return used.filter(([, is]) => is).map(([line]) => line);
  }

  private beat(): void {
    if (this.ended) return;
    this.beatTimer = this.around.setTimer(() => this.beat(), kBeatMs);
    if (++this.beats % kWantBeats === 0) for (const other of this.mesh.all) this.sayWants(this.keyOf(other));
    this.wantFromSfu();
    if (this.media === 'sfu') this.handover?.step().catch((error: unknown) => console.warn('the move to the server waits', error));
    else if (this.sfu) this.leaveSfu();
    else this.askForSfu();
  }

  /** Where two pages can't hear each other, the server is asked to carry the call: by an offer to the SFU. Once in a call. */
  private askForSfu(): void {
    const now = this.around.now();
    const voiceOn = this.tracks.voice?.enabled ?? false;
    if (!this.troubles.isLasting(this.mesh.all, voiceOn, now) || this.hasAsked || !this.around.offersSfu()) return;
    this.hasAsked = true;
    this.sfuSince = now;
    this.startSfu();
  }

  /** The server has gone back to the mesh, or was asked for nothing. */
  private leaveSfu(): void {
    const waited = this.around.now() - this.sfuSince;
    const connected = (key: string) => this.otherOf(key)?.peer.link === 'connected';
    const isBack = this.roster.all.every(({ key, lost }) => lost || connected(key)) || this.sfu?.link !== 'connected';
    if (this.hasAsked ? waited < kAskedMs : waited < kReturnMs && !isBack) return;
    this.stopSfu();
    this.around.changed();
  }

  // --- pictures

  private wantFromSfu(): void {
    const { sfu } = this;
    if (!sfu) return;
    const shown = this.participants.flatMap(({ session }) => {
      const member = this.roster.byKey(session)?.member;
      return member ? shownOf(member, this.seen.of(session), sfu.spokeWithin(member.id, kSpokeMs)) : [];
    });
    sfu.want(wantsOf(shown, kPictureSlots));
  }

  private sayWants(session: string): void {
    const other = this.otherOf(session);
    const seen = this.seen.of(session);
    if (other && seen) this.mesh.send(other, { want: { camera: seen.camera !== 0, screen: seen.screen !== 0 } });
  }
}
