// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';
import { shallowRef } from 'vue';
import { loadMarkdown } from '@/app/markdown';
import ChatPanel from '@/components/ChatPanel.vue';
import MessageDialog from '@/components/MessageDialog.vue';
import MessageItem from '@/components/MessageItem.vue';
import PollCard from '@/components/PollCard.vue';
import type { Message } from '@/protocol';
import { pollOf } from '@/state/poll';
import { reduce } from '@/state/reducer';
import { kNothingYet, type Entry, type State } from '@/state/state';
import { joined, message, settle } from '../support/fake_server';
import { fakeSession, mounted } from '../support/mounted';

const entryOf = (more: Partial<Message> = {}, mine = false): Extract<Entry, { kind: 'message' }> => ({ kind: 'message', key: '0:7', epoch: 0, mine, message: message(7, more) });
const poll = { question: 'Tea?', options: ['yes', 'no'], multiple: false, counts: [3, 1], voters: 4, closed: false };

function item(props: object) {
  const events = { onReact: vi.fn(), onJump: vi.fn(), onMenu: vi.fn() };
  return { ...mounted(MessageItem, () => ({ entry: entryOf(), continued: false, selfName: 'Ana', author: 'me', ...events, ...props })), events };
}

describe('a message', () => {
  it('quotes what it answers, and leads there', () => {
    const { root, events } = item({ entry: entryOf({ reply_to: 3 }), quoted: message(3, { text: 'first line\nsecond' }) });
    const quote = root.querySelector<HTMLButtonElement>('.quote');
    expect(quote?.textContent).toContain('Bo first line');
    expect(quote?.textContent).not.toContain('second');
    quote?.click();
    expect(events.onJump).toHaveBeenCalledWith(3);
  });

  it('quotes words without their marks', async () => {
    await loadMarkdown();
    const quoteOf = (text: string) =>
      item({ entry: entryOf({ reply_to: 3 }), quoted: message(3, { text }) }).root.querySelector('.quote [dir]')?.textContent;
    expect(quoteOf('The **height** is $h$, see [this](https://a.example/)')).toBe('The height is h, see this');
    expect(quoteOf('```py\nprint(1)\n```\nso')).toBe('print(1)');
    expect(quoteOf('- one\n- two')).toBe('one');
    expect(quoteOf('5 * 3')).toBe('5 * 3');
  });

  it('says that it was edited, or deleted', () => {
    expect(item({ entry: entryOf({ edited: message(8).time }) }).root.textContent).toContain('(edited)');
    const { root } = item({ entry: entryOf({ text: '', deleted: true }), acts: true });
    expect(root.textContent).toContain('Message deleted');
    expect(root.querySelector('.menu')).toBeNull();
  });

  it('has its reactions, and takes ours back', () => {
    const reactions = [{ emoji: '👍', count: 2, authors: ['me', 'b'] }, { emoji: '🎉', count: 1, authors: ['b'] }];
    const { root, events } = item({ entry: entryOf({ reactions }) });
    const [thumb, party] = root.querySelectorAll<HTMLButtonElement>('.reaction');
    expect([thumb, party].map((each) => each?.getAttribute('aria-pressed'))).toEqual(['true', 'false']);
    thumb?.click();
    party?.click();
    expect(events.onReact.mock.calls).toEqual([['👍', false], ['🎉', true]]);
  });

  it('knows its own reactions beyond the first authors by what was done here', () => {
    const pressed = (count: number, reacted: string[]) => {
      const reactions = [{ emoji: '👍', count, authors: ['a', 'b'] }];
      return item({ entry: entryOf({ reactions }), reacted }).root.querySelector('.reaction')?.getAttribute('aria-pressed');
    };
    expect(pressed(3, ['👍'])).toBe('true');
    expect(pressed(3, ['🎉'])).toBe('false');
    // All authors are named: we took it back elsewhere.
    expect(pressed(2, ['👍'])).toBe('false');
  });

  it('offers nothing where the server has nothing to offer', () => {
    expect(item({}).root.querySelector('.menu')).toBeNull();
    const { root, events } = item({ acts: true });
    root.querySelector<HTMLButtonElement>('.menu')?.click();
    expect(events.onMenu).toHaveBeenCalled();
  });
});

describe('what can be done with a message', () => {
  const labels = (mine: boolean, isHost: boolean, features = ['edit', 'react'], more: Partial<Message> = {}) => {
    const session = fakeSession({ messages: { offers: (feature: string) => features.includes(feature) } });
    const { root } = mounted(MessageDialog, () => ({ entry: entryOf(more, mine), isHost }), { session });
    return [...root.querySelectorAll('.buttons button')].map((each) => each.textContent);
  };
  it('is more for its author, and for hosts', () => {
    expect(labels(false, false)).toEqual(['Reply']);
    expect(labels(true, false)).toEqual(['Reply', 'Edit', 'Delete']);
    expect(labels(false, true)).toEqual(['Reply', 'Delete']);
    expect(labels(true, false, ['edit', 'poll'], { poll })).toEqual(['Reply', 'Close the poll', 'Delete']);
    expect(labels(true, true, ['react'])).toEqual([]);
  });
});

