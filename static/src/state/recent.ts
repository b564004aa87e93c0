// What hosts did, in words of the page: the path of a sentence and the names in it.

import type { Allow, HostAction } from '@/protocol';

export interface Sentence {
  path: string;
  values: Record<string, string>;
}

const kKnown: ReadonlySet<string> = new Set([
  'kick',
  'ban',
  'unban',
  'mute',
  'unmute',
  'quiet',
  'quiet_all',
  'stop_camera',
  'stop_screen',
  'lower_hand',
  'lower_hands',
  'end',
  'end_room',
  'lock',
  'unlock',
  'password',
  'topic',
  'promote',
  'demote',
  'waiting_room_on',
  'waiting_room_off',
  'admit',
  'refuse',
  'spotlight',
  'unspotlight',
  'record_on',
  'record_off',
]);
const kUses = ['microphone', 'camera', 'screen', 'chat'] as const;

/** One sentence, or of `allow` one for each thing. Of a newer server's action only its name. */
export function sentencesOf({ by, action, member = '', value }: HostAction): Sentence[] {
  if (typeof value === 'object') return action === 'allow' ? allowed(by, value) : [];
  const values = { by, name: action === 'unban' ? (value ?? '') : member, detail: value ?? '' };
  const kind = kindOf(action, member, value);
  return [kKnown.has(kind) ? { path: `recent.${kind}`, values } : { path: 'recent.other', values: { ...values, detail: action } }];
}

function kindOf(action: string, member: string, value: string | undefined): string {
  if (action === 'quiet' && member === '') return 'quiet_all';
  return value && ['stop', 'end', 'waiting_room', 'record'].includes(action) ? `${action}_${value}` : action;
}

function allowed(by: string, change: Partial<Allow>): Sentence[] {
  return kUses.flatMap((use) => {
    const allows = change[use];
    return allows === undefined ? [] : [{ path: `recent.${allows ? 'allow' : 'forbid'}_${use}`, values: { by } }];
  });
}
