// Times of day as the reader writes them.

import { computed, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { clockLocale, type Language } from '@/i18n';

export interface Clock {
  /** `3:22 PM`, or `15:22`. */
  time(date: Date): string;
  /** The same without AM and PM, where there is little place. */
  short(date: Date): string;
  /** With the date and seconds. */
  exact(date: Date): string;
}

export function useClock(): ComputedRef<Clock> {
  const { locale } = useI18n();
  return computed(() => {
    const language = clockLocale(locale.value as Language);
    const format = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' });
    return {
      time: (date) => format.format(date),
      short: (date) =>
        format
          .formatToParts(date)
          .filter(({ type }) => type !== 'dayPeriod')
          .map(({ value }) => value)
          .join('')
          .trim(),
      exact: (date) => date.toLocaleString(language),
    };
  });
}
