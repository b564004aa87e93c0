// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import axe from 'axe-core';
import { ref, shallowRef } from 'vue';
import CallStage from '@/components/CallStage.vue';
import LayoutItems from '@/components/LayoutItems.vue';
import type { Member } from '@/protocol';
import { tilesOf, type Layout } from '@/state/stage';
import { member } from '../support/fake_server';
import { fakeMeeting, mounted } from '../support/mounted';

const me = member({ id: 'm1', name: 'Ana', call: true });
const crowd = Array.from({ length: 30 }, (_, i) => member({ id: `p${i + 1}`, name: `P${i + 1}`, call: true, video: true }));

let phone = false;
/** Tells each tile how high it is, as a browser does at once. */
beforeEach(() => {
  phone = false;
  vi.stubGlobal('matchMedia', () => ({ matches: phone, addEventListener: () => undefined, removeEventListener: () => undefined }));
  vi.stubGlobal('ResizeObserver', class {
    constructor(private readonly run: (entries: object[]) => void) {}
    observe = () => this.run([{ contentRect: { width: 160, height: 100 } }]);
    disconnect = () => undefined;
  });
});
afterEach(() => void vi.unstubAllGlobals());

function stage(others: Member[]) {
  const members = [me, ...others];
  const connected = others.map(({ id, name }) => ({ session: `S${id}`, member: id, name, link: 'connected' as const }));
  const fake = fakeMeeting();
  const seen = new Map<string, number>();
  const meeting = {
    ...fake,
    media: shallowRef(new Map()),
    sounds: shallowRef([]),
    tiles: shallowRef(tilesOf({ members, selfId: 'm1', connected, remembered: new Map() })),
    setSeen: (session: string, what: string, height: number) => seen.set(`${session}/${what}`, height),
    devices: { ...fake.devices, tracks: shallowRef({ screen: null, camera: null }), voiceOn: ref(false) },
    watching: { ...fake.watching, speakers: shallowRef({ speaking: new Set<string>(), stage: undefined as string | undefined }) },
  };
  const room = { name: 'lab', role: 'guest', members, hands: ['p3'], spotlight: [] };
  const layout = ref<Layout>('grid');
  const view = mounted(CallStage, () => ({ room, layout: layout.value }), { meeting: meeting as never });
  const names = () => [...view.root.querySelectorAll('.tile .name')].map((each) => each.textContent);
  const asked = () => [...seen].filter(([, height]) => height > 0).map(([key]) => key);
  const press = async (label: string) => {
    view.button(label)?.click();
    await view.update();
    await view.update();
  };
  return { ...view, meeting, layout, names, asked, press };
}

describe('many in a call', () => {
  it('stand on pages of 25', () => {
    expect(stage(crowd.slice(0, 26)).names()).toEqual(['Ana (you)', ...crowd.slice(0, 24).map(({ name }) => name)]);
  });

  it('stand on pages of six on a phone, and only pictures of the page that is shown are asked for', async () => {
    phone = true;
    const { names, asked, press, root, update } = stage(crowd.slice(0, 8));
    await update();
    expect(names()).toEqual(['P1', 'P2', 'P3', 'P4', 'P5', 'Ana (you)']);
    expect(asked()).toEqual([1, 2, 3, 4, 5].map((n) => `Sp${n}/camera`));
    await press('Next');
    expect(names()).toEqual(['P6', 'P7', 'P8', 'Ana (you)']);
    expect(asked()).toEqual([6, 7, 8].map((n) => `Sp${n}/camera`));
    expect(root.querySelector('.pages [role=status]')?.textContent).toContain('Page 2 of 2');
    await press('Next');
    expect(names()).toHaveLength(4);
    await press('Previous');
    expect(names()).toHaveLength(6);
  });

  it('stand beside the speaker, who is on no page', async () => {
    phone = true;
    const { names, layout, meeting, update } = stage(crowd.slice(0, 8));
    meeting.watching.speakers.value = { speaking: new Set(), stage: 'Sp8' };
    layout.value = 'speaker';
    await update();
    expect(names()).toEqual(['P8', 'P1', 'P2', 'P3', 'P4', 'P5', 'Ana (you)']);
  });

  it('leave no empty page behind', async () => {
    phone = true;
    const { names, press, meeting, update } = stage(crowd.slice(0, 8));
    await press('Next');
    meeting.tiles.value = meeting.tiles.value.slice(0, 5);
    await update();
    expect(names()).toEqual(['P1', 'P2', 'P3', 'P4', 'Ana (you)']);
  });
});

describe('the wall of a host', () => {
  it('shows a tile of everybody else, and enlarges it by a click until the next one', async () => {
    const { names, layout, press, root, update, asked } = stage(crowd.slice(0, 3).map((each, i) => ({ ...each, screen: i === 1 })));
    await press('Pin P1');
    layout.value = 'wall';
    await update();
    expect(names()).toEqual(['P1', 'P2', 'P3']);
    expect(root.querySelector('.large')).toBeNull();
    expect(asked().sort()).toEqual(['Sp1/camera', 'Sp2/screen', 'Sp3/camera']);
    await press('Enlarge Screen of P2');
    expect(root.querySelector('.large.screen .name')?.textContent).toBe('P2');
    expect(names()).toEqual(['P2', 'P1', 'P3']);
    await press('Enlarge Screen of P2');
    expect(root.querySelector('.large')).toBeNull();
  });
});

/** What a document without a layout can tell: names, roles and states. */
async function violations(root: HTMLElement) {
  const { violations } = await axe.run(root, { resultTypes: ['violations'], rules: { region: { enabled: false } } });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describe('for screen readers', () => {
  it.each(['grid', 'speaker', 'wall'] as const)('all has a name in the view %s', async (view) => {
    phone = true;
    const { root, layout, update } = stage(crowd.slice(0, 7));
    layout.value = view;
    await update();
    expect(await violations(root)).toEqual([]);
  });
});

describe('the views of a call', () => {
  it('are chosen from a list, which marks the present one', () => {
    const onChoose = vi.fn();
    const { root } = mounted(LayoutItems, () => ({ layout: 'speaker', layouts: ['grid', 'speaker', 'wall'], onChoose }));
    const items = [...root.querySelectorAll('button')];
    expect(items.map((each) => [each.textContent?.trim().slice(0, 7), each.getAttribute('aria-pressed')])).toEqual([['Grid', 'false'], ['Speaker', 'true'], ['WallEve', 'false']]);
    items[2]?.click();
    expect(onChoose).toHaveBeenCalledWith('wall');
  });
});
