// The browser's objects at the edge of src/media, with the rules of negotiation and nothing behind them: what a
// real connection would refuse is refused here too.

let lastTrack = 0;

export class FakeTrack {
  readonly id = `track-${++lastTrack}`;
  enabled = true;
  readyState: 'live' | 'ended' = 'live';
  contentHint = '';
  label = '';
  onended: (() => void) | null = null;
  constructor(
    readonly kind: 'audio' | 'video',
    private readonly height?: number,
  ) {}
  getSettings(): { height?: number } {
    return this.height === undefined ? {} : { height: this.height };
  }
  stop(): void {
    this.readyState = 'ended';
  }
  /** As when a device is unplugged. */
  end(): void {
    this.readyState = 'ended';
    this.onended?.();
  }
}

let lastStream = 0;

export class FakeStream {
  readonly id = `stream-${++lastStream}`;
  private readonly tracks: FakeTrack[];
  constructor(tracks: FakeTrack[] = []) {
    this.tracks = [...tracks];
  }
  getTracks(): FakeTrack[] {
    return this.tracks;
  }
  getAudioTracks(): FakeTrack[] {
    return this.tracks.filter((track) => track.kind === 'audio');
  }
  getVideoTracks(): FakeTrack[] {
    return this.tracks.filter((track) => track.kind === 'video');
  }
  addTrack(track: FakeTrack): void {
    this.tracks.push(track);
  }
}

class FakeSender {
  track: unknown = null;
  parameters: { encodings: Record<string, unknown>[] } = { encodings: [{}] };
  replaceTrack(track: unknown): Promise<void> {
    this.track = track;
    return Promise.resolve();
  }
  getParameters(): object {
    return structuredClone(this.parameters);
  }
  setParameters(parameters: { encodings: Record<string, unknown>[] }): Promise<void> {
    this.parameters = parameters;
    return Promise.resolve();
  }
}

interface FakeTransceiver {
  /** Given by the first offer. */
  mid: string | null;
  direction: RTCRtpTransceiverDirection;
  sender: FakeSender;
  receiver: { track: FakeTrack; getSynchronizationSources(): { audioLevel: number }[] };
}

const kLineKinds = ['audio', 'video', 'video', 'audio'] as const;

/** It has more than 12 members, because an RTCPeerConnection has as many that the page uses. */
export class FakeConnection {
  signalingState: RTCSignalingState = 'stable';
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: RTCSessionDescriptionInit | null = null;
  currentLocalDescription: RTCSessionDescriptionInit | null = null;
  remoteDescription: RTCSessionDescriptionInit | null = null;
  /** As getStats() gives them. */
  stats: ({ id: string; type: string } & Record<string, unknown>)[] = [];
  /** Of each voice that comes. */
  level = 0;
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((event: { candidate: { toJSON(): RTCIceCandidateInit } | null }) => void) | null = null;
  ontrack: ((event: { transceiver: FakeTransceiver }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  oniceconnectionstatechange: (() => void) | null = null;
  readonly candidates: unknown[] = [];
  restarts = 0;
  answers = 0;
  private readonly transceivers: FakeTransceiver[] = [];
  private offers = 0;

  addTransceiver(kind: 'audio' | 'video', init: RTCRtpTransceiverInit): FakeTransceiver {
    const transceiver = this.transceiver(kind, init.direction ?? 'sendrecv');
    if (init.sendEncodings) transceiver.sender.parameters = { encodings: init.sendEncodings as Record<string, unknown>[] };
    this.transceivers.push(transceiver);
    if (this.transceivers.length === 1) queueMicrotask(() => this.onnegotiationneeded?.());
    return transceiver;
  }

  getTransceivers(): FakeTransceiver[] {
    return this.transceivers;
  }

  async setLocalDescription(): Promise<void> {
    await Promise.resolve();
    if (this.connectionState === 'closed') throw new DOMException('closed', 'InvalidStateError');
    if (this.signalingState === 'have-remote-offer') {
      this.answers++;
      this.localDescription = { type: 'answer', sdp: `answer-${this.answers}` };
      this.signalingState = 'stable';
    } else {
      this.localDescription = { type: 'offer', sdp: `offer-${++this.offers}\r\na=ice-ufrag:u${this.restarts}\r\n` };
      this.transceivers.forEach((transceiver, at) => (transceiver.mid ??= String(at)));
      this.signalingState = 'have-local-offer';
    }
  }

  async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    const { type } = description;
    await Promise.resolve();
    if (type === 'answer') {
      if (this.signalingState !== 'have-local-offer') throw new DOMException('no offer', 'InvalidStateError');
      this.signalingState = 'stable';
      this.currentLocalDescription = this.localDescription;
    } else {
      // An own offer is rolled back.
      this.signalingState = 'have-remote-offer';
      this.laidByTheOther();
    }
    this.remoteDescription = description;
  }

  addIceCandidate(candidate: unknown): Promise<void> {
    this.candidates.push(candidate);
    return Promise.resolve();
  }

  restartIce(): void {
    this.restarts++;
    queueMicrotask(() => this.onnegotiationneeded?.());
  }

  getStats(): Promise<Map<string, object>> {
    return Promise.resolve(new Map(this.stats.map((stat) => [stat.id, stat])));
  }

  close(): void {
    this.connectionState = 'closed';
  }

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  private laidByTheOther(): void {
    if (this.transceivers.length > 0) return;
    for (const kind of kLineKinds) this.transceivers.push(this.transceiver(kind, 'recvonly'));
    for (const transceiver of this.transceivers) this.ontrack?.({ transceiver });
  }

  private transceiver(kind: 'audio' | 'video', direction: RTCRtpTransceiverDirection): FakeTransceiver {
    const getSynchronizationSources = () => [{ audioLevel: this.level }];
    return { mid: null, direction, sender: new FakeSender(), receiver: { track: new FakeTrack(kind), getSynchronizationSources } };
  }
}
