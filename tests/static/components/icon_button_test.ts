// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createApp, h, ref, type App } from 'vue';
import DeviceToggle from '@/components/DeviceToggle.vue';
import IconButton from '@/components/IconButton.vue';
import { i18n } from '@/i18n';
import { kMeeting, type Meeting } from '@/app/meeting';

let app: App | undefined;

function mounted(component: object, props: object, meeting?: object): HTMLButtonElement {
  const root = document.createElement('div');
  app = createApp({ render: () => h(component, props, () => '7') });
  app.use(i18n).provide(kMeeting, meeting as Meeting).mount(root);
  return root.querySelector('button')!;
}

afterEach(() => app?.unmount());

describe('a button with an icon', () => {
  it('has its label as name and tooltip, submits nothing, and shows what it is given', () => {
    const click = vi.fn();
    const button = mounted(IconButton, { icon: 'people', label: 'People', class: 'act', 'aria-expanded': true, onClick: click });
    expect(button.type).toBe('button');
    expect([button.ariaLabel ?? button.getAttribute('aria-label'), button.title]).toEqual(['People', 'People']);
    expect(button.className).toBe('act');
    expect(button.getAttribute('aria-expanded')).toBe('true');
    expect(button.querySelector('.icon--people')).not.toBeNull();
    expect(button.textContent).toBe('7');
    button.click();
    expect(click).toHaveBeenCalledOnce();
  });

  it('has a longer tooltip where there is a key for it', () => {
    const button = mounted(IconButton, { icon: 'chat', label: 'Chat', hint: 'Chat (C)' });
    expect([button.getAttribute('aria-label'), button.title]).toEqual(['Chat', 'Chat (C)']);
  });
});

describe('the switch of a device', () => {
  const devices = (on: boolean, opening?: string, { allowed = true, muted = false } = {}) => ({
    muted: ref(muted),
    allows: () => allowed,
    devices: {
      voiceOn: ref(on),
      tracks: ref({ camera: on ? {} : null }),
      opening: ref({ microphone: opening, camera: opening }),
      wants: () => on,
      setMicrophone: vi.fn(),
      setCamera: vi.fn(),
    },
  });

  it.each([
    ['microphone', true, 'mic'],
    ['microphone', false, 'micOff'],
    ['camera', true, 'camera'],
    ['camera', false, 'cameraOff'],
  ] as const)('of the %s shows that it is on: %s', (kind, on, icon) => {
    const button = mounted(DeviceToggle, { kind, shortcut: 'M' }, devices(on));
    expect(button.getAttribute('aria-pressed')).toBe(String(on));
    expect(button.querySelector(`.icon--${icon}`)).not.toBeNull();
    expect(button.classList.contains('off')).toBe(!on);
    expect(button.title).toMatch(/ \(M\)$/);
  });

  it.each([
    ['microphone', { allowed: false }, 'Only hosts can use microphones now. Raise your hand to speak.'],
    ['microphone', { muted: true }, 'Your microphone and chat are blocked until a host allows them again. Raise your hand to speak.'],
    ['camera', { allowed: false }, 'Only hosts can use cameras now.'],
  ] as const)('of the %s says why a host does not let us use it: %o', (kind, rule, reason) => {
    const button = mounted(DeviceToggle, { kind, shortcut: 'M' }, devices(false, undefined, rule));
    expect(button.getAttribute('aria-disabled')).toBe('true');
    expect(button.title).toBe(reason);
  });

  it('turns its own device to what it is not, also while that opens', () => {
    const meeting = devices(false, 'slow');
    const button = mounted(DeviceToggle, { kind: 'camera' }, meeting);
    expect(button.getAttribute('aria-busy')).toBe('true');
    expect(button.classList.contains('opening')).toBe(true);
    button.click();
    expect(meeting.devices.setCamera).toHaveBeenCalledWith(true);
    expect(meeting.devices.setMicrophone).not.toHaveBeenCalled();
  });
});
