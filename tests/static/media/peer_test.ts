import { beforeEach, describe, expect, it, vi } from 'vitest';
import { kNoTracks, type Tracks } from '@/media/lines';
import { Peer } from '@/media/peer';
import type { PeerSignal } from '@/media/signals';
import { FakeConnection, FakeStream, FakeTrack } from '../support/fake_connection';
import { ManualTimers, settle } from '../support/fake_server';

interface End {
  peer: Peer;
  connection: FakeConnection;
  sent: Omit<PeerSignal, 'session' | 'for'>[];
  timers: ManualTimers;
  reachable: boolean;
}

function end(polite: boolean): End {
  const connection = new FakeConnection();
  const timers = new ManualTimers();
  const result: End = { connection, timers, sent: [], reachable: true } as unknown as End;
  result.peer = new Peer({
    connection: connection as unknown as RTCPeerConnection,
    polite,
    send: (signal) => {
      if (result.reachable) result.sent.push(signal);
    },
    changed: () => undefined,
    setTimer: (run, ms) => timers.set(run, ms),
    clearTimer: (timer) => timers.clear(timer),
  });
  return result;
}

/** Carries signals both ways until nobody has anything more to say. */
async function exchange(one: End, other: End): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await settle();
    const [fromOne, fromOther] = [one.sent.splice(0), other.sent.splice(0)];
    if (fromOne.length + fromOther.length === 0) return;
    for (const signal of fromOne) void other.peer.receive({ session: 'one', ...signal });
    for (const signal of fromOther) void one.peer.receive({ session: 'other', ...signal });
  }
  throw new Error('they never stop');
}

function tracks(more: Partial<Record<keyof Tracks, FakeTrack>> = {}): Tracks {
  return { ...kNoTracks, ...more } as unknown as Tracks;
}

beforeEach(() => {
  vi.stubGlobal('MediaStream', FakeStream);
});

describe('Peer', () => {
  it('lays four lines, on the impolite side alone, and both agree', async () => {
    const [polite, impolite] = [end(true), end(false)];
    await exchange(polite, impolite);
    for (const { connection } of [polite, impolite]) {
      expect(connection.signalingState).toBe('stable');
      expect(connection.getTransceivers().map(({ direction }) => direction)).toEqual(Array(4).fill('sendrecv'));
    }
    expect(impolite.connection.answers).toBe(0);
  });

  it('sends its tracks on both sides, before or after they agreed, and changes them without an offer', async () => {
    const [polite, impolite] = [end(true), end(false)];
    const [voice, camera] = [new FakeTrack('audio'), new FakeTrack('video')];
    await polite.peer.setTracks(tracks({ voice }));
    await exchange(polite, impolite);
    expect(polite.peer.sender('voice')?.track).toBe(voice);
    await impolite.peer.setTracks(tracks({ camera }));
    await exchange(polite, impolite);
    expect(impolite.peer.sender('camera')?.track).toBe(camera);
    await impolite.peer.setTracks(tracks());
    expect(impolite.peer.sender('camera')?.track).toBeNull();
    expect(polite.connection.answers).toBe(1);
  });

  it('keeps what comes on each line apart', async () => {
    const [polite, impolite] = [end(true), end(false)];
    await exchange(polite, impolite);
    const kinds = Object.entries(polite.peer.streams).map(([line, stream]) => [line, ...stream.getTracks().map(({ kind }) => kind)]);
    expect(kinds).toEqual([['voice', 'audio'], ['camera', 'video'], ['screen', 'video'], ['sound', 'audio']]);
  });

  it('agrees also where both make an offer at the same moment', async () => {
    const [polite, impolite] = [end(true), end(false)];
    await exchange(polite, impolite);
    polite.connection.restartIce();
    impolite.connection.restartIce();
    await exchange(polite, impolite);
    expect(polite.connection.signalingState).toBe('stable');
    expect(impolite.connection.signalingState).toBe('stable');
  });

  it('passes candidates on, the empty last one too', async () => {
    const [polite, impolite] = [end(true), end(false)];
    await exchange(polite, impolite);
    polite.connection.onicecandidate?.({ candidate: { toJSON: () => ({ candidate: '' }) } });
    polite.connection.onicecandidate?.({ candidate: null });
    await exchange(polite, impolite);
    expect(impolite.connection.candidates).toEqual([{ candidate: '' }, undefined]);
  });

  it('restarts ICE at once when it failed, and again while it stays so', async () => {
    const { connection, timers } = end(true);
    connection.become('connected');
    connection.become('failed');
    expect(connection.restarts).toBe(1);
    await timers.advance(10_000);
    expect(connection.restarts).toBe(2);
    connection.become('connected');
    await timers.advance(60_000);
    expect(connection.restarts).toBe(2);
  });

  it('restarts ICE when a disturbance lasts five seconds, not when it passes', async () => {
    const { connection, timers } = end(true);
    connection.become('connected');
    connection.become('disconnected');
    await timers.advance(4000);
    connection.become('connected');
    await timers.advance(10_000);
    expect(connection.restarts).toBe(0);
    connection.become('disconnected');
    await timers.advance(5000);
    expect(connection.restarts).toBe(1);
  });

  it('says an unanswered offer again when the other side can be reached again', async () => {
    const [polite, impolite] = [end(true), end(false)];
    impolite.reachable = false;
    await settle();
    impolite.reachable = true;
    impolite.peer.reachable();
    await exchange(polite, impolite);
    expect(impolite.connection.signalingState).toBe('stable');
    expect(polite.connection.signalingState).toBe('stable');
  });

  it('divides what it sends by the number of others, and stops a picture that nobody sees', async () => {
    const [polite, impolite] = [end(true), end(false)];
    await exchange(polite, impolite);
    const encoding = () => polite.connection.getTransceivers()[1]?.sender.parameters.encodings[0];
    await polite.peer.setPeers(1);
    const alone = encoding()?.maxBitrate as number;
    await polite.peer.setPeers(5);
    expect(encoding()?.maxBitrate).toBeLessThan(alone);
    expect(encoding()).toMatchObject({ active: true, scaleResolutionDownBy: 2 });
    await polite.peer.receive({ session: 'other', want: { camera: false, screen: true } });
    expect(encoding()).toMatchObject({ active: false });
    expect(polite.connection.getTransceivers()[2]?.sender.parameters.encodings[0]).toMatchObject({ active: true });
  });

  it('is silent after it was closed', async () => {
    const { peer, connection, sent, timers } = end(false);
    connection.become('failed');
    peer.close();
    await settle();
    sent.length = 0;
    await peer.receive({ session: 'other', description: { type: 'offer', sdp: 'x' } });
    await timers.advance(60_000);
    expect(sent).toEqual([]);
    expect(peer.link).toBe('closed');
  });
});
