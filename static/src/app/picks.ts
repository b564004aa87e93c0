// What a person picked and wants to find again: devices, sounds. Kept by the browser.

import { ref, watch, type Ref } from 'vue';
import type { DeviceKind } from '@/media/devices';

export function kept<T extends string | boolean>(name: string, initial: T): Ref<T> {
  const key = `parley.${name}`;
  const stored = localStorage.getItem(key);
  const value = stored === null ? initial : ((typeof initial === 'boolean' ? stored === 'true' : stored) as T);
  const result = ref(value) as Ref<T>;
  watch(result, (now) => localStorage.setItem(key, String(now)));
  return result;
}

/** Empty: the system's own choice. */
export const picks: Record<DeviceKind, Ref<string>> = {
  microphone: kept('microphone', ''),
  camera: kept('camera', ''),
  speaker: kept('speaker', ''),
};

export function pickedDevice(kind: DeviceKind): string | undefined {
  return picks[kind].value || undefined;
}

/** How loud each person is, by name, from 0 to 1. */
export const volumes = ref<Record<string, number>>({});
