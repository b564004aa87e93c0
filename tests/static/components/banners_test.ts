// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { ref, shallowRef } from 'vue';
import CallBanners from '@/components/CallBanners.vue';
import { fakeMeeting, mounted } from '../support/mounted';

function banners(phase: 'out' | 'in') {
  const fake = fakeMeeting();
  const opening = ref({ microphone: 'asking', camera: undefined });
  const meeting = { ...fake, phase: ref(phase), devices: { ...fake.devices, troubles: shallowRef({}), opening }, watching: { ...fake.watching, deaf: ref([]) } };
  return mounted(CallBanners, () => ({}), { meeting: meeting as never }).root.querySelector('.banners')?.textContent ?? '';
}

describe('the banner while the browser asks for the microphone', () => {
  it('does not speak of joining after joining', () => {
    expect(banners('in')).toContain("Allow it in the browser's prompt.");
    expect(banners('in')).not.toMatch(/join/i);
    expect(banners('out')).toMatch(/join without/);
  });
});
