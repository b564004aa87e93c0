import { beforeEach, describe, expect, it, vi } from 'vitest';
import { kNoTracks, type Tracks } from '@/media/lines';
import { Sfu, type Delivery } from '@/media/sfu';
import { kPictureSlots, kSoundSlots, shortened } from '@/media/sfu_lines';
import { readFromSfu, type ToSfu } from '@/media/sfu_signals';
import { wantsOf } from '@/media/wants';
import { FakeConnection, FakeStream, FakeTrack } from '../support/fake_connection';
import { ManualTimers, settle } from '../support/fake_server';

beforeEach(() => {
  vi.stubGlobal('MediaStream', FakeStream);
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});

const kAnswer = { description: { type: 'answer', sdp: 'answer' } };

function page() {
  const timers = new ManualTimers();
  const connections: FakeConnection[] = [];
  const sent: ToSfu[] = [];
  /** `slow`: what the server says of a signal comes only then. */
  const way: { delivery: Delivery; slow?: Promise<void> | undefined } = { delivery: 'taken' };
  const sfu = new Sfu({
    createConnection: () => {
      const connection = new FakeConnection();
      connections.push(connection);
      return connection as unknown as RTCPeerConnection;
    },
    signal: (data) => {
      if (way.delivery === 'taken') sent.push(structuredClone(data));
      const { delivery, slow = Promise.resolve() } = way;
      return slow.then(() => delivery);
    },
    changed: () => undefined,
    retryMs: (attempt) => 1000 * 2 ** attempt,
    setTimer: (run, ms) => timers.set(run, ms),
    clearTimer: (timer) => timers.clear(timer),
    now: () => timers.now,
  });
  const offers = () => sent.flatMap((data) => ('description' in data ? [data.description.sdp] : []));
  const connection = () => connections.at(-1)!;
  return { sfu, timers, connections, sent, way, offers, connection };
}

async function connected(tracks: Tracks = kNoTracks) {
  const all = page();
  all.sfu.start(tracks);
  await settle();
  all.sfu.receive(kAnswer);
  await settle();
  all.connection().become('connected');
  return all;
}

function tracks(): Tracks {
  return { ...kNoTracks, voice: new FakeTrack('audio') as unknown as MediaStreamTrack };
}

