import { beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalMedia, type Source } from '@/media/local_media';
import { FakeStream, FakeTrack } from '../support/fake_connection';
import { FakeDevices } from '../support/fake_devices';
import { settle } from '../support/fake_server';

const asked: MediaStreamConstraints[] = [];
let gone: string[] = [];
let lost = false;

beforeEach(() => {
  asked.length = 0;
  gone = [];
  lost = false;
  vi.stubGlobal('navigator', {
    mediaDevices: {
      getUserMedia: (constraints: MediaStreamConstraints) => {
        asked.push(constraints);
        const wanted = (constraints.audio ?? constraints.video) as { deviceId?: { exact: string } };
        if (lost || gone.includes(wanted.deviceId?.exact ?? '')) {
          return Promise.reject(new DOMException('', 'NotFoundError'));
        }
        return Promise.resolve(new FakeStream([new FakeTrack(constraints.audio ? 'audio' : 'video')]));
      },
      getDisplayMedia: () => Promise.resolve(new FakeStream([new FakeTrack('video'), new FakeTrack('audio')])),
    },
  });
});

function local(picked?: string) {
  const ended: Source[] = [];
  let changes = 0;
  const media = new LocalMedia({
    picked: () => picked,
    changed: () => changes++,
    openingChanged: () => undefined,
    ended: (source) => ended.push(source),
  });
  return { media, ended, changes: () => changes };
}
const fake = (track: MediaStreamTrack | null) => track as unknown as FakeTrack;

describe('LocalMedia', () => {
  it('opens the device that was picked, and another one where that is gone', async () => {
    const { media } = local('mic-7');
    await media.openMicrophone();
    expect(asked).toMatchObject([{ audio: { deviceId: { exact: 'mic-7' }, echoCancellation: true } }]);
    gone = ['mic-7'];
    await media.openMicrophone();
    expect(asked.at(-1)?.audio).not.toHaveProperty('deviceId');
    expect(media.voiceOn).toBe(true);
  });

  it('lets the old track go when a device is changed, and stays off if it was off', async () => {
    const { media } = local();
    await media.openMicrophone();
    const before = fake(media.tracks.voice);
    media.setVoice(false);
    await media.openMicrophone();
    expect(before.readyState).toBe('ended');
    expect(media.voiceOn).toBe(false);
  });

  it('turns the camera’s light off with the camera', async () => {
    const { media } = local();
    await media.openCamera();
    const camera = fake(media.tracks.camera);
    media.closeCamera();
    expect(camera.readyState).toBe('ended');
    expect(media.tracks.camera).toBeNull();
  });

  it('goes over to another device when one is unplugged', async () => {
    const { media, ended } = local();
    await media.openMicrophone();
    const first = fake(media.tracks.voice);
    first.end();
    await settle();
    expect(media.tracks.voice).not.toBeNull();
    expect(fake(media.tracks.voice)).not.toBe(first);
    expect(ended).toEqual([]);
  });

  it('says so where there is no other', async () => {
    const { media, ended } = local();
    await media.openCamera();
    lost = true;
    fake(media.tracks.camera).end();
    await settle();
    expect(media.tracks.camera).toBeNull();
    expect(ended).toEqual(['camera']);
  });

  it('shares a screen with its sound, and notices the browser’s own stop button', async () => {
    const { media, ended } = local();
    await media.openScreen();
    const [picture, sound] = [fake(media.tracks.screen), fake(media.tracks.sound)];
    expect(picture.contentHint).toBe('detail');
    picture.end();
    await settle();
    expect(sound.readyState).toBe('ended');
    expect(media.tracks).toMatchObject({ screen: null, sound: null });
    expect(ended).toEqual(['screen']);
  });

  it('leaves an unplugged microphone closed where it is turned off before another one is open', async () => {
    const { media } = local();
    await media.openMicrophone();
    const devices = new FakeDevices().install();
    fake(media.tracks.voice).end();
    media.setVoice(false);
    const late = devices.answer();
    await settle();
    expect(late.readyState).toBe('ended');
    expect(media.tracks.voice).toBeNull();
  });

  it('changes over to a device that is off when it was turned off meanwhile', async () => {
    const { media } = local();
    await media.openMicrophone();
    const devices = new FakeDevices().install();
    const changing = media.openMicrophone();
    media.setVoice(false);
    devices.answer();
    expect(await changing).toBe(true);
    expect(media.voiceOn).toBe(false);
  });

  it.each(['microphone', 'camera', 'screen'] as const)('opens nothing after closeAll: a %s that arrives later', async (source) => {
    const devices = new FakeDevices().install();
    const { media, changes } = local();
    const opening = { microphone: () => media.openMicrophone(), camera: () => media.openCamera(), screen: () => media.openScreen() }[source]();
    media.closeAll();
    expect(await opening).toBe(false);
    const late = devices.answer();
    await settle();
    expect(late.readyState).toBe('ended');
    expect(changes()).toBe(0);
    expect(Object.values(media.tracks)).toEqual([null, null, null, null]);
  });

  it('asks for no other device instead of one that is gone, where none is wanted any more', async () => {
    const devices = new FakeDevices().install();
    const { media } = local('cam-3');
    const opening = media.openCamera();
    media.closeCamera();
    devices.refuse('NotFoundError');
    expect(await opening).toBe(false);
    await settle();
    expect(devices.asked).toBe(1);
  });

  it('keeps nothing open after closeAll', async () => {
    const { media } = local();
    await media.openMicrophone();
    await media.openCamera();
    await media.openScreen();
    const all = Object.values(media.tracks).map(fake);
    media.closeAll();
    expect(all.map(({ readyState }) => readyState)).toEqual(['ended', 'ended', 'ended', 'ended']);
    expect(Object.values(media.tracks)).toEqual([null, null, null, null]);
  });
});
