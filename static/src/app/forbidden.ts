// Why a host's rule keeps us from using something, in words: the tooltip of its switch, which then only says so.

import { computed, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Source } from '@/media/local_media';
import { useMeeting } from '@/app/meeting';

/** Nothing where it may be used. */
export function useForbidden(source: () => Source): ComputedRef<string | undefined> {
  const { t } = useI18n();
  const meeting = useMeeting();
  return computed(() => {
    if (source() === 'microphone' && meeting.muted.value) return t('warning.muted_by_host');
    return meeting.allows(source()) ? undefined : t(`warning.forbidden_${source()}`);
  });
}