describe('a poll', () => {
  function card(more: object = {}) {
    const onVote = vi.fn();
    const { root } = mounted(PollCard, () => ({ poll: { ...poll, ...more }, onVote }));
    return { onVote, options: [...root.querySelectorAll<HTMLButtonElement>('.option')], root };
  }
  it('shows its counts, and votes', () => {
    const { options, onVote } = card();
    expect(options[0]?.textContent).toContain('3 (75 %)');
    options[1]?.click();
    expect(onVote).toHaveBeenCalledWith([1]);
  });
  it('is a landmark of its own among other polls', () => {
    expect(card().root.querySelector('section')?.getAttribute('aria-label')).toBe('Poll: Tea?');
  });
  it('takes a vote back, and adds one where several are allowed', () => {
    const one = card({ mine: [0] });
    one.options[0]?.click();
    expect(one.onVote).toHaveBeenCalledWith([]);
    const several = card({ mine: [1], multiple: true });
    several.options[0]?.click();
    expect(several.onVote).toHaveBeenCalledWith([0, 1]);
  });
  it('is over when it is closed', () => {
    const { options, root } = card({ closed: true });
    expect(options.every(({ disabled }) => disabled)).toBe(true);
    expect(root.textContent).toContain('Closed');
  });
  it('needs a question and different answers', () => {
    expect(pollOf(' Tea? ', ['yes', ' no ', ''], true)).toEqual({ question: 'Tea?', options: ['yes', 'no'], multiple: true });
    for (const [question, options] of [['', ['a', 'b']], ['?', ['a']], ['?', ['a', 'a']], ['?', ['a', 'x'.repeat(201)]], ['?'.repeat(501), ['a', 'b']]] as const) {
      expect(pollOf(question, options, false)).toBeUndefined();
    }
  });
});

