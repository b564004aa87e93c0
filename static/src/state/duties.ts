// What hosts do to one person with one click, and what of it is offered.

import type { Action, ActionTarget, Member, Role } from '@/protocol';
import { mayModerate } from './people';

/** Actions of the protocol; `stop` is two. `quiet` turns a microphone off, `mute` blocks it and the chat. */
export type Duty = Extract<Action, 'quiet' | 'mute' | 'unmute' | 'lower_hand' | 'promote' | 'demote' | 'spotlight' | 'unspotlight' | 'kick' | 'ban'> | 'stop_camera' | 'stop_screen';

/** What someone of `role` may do to that member; a host may do nothing to an admin. `spotlight`: who is in it. */
export function dutiesOn(member: Member, role: Role, spotlight: readonly string[] = []): Duty[] {
  if (!mayModerate(role) || (member.role === 'admin' && role !== 'admin')) return [];
  const duties: [Duty, boolean][] = [
    ['quiet', member.audio && !member.muted],
    ['stop_camera', member.video],
    ['stop_screen', member.screen],
    ['lower_hand', member.hand],
    ['mute', !member.muted],
    ['unmute', member.muted],
    ['promote', member.role !== 'admin' && member.role !== 'host'],
    ['demote', member.role === 'host'],
    ['spotlight', member.call && !spotlight.includes(member.id)],
    ['unspotlight', spotlight.includes(member.id)],
    ['kick', true],
    ['ban', true],
  ];
  return duties.filter(([, offered]) => offered).map(([duty]) => duty);
}

/** As `moderate` of the session takes it. */
export function requestOf(duty: Duty, member: string): [Action, ActionTarget] {
  if (duty === 'stop_camera' || duty === 'stop_screen') return ['stop', { member, value: duty === 'stop_camera' ? 'camera' : 'screen' }];
  return [duty, { member }];
}
