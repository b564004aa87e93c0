import { createApp } from 'vue';
import App from './components/App.vue';
import { i18n } from './i18n';
import { createSession, kSession } from './session';
import './theme';
import './styles/base.css';

createApp(App).use(i18n).provide(kSession, createSession()).mount('#app');
