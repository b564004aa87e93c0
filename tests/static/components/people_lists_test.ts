// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { shallowRef } from 'vue';
import { kSearchDelayMs } from '@/app/people_list';
import MovesItem from '@/components/MovesItem.vue';
import PeoplePanel from '@/components/PeoplePanel.vue';
import WaitingList from '@/components/WaitingList.vue';
import { ConnectionLost, ProtocolError, type Member, type Role } from '@/protocol';
import { reduce, type Event as RoomEvent } from '@/state/reducer';
import type { NoticeEntry } from '@/state/rows';
import { kNothingYet } from '@/state/state';
import { joined, member } from '../support/fake_server';
import { fakeSession, mounted } from '../support/mounted';

const crowd = (count: number) => Array.from({ length: count }, (_, n) => member({ id: `m${n + 1}`, name: `Student ${n + 1}` }));

function panel(count: number, { listed = count, role = 'guest' as Role, hides = false } = {}) {
  const event = { type: 'entered', room: 'lab', joined: joined({ members: crowd(listed), count, role }), resumed: false, more: false, now: 0, looking: false } as const;
  const state = shallowRef(reduce(kNothingYet, event));
  const session = fakeSession();
  session.people.hides = () => hides;
  const view = mounted(PeoplePanel, () => ({ room: state.value.room! }), { session });
  const hear = (heard: RoomEvent) => (state.value = reduce(state.value, heard));
  const names = () => [...view.root.querySelectorAll('.person .name')].map((each) => each.textContent);
  async function search(text: string): Promise<void> {
    const field = view.root.querySelector<HTMLInputElement>('input[type=search]')!;
    field.value = text;
    field.dispatchEvent(new Event('input'));
    await view.update();
  }
  return { ...view, names, search, hear };
}

describe('a list of people', () => {
  it('of a few has no search', () => {
    const { root, names } = panel(20);
    expect(root.querySelector('input[type=search]')).toBeNull();
    expect(names()).toHaveLength(20);
  });

  it('of a thousand is searched, and never fills the document', async () => {
    const { root, names, search } = panel(1000);
    expect(names()).toHaveLength(100);
    expect(root.querySelectorAll('*').length).toBeLessThan(2000);
    await search('student 777');
    expect(names()).toEqual(['Student 777']);
    await search('nobody');
    expect(root.querySelector('.none')?.textContent).toBe('Nobody found');
  });

  it('is turned page by page, and begins again with each search', async () => {
    const { root, names, search, button, update } = panel(250);
    expect(button('Previous')?.getAttribute('aria-disabled')).toBe('true');
    button('Next')?.click();
    await update();
    button('Next')?.click();
    await update();
    expect(names()).toHaveLength(50);
    expect(button('Next')?.getAttribute('aria-disabled')).toBe('true');
    button('Next')?.click();
    await update();
    expect(root.querySelector('.pager')?.textContent).toContain('Page 3 of 3');
    await search('student');
    expect(names()).toHaveLength(100);
  });
});

