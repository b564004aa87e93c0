import { describe, expect, it } from 'vitest';
import { dutiesOn, requestOf } from '@/state/duties';
import { changesOf } from '@/state/people';
import { gridFor, isPlayed, kMostTiles, pagesOf, spotlightOf, tilesOf, wallOf, type Connected, type StageInput } from '@/state/stage';
import { member } from '../support/fake_server';

const me = member({ id: 'm1', name: 'Ana', call: true, audio: true });
const bo = member({ id: 'm2', name: 'Bo', call: true, video: true });
const page = (more: Partial<Connected> = {}): Connected => ({ session: 'B', member: 'm2', name: 'Bo', link: 'connected', ...more });
const tiles = (more: Partial<StageInput>) =>
  tilesOf({ members: [me, bo], selfId: 'm1', connected: [page()], remembered: new Map(), ...more });

describe('tilesOf', () => {
  it('shows the user first, then the others', () => {
    expect(tiles({})).toMatchObject([
      { key: 'self', kind: 'self', name: 'Ana', link: 'connected' },
      { key: 'B', kind: 'person', name: 'Bo', member: 'm2', flags: { video: true } },
    ]);
  });

  it('shows the members of the call before there is a connection, and nobody else', () => {
    const cy = member({ id: 'm3', name: 'Cy', call: true });
    const terminal = member({ id: 'm4', name: 'Terminal' });
    const shown = tiles({ members: [me, bo, cy, terminal] });
    expect(shown.map(({ name, link }) => [name, link])).toEqual([
      ['Ana', 'connected'],
      ['Bo', 'connected'],
      ['Cy', 'connecting'],
    ]);
  });

  it('keeps a connected page that the server does not know just now, as it was', () => {
    const shown = tiles({ members: [me], connected: [page({ member: undefined })], remembered: new Map([['B', bo]]) });
    expect(shown[1]).toMatchObject({ key: 'B', name: 'Bo', member: undefined, flags: { video: true } });
  });

  it('has a tile of its own for a screen, behind its owner', () => {
    const shown = tiles({ members: [me, { ...bo, screen: true }] });
    expect(shown.map(({ key, kind }) => [key, kind])).toEqual([
      ['self', 'self'],
      ['B', 'person'],
      ['B/screen', 'screen'],
    ]);
  });
});

describe('spotlightOf', () => {
  const plain = tiles({});
  const shared = tiles({ members: [me, { ...bo, screen: true }] });

  it('is empty in the grid, and the speaker in the layout of the speaker', () => {
    expect(spotlightOf(plain, 'grid', undefined, 'B')).toBeUndefined();
    expect(spotlightOf(plain, 'speaker', undefined, 'self')).toBe('self');
    expect(spotlightOf(plain, 'speaker', undefined, 'gone')).toBe('B');
  });

  it('is a shared screen, unless something else was pinned', () => {
    expect(spotlightOf(shared, 'grid', undefined, undefined)).toBe('B/screen');
    expect(spotlightOf(shared, 'grid', 'self', undefined)).toBe('self');
    expect(spotlightOf(shared, 'grid', 'gone', undefined)).toBe('B/screen');
  });

  it('is the choice of the hosts, except beside a pinned tile or a screen', () => {
    const lit = ['gone', bo.id];
    expect(spotlightOf(plain, 'grid', undefined, 'self', lit)).toBe('B');
    expect(spotlightOf(plain, 'grid', 'self', undefined, lit)).toBe('self');
    expect(spotlightOf(shared, 'grid', undefined, undefined, lit)).toBe('B/screen');
    expect(spotlightOf(plain, 'grid', undefined, undefined, [me.id])).toBeUndefined();
  });

  it('is not the user’s own screen: that would be a mirror in a mirror', () => {
    const own = tiles({ members: [{ ...me, screen: true }, bo] });
    expect(spotlightOf(own, 'grid', undefined, undefined)).toBeUndefined();
  });
});

describe('pagesOf', () => {
  const others = Array.from({ length: 9 }, (_, i) => member({ id: `p${i}`, name: `P${i}`, call: true, hand: i === 8, video: i === 7 }));
  const all = tiles({ members: [me, ...others], connected: [] });
  const names = (pages: { name: string }[][]) => pages.map((page) => page.map(({ name }) => name).join(' '));

  it('are one where there is room, in the order of the tiles', () => {
    expect(pagesOf(all, 10)).toEqual([all]);
    expect(pagesOf([], 10)).toEqual([]);
  });

  it('show everybody once, in their order', () => {
    const plain = tiles({ members: [me, ...others.map((each) => ({ ...each, hand: false, video: false }))], connected: [] });
    expect(names(pagesOf(plain, 4))).toEqual(['Ana P0 P1 P2', 'P3 P4 P5 P6', 'P7 P8']);
  });

  it('begin with the user, the stage, pictures and raised hands, who change places with those who give way', () => {
    expect(names(pagesOf(all, 5, 'p6'))).toEqual(['Ana P0 P6 P7 P8', 'P4 P5 P1 P2 P3']);
    // Somebody else has the stage: nobody but these two moves.
    expect(names(pagesOf(all, 5, 'p5'))).toEqual(['Ana P0 P5 P7 P8', 'P4 P1 P6 P2 P3']);
  });

  it('begin with those in the spotlight', () => {
    expect(names(pagesOf(all, 5, undefined, ['p4', 'p2']))[0]).toBe('P2 P4 Ana P7 P8');
  });

  it('always begin with a screen', () => {
    const shared = tiles({ members: [me, ...others.map((each, i) => (i === 3 ? { ...each, screen: true } : each))], connected: [] });
    expect(pagesOf(shared, 3)[0]?.map(({ key }) => key)).toEqual(['self', 'p3/screen', 'p7']);
  });

  it('have room for fifty on a desktop', () => {
    const fifty = Array.from({ length: 49 }, (_, i) => member({ id: `q${i}`, name: `Q${i}`, call: true, video: true }));
    const pages = pagesOf(tiles({ members: [me, ...fifty], connected: [] }), kMostTiles.desk);
    expect(pages.map(({ length }) => length)).toEqual([25, 25]);
    expect(new Set(pages.flat()).size).toBe(50);
  });
});

