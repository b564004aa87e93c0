import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { kLateMs } from '@/media/device_request';
import { OwnDevices } from '@/app/own_devices';
import type { Warning } from '@/app/watching';
import { FakeDevices } from '../support/fake_devices';
import { settle } from '../support/fake_server';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function page(permissions: Partial<Record<string, PermissionState>> = {}) {
  const browser = new FakeDevices(permissions).install();
  const around = { muted: false, cameraFits: true, allowed: true };
  const told: unknown[] = [];
  const warnings = new Set<Warning>();
  const devices: OwnDevices = new OwnDevices({
    picked: () => undefined,
    muted: () => around.muted,
    allowed: () => around.allowed,
    cameraFits: () => around.cameraFits,
    tracksChanged: () => undefined,
    changed: () => told.push(devices.flags),
    warn: (warning, on) => (on ? warnings.add(warning) : warnings.delete(warning)),
  });
  return { browser, around, devices, told, warnings };
}
const granted = { microphone: 'granted', camera: 'granted' } as const;

describe('what hosts do not allow', () => {
  it.each([
    ['microphone', (devices: OwnDevices) => devices.setMicrophone(true)],
    ['camera', (devices: OwnDevices) => devices.setCamera(true)],
    ['screen', (devices: OwnDevices) => devices.setScreen(true)],
  ] as const)('is not opened, and is said why: the %s', async (source, turnOn) => {
    const { browser, around, devices, warnings } = page(granted);
    around.allowed = false;
    await turnOn(devices);
    await devices.openBySelf();
    await devices.settle();
    expect(browser.opened).toEqual([]);
    expect([...warnings]).toEqual([`forbidden_${source}`]);
  });
});

describe('a device that is turned off while it opens', () => {
  it('stays off: the microphone', async () => {
    const { browser, devices, told } = page();
    void devices.setMicrophone(true);
    expect(devices.wants('microphone')).toBe(true);
    await devices.setMicrophone(false);
    const track = browser.answer();
    await settle();
    expect(track.readyState).toBe('ended');
    expect(devices.voiceOn.value).toBe(false);
    expect(told).toEqual([{ audio: false, video: false, screen: false }]);
  });

  it('is on where it was only asked for twice', async () => {
    const { browser, devices } = page();
    void devices.setMicrophone(true);
    void devices.setMicrophone(true);
    browser.answer();
    await settle();
    expect(browser.asked).toBe(1);
    expect(devices.voiceOn.value).toBe(true);
  });

  it('stays off: the camera and the screen', async () => {
    const { browser, devices, told } = page();
    for (const turn of [(on: boolean) => devices.setCamera(on), (on: boolean) => devices.setScreen(on)]) {
      void turn(true);
      void turn(false);
      browser.answer();
      await settle();
    }
    expect(browser.live).toEqual([]);
    expect(told.at(-1)).toEqual({ audio: false, video: false, screen: false });
  });

  it('stays off where a host muted meanwhile', async () => {
    const { browser, devices, around } = page();
    void devices.setMicrophone(true);
    around.muted = true;
    expect(devices.muteByHost()).toBe(true);
    const track = browser.answer();
    await settle();
    expect(track.readyState).toBe('ended');
    expect(devices.voiceOn.value).toBe(false);
  });

  it('is closed again where other cameras were faster', async () => {
    const { browser, devices, around, warnings } = page();
    void devices.setCamera(true);
    around.cameraFits = false;
    const track = browser.answer();
    await settle();
    expect(track.readyState).toBe('ended');
    expect([...warnings]).toEqual(['cameras_full']);
  });
});

describe('what the preview opens by itself', () => {
  it('is what may be used without a question', async () => {
    const { browser, devices } = page({ camera: 'granted' });
    void devices.openBySelf();
    await settle();
    expect(browser.asked).toBe(1);
    browser.answer('video');
    await settle();
    expect(devices.flags).toEqual({ audio: false, video: true, screen: false });
  });

  it('is nothing once everything was closed, also while the browser still says what may be used', async () => {
    const { browser, devices } = page(granted);
    void devices.openBySelf();
    devices.closeAll();
    await settle();
    expect(browser.asked).toBe(0);
  });

  it('is closed when it arrives after the preview has gone', async () => {
    const { browser, devices } = page(granted);
    void devices.openBySelf();
    await settle();
    devices.stopBySelf();
    browser.answer('audio');
    browser.answer('video');
    await settle();
    expect(browser.live).toEqual([]);
  });

  it('goes on where somebody has asked for it meanwhile', async () => {
    const { browser, devices } = page(granted);
    void devices.openBySelf();
    await settle();
    void devices.setCamera(true);
    devices.stopBySelf();
    browser.answer('video');
    await settle();
    expect(devices.flags.video).toBe(true);
  });

  it('is without a microphone where a host has muted', async () => {
    const { browser, devices, around } = page(granted);
    around.muted = true;
    void devices.openBySelf();
    await settle();
    expect(browser.asked).toBe(1);
  });
});