describe('people whom the server does not list', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const some = (first: number, last: number) => crowd(last).slice(first - 1);
  /** In a room of a thousand, of whom so many are listed. */
  function hall(listed: number) {
    const view = panel(1000, { listed, role: 'host', hides: true });
    async function answers(query: string, members: Member[], { count = members.length, next = undefined as string | undefined, goesOn = false } = {}) {
      view.hear({ type: 'found', room: 'lobby', query, page: { members, count, ...(next ? { next } : {}) }, goesOn });
      await view.update();
    }
    return { ...view, answers, asked: () => view.session.people.search.mock.calls, others: () => view.root.querySelector('.others p')?.textContent };
  }

  it('are counted, and shown page by page behind those whom it lists', async () => {
    const { names, others, button, asked, answers, update } = hall(90);
    expect(others()).toBe('and 910 more');
    button('Show more')?.click();
    expect(asked()).toEqual([['', undefined]]);
    await answers('', some(81, 180), { count: 1000, next: 'x' });
    await vi.advanceTimersByTimeAsync(0);
    expect(others()).toBe('and 820 more');
    button('Previous')?.click();
    button('Next')?.click();
    await update();
    expect(names().at(-1)).toBe('Student 180');
    button('Show more')?.click();
    expect(asked().at(-1)).toEqual(['', 'x']);
  });

  it('come into view where they begin, and so does the focus', async () => {
    const { root, button, answers, session } = hall(90);
    let come: () => void = () => undefined;
    session.people.search.mockReturnValueOnce(new Promise((resolve) => (come = resolve)));
    const seen: (string | null)[] = [];
    vi.spyOn(HTMLElement.prototype, 'scrollIntoView').mockImplementation(function (this: HTMLElement) {
      seen.push(this.querySelector('.name')!.textContent);
    });
    button('Show more')?.focus();
    button('Show more')?.click();
    await answers('', some(91, 1000), { count: 1000 });
    come();
    await vi.advanceTimersByTimeAsync(0);
    expect(button('Show more')).toBeUndefined();
    expect(seen).toEqual(['Student 91']);
    expect(document.activeElement?.querySelector('.name')?.textContent).toBe('Student 91');
    vi.restoreAllMocks();
    expect(root.querySelector('.pager')?.textContent).toContain('Page 1 of 10');
  });

  it('turn no page of what is searched meanwhile', async () => {
    const { root, search, button, answers, session } = hall(250);
    let come: () => void = () => undefined;
    session.people.search.mockReturnValueOnce(new Promise((resolve) => (come = resolve)));
    button('Show more')?.click();
    await search('student');
    await answers('student', some(1, 400), { count: 1000, next: 'x' });
    come();
    await vi.advanceTimersByTimeAsync(0);
    expect(root.querySelector('.pager')?.textContent).toContain('Page 1 of 4');
  });

  it('are all shown where the server has no more', async () => {
    const { others, button, answers } = hall(3);
    await answers('', some(4, 1000), { count: 1000 });
    expect([others(), button('Show more')]).toEqual([undefined, undefined]);
  });

  it('are searched by the server, once the typing stops', async () => {
    const { root, names, search, asked, answers, others } = hall(3);
    await search('student');
    await vi.advanceTimersByTimeAsync(kSearchDelayMs - 1);
    await search('student  77');
    await vi.advanceTimersByTimeAsync(kSearchDelayMs - 1);
    expect(asked()).toEqual([]);
    expect(root.querySelector('.none')).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(asked()).toEqual([['student 77', undefined]]);
    await answers('student 77', some(77, 77), { count: 11, next: 'x' });
    expect(names()).toEqual(['Student 77']);
    expect(others()).toBe('and 10 more');
    await search('student 7');
    expect(names()).toEqual([]);
    await vi.advanceTimersByTimeAsync(kSearchDelayMs);
    await answers('student 7', []);
    expect(root.querySelector('.none')?.textContent).toBe('Nobody found');
  });

  it('are searched again after the connection was lost', async () => {
    const { search, asked, answers, hear, update } = hall(3);
    await search('kim');
    await vi.advanceTimersByTimeAsync(kSearchDelayMs);
    await answers('kim', some(7, 7));
    hear({ type: 'entered', room: 'lobby', joined: joined({ members: crowd(3), count: 1000 }), resumed: true, more: false, now: 0, looking: false });
    await update();
    await vi.advanceTimersByTimeAsync(kSearchDelayMs);
    expect(asked()).toHaveLength(2);
  });

  it('are searched again where the connection was lost before the answer', async () => {
    const { root, search, asked, session, update } = hall(3);
    const status = (kind: 'connecting' | 'online') => (session.state.value = { ...session.state.value, status: { kind } });
    status('connecting');
    session.people.search.mockRejectedValueOnce(new ConnectionLost());
    await search('kim');
    await vi.advanceTimersByTimeAsync(kSearchDelayMs);
    await update();
    expect(root.querySelector('[role=alert]')?.textContent).toBe('The connection was lost');
    expect(root.querySelector('.none')).toBeNull();
    status('online');
    await update();
    await vi.advanceTimersByTimeAsync(kSearchDelayMs);
    expect(asked()).toHaveLength(2);
    expect(root.querySelector('[role=alert]')).toBeNull();
  });

  it('are told of no trouble of an earlier search', async () => {
    const { root, search, session, update } = hall(3);
    let fail: (why: Error) => void = () => undefined;
    session.people.search.mockReturnValueOnce(new Promise((_resolve, reject) => (fail = reject)));
    await search('kim');
    await vi.advanceTimersByTimeAsync(kSearchDelayMs);
    await search('kim lee');
    fail(new ProtocolError('internal', ''));
    await vi.advanceTimersByTimeAsync(0);
    await update();
    expect(root.querySelector('[role=alert]')).toBeNull();
  });

  it('have the same duties as the others', async () => {
    const { root, search, answers, button, update } = hall(3);
    await search('777');
    await answers('777', some(777, 777));
    button('Block microphone and chat: Student 777')?.click();
    button('Actions for Student 777')?.click();
    await update();
    const offered = [...root.querySelectorAll('.actions button')].map((each) => each.textContent?.trim());
    expect(offered).toEqual(['Private message', 'Block microphone and chat', 'Make host', 'Remove from room', 'Ban']);
  });

  it('stay where they are when they are unfolded', async () => {
    const { root, names, button, answers, update } = hall(90);
    await answers('', [member({ id: 'm999', name: 'Aaron' })], { count: 1000, next: 'x' });
    button('Actions for Aaron')?.click();
    await update();
    expect(root.querySelector('.person:last-child .actions')).not.toBeNull();
    expect(names().at(-1)).toBe('Aaron');
  });

  it('are told of where the search fails', async () => {
    const { root, search, session, update } = hall(3);
    session.people.search.mockRejectedValueOnce(new ProtocolError('internal', ''));
    await search('kim');
    await vi.advanceTimersByTimeAsync(kSearchDelayMs);
    await update();
    expect(root.querySelector('[role=alert]')?.textContent).toBe('Something went wrong on the server: try again');
  });
});