describe('the field', () => {
  function chat(features: string[], more: object = {}, written: Message[] = [message(2)]) {
    const messages = { offers: (feature: string) => features.includes(feature), typing: vi.fn(), edit: vi.fn(() => Promise.resolve()), react: vi.fn(() => Promise.resolve()), vote: vi.fn(() => Promise.resolve()), closePoll: vi.fn(() => Promise.resolve()), fileOf: vi.fn(() => Promise.resolve('/files/x')) };
    const self = { id: 'm1', name: 'Ana', role: 'guest' as const };
    const events = [
      { type: 'entered', room: 'lobby', joined: joined(), resumed: false, more: false },
      { type: 'messages', room: 'lobby', messages: [message(1, { from: self, text: 'mine' }), ...written] },
    ] as const;
    const state = events.reduce<State>((now, event) => reduce(now, { ...event, now: 0, looking: true } as never), { ...kNothingYet, self, features });
    const session = fakeSession({ messages, state: shallowRef(state), ...more });
    const view = mounted(ChatPanel, () => ({ room: state.room!, shown: true }), { session });
    const field = view.root.querySelector('textarea')!;
    async function write(text: string): Promise<void> {
      field.value = text;
      field.dispatchEvent(new Event('input'));
      await view.update();
      view.root.querySelector('form')!.dispatchEvent(new Event('submit'));
      await settle();
    }
    return { ...view, field, write, messages };
  }

  it('edits the newest own message after ArrowUp in an empty field, and Escape leaves that', async () => {
    const { field, update, write, messages, session } = chat(['edit']);
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp' }));
    await update();
    expect(field.value).toBe('mine');
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    await update();
    expect(field.value).toBe('');
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp' }));
    await update();
    await write('better');
    expect(messages.edit).toHaveBeenCalledWith(1, 'better');
    expect(session.say).not.toHaveBeenCalled();
    expect(field.value).toBe('');
  });

  it('knows commands about messages, where the server does', async () => {
    const all = chat(['edit', 'react', 'poll']);
    await all.write('/reply 1 yes');
    expect(all.session.say).toHaveBeenLastCalledWith('yes', { reply_to: 2 });
    await all.write('/edit better');
    expect(all.messages.edit).toHaveBeenLastCalledWith(1, 'better');
    await all.write('/react 2 👍');
    expect(all.messages.react).toHaveBeenLastCalledWith(1, '👍', true);
    await all.write('/poll Tea? | yes | no');
    expect(all.session.say).toHaveBeenLastCalledWith('', { poll: { question: 'Tea?', options: ['yes', 'no'] } });
    const none = chat([]);
    await none.write('/react 1 👍');
    expect(none.messages.react).not.toHaveBeenCalled();
    expect(none.field.value).toBe('/react 1 👍');
  });

  it('takes a reaction and a vote back, closes polls and saves files by commands', async () => {
    const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
    const file = { id: 'f', name: 'a.png', size: 10, media_type: 'image/png', sha256: '' };
    const reactions = [{ emoji: '👍', count: 60, authors: ['a'], mine: true }, { emoji: '🎉', count: 1, authors: ['a'] }];
    const { write, messages, session, field } = chat(['react', 'poll', 'files'], {}, [message(2, { poll }), message(3, { reactions }), message(4, { file })]);
    for (const emoji of ['👍', '🎉']) await write(`/react 2 ${emoji}`);
    expect(messages.react.mock.calls).toEqual([[3, '👍', false], [3, '🎉', true]]);
    for (const line of ['/vote 3 2', '/vote 3 -']) await write(line);
    expect(messages.vote.mock.calls).toEqual([[2, [1]], [2, []]]);
    for (const line of ['/close', '/close 3']) await write(line);
    expect(messages.closePoll.mock.calls).toEqual([[2], [2]]);
    await write('/get 1');
    expect(messages.fileOf).toHaveBeenCalledWith(4);
    expect(saved.mock.contexts).toMatchObject([{ download: 'a.png' }]);
    expect(session.answer).not.toHaveBeenCalled();
    await write('/get 2');
    expect(session.answer).toHaveBeenLastCalledWith('This message has no file.');
    expect(field.value).toBe('/get 2');
    const none = chat(['poll'], {}, [message(2, { poll: { ...poll, closed: true } })]);
    await none.write('/close');
    expect(none.session.answer).toHaveBeenLastCalledWith('There is no open poll.');
  });

  it('sends a text with the files that are attached, and leaves them there for a command', async () => {
    const upload = { id: 1, name: 'a.png', size: 10, sent: 10, state: 'ready' };
    const uploads = { all: shallowRef([upload]), send: vi.fn(() => true), drop: vi.fn() };
    const { write, session, messages, field } = chat(['files', 'react', 'edit'], { uploads, listRooms: vi.fn() });
    for (const command of ['/react 1 👍', '/help', '/edit better', '/code int a;', '/reply 1 yes', '/msg nobody x']) await write(command);
    expect(uploads.send).not.toHaveBeenCalled();
    expect(messages.react).toHaveBeenCalledWith(2, '👍', true);
    expect(messages.edit).toHaveBeenCalledWith(1, 'better');
    expect(session.say.mock.calls).toEqual([['```\nint a;\n```'], ['yes', { reply_to: 2 }]]);
    await write('/etc/hosts of the lab');
    expect(uploads.send).toHaveBeenLastCalledWith('/etc/hosts of the lab', {});
    await write('  ');
    expect(uploads.send).toHaveBeenLastCalledWith('', {});
    expect(field.value).toBe('');
    expect(session.say).toHaveBeenCalledTimes(2);
  });

  it('opens a search and a choice of files by a command, which leaves the field', async () => {
    const { write, session, field } = chat(['search', 'files']);
    for (const command of ['/search tea', '/send']) {
      await write(command);
      expect(field.value).toBe('');
    }
    expect(session.answer).not.toHaveBeenCalled();
  });

  it('begins a block of code, in which Enter is a new line and Ctrl with it sends', async () => {
    const { field, update, write, session, root, button } = chat([]);
    const enter = (more: object = {}) => {
      const event = new KeyboardEvent('keydown', { key: 'Enter', cancelable: true, ...more });
      field.dispatchEvent(event);
      return event.defaultPrevented;
    };
    await write('/code cpp');
    await update();
    expect([field.value, field.selectionStart]).toEqual(['```cpp\n\n```', 7]);
    expect(enter()).toBe(false);
    expect(session.say).not.toHaveBeenCalled();
    field.value = '```cpp\nint a;\n```';
    field.dispatchEvent(new Event('input'));
    await update();
    field.setSelectionRange(10, 10);
    expect(enter({ ctrlKey: true })).toBe(true);
    await settle();
    expect(session.say).toHaveBeenLastCalledWith('```cpp\nint a;\n```');
    button('Add')?.click();
    await update();
    button('Insert code')?.click();
    await update();
    expect(root.querySelector('textarea')?.value).toBe('```\n\n```');
    field.setSelectionRange(8, 8);
    expect(enter()).toBe(true);
  });

  it('tells the others that the user is typing, but not for commands', async () => {
    const { field, update, messages } = chat(['typing']);
    for (const text of ['/', '/w']) {
      field.value = text;
      field.dispatchEvent(new Event('input'));
    }
    await update();
    expect(messages.typing).not.toHaveBeenCalled();
    field.value = 'h';
    field.dispatchEvent(new Event('input'));
    expect(messages.typing).toHaveBeenCalled();
  });
});
