// Which tiles a call shows, in which order, and which one is large.

import type { Flags, Member } from '@/protocol';

/** A page in the call as the mesh knows it. */
export interface Connected {
  session: string;
  member: string | undefined;
  name: string;
  link: 'connecting' | 'connected' | 'interrupted' | 'closed';
}

export interface Tile {
  /** Of the page, or of the member where there is no connection yet; a screen's ends in `/screen`. */
  key: string;
  kind: 'self' | 'person' | 'screen';
  session: string | undefined;
  member: string | undefined;
  name: string;
  link: Connected['link'];
  /** What the server says about them: their picture is on, they speak, they are muted by a host. */
  flags: Pick<Flags, 'audio' | 'video' | 'screen' | 'hand'> & { muted: boolean };
}

const kNothing = { audio: false, video: false, screen: false, hand: false, muted: false };

/** Whether one hears that line of them: nothing of whom a host has muted, no voice of who is said to be silent, and no sound of a
    screen that is not shared. */
export function isPlayed(flags: Tile['flags'] | undefined, line: 'voice' | 'sound'): boolean {
  return flags !== undefined && !flags.muted && (line === 'sound' ? flags.screen : flags.audio);
}

export interface StageInput {
  members: readonly Member[];
  selfId: string | undefined;
  connected: readonly Connected[];
  /** What was last known of pages whom the server does not know just now. */
  remembered: ReadonlyMap<string, Tile['flags']>;
}

function person(session: string | undefined, member: Member | undefined, connected: Connected | undefined, flags: Tile['flags']): Tile {
  return {
    key: session ?? member?.id ?? '',
    kind: 'person',
    session,
    member: member?.id,
    name: member?.name ?? connected?.name ?? '',
    link: connected?.link ?? 'connecting',
    flags,
  };
}

/** Oneself first, then everyone in the order in which they came into the call; a screen follows its owner. */
export function tilesOf({ members, selfId, connected, remembered }: StageInput): Tile[] {
  const self = members.find((member) => member.id === selfId);
  const tiles: Tile[] = [
    { ...person('self', self, undefined, self ?? kNothing), kind: 'self', link: 'connected' },
  ];
  const byId = new Map(members.map((member) => [member.id, member]));
  for (const other of connected) {
    const member = other.member === undefined ? undefined : byId.get(other.member);
    tiles.push(person(other.session, member, other, member ?? remembered.get(other.session) ?? kNothing));
  }
  const reached = new Set(connected.map((other) => other.member));
  for (const member of members) {
    if (member.call && member.id !== selfId && !reached.has(member.id)) tiles.push(person(undefined, member, undefined, member));
  }
  return tiles.flatMap((tile) => (tile.flags.screen ? [tile, screenOf(tile)] : [tile]));
}

function screenOf(tile: Tile): Tile {
  return { ...tile, key: `${tile.key}/screen`, kind: 'screen' };
}

/** Tiles at a time. On a phone more would be too small to be read. */
export const kMostTiles = { desk: 25, phone: 6 };

function isLit({ kind, member }: Tile, spotlight: readonly string[]): boolean {
  return kind === 'person' && member !== undefined && spotlight.includes(member);
}

/** Pages of `most` tiles each, in their order, behind those in the `spotlight`. Where there are several, the first page has the
    user, who has the `stage`, screens, pictures and raised hands: each of these changes places with somebody on it, so that
    nobody else moves. */
export function pagesOf(tiles: readonly Tile[], most: number, stage?: string, spotlight: readonly string[] = []): Tile[][] {
  const lit = tiles.filter((tile) => isLit(tile, spotlight));
  const places = [...lit, ...tiles.filter((tile) => !lit.includes(tile))];
  const rank = (tile: Tile): number => {
    if (tile.key === stage || tile.kind === 'self' || lit.includes(tile)) return 0;
    if (tile.kind === 'screen') return 1;
    if (tile.flags.video) return 2;
    return tile.flags.hand ? 3 : 4;
  };
  // Sorting keeps the order of equals: nobody changes places without a reason.
  const chosen = new Set([...places].sort((a, b) => rank(a) - rank(b)).slice(0, most));
  const leaving = places.slice(0, most).filter((tile) => !chosen.has(tile));
  const coming = places.slice(most).filter((tile) => chosen.has(tile));
  const changed = new Map([...coming.map((tile, i) => [leaving[i], tile] as const), ...coming.map((tile, i) => [tile, leaving[i]] as const)]);
  const ordered = places.map((tile) => changed.get(tile) ?? tile);
  return Array.from({ length: Math.ceil(ordered.length / most) }, (_, page) => ordered.slice(page * most, (page + 1) * most));
}

/** Of everybody else one tile each: the screen of whoever shares one. */
export function wallOf(tiles: readonly Tile[]): Tile[] {
  return tiles.filter(({ session, kind, flags }) => session !== 'self' && (kind === 'screen' || !flags.screen));
}

/** `wall` is for hosts, who see everybody's screen or camera small. */
export type Layout = 'grid' | 'speaker' | 'wall';

/** The key of the large tile: what was pinned, else (not on the wall) somebody's screen, else whom the hosts have put in the
    `spotlight`, else (in the speaker's layout) who has the stage; nothing where all are alike. */
export function spotlightOf(
  tiles: readonly Tile[],
  layout: Layout,
  pinned: string | undefined,
  stage: string | undefined,
  spotlight: readonly string[] = [],
): string | undefined {
  const has = (key: string | undefined) => tiles.some((tile) => tile.key === key);
  if (pinned !== undefined && has(pinned)) return pinned;
  if (layout === 'wall') return undefined;
  const screen = tiles.find((tile) => tile.kind === 'screen' && tile.session !== 'self');
  if (screen) return screen.key;
  const lit = tiles.find((tile) => isLit(tile, spotlight));
  if (lit) return lit.key;
  if (layout === 'grid' || tiles.length < 2) return undefined;
  return stage !== undefined && has(stage) ? stage : tiles.find((tile) => tile.kind === 'person')?.key;
}

export interface Grid {
  columns: number;
  /** Of one tile, in pixels. */
  width: number;
  height: number;
}

const kPicture = 16 / 9;
/** How far a tile may be from the shape of a picture before too much of the picture is cut off. */
const kWidest = 2;
const kNarrowest = 0.75;

/** The grid in which `count` tiles are largest, in a place of that size. */
export function gridFor(count: number, width: number, height: number, gap: number): Grid {
  let best: Grid = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const grid = tileIn((width - gap * (columns - 1)) / columns, (height - gap * (rows - 1)) / rows);
    if (shown(grid) > shown(best) + 1) best = { columns, ...grid };
  }
  return best;
}

function tileIn(width: number, height: number): { width: number; height: number } {
  return { width: Math.floor(Math.min(width, height * kWidest)), height: Math.floor(Math.min(height, width / kNarrowest)) };
}

/** How wide a whole picture would be in it. */
function shown({ width, height }: { width: number; height: number }): number {
  return Math.min(width, height * kPicture);
}
