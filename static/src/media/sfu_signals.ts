// What a page and the server's SFU say to each other, as the `data` of a `signal` to or from `sfu`.

import { kLines, type Line, type Picture } from './lines';
import { isObject } from './signals';

export interface WantedPicture {
  member: string;
  kind: Picture;
  /** In pixels, as it is shown. */
  height: number;
}

export type ToSfu =
  | { description: { type: 'offer'; sdp: string } }
  /** The most important first; what is not listed is not sent. */
  | { want: { videos: readonly WantedPicture[] } };

/** Who is on a slot now. */
export interface Occupant {
  mid: string;
  member: string;
  kind: Line;
}

export interface FromSfu {
  description?: { type: 'answer'; sdp: string };
  /** All that are in use. */
  slots?: Occupant[];
  /** Of the loudest members, from 0 to 1. */
  levels?: Map<string, number>;
  /** Why the connection is given up. */
  ended?: string;
}

/** RFC 6464 counts decibels below the loudest. */
function linear(decibels: number): number {
  return decibels >= 127 ? 0 : 10 ** (-decibels / 20);
}

function occupantsIn(list: readonly unknown[]): Occupant[] {
  return list.flatMap((each) => {
    if (!isObject(each)) return [];
    const { mid, member } = each;
    const kind = kLines.find((line) => line === each.kind);
    return kind !== undefined && typeof mid === 'string' && typeof member === 'string' ? [{ mid, member, kind }] : [];
  });
}

function levelsIn(list: readonly unknown[]): Map<string, number> {
  const levels = new Map<string, number>();
  for (const each of list) {
    if (isObject(each) && typeof each.member === 'string' && typeof each.level === 'number') levels.set(each.member, linear(each.level));
  }
  return levels;
}

/** What `data` says, as far as this page knows it. */
export function readFromSfu(data: unknown): FromSfu {
  if (!isObject(data)) return {};
  const { description, slots, levels, ended } = data;
  const said: FromSfu = {};
  if (isObject(description) && description.type === 'answer' && typeof description.sdp === 'string') {
    said.description = { type: 'answer', sdp: description.sdp };
  }
  if (Array.isArray(slots)) said.slots = occupantsIn(slots);
  if (Array.isArray(levels)) said.levels = levelsIn(levels);
  if (typeof ended === 'string') said.ended = ended;
  return said;
}
