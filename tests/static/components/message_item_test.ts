// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createApp, type App } from 'vue';
import MessageItem from '@/components/MessageItem.vue';
import { i18n, setLanguage } from '@/i18n';
import type { Entry } from '@/state/state';
import { message } from '../support/fake_server';

let app: App | undefined;

function shown(entry: Entry, continued = false, onReply = () => {}): HTMLElement {
  const root = document.createElement('div');
  app = createApp(MessageItem, { entry, continued, selfName: 'Ana', onReply });
  app.use(i18n).mount(root);
  return root;
}

function said(text: string, name = 'Bo'): Entry {
  return { kind: 'message', key: '0:1', epoch: 0, mine: false, message: message(1, { text, from: { id: 'm2', name } }) };
}

afterEach(() => {
  app?.unmount();
  setLanguage('en');
});

describe('a private message', () => {
  it('is answered to its author, or to its addressee', () => {
    const reply = vi.fn();
    const other = { id: 'm2', name: 'Bo', author: 'b' };
    for (const mine of [false, true]) {
      const root = shown({ kind: 'whisper', key: '+1', time: message(1).time, from: 'x', to: 'y', text: 'psst', mine, other }, false, reply);
      const button = root.querySelector<HTMLButtonElement>('.reply');
      expect(button?.getAttribute('aria-label')).toBe('Reply to Bo privately');
      button?.click();
      expect(reply).toHaveBeenLastCalledWith(other);
      app?.unmount();
    }
    expect(reply).toHaveBeenCalledTimes(2);
    expect(shown(said('to all')).querySelector('.reply')).toBeNull();
  });
});

describe('a quote', () => {
  function quoted(text: string): HTMLElement {
    const root = document.createElement('div');
    const answer = { kind: 'message', key: '0:2', epoch: 0, mine: false, message: message(2, { text: 'yes', reply_to: 1 }) };
    app = createApp(MessageItem, { entry: answer, continued: false, selfName: 'Ana', quoted: message(1, { text }) });
    app.use(i18n).mount(root);
    return root;
  }

  it('loads what it needs to be without marks, and keeps them where there are no words', async () => {
    const root = quoted('so **bold**');
    await vi.waitFor(() => expect(root.querySelector('.quote span')?.textContent).toBe('so bold'));
    for (const text of ['---', '***', '[](https://a.example/b)']) {
      app?.unmount();
      expect(quoted(text).querySelector('.quote span')?.textContent).toBe(text);
    }
    app?.unmount();
    expect(quoted('```\n```').querySelector('.quote span')?.textContent).toBe('```');
  });
});

describe('a message', () => {
  it('shows markup in texts and names as text', () => {
    const root = shown(said('<img src=x onerror=alert(1)> & <b>bold</b>', '<i>Bo</i>'));
    expect(root.querySelector('img, b, i')).toBeNull();
    expect(root.querySelector('.text')?.textContent).toBe('<img src=x onerror=alert(1)> & <b>bold</b>');
    expect(root.querySelector('bdi')?.textContent).toBe('<i>Bo</i>');
  });

  it('shows what is invisible, and lets no name turn the line around', () => {
    const root = shown(said('a\u202eb', 'Bo\u202e'));
    expect(root.querySelector('.text')?.textContent).toBe('a[U+202E]b');
    expect(root.querySelector('bdi')?.textContent).toBe('Bo[U+202E]');
  });

  it('isolates names and texts, so that none turns its neighbours around', () => {
    const text = shown(said('שלום\u200f!\nsee https://a.example/b')).querySelector('.text');
    expect(text?.getAttribute('dir')).toBe('auto');
    expect(text?.textContent).toContain('שלום\u200f!');
    expect(text?.querySelector('a')?.getAttribute('dir')).toBe('ltr');
    app?.unmount();
    const notice = shown({ kind: 'notice', key: '+1', time: 0, notice: 'topic', name: '', detail: 'שבוע 3' });
    expect(notice.querySelector('bdi')?.textContent).toBe('שבוע 3');
    expect(notice.textContent).toMatch(/^The topic is now: שבוע 3/);
    app?.unmount();
    const whisper = shown({ kind: 'whisper', key: '+2', time: message(1).time, from: 'Bo', to: 'דנה', text: 'x', mine: true, other: { id: 'm3', name: 'דנה' } });
    expect(whisper.querySelector('.private bdi')?.textContent).toBe('דנה');
  });

  it('opens links elsewhere, and tells that page nothing', () => {
    const link = shown(said('see https://a.example/b')).querySelector('a');
    expect(link?.getAttribute('href')).toBe('https://a.example/b');
    expect(link?.getAttribute('rel')).toBe('noopener noreferrer');
    expect(link?.getAttribute('target')).toBe('_blank');
  });

  it.each([
    ['en-US', '3:22 PM', '3:22'],
    ['en-GB', '15:22', '15:22'],
    ['zh-CN', '15:22', '15:22'],
    ['zh-TW', '下午3:22', '3:22'],
  ] as const)('has its time as one reads it in %s, and a short one beside later lines of a group', (locale, head, late) => {
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue([locale]);
    setLanguage(locale.startsWith('zh') ? 'zh' : 'en');
    const afternoon = new Date(2026, 4, 1, 15, 22).toISOString();
    const entry = { ...said('x'), message: message(1, { time: afternoon }) } as Entry;
    // Some versions have a narrow space before PM.
    expect(shown(entry).querySelector('.head time')?.textContent?.replace(/\s/g, ' ')).toBe(head);
    app?.unmount();
    expect(shown(entry, true).querySelector('.late')?.textContent).toBe(late);
  });

  it('says who came, in the language of the page', () => {
    const entry: Entry = { kind: 'notice', key: '+1', time: 0, notice: 'joined', name: 'Bo' };
    expect(shown(entry).textContent).toContain('Bo joined');
    app?.unmount();
    setLanguage('zh');
    expect(shown(entry).textContent).toContain('Bo 加入了');
    expect(document.documentElement.lang).toBe('zh-CN');
  });
});
