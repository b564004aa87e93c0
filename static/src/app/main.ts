// First of all: it takes what is secret out of the address.
import './token_link';
import { createApp } from 'vue';
import App from '@/components/App.vue';
import { i18n } from '@/i18n';
import { loadLateParts } from './late_parts';
import './manifest';
import { kMeeting, Meeting } from './meeting';
import { createSession, kSession } from './session';
import { isFromWorker, startWorker, waitForServer } from './shell';
import './theme';
import '@/styles/base.css';

// Their addresses are relative to that of the page, which changes from room to room.
for (const icon of document.querySelectorAll<HTMLLinkElement>('link[rel$="icon"]')) icon.href = new URL(icon.href).href;

const session = createSession();
createApp(App).use(i18n).provide(kSession, session).provide(kMeeting, new Meeting(session)).mount('#app');
loadLateParts();
startWorker();
if (isFromWorker()) void waitForServer(session);
