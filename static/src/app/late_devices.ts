// What to say when a microphone or camera takes long to open: that the browser asks the person, or that it is slow.

import { computed, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { useMeeting } from '@/app/meeting';

/** Nothing while there is nothing to say. */
export function useLateDevices(): ComputedRef<string | undefined> {
  const { t } = useI18n();
  const { devices, phase } = useMeeting();
  return computed(() => {
    const { microphone, camera } = devices.opening.value;
    const words = (state: 'asking' | 'slow'): string | undefined => {
      const late = [microphone === state ? 'microphone' : '', camera === state ? 'camera' : ''].filter(Boolean);
      if (late.length === 0) return undefined;
      const device = t(`device.the_${late.length > 1 ? 'both' : late[0]}`);
      return t(state === 'asking' && phase.value === 'in' ? 'device.askingInCall' : `device.${state}`, { device });
    };
    return words('asking') ?? words('slow');
  });
}