describe('joining', () => {
  it('leaves a slow camera off that only the preview was opening', async () => {
    const { browser, devices } = page(granted);
    void devices.openBySelf();
    await settle();
    browser.answer('audio');
    await settle();
    await devices.settle();
    const camera = browser.answer('video');
    await settle();
    expect(camera.readyState).toBe('ended');
    expect(devices.flags).toEqual({ audio: true, video: false, screen: false });
  });

  it('waits for what the person has asked for', async () => {
    const { browser, devices } = page();
    void devices.setMicrophone(true);
    let settled = false;
    const settling = devices.settle().then(() => (settled = true));
    await settle();
    expect(settled).toBe(false);
    browser.answer('audio');
    await settling;
    expect(devices.voiceOn.value).toBe(true);
  });

  it('lets the browser ask for the microphone once, and leaves it off', async () => {
    const { browser, devices } = page();
    const settling = devices.settle();
    await settle();
    const track = browser.answer('audio');
    await settling;
    expect(track.readyState).toBe('ended');
    expect(devices.voiceOn.value).toBe(false);
    await devices.settle();
    expect(browser.asked).toBe(1);
  });

  it('asks for nothing that may be used, that was turned off, or that a host has muted', async () => {
    const allowed = page(granted);
    await allowed.devices.settle();
    expect(allowed.browser.asked).toBe(0);
    const off = page();
    await off.devices.setMicrophone(false);
    await off.devices.settle();
    expect(off.browser.asked).toBe(0);
    const muted = page();
    muted.around.muted = true;
    await muted.devices.settle();
    expect(muted.browser.asked).toBe(0);
  });

  it('goes on without an answer to the browser, when the person asks for it', async () => {
    const { browser, devices } = page();
    const settling = devices.settle();
    await settle();
    devices.dropOpening();
    await settling;
    const late = browser.answer('audio');
    await settle();
    expect(late.readyState).toBe('ended');
  });

  it('asks for nothing where everything was closed before it could', async () => {
    const { browser, devices } = page();
    const settling = devices.settle();
    devices.closeAll();
    await settling;
    await settle();
    expect(browser.asked).toBe(0);
  });

  it('says what cannot be had, and goes on', async () => {
    const { browser, devices } = page();
    const settling = devices.settle();
    await settle();
    browser.refuse('NotAllowedError');
    await settling;
    expect(devices.troubles.value).toEqual({ microphone: 'refused' });
  });
});

describe('coming back into a call of the same room', () => {
  it('opens what was on, and waits for it, though the browser tells nothing of permissions', async () => {
    const { browser, devices } = page();
    void devices.setMicrophone(true);
    browser.answer();
    await settle();
    devices.rememberOn();
    devices.closeAll();
    void devices.openBySelf();
    const settling = devices.settle();
    browser.answer('audio');
    await settling;
    expect(devices.flags).toEqual({ audio: true, video: false, screen: false });
  });

  it('opens nothing after the room was left', async () => {
    const { browser, devices } = page();
    void devices.setCamera(true);
    browser.answer();
    await settle();
    devices.rememberOn();
    devices.closeAll();
    devices.forgetOn();
    void devices.openBySelf();
    await settle();
    expect(browser.asked).toBe(1);
  });
});

describe('a device that takes long', () => {
  it.each([
    ['prompt', 'asking'],
    ['granted', 'slow'],
  ] as const)('with permission %s: %s', async (permission, word) => {
    const { browser, devices } = page({ camera: permission });
    void devices.setCamera(true);
    await settle();
    expect(devices.opening.value).toEqual({ camera: 'opening' });
    vi.advanceTimersByTime(kLateMs);
    await settle();
    expect(devices.opening.value).toEqual({ camera: word });
    // The other one changes nothing about it.
    void devices.setMicrophone(true);
    expect(devices.opening.value).toEqual({ camera: word, microphone: 'opening' });
    browser.answer('video');
    await settle();
    expect(devices.opening.value).toEqual({ microphone: 'opening' });
  });
});

describe('another device is picked', () => {
  it('while the first one opens: only the second one is used', async () => {
    const { browser, devices } = page();
    void devices.setMicrophone(true);
    void devices.devicePicked('microphone');
    const [first, second] = [browser.answer(), browser.answer()];
    await settle();
    expect([first.readyState, second.readyState]).toEqual(['ended', 'live']);
    expect(devices.voiceOn.value).toBe(true);
  });

  it('opens nothing that is closed', async () => {
    const { browser, devices } = page();
    await devices.devicePicked('camera');
    expect(browser.asked).toBe(0);
  });
});