describe('the connection with the SFU', () => {
  it('offers the four lines of a page and then its slots, once', async () => {
    const voice = tracks();
    const { sfu, offers, connection } = await connected(voice);
    const laid = connection().getTransceivers();
    expect(laid.slice(0, 4).map(({ receiver, direction }) => [receiver.track.kind, direction])).toEqual([
      ['audio', 'sendonly'],
      ['video', 'sendonly'],
      ['video', 'sendonly'],
      ['audio', 'sendonly'],
    ]);
    expect(laid[1]?.sender.parameters.encodings.map(({ rid }) => rid)).toEqual(['q', 'h', 'f']);
    expect(laid[0]?.sender.track).toBe(voice.voice);
    expect(laid.slice(4).every(({ direction }) => direction === 'recvonly')).toBe(true);
    expect(sfu.slots.map(({ kind }) => kind).sort()).toEqual([...Array(kSoundSlots).fill('audio'), ...Array(kPictureSlots).fill('video')]);
    expect(offers()).toHaveLength(1);
    expect(sfu.link).toBe('connected');
  });

  it.each([
    [720, [4, 2, 1]],
    [360, [2, 1]],
    [180, [1]],
  ])('sends a camera of %d lines in layers that a browser sends all of', async (height, scales) => {
    const camera = new FakeTrack('video', height) as unknown as MediaStreamTrack;
    const { connection } = await connected({ ...kNoTracks, camera });
    const { encodings } = connection().getTransceivers()[1]!.sender.parameters;
    expect(encodings.map(({ rid }) => rid)).toEqual(['q', 'h', 'f']);
    expect(encodings.filter(({ active }) => active).map(({ scaleResolutionDownBy }) => scaleResolutionDownBy)).toEqual(scales);
  });

  it('fits the layers to another camera after the answer, where that comes while an offer is under way', async () => {
    const { sfu, connection } = await connected();
    sfu.reachable();
    await settle();
    sfu.setTracks({ ...kNoTracks, camera: new FakeTrack('video', 180) as unknown as MediaStreamTrack });
    await settle();
    const active = () => connection().getTransceivers()[1]!.sender.parameters.encodings.filter(({ active }) => active).length;
    expect(active()).toBe(3);
    sfu.receive(kAnswer);
    await settle();
    expect(active()).toBe(1);
  });

  it('leaves out of an offer what the server does not need', () => {
    const kept = [
      'a=rtcp-mux',
      'm=video 9 UDP/TLS/RTP/SAVPF 96',
      'a=mid:4',
      'a=ice-ufrag:abcd',
      'a=setup:actpass',
      'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
      'a=extmap:2/recvonly http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
    ];
    const left = [
      'a=rtcp-fb:96 nack',
      'a=rtcp:9 IN IP4 0.0.0.0',
      'a=candidate:1 1 udp 1 10.0.0.1 9 typ host',
      'a=extmap:13 urn:3gpp:video-orientation',
      'a=extmap:2/recvonly urn:ietf:params:rtp-hdrext:csrc-audio-level',
    ];
    expect(shortened([...kept, ...left, ''].join('\r\n'))).toBe([...kept, ''].join('\r\n'));
    // One bundle has one transport.
    const slot = ['m=video 0 UDP/TLS/RTP/SAVPF 96', 'a=mid:5', 'a=ice-ufrag:abcd', 'a=ice-pwd:secret', 'a=fingerprint:sha-256 00', 'a=setup:actpass'];
    expect(shortened([...kept, ...slot].join('\r\n'))).toBe([...kept, ...slot.slice(0, 2)].join('\r\n'));
  });

  it('tells the member on each slot, and forgets a member who is no longer named', async () => {
    const { sfu } = await connected();
    const who = () => sfu.slots.filter(({ occupant }) => occupant).map(({ mid, occupant }) => [mid, occupant?.member, occupant?.kind]);
    const { stream } = sfu.slots[0]!;
    sfu.receive({ slots: [{ mid: '4', member: 'bo', kind: 'voice' }, { mid: '10', member: 'bo', kind: 'camera', layer: 'h' }, { mid: '99', member: 'x', kind: 'voice' }] });
    expect(who()).toEqual([['4', 'bo', 'voice'], ['10', 'bo', 'camera']]);
    sfu.receive({ slots: [{ mid: '4', member: 'cy', kind: 'sound' }] });
    expect(who()).toEqual([['4', 'cy', 'sound']]);
    expect(sfu.slots[0]?.stream).toBe(stream);
  });

  it('counts what has come since the present occupant is there', async () => {
    const { sfu, connection } = await connected();
    const come = async (packets: number) => {
      connection().stats = [{ id: 'in', type: 'inbound-rtp', mid: '4', packetsReceived: packets }];
      await sfu.count();
      return sfu.flows(sfu.slots[0]!);
    };
    sfu.receive({ slots: [{ mid: '4', member: 'bo', kind: 'voice' }] });
    expect(await come(2)).toBe(false);
    expect(await come(40)).toBe(true);
    sfu.receive({ slots: [{ mid: '4', member: 'bo', kind: 'voice' }] });
    expect(await come(41)).toBe(true);
    sfu.receive({ slots: [{ mid: '4', member: 'cy', kind: 'voice' }] });
    expect(await come(42)).toBe(false);
    expect(await come(60)).toBe(true);
  });

  it('forgets levels that are old', async () => {
    const { sfu, timers } = await connected();
    sfu.receive({ levels: [{ member: 'bo', level: 20 }, { member: 'cy', level: 127 }] });
    expect(sfu.levelOf('bo')).toBeCloseTo(0.1);
    expect([sfu.levelOf('cy'), sfu.levelOf('di')]).toEqual([0, 0]);
    expect([sfu.spokeWithin('bo', 5000), sfu.spokeWithin('cy', 5000)]).toEqual([true, false]);
    await timers.advance(1500);
    expect(sfu.levelOf('bo')).toBe(0);
  });

  it('asks for pictures once for each change, and again on a new connection', async () => {
    const { sfu, sent, timers } = await connected();
    const wants = () => sent.flatMap((data) => ('want' in data ? [data.want.videos.map(({ member }) => member)] : []));
    sent.length = 0;
    sfu.want([{ member: 'bo', kind: 'camera', height: 360 }]);
    sfu.want([{ member: 'bo', kind: 'camera', height: 360 }]);
    expect(wants()).toEqual([['bo']]);
    sfu.receive({ ended: 'ice_timeout' });
    await timers.advance(1000);
    expect(wants()).toEqual([['bo'], ['bo']]);
  });
});