describe('the list of waiting people', () => {
  it('has pages, too', () => {
    const { root } = mounted(WaitingList, () => ({ people: crowd(300) }));
    expect(root.querySelectorAll('.person')).toHaveLength(50);
    expect(root.querySelector('.pager')?.textContent).toContain('Page 1 of 6');
  });

  it('no longer says to screen readers that somebody waits who was let in', async () => {
    const people = shallowRef(crowd(2));
    const { root, update } = mounted(WaitingList, () => ({ people: people.value }));
    expect(root.querySelector('[role=status]')?.textContent).toContain('is waiting to join');
    people.value = people.value.slice(1);
    await update();
    expect(root.querySelector('[role=status]')?.textContent).toBe('');
  });
});

describe('a joined or left notice', () => {
  const move = (n: number, notice: NoticeEntry['notice'] = 'joined'): NoticeEntry => {
    return { kind: 'notice', key: `+${n}`, time: new Date(2026, 0, 1, 9, n).getTime(), notice, name: `Kim ${n}` };
  };

  it('is a line with its time', () => {
    const { root } = mounted(MovesItem, () => ({ moves: [move(5)] }));
    expect(root.textContent).toMatch(/^Kim 5 joined\s+9:05/);
    expect(root.querySelector('details')).toBeNull();
  });

  it('is folded where there are many, and opens to all of them', async () => {
    const moves = [...Array.from({ length: 26 }, (_, n) => move(n)), move(3, 'left')];
    const { root, update } = mounted(MovesItem, () => ({ moves }));
    expect(root.querySelector('summary')?.textContent).toMatch(/^26 people joined, 1 person left\s+9:00.* – 9:0?3/);
    expect(root.querySelectorAll('li')).toHaveLength(0);
    const details = root.querySelector('details')!;
    details.open = true;
    details.dispatchEvent(new Event('toggle'));
    await update();
    expect(root.querySelectorAll('li')).toHaveLength(27);
    expect(root.querySelector('li:last-child')?.textContent).toMatch(/^Kim 3 left\s+9:03/);
  });
});
