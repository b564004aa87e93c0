import { beforeEach, describe, expect, it, vi } from 'vitest';
import { kNoTracks } from '@/media/lines';
import { first, member, moving, Room, slot, two, type Page } from '../support/call_pages';
import { FakeStream, FakeTrack } from '../support/fake_connection';

beforeEach(() => {
  vi.stubGlobal('MediaStream', FakeStream);
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});

describe('a call that moves to the SFU', () => {
  it('keeps the mesh until both have what they hear from the SFU, and plays nothing twice', async () => {
    const { room, ada, bo } = await moving();
    for (const page of [ada, bo]) page.connections[0]!.level = 0.3;
    await room.pass(3000);
    expect([first(ada), first(bo)]).toEqual(['connected', 'connected']);
    ada.says({ slots: [{ mid: '4', member: 'bo', kind: 'voice' }] });
    const [mesh] = ada.played;
    expect(ada.played).toHaveLength(1);
    await room.pass(1000);
    expect(ada.played).toEqual([mesh]);
    // It comes to Ada, but not to Bo yet.
    ada.comes({ 4: 50 });
    await room.pass(1000);
    expect(ada.played).toHaveLength(1);
    expect(ada.played).not.toEqual([mesh]);
    expect([first(ada), first(bo)]).toEqual(['connected', 'connected']);
    bo.says({ slots: [{ mid: '5', member: 'ada', kind: 'voice' }] });
    bo.comes({ 5: 50 });
    await room.pass(1000);
    expect([first(ada), first(bo)]).toEqual(['closed', 'closed']);
    expect(ada.call.participants.map(({ session, member, link }) => [session, member, link])).toEqual([['bo', 'bo', 'connected']]);
    expect(ada.played).toHaveLength(1);
  });

  it('does not wait for an unheard voice without a slot of the SFU', async () => {
    const { room, ada, bo } = await moving();
    await room.pass(2500);
    expect([first(ada), first(bo)]).toEqual(['closed', 'closed']);
  });

  it('waits for a picture that is on the screen', async () => {
    const { room, ada, bo } = await moving();
    ada.call.appear(member('bo', { video: true }));
    ada.call.setSeen('bo', 'camera', 300);
    await room.pass(3000);
    expect(ada.wants).toEqual({ videos: [{ member: 'bo', kind: 'camera', height: 300 }] });
    expect(first(bo)).toBe('connected');
    const before = ada.call.participants[0]?.pictures.camera;
    ada.says({ slots: [{ mid: '10', member: 'bo', kind: 'camera' }] });
    await room.pass(500);
    expect(ada.call.participants[0]?.pictures.camera).toBe(before);
    ada.comes({ 10: 2 });
    await room.pass(1000);
    expect([first(ada), first(bo)]).toEqual(['closed', 'closed']);
    const shown = ada.call.participants[0]?.pictures.camera?.getTracks()[0];
    expect(shown).toBe(slot(ada, '10'));
  });

  it('keeps the connection with a page that does not reach the SFU, or does not know it', async () => {
    const { room, ada, bo } = await two();
    ada.call.setMedia('sfu');
    await ada.joinsSfu();
    await room.pass(60_000);
    expect([first(ada), first(bo)]).toEqual(['connected', 'connected']);
    expect(ada.played).toHaveLength(1);
  });

  it('connects with nobody who comes later, but by the SFU', async () => {
    const { room, ada } = await moving();
    await room.pass(3000);
    const before = ada.connections.length;
    const cy = room.page('cy');
    cy.call.reset('sfu', [member('ada'), member('bo')]);
    ada.call.appear(member('cy'));
    await cy.joinsSfu();
    await room.pass(1000);
    expect(ada.connections).toHaveLength(before);
    expect(cy.connections).toHaveLength(1);
    expect(ada.call.participants.map(({ session }) => session)).toEqual(['bo', 'cy']);
    expect(cy.call.participants.map(({ session, link }) => [session, link])).toEqual([
      ['ada', 'connected'],
      ['bo', 'connected'],
    ]);
  });

  it('ends when a member leaves in the middle', async () => {
    const { room, ada } = await moving();
    ada.call.end();
    await room.pass(20_000);
    expect(ada.connections.map(({ connectionState }) => connectionState)).toEqual(['closed', 'closed']);
  });
});

/** Ada in a call by the SFU, with Bo and Cy. */
async function onSfu() {
  const room = new Room();
  const ada = room.page('ada');
  ada.call.reset('sfu', [member('bo'), member('cy')]);
  await ada.joinsSfu();
  return { room, ada };
}

