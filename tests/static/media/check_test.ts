import { afterEach, describe, expect, it, vi } from 'vitest';
import { kChecks } from '@/media/check';
import { DeviceRequest } from '@/media/device_request';
import { FakeDevices } from '../support/fake_devices';
import { settle } from '../support/fake_server';

const request = new DeviceRequest();
const around = { picked: () => undefined, endpoint: 'wss://chat.example/ws', request, iceServers: undefined };
afterEach(() => vi.unstubAllGlobals());

describe('the check of a device', () => {
  it('closes it again, and gives its name', async () => {
    const devices = new FakeDevices().install();
    const outcome = kChecks.camera(around);
    const track = devices.answer();
    expect(await outcome).toEqual({ state: 'good', detail: track.label });
    expect(track.readyState).toBe('ended');
  });

  it('ends when nobody looks at it any more, and closes what arrives later', async () => {
    const devices = new FakeDevices({ microphone: 'prompt' }).install();
    const outcome = kChecks.microphone(around);
    request.cancel();
    expect(await outcome).toEqual({ state: 'missing', reason: 'asking' });
    const late = devices.answer();
    await settle();
    expect(late.readyState).toBe('ended');
  });
});

describe('the check of the relay', () => {
  it('waits for a room, which alone tells whether there is one', async () => {
    expect(await kChecks.relay({ ...around, iceServers: undefined })).toEqual({ state: 'missing', reason: 'relay_later' });
  });

  it('says that the server has none', async () => {
    const iceServers = [{ urls: 'stun:stun.example' }];
    expect(await kChecks.relay({ ...around, iceServers })).toEqual({ state: 'missing', reason: 'no_relay' });
  });
});
