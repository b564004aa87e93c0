// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { h, ref } from 'vue';
import BannedList from '@/components/BannedList.vue';
import HostDialog from '@/components/HostDialog.vue';
import ModalDialog from '@/components/ModalDialog.vue';
import PollDialog from '@/components/PollDialog.vue';
import { closeDialogs, topDialog } from '@/app/dialogs';
import { dropDrafts } from '@/app/drafts';
import * as obstacle from '@/app/obstacle';
import { trust } from '@/app/trust';
import { reduce } from '@/state/reducer';
import { kNothingYet } from '@/state/state';
import { joined, message, settle } from '../support/fake_server';
import { fakeSession, mounted } from '../support/mounted';

afterEach(() => void (trust.value = undefined));

describe('an open dialog', () => {
  it('has a place for what must be seen meanwhile, and goes when that leads elsewhere', async () => {
    const open = ref([true, true]);
    const dialog = (at: number) => open.value[at] && h(ModalDialog, { title: `${at}`, onClose: () => (open.value = open.value.map((each, n) => each && n !== at)) }, () => []);
    const { root, update } = mounted({ render: () => [dialog(0), dialog(1)] }, () => ({}));
    const dialogs = () => [...root.querySelectorAll('dialog')];
    expect(dialogs()).toHaveLength(2);
    expect(dialogs()[1]?.contains(topDialog.value?.place ?? null)).toBe(true);
    open.value = [true, false];
    await update();
    expect(dialogs()[0]?.contains(topDialog.value?.place ?? null)).toBe(true);
    closeDialogs();
    await update();
    expect([dialogs(), topDialog.value]).toEqual([[], undefined]);
  });
});

describe('the invitation', () => {
  const entered = { type: 'entered', room: 'lobby', joined: joined({ role: 'host' }), resumed: false, more: false, now: 0, looking: false } as const;
  const room = reduce(kNothingYet, entered).room;

  it('is copied only once it is known how to trust the certificate', async () => {
    let answer: (link: string) => void = () => undefined;
    vi.spyOn(obstacle, 'trustPage').mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    const session = fakeSession({ bans: () => Promise.resolve([]), recent: () => Promise.resolve([]) });
    const { button, update } = mounted(HostDialog, () => ({ room }), { session });
    button('Copy invitation')?.click();
    expect(copied).not.toHaveBeenCalled();
    answer('https://lab/trust');
    await settle();
    await update();
    button('Copy invitation')?.click();
    expect(copied).toHaveBeenCalledWith(expect.stringContaining('https://lab/trust'));
  });
});

describe("a room's topic", () => {
  const entered = { type: 'entered', room: 'lobby', joined: joined({ role: 'host' }), resumed: false, more: false, now: 0, looking: false } as const;
  const room = reduce(kNothingYet, entered).room;

  it('has as many bytes as the server takes, and no more', async () => {
    const moderate = vi.fn(() => Promise.resolve());
    const session = fakeSession({ moderate, bans: () => Promise.resolve([]), recent: () => Promise.resolve([]) });
    const { root, update } = mounted(HostDialog, () => ({ room }), { session });
    const field = root.querySelector<HTMLInputElement>('input.field:not([type])')!;
    const set = field.closest('form')!.querySelector('button')!;
    const type = async (topic: string) => {
      field.value = topic;
      field.dispatchEvent(new Event('input'));
      await update();
    };
    expect(field.maxLength).toBe(1024);
    await type('题'.repeat(341));
    expect(set.disabled).toBe(false);
    expect(root.querySelector('form [role=alert]')).toBeNull();
    await type('题'.repeat(342));
    expect(set.disabled).toBe(true);
    expect(root.querySelector('form [role=alert]')?.textContent).toBe('This is too long: 1026 bytes. The maximum is 1024 bytes.');
    await type('');
  });

  it('goes on to be written while the server answers, and is no draft once it is as it was', async () => {
    let answer: () => void = () => undefined;
    const moderate = vi.fn(() => new Promise<void>((resolve) => (answer = resolve)));
    const session = fakeSession({ moderate, bans: () => Promise.resolve([]), recent: () => Promise.resolve([]) });
    const dialogWith = (topic: string) => {
      const view = mounted(HostDialog, () => ({ room: { ...room!, topic } }), { session });
      return { ...view, field: view.root.querySelector<HTMLInputElement>('input.field:not([type])')! };
    };
    const { field, update, button } = dialogWith('Week 4');
    const type = (topic: string) => {
      field.value = topic;
      field.dispatchEvent(new Event('input'));
    };
    type('Week 5');
    field.form!.dispatchEvent(new Event('submit'));
    type('Week 5 (part 2)');
    answer();
    await settle();
    await update();
    expect(field.value).toBe('Week 5 (part 2)');
    button('Clear: Topic')?.click();
    answer();
    await settle();
    await update();
    expect(field.value).toBe('');
  });
});