describe('a call by the SFU', () => {
  it('plays what comes on a slot as the voice of the person who is on it now', async () => {
    const { ada } = await onSfu();
    expect(ada.played).toEqual([]);
    ada.says({ slots: [{ mid: '4', member: 'bo', kind: 'voice' }] });
    const [played] = ada.played;
    ada.says({ slots: [{ mid: '4', member: 'cy', kind: 'voice' }] });
    expect(ada.played).toEqual([played?.replace('bo', 'cy')]);
  });

  it('takes the speakers from the server', async () => {
    const { ada } = await onSfu();
    ada.says({ levels: [{ member: 'cy', level: 10 }] });
    expect(ada.call.participants.map((each) => [each.session, ada.call.levelOf(each) > 0.2])).toEqual([
      ['bo', false],
      ['cy', true],
    ]);
  });

  it('finds somebody again who comes back as another member', async () => {
    const { room, ada } = await onSfu();
    ada.says({ slots: [{ mid: '10', member: 'bo', kind: 'camera' }] });
    ada.call.disappear('bo', true);
    expect(ada.call.participants[0]).toMatchObject({ session: 'bo', member: undefined, link: 'connected' });
    ada.call.appear(member('bo2', { author: 'author of bo' }));
    expect(ada.call.participants[0]).toMatchObject({ session: 'bo', member: 'bo2', link: 'connected' });
    expect(ada.call.participants[0]?.pictures.camera).toBeDefined();
    ada.says({ slots: [{ mid: '10', member: 'bo2', kind: 'camera' }] });
    expect(ada.call.participants[0]?.pictures.camera).toBeDefined();
    await room.pass(31_000);
    expect(ada.call.participants.map(({ session }) => session)).toEqual(['bo', 'cy']);
  });

  it('forgets somebody who does not come back', async () => {
    const { room, ada } = await onSfu();
    ada.call.disappear('bo', true);
    expect(ada.call.participants[0]).toMatchObject({ session: 'bo', link: 'interrupted' });
    await room.pass(31_000);
    expect(ada.call.participants.map(({ session }) => session)).toEqual(['cy']);
  });

  it('gives somebody who is lost once more as long to come back as the first time', async () => {
    const { room, ada } = await onSfu();
    const sessions = () => ada.call.participants.map(({ session }) => session);
    ada.call.disappear('bo', true);
    await room.pass(20_000);
    ada.call.appear(member('bo'));
    await room.pass(5000);
    ada.call.disappear('bo', true);
    await room.pass(29_000);
    expect(sessions()).toEqual(['bo', 'cy']);
    // Lost without having been back, as when we lost the server ourselves.
    ada.call.disappear('bo', true);
    await room.pass(29_000);
    expect(sessions()).toEqual(['bo', 'cy']);
    await room.pass(2000);
    expect(sessions()).toEqual(['cy']);
  });

  it('goes on where we come back ourselves, with those who are still there', async () => {
    const { room, ada } = await onSfu();
    ada.call.reset('sfu', [member('cy')]);
    await room.deliver();
    expect(ada.connections).toHaveLength(1);
    expect(ada.toSfu.filter((data) => 'description' in data)).toHaveLength(2);
    expect(ada.call.participants.map(({ session }) => session)).toEqual(['cy']);
  });

  it('plays on where all lost the server, and come back one after another', async () => {
    const { room, ada } = await onSfu();
    ada.says({ slots: [{ mid: '4', member: 'bo', kind: 'voice' }] });
    const before = ada.played;
    ada.call.reset('sfu', []);
    expect(ada.played).toEqual(before);
    expect(ada.call.participants.map(({ session, member, link }) => [session, member, link])).toEqual([['bo', undefined, 'connected']]);
    ada.call.appear(member('bo2', { author: 'author of bo' }));
    ada.says({ slots: [{ mid: '4', member: 'bo2', kind: 'voice' }] });
    expect(ada.played).toEqual(before);
    await room.pass(31_000);
    expect(ada.call.participants.map(({ session, member }) => [session, member])).toEqual([['bo', 'bo2']]);
  });

  it('tells those whose voice is on a slot how much of it came, and hears the same', async () => {
    const { room, ada } = await onSfu();
    ada.says({ slots: [{ mid: '4', member: 'bo', kind: 'voice' }] });
    for (const participant of ada.call.participants) ada.call.tellHeard(participant, 0);
    expect(room.mail.filter(({ data }) => 'heard' in data).map(({ to, data }) => [to, data.heard])).toEqual([['bo', 0]]);
    ada.call.receive('bo', { session: 'Sbo', heard: 0 });
    expect(ada.call.participants[0]?.heard).toBe(0);
    // What is not said again no longer counts.
    await room.pass(6000);
    expect(ada.call.participants[0]?.heard).toBeUndefined();
  });

  it('measures each by the slots that they are on', async () => {
    const { ada } = await onSfu();
    ada.says({ slots: [{ mid: '4', member: 'bo', kind: 'voice' }, { mid: '5', member: 'cy', kind: 'voice' }] });
    ada.connections[0]!.stats = ['4', '5'].map((mid) => ({ id: mid, type: 'inbound-rtp', kind: 'audio', mid, packetsReceived: Number(mid) * 10, timestamp: 1 }));
    const samples = await ada.call.samples();
    expect([...samples].map(([session, { voicePackets, source }]) => [session, voicePackets, source])).toEqual([
      ['bo', 40, '4'],
      ['cy', 50, '5'],
    ]);
  });

  it('goes back to the mesh where the server says so, and lets go of the SFU once that is there', async () => {
    const { room, ada } = await onSfu();
    ada.call.disappear('cy', false);
    const bo = room.page('bo');
    bo.call.reset('mesh', [member('ada')]);
    ada.call.setMedia('mesh');
    await room.pass(1000);
    expect(first(ada)).toBe('connected');
    for (const page of [ada, bo]) page.connections.at(-1)?.become('connected');
    await room.pass(500);
    expect(first(ada)).toBe('closed');
    expect(ada.call.participants.map(({ session, link }) => [session, link])).toEqual([['bo', 'connected']]);
  });
});

