// A component in a document, with a session and a meeting that only have what a test gives them.

import { createApp, h, nextTick, ref, shallowRef } from 'vue';
import { afterEach, vi } from 'vitest';
import { i18n } from '@/i18n';
import { kMeeting, type Meeting } from '@/app/meeting';
import { kSession, type Session } from '@/app/session';
import type { Member } from '@/protocol';
import { kNothingYet, type State } from '@/state/state';

const unmounts: (() => void)[] = [];
afterEach(() => unmounts.splice(0).forEach((unmount) => unmount()));

export function fakeMeeting() {
  return {
    phase: ref<'out' | 'in'>('out'),
    setHand: vi.fn(),
    endForAll: vi.fn(() => Promise.resolve()),
    lostIn: shallowRef<object>(),
    comeBack: (enter: () => Promise<void>) => enter(),
    devices: { tracks: shallowRef<{ screen: object | null }>({ screen: null }) },
    watching: { warnings: ref<ReadonlySet<string>>(new Set()) },
  };
}

export function fakeSession(more: object = {}) {
  return {
    state: shallowRef<State>({ ...kNothingYet, self: { id: 'm1', name: 'Ana', role: 'guest' } }),
    draft: '',
    draftTo: undefined as unknown,
    say: vi.fn(),
    whisper: vi.fn(() => Promise.resolve()),
    moderate: vi.fn(() => Promise.resolve()),
    answer: vi.fn(),
    readTold: vi.fn(),
    read: vi.fn(),
    messages: { offers: () => false, typing: vi.fn() },
    people: {
      hides: () => false,
      search: vi.fn((_query: string, _after?: string) => Promise.resolve()),
      beginning: vi.fn((_text: string) => Promise.resolve<Member[]>([])),
    },
    uploads: { all: shallowRef([]), send: () => false },
    typing: { who: shallowRef<string[]>([]) },
    ...more,
  };
}

/** `props` may have refs in it: their values are given, also as they change. */
export function mounted(component: object, props: () => object, { session = fakeSession(), meeting = fakeMeeting() } = {}) {
  const root = document.createElement('div');
  document.body.append(root);
  const instance = ref<Record<string, (...given: unknown[]) => void>>();
  const app = createApp({ render: () => h(component, { ...props(), ref: instance }) });
  app.use(i18n).provide(kSession, session as unknown as Session).provide(kMeeting, meeting as unknown as Meeting).mount(root);
  unmounts.push(() => {
    app.unmount();
    root.remove();
  });
  const button = (label: string) => [...root.querySelectorAll('button')].find((each) => (each.getAttribute('aria-label') ?? each.textContent?.trim()) === label);
  return { root, session, meeting, instance, button, update: () => nextTick() };
}