describe('what is being written in a dialog', () => {
  afterEach(dropDrafts);
  const write = (field: HTMLInputElement, text: string) => {
    field.value = text;
    field.dispatchEvent(new Event('input'));
  };

  it('is there again after the dialog was closed, until the poll is made', async () => {
    const poll = () => mounted(PollDialog, () => ({ room: 'lab', onMake }));
    const onMake = vi.fn();
    const fields = (root: Element) => [...root.querySelectorAll<HTMLInputElement>('input:not([type])')].filter(({ maxLength }) => maxLength > 0);
    const first = poll();
    ['Tea?', 'yes', 'no'].forEach((text, at) => write(fields(first.root)[at]!, text));
    first.root.remove();
    const again = poll();
    expect(fields(again.root).map(({ value }) => value)).toEqual(['Tea?', 'yes', 'no']);
    again.root.querySelector('form')!.dispatchEvent(new Event('submit'));
    expect(onMake).toHaveBeenCalledWith({ question: 'Tea?', options: ['yes', 'no'] });
    expect(fields(poll().root).map(({ value }) => value)).toEqual(['', '', '']);
  });

  it('is no draft where it was taken back', async () => {
    const session = fakeSession({ bans: () => Promise.resolve([]), recent: () => Promise.resolve([]) });
    const of = (topic: string) => ({ ...reduce(kNothingYet, { type: 'entered', room: 'lab', joined: joined({ role: 'host' }), resumed: false, more: false, now: 0, looking: false }).room!, topic });
    const open = ref(true);
    const { update } = mounted({ render: () => open.value && h(HostDialog, { room: of('Week 1') }) }, () => ({}), { session });
    const field = () => document.querySelector<HTMLInputElement>('input.field:not([type])')!;
    write(field(), 'Week');
    write(field(), 'Week 1');
    open.value = false;
    await update();
    mounted(HostDialog, () => ({ room: of('Week 2') }), { session });
    expect(field().value).toBe('Week 2');
  });

  it('says which text has too many bytes', async () => {
    const { root, update } = mounted(PollDialog, () => ({ room: 'long', onMake: vi.fn() }));
    const fields = [...root.querySelectorAll<HTMLInputElement>('input:not([type])')];
    const alerts = () => [...root.querySelectorAll('[role=alert]')].map((each) => each.textContent);
    write(fields[0]!, '问'.repeat(166));
    await update();
    expect(alerts()).toEqual([]);
    write(fields[0]!, '问'.repeat(167));
    write(fields[1]!, '答'.repeat(67));
    await update();
    expect(alerts()).toEqual(['This is too long: 501 bytes. The maximum is 500 bytes.', 'This is too long: 201 bytes. The maximum is 200 bytes.']);
  });

  it('is kept of each room by itself, and of a topic, too', async () => {
    const session = fakeSession({ bans: () => Promise.resolve([]), recent: () => Promise.resolve([]) });
    const of = (name: string) => ({ ...reduce(kNothingYet, { type: 'entered', room: name, joined: joined({ role: 'host', room: name }), resumed: false, more: false, now: 0, looking: false }).room!, topic: 'Week 1' });
    const topic = (name: string) => mounted(HostDialog, () => ({ room: of(name) }), { session }).root.querySelector<HTMLInputElement>('input.field:not([type])')!;
    write(topic('lab'), 'Week');
    expect([topic('lab').value, topic('den').value]).toEqual(['Week', 'Week 1']);
    topic('lab').form!.dispatchEvent(new Event('submit'));
    await settle();
    expect(session.moderate).toHaveBeenCalledWith('topic', { value: 'Week' });
    expect(topic('lab').value).toBe('Week 1');
  });
});

describe('a list of the banned', () => {
  async function listed(count: number) {
    const bans = Array.from({ length: count }, (_, n) => ({ name: `Student ${n + 1}`, time: message(1).time, address: false, by: 'Ana' }));
    const view = mounted(BannedList, () => ({}), { session: fakeSession({ bans: () => Promise.resolve(bans) }) });
    await settle();
    await view.update();
    const names = () => [...view.root.querySelectorAll('.person .name')].map((each) => each.textContent);
    return { ...view, names };
  }

  it('of a few has no search', async () => {
    const { root, names } = await listed(20);
    expect([root.querySelector('input'), names().length]).toEqual([null, 20]);
  });

  it('of a thousand is searched and paged', async () => {
    const { root, names, button, update } = await listed(1000);
    expect(names()).toHaveLength(50);
    button('Next')?.click();
    await update();
    expect(names()[0]).toBe('Student 51');
    const field = root.querySelector('input')!;
    field.value = 'student 777';
    field.dispatchEvent(new Event('input'));
    await update();
    expect(names()).toEqual(['Student 777']);
  });
});
