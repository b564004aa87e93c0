// What to say of a microphone, a camera or a screen that can't be had. What can be done about it depends on where it is said.

import { useI18n } from 'vue-i18n';
import type { DeviceTrouble } from '@/media/devices';
import type { Source } from '@/media/local_media';

/** `both`: a page that may have neither a microphone nor a camera. */
export function useDeviceTrouble(): (source: Source | 'both', trouble: DeviceTrouble) => string {
  const { t } = useI18n();
  return (source, trouble) => {
    const name = source === 'both' ? '' : t(`device.${source}`);
    return t(`device.${trouble}`, { device: t(`device.the_${source}`), name, kind: name.toLocaleLowerCase() });
  };
}
