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

watchEffect(() => {
  const dark = theme.value === 'dark' || (theme.value === 'auto' && systemIsDark.value);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
});

export function setTheme(picked: Theme): void {
  theme.value = picked;
  localStorage.setItem(kStored, picked);
}
