// The languages of the page. The browser's own is the first choice, the one picked here stays.

import { createI18n } from 'vue-i18n';
import { en, type Messages } from './en';
import { zh } from './zh';

export const kLanguages = { zh: '中文', en: 'English' } as const;
export type Language = keyof typeof kLanguages;

const kStored = 'parley.language';

export function preferredLanguage(stored: string | null, browser: readonly string[]): Language {
  if (stored === 'zh' || stored === 'en') return stored;
  for (const tag of browser) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'zh' || language === 'en') return language;
  }
  return 'en';
}

/** How the reader writes dates and times in the page's language: British clocks have 24 hours, American ones 12. */
export function clockLocale(language: Language, browser: readonly string[] = navigator.languages): string {
  return browser.find((tag) => tag.toLowerCase().split('-')[0] === language) ?? (language === 'zh' ? 'zh-CN' : 'en');
}

export const i18n = createI18n<[Messages], Language, false>({
  legacy: false,
  locale: preferredLanguage(localStorage.getItem(kStored), navigator.languages),
  fallbackLocale: 'en',
  messages: { en, zh },
});

/** The page's language for the browser too: fonts, hyphenation and screen readers go by it. */
function tellDocument(language: Language): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

export function setLanguage(language: Language): void {
  i18n.global.locale.value = language;
  localStorage.setItem(kStored, language);
  tellDocument(language);
}

tellDocument(i18n.global.locale.value);