describe('the wall', () => {
  const cy = member({ id: 'm3', name: 'Cy', call: true, hand: true });
  const all = tiles({ members: [me, { ...bo, screen: true }, cy] });

  it('has one tile for everybody else: the screen, or else the camera', () => {
    expect(wallOf(all).map(({ key }) => key)).toEqual(['B/screen', 'm3']);
  });

  it('has nobody large but who was enlarged', () => {
    expect(spotlightOf(all, 'wall', undefined, 'B', ['m3'])).toBeUndefined();
    expect(spotlightOf(all, 'wall', 'B/screen', undefined)).toBe('B/screen');
  });
});

describe('gridFor', () => {
  it('uses the place for the largest pictures', () => {
    expect(gridFor(1, 1600, 900, 10).columns).toBe(1);
    expect(gridFor(2, 1600, 700, 10).columns).toBe(2);
    expect(gridFor(4, 1600, 900, 10).columns).toBe(2);
    expect(gridFor(9, 1600, 900, 10).columns).toBe(3);
    expect(gridFor(3, 390, 700, 10).columns).toBe(1);
  });

  it('fits, and keeps the shape of a picture', () => {
    for (let count = 1; count <= 12; count++) {
      const { columns, width, height } = gridFor(count, 1200, 600, 10);
      expect(columns * width + (columns - 1) * 10).toBeLessThanOrEqual(1200);
      const rows = Math.ceil(count / columns);
      expect(rows * height + (rows - 1) * 10).toBeLessThanOrEqual(600);
      expect(width / height).toBeLessThanOrEqual(2.02);
    }
  });
});

describe('dutiesOn', () => {
  it('are for hosts and admins, and a host may do nothing to an admin', () => {
    const silent = { ...bo, video: false };
    expect(dutiesOn(bo, 'guest')).toEqual([]);
    expect(dutiesOn(bo, 'member')).toEqual([]);
    expect(dutiesOn(silent, 'host')).toEqual(['mute', 'promote', 'spotlight', 'kick', 'ban']);
    expect(dutiesOn({ ...silent, muted: true, hand: true, role: 'host' }, 'host', [bo.id])).toEqual([
      'lower_hand',
      'unmute',
      'demote',
      'unspotlight',
      'kick',
      'ban',
    ]);
    expect(dutiesOn({ ...bo, role: 'admin' }, 'host')).toEqual([]);
    expect(dutiesOn({ ...silent, role: 'admin' }, 'admin')).toEqual(['mute', 'spotlight', 'kick', 'ban']);
    expect(dutiesOn({ ...silent, call: false }, 'host')).not.toContain('spotlight');
  });

  it('turn off what is on', () => {
    const all = { ...bo, audio: true, video: true, screen: true };
    expect(dutiesOn(all, 'host').slice(0, 3)).toEqual(['quiet', 'stop_camera', 'stop_screen']);
    expect(requestOf('quiet', 'm2')).toEqual(['quiet', { member: 'm2' }]);
    expect(requestOf('stop_camera', 'm2')).toEqual(['stop', { member: 'm2', value: 'camera' }]);
    expect(requestOf('stop_screen', 'm2')).toEqual(['stop', { member: 'm2', value: 'screen' }]);
  });
});

describe('changesOf', () => {
  it('tells what others did with their hands and the call, and nothing about the user or newcomers', () => {
    const after = [{ ...me, hand: true }, { ...bo, hand: true, call: false }, member({ id: 'm3', hand: true })];
    expect(changesOf([me, bo], after, 'm1')).toEqual([
      { what: 'hand_up', name: 'Bo' },
      { what: 'call_left', name: 'Bo' },
    ]);
    expect(changesOf([me, bo], [me, bo], 'm1')).toEqual([]);
  });
});

describe('the audio of a member that is played', () => {
  const flags = { audio: false, video: false, screen: false, hand: false, muted: false };
  it.each([
    ['voice', {}, false],
    ['voice', { audio: true }, true],
    ['voice', { audio: true, muted: true }, false],
    ['voice', { screen: true }, false],
    ['sound', {}, false],
    ['sound', { audio: true }, false],
    ['sound', { screen: true }, true],
    ['sound', { screen: true, muted: true }, false],
  ] as const)('is their %s with %j: %s', (line, more, played) => {
    expect(isPlayed({ ...flags, ...more }, line)).toBe(played);
  });

  it('is nothing of an unknown page', () => {
    expect(isPlayed(undefined, 'voice')).toBe(false);
  });
});
