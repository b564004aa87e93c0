// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ref, shallowRef } from 'vue';
import StageTile from '@/components/StageTile.vue';
import TileTools from '@/components/TileTools.vue';
import { dutiesOn } from '@/state/duties';
import type { Tile } from '@/state/stage';
import { member } from '../support/fake_server';
import { fakeMeeting, mounted } from '../support/mounted';

const bo = member({ id: 'm2', name: 'Bo', call: true, audio: true, video: true });
const tileOf = (more: Partial<Tile> = {}): Tile => ({ key: 'B', kind: 'person', session: 'B', member: 'm2', name: 'Bo', link: 'connected', flags: bo, ...more });

function meeting(speaking: string[] = []) {
  const fake = fakeMeeting();
  return {
    ...fake,
    media: shallowRef(new Map()),
    setSeen: vi.fn(),
    devices: { ...fake.devices, tracks: shallowRef({ screen: null, camera: null }), voiceOn: ref(false) },
    watching: { ...fake.watching, speakers: shallowRef({ speaking: new Set(speaking), stage: undefined }) },
  };
}

describe('what a host can do about a small tile', () => {
  function tools(tile: Tile, duties = dutiesOn(bo, 'host')) {
    const [onAct, onMore] = [vi.fn(), vi.fn()];
    const props = { tile, name: tile.name, pinned: false, duties, compact: false, floats: false, onAct, onMore };
    const view = mounted(TileTools, () => props, { meeting: meeting() as never });
    const inMenu = () => [...document.querySelectorAll<HTMLElement>('.list.card button')];
    const menu = async () => {
      view.button('More actions: Bo')?.click();
      await view.update();
      await view.update();
      return inMenu().map((each) => each.textContent?.trim());
    };
    return { ...view, onAct, onMore, menu, inMenu };
  }

  it('is all in its menu, but what sends somebody away', async () => {
    const { menu, inMenu, onAct, onMore, update } = tools(tileOf());
    expect(await menu()).toEqual(['Mute', 'Stop camera', 'Block microphone and chat', 'Make host', 'Spotlight for everyone', 'Show Bo in the list']);
    expect(document.activeElement).toBe(inMenu()[0]);
    inMenu()[3]?.click();
    await update();
    expect([onAct.mock.calls, inMenu()]).toEqual([[['promote']], []]);
    await menu();
    inMenu().at(-1)?.click();
    expect(onMore).toHaveBeenCalledOnce();
  });

  it('closes by Escape and by a click elsewhere', async () => {
    const { menu, inMenu, update } = tools(tileOf());
    await menu();
    inMenu()[0]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await update();
    expect(inMenu()).toEqual([]);
    await menu();
    document.body.dispatchEvent(new Event('pointerdown', { bubbles: true }));
    await update();
    expect(inMenu()).toEqual([]);
  });

  it('is one click away in the list for a person who is not a host', () => {
    const { button, onMore } = tools(tileOf(), []);
    expect(button('More actions: Bo')).toBeUndefined();
    button('Show Bo in the list')?.click();
    expect(onMore).toHaveBeenCalledOnce();
  });
});

describe('a tile', () => {
  let resized: ((entries: object[]) => void) | undefined;
  let seen: ((entries: object[]) => void) | undefined;
  beforeEach(() => {
    vi.stubGlobal('ResizeObserver', class {
      constructor(run: typeof resized) {
        resized = run;
      }
      observe = () => undefined;
      disconnect = () => undefined;
    });
    vi.stubGlobal('IntersectionObserver', class {
      constructor(run: typeof seen) {
        seen = run;
      }
      observe = () => undefined;
      disconnect = () => undefined;
    });
  });
  afterEach(() => void vi.unstubAllGlobals());

  function shown(tile: Tile, more: object = {}) {
    const fake = meeting(['B']);
    return { ...mounted(StageTile, () => ({ tile, pinned: false, handPlace: 0, duties: [], compact: false, ...more }), { meeting: fake as never }), fake };
  }

  it.each([
    ['connected', true],
    ['interrupted', false],
    ['connecting', false],
  ] as const)('whose connection is %s has a ring while they speak: %s', (link, ring) => {
    expect(shown(tileOf({ link })).root.querySelector('.tile')?.classList.contains('speaking')).toBe(ring);
  });

  it('that is not on the screen needs no picture, also where the browser has no picture in picture', async () => {
    const { fake, update } = shown(tileOf());
    expect(document.pictureInPictureElement).toBeUndefined();
    resized?.([{ contentRect: { height: 100 } }]);
    await update();
    expect(fake.setSeen).toHaveBeenLastCalledWith('B', 'camera', 100 * window.devicePixelRatio);
    seen?.([{ isIntersecting: false }]);
    await update();
    expect(fake.setSeen).toHaveBeenLastCalledWith('B', 'camera', 0);
  });

  it('of a screen has the signs of its owner on the wall alone, where a click enlarges it', async () => {
    const screen = tileOf({ kind: 'screen', key: 'B/screen', flags: { ...bo, audio: false, screen: true } });
    const plain = shown(screen, { handPlace: 2 }).root;
    expect([plain.querySelector('.hand'), plain.querySelector('.icon--micOff'), plain.querySelector('.enlarge')]).toEqual([null, null, null]);
    const onPin = vi.fn();
    const { root, button } = shown(screen, { handPlace: 2, wall: true, onPin });
    expect(root.querySelector('.hand')?.textContent).toContain('2');
    expect(root.querySelector('.icon--micOff')).not.toBeNull();
    button('Enlarge Screen of Bo')?.click();
    expect(onPin).toHaveBeenCalledOnce();
  });
});