describe('a connection with the SFU that breaks', () => {
  it('is made anew after a pause that grows while it does not come up', async () => {
    const { sfu, connections, timers } = await connected();
    sfu.receive({ ended: 'closed' });
    expect(connections[0]?.connectionState).toBe('closed');
    expect(sfu.link).toBe('interrupted');
    await timers.advance(1000);
    expect(connections).toHaveLength(2);
    sfu.receive({ ended: 'closed' });
    await timers.advance(1900);
    expect(connections).toHaveLength(2);
    await timers.advance(200);
    expect(connections).toHaveLength(3);
  });

  it('goes on where it is said to have moved: we have taken it over', async () => {
    const { sfu, connections, timers } = await connected();
    sfu.receive({ ended: 'moved' });
    await timers.advance(60_000);
    expect(connections).toHaveLength(1);
    expect(sfu.link).toBe('connected');
  });

  it('restarts ICE where it is interrupted for long, and is made anew where that does not help', async () => {
    const { connection, connections, timers, offers, sfu } = await connected();
    connection().become('disconnected');
    await timers.advance(2900);
    expect(connection().restarts).toBe(0);
    await timers.advance(200);
    expect(connection().restarts).toBe(1);
    expect(offers()).toHaveLength(2);
    sfu.receive(kAnswer);
    await timers.advance(30_000);
    expect(connections.length).toBeGreaterThan(1);
  });

  it('waits as long for an answer where an offer before it was delivered late', async () => {
    const { sfu, connection, timers, way } = page();
    let deliver = (): void => undefined;
    way.slow = new Promise((resolve) => (deliver = resolve));
    sfu.start(kNoTracks);
    await settle();
    sfu.reachable();
    way.slow = undefined;
    deliver();
    await settle();
    sfu.receive(kAnswer);
    await settle();
    connection().become('connected');
    await timers.advance(9000);
    sfu.reachable();
    await settle();
    await timers.advance(2000);
    expect(sfu.link).toBe('connected');
  });

  it('takes the first of two answers to one offer', async () => {
    const { sfu, connections } = page();
    sfu.start(kNoTracks);
    await settle();
    sfu.receive(kAnswer);
    sfu.receive(kAnswer);
    await settle();
    expect(connections.map(({ signalingState, connectionState }) => [signalingState, connectionState])).toEqual([['stable', 'new']]);
    expect(console.warn).not.toHaveBeenCalled();
  });

  it('recovers from a short break without an offer', async () => {
    const { connection, timers, offers } = await connected();
    connection().become('disconnected');
    connection().become('connected');
    await timers.advance(60_000);
    expect(connection().restarts).toBe(0);
    expect(offers()).toHaveLength(1);
  });

  it.each([
    ['is never answered', 'taken' as const],
    ['is refused', 'refused' as const],
  ])('is made anew where its offer %s', async (_, delivery) => {
    const { sfu, connections, timers, way } = page();
    way.delivery = delivery;
    sfu.start(kNoTracks);
    await settle();
    await timers.advance(12_000);
    expect(connections.length).toBeGreaterThan(1);
    expect(connections[0]?.connectionState).toBe('closed');
  });
});

