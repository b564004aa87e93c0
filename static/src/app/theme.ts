// Light or dark: as the system has it, or as it was picked here.

import { ref, watchEffect } from 'vue';

export type Theme = 'auto' | 'light' | 'dark';

const kStored = 'parley.theme';
const system = window.matchMedia('(prefers-color-scheme: dark)');

function stored(): Theme {
  const value = localStorage.getItem(kStored);
  return value === 'light' || value === 'dark' ? value : 'auto';
}

export const theme = ref<Theme>(stored());
const systemIsDark = ref(system.matches);
system.addEventListener('change', () => (systemIsDark.value = system.matches));

/** Of the browser's own frame: --paper in styles/base.css, as index.html has it for the system's choice. */
const kFrame = { light: '#f5f3ee', dark: '#121615' };

watchEffect(() => {
  const dark = theme.value === 'dark' || (theme.value === 'auto' && systemIsDark.value);
  const shown = dark ? 'dark' : 'light';
  document.documentElement.dataset.theme = shown;
  for (const frame of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) frame.content = kFrame[shown];
});

export function setTheme(picked: Theme): void {
  theme.value = picked;
  localStorage.setItem(kStored, picked);
}