describe('a mesh in which two do not reach each other', () => {
  const offers = (page: Page) => page.toSfu.filter((data) => 'description' in data).length;

  it('asks for the SFU after 10 s, and not before', async () => {
    const { room, ada } = await two();
    ada.connections[0]?.become('failed');
    await room.pass(9000);
    expect(offers(ada)).toBe(0);
    await room.pass(1500);
    expect(offers(ada)).toBe(1);
  });

  it('asks where somebody says for 10 s that nothing of our voice comes', async () => {
    const { room, ada } = await two();
    ada.call.setTracks({ ...kNoTracks, voice: new FakeTrack('audio') as unknown as MediaStreamTrack });
    ada.call.receive('bo', { session: 'Sbo', for: 'Sada', heard: 0 });
    await room.pass(9000);
    expect(offers(ada)).toBe(0);
    await room.pass(1500);
    expect(offers(ada)).toBe(1);
  });

  it('does not ask a server that has none, nor for a disturbance that passes', async () => {
    const { room, ada } = await two();
    ada.connections[0]?.become('disconnected');
    await room.pass(8000);
    ada.connections[0]?.become('connected');
    await room.pass(8000);
    ada.connections[0]?.become('failed');
    room.offersSfu = false;
    await room.pass(60_000);
    expect(offers(ada)).toBe(0);
  });

  it('lets go of an SFU that the server does not move the call to, and asks no more', async () => {
    const { room, ada } = await two();
    ada.connections[0]?.become('failed');
    await room.pass(30_000);
    const sfu = ada.connections.slice(1);
    expect(sfu.length).toBeGreaterThan(0);
    expect(sfu.every(({ connectionState }) => connectionState === 'closed')).toBe(true);
    const before = offers(ada);
    await room.pass(60_000);
    expect(offers(ada)).toBe(before);
  });

  it('goes over at once where the server moves it', async () => {
    const { room, ada } = await two();
    ada.connections[0]?.become('failed');
    await room.pass(11_000);
    await ada.joinsSfu();
    ada.call.setMedia('sfu');
    ada.says({ slots: [{ mid: '4', member: 'bo', kind: 'voice' }] });
    ada.call.receive('bo', { session: 'Sbo', for: 'Sada', sfu: 'ready' });
    await room.pass(1000);
    expect(ada.played).toHaveLength(1);
    expect(first(ada)).toBe('closed');
  });
});

describe('what is on the screen', () => {
  it('is said to a page of the mesh at each change of whether it can be seen', async () => {
    const { room, ada } = await two();
    const wants = () => room.mail.flatMap(({ data }) => ('want' in data ? [data.want] : []));
    ada.call.setSeen('bo', 'camera', 200);
    ada.call.setSeen('bo', 'camera', 300);
    expect(wants()).toEqual([]);
    ada.call.setSeen('bo', 'camera', 0);
    ada.call.setSeen('bo', 'camera', 300);
    expect(wants()).toEqual([
      { camera: false, screen: true },
      { camera: true, screen: true },
    ]);
  });

  it('is said to the SFU at once where a page of tiles is turned, and as a whole', async () => {
    const { room, ada } = await moving();
    const people = ['bo', 'cy', 'di', 'ed'];
    for (const id of people) ada.call.appear(member(id, { video: true }));
    for (const id of people.slice(0, 2)) ada.call.setSeen(id, 'camera', 120);
    await room.timers.advance(50);
    await room.deliver();
    ada.toSfu.length = 0;
    for (const id of people.slice(0, 2)) ada.call.setSeen(id, 'camera', 0);
    // Tiles say so one after the other.
    for (const id of people.slice(2)) {
      ada.call.setSeen(id, 'camera', 120);
      await room.timers.advance(10);
    }
    await room.timers.advance(50);
    await room.deliver();
    const wants = ada.toSfu.filter((data) => 'want' in data);
    expect(wants).toEqual([{ want: { videos: people.slice(2).map((id) => ({ member: id, kind: 'camera', height: 120 })) } }]);
  });
});
