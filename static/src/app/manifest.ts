// The manifest of the page as an app, in the page's language. A browser reads it when somebody installs the page.

import { watchEffect } from 'vue';
import { i18n } from '@/i18n';
import { kRoot } from '@/app/route';

watchEffect(() => {
  const link = document.querySelector<HTMLLinkElement>('link[rel="manifest"]');
  if (link) link.href = new URL(`app.${i18n.global.locale.value}.webmanifest`, kRoot).href;
});
