// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import MovesItem from '@/components/MovesItem.vue';
import PeoplePanel from '@/components/PeoplePanel.vue';
import WaitingList from '@/components/WaitingList.vue';
import type { Role } from '@/protocol';
import { reduce } from '@/state/reducer';
import type { NoticeEntry } from '@/state/rows';
import { kNothingYet } from '@/state/state';
import { joined, member } from '../support/fake_server';
import { mounted } from '../support/mounted';

const crowd = (count: number) => Array.from({ length: count }, (_, n) => member({ id: `m${n + 1}`, name: `Student ${n + 1}` }));

function panel(count: number, { listed = count, role = 'guest' as Role } = {}) {
  const event = { type: 'entered', room: 'lab', joined: joined({ members: crowd(listed), count, role }), resumed: false, more: false, now: 0, looking: false } as const;
  const room = reduce(kNothingYet, event).room!;
  const view = mounted(PeoplePanel, () => ({ room }));
  const names = () => [...view.root.querySelectorAll('.person .name')].map((each) => each.textContent);
  async function search(text: string): Promise<void> {
    const field = view.root.querySelector<HTMLInputElement>('input[type=search]')!;
    field.value = text;
    field.dispatchEvent(new Event('input'));
    await view.update();
  }
  return { ...view, names, search };
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
    expect(button('Previous')?.disabled).toBe(true);
    button('Next')?.click();
    await update();
    button('Next')?.click();
    await update();
    expect(names()).toHaveLength(50);
    expect(button('Next')?.disabled).toBe(true);
    expect(root.querySelector('.pager')?.textContent).toContain('Page 3 of 3');
    await search('student');
    expect(names()).toHaveLength(100);
  });
});

describe('people whom the server does not list', () => {
  it('are counted, and a host reads what can be done about them', () => {
    expect(panel(1000, { listed: 3 }).root.querySelector('.others')?.textContent).toBe('and 997 more');
    expect(panel(1000, { listed: 3, role: 'host' }).root.querySelector('.others')?.textContent).toContain('type /mute NAME, /kick NAME or /ban NAME');
    expect(panel(3, { role: 'host' }).root.querySelector('.others')).toBeNull();
  });
});

describe('the list of who waits', () => {
  it('has pages, too', () => {
    const { root } = mounted(WaitingList, () => ({ people: crowd(300) }));
    expect(root.querySelectorAll('.person')).toHaveLength(50);
    expect(root.querySelector('.pager')?.textContent).toContain('Page 1 of 6');
  });
});

describe('who came and went', () => {
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