describe('a lost way to the server', () => {
  it('does not touch the media, which are taken over with the same ICE credentials', async () => {
    const { sfu, way, timers, offers, connections } = await connected();
    way.delivery = 'lost';
    await timers.advance(20_000);
    way.delivery = 'taken';
    sfu.reachable();
    await settle();
    expect(connections).toHaveLength(1);
    expect(offers()).toHaveLength(2);
    expect(new Set(offers().map((sdp) => /ufrag:(\S+)/.exec(sdp)?.[1])).size).toBe(1);
    sfu.receive(kAnswer);
    await settle();
    expect(sfu.link).toBe('connected');
  });

  it('makes a new connection where the server does not know it any more, as after its restart', async () => {
    const { sfu, connections, offers, timers } = await connected();
    sfu.reachable();
    await settle();
    expect(offers()).toHaveLength(2);
    sfu.receive({ description: { type: 'answer', sdp: 'answer\r\na=ice-ufrag:other\r\n' } });
    await settle();
    expect(connections.map(({ connectionState }) => connectionState)).toEqual(['closed', 'new']);
    expect(offers()).toHaveLength(3);
    sfu.receive({ description: { type: 'answer', sdp: 'answer\r\na=ice-ufrag:third\r\n' } });
    await settle();
    connections[1]?.become('connected');
    await timers.advance(60_000);
    expect(connections).toHaveLength(2);
  });

  it('makes a new connection where the media broke meanwhile', async () => {
    const { sfu, way, connection, connections, timers } = await connected();
    way.delivery = 'lost';
    connection().become('disconnected');
    await timers.advance(5000);
    way.delivery = 'taken';
    sfu.reachable();
    await settle();
    expect(connections).toHaveLength(2);
  });

  it('makes a new connection where a restart of ICE was under way: the server would not know it', async () => {
    const { sfu, way, connection, connections, timers } = await connected();
    way.delivery = 'lost';
    connection().become('disconnected');
    await timers.advance(5000);
    connection().become('connected');
    way.delivery = 'taken';
    sfu.reachable();
    await settle();
    expect(connections).toHaveLength(2);
  });

  it('sends the first offer once more, if it was that which was lost', async () => {
    const { sfu, way, offers, connections } = page();
    way.delivery = 'lost';
    sfu.start(kNoTracks);
    await settle();
    way.delivery = 'taken';
    sfu.reachable();
    await settle();
    expect(offers()).toHaveLength(1);
    expect(connections).toHaveLength(1);
  });
});

describe('leaving while it connects', () => {
  it.each([0, 1, 2, 4, 8, 16])('leaves nothing behind, after %d steps', async (steps) => {
    const { sfu, connections, timers, sent } = page();
    sfu.start(tracks());
    for (let step = 0; step < steps; step++) await Promise.resolve();
    sfu.close();
    const before = sent.length;
    await settle();
    sfu.receive(kAnswer);
    sfu.receive({ ended: 'closed' });
    sfu.reachable();
    await timers.advance(120_000);
    expect(connections.map(({ connectionState }) => connectionState)).toEqual(['closed']);
    expect(sent.length).toBe(before);
    expect(sfu.link).toBe('closed');
  });
});

describe('what the SFU says', () => {
  it('is taken as far as it is known', () => {
    expect(readFromSfu({ description: { type: 'offer', sdp: '' }, slots: [7, { mid: '1', member: 'b', kind: 'smell' }], levels: 3, ended: 4, x: 1 })).toEqual({ slots: [] });
    for (const data of [null, [], 'x', 7]) expect(readFromSfu(data)).toEqual({});
  });
});

describe('the pictures that are wanted', () => {
  const of = (member: string, height: number, more: object = {}) => ({ member, kind: 'camera' as const, height, spoke: false, ...more });

  it('are those that can be seen: screens first, then the large ones, then in the order of the page', () => {
    const wants = wantsOf([of('a', 100), of('b', 0), of('c', 700), of('d', 100), of('e', 90, { kind: 'screen' })], 9);
    expect(wants.map(({ member, height }) => [member, height])).toEqual([['e', 120], ['c', 720], ['a', 120], ['d', 120]]);
  });

  it('are no more than the slots, and speakers come first', () => {
    const all = [of('a', 100), of('b', 100), of('c', 100, { spoke: true })];
    expect(wantsOf(all, 3).map(({ member }) => member)).toEqual(['a', 'b', 'c']);
    expect(wantsOf(all, 2).map(({ member }) => member)).toEqual(['c', 'a']);
  });
});
