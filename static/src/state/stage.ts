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

/** Of tiles on a phone: more would be too small to be read. */
export const kMostOnPhone = 6;

export interface Selection {
  shown: Tile[];
  hidden: Tile[];
}

/** The tiles that a small screen has room for, `most` of them with one's own, in their order. Those with a picture or a raised
    hand are shown before those without; `first`, who has the stage, before all. */
export function selectionOf(tiles: readonly Tile[], most: number, first: string | undefined): Selection {
  if (tiles.length <= most) return { shown: [...tiles], hidden: [] };
  const rank = ({ kind, key, flags }: Tile): number => {
    if (key === first || kind === 'self') return 0;
    if (kind === 'screen') return 1;
    if (flags.video) return 2;
    return flags.hand ? 3 : 4;
  };
  // Sorting keeps the order of equals: nobody changes places without a reason.
  const chosen = new Set([...tiles].sort((a, b) => rank(a) - rank(b)).slice(0, most));
  return { shown: tiles.filter((tile) => chosen.has(tile)), hidden: tiles.filter((tile) => !chosen.has(tile)) };
}

export type Layout = 'grid' | 'speaker';

/** The key of the large tile: what was pinned, else somebody's screen, else whom the hosts have put in the `spotlight`, else (in
    the speaker's layout) who has the stage; nothing where all are alike. */
export function spotlightOf(
  tiles: readonly Tile[],
  layout: Layout,
  pinned: string | undefined,
  stage: string | undefined,
  spotlight: readonly string[] = [],
): string | undefined {
  const has = (key: string | undefined) => tiles.some((tile) => tile.key === key);
  if (pinned !== undefined && has(pinned)) return pinned;
  const screen = tiles.find((tile) => tile.kind === 'screen' && tile.session !== 'self');
  if (screen) return screen.key;
  const lit = tiles.find(({ kind, member }) => kind === 'person' && member !== undefined && spotlight.includes(member));
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
