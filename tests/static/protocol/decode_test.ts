import { describe, expect, it } from 'vitest';
import { decodeEvent } from '@/protocol/decode';
import { kEventVectors as events } from '../support/vectors';

describe('decodeEvent', () => {
  it('has vectors to go by', () => {
    expect(events.filter((vector) => vector.ok).length).toBeGreaterThan(30);
    expect(events.filter((vector) => !vector.ok).length).toBeGreaterThan(15);
  });

  it.each(events.filter((vector) => vector.ok))('reads $name', ({ input, canonical }) => {
    expect(decodeEvent(input)).toEqual(JSON.parse(canonical));
  });

  it.each(events.filter((vector) => !vector.ok))('ignores $name', ({ input }) => {
    expect(decodeEvent(input)).toBeUndefined();
  });

  it('ignores names that every object has', () => {
    expect(decodeEvent('{"type":"constructor"}')).toBeUndefined();
    expect(decodeEvent('{"type":"__proto__"}')).toBeUndefined();
  });

  it('takes author keys where there are any', () => {
    const from = { id: 'm2', name: 'Bo', author: 'k7p2m9x4q1w8e5r3' };
    const input = { type: 'message', room: 'lab', seq: 1, time: '2026-01-31T09:05:07.042Z', from, text: 'x' };
    expect(decodeEvent(JSON.stringify(input))).toEqual(input);
    expect(decodeEvent(JSON.stringify({ ...input, from: { ...from, author: 7 } }))).toBeUndefined();
  });

  it('takes the authors of a reaction where they are given', () => {
    const reaction = { emoji: '👍', count: 60, authors: ['k7p2m9x4q1w8e5r3'], mine: true };
    const input = { type: 'message', room: 'lab', seq: 1, time: '2026-01-31T09:05:07.042Z', from: { id: 'm2', name: 'Bo' }, text: 'x', reactions: [reaction] };
    expect(decodeEvent(JSON.stringify(input))).toEqual(input);
    expect(decodeEvent(JSON.stringify({ ...input, reactions: [{ ...reaction, mine: 1 }] }))).toBeUndefined();
  });

  it('takes another name with its token', () => {
    const input = { type: 'renamed', name: 'guest-2', token: 't', reason: 'name_owned' };
    expect(decodeEvent(JSON.stringify(input))).toEqual(input);
    expect(decodeEvent(JSON.stringify({ ...input, token: undefined }))).toBeUndefined();
  });

  it('takes several URLs of one ICE server', () => {
    const input = {
      type: 'joined',
      room: 'lab',
      topic: '',
      locked: false,
      role: 'guest',
      media: 'mesh',
      ice_servers: [{ urls: ['turn:a', 'turns:a'], username: 'u', credential: 'c' }],
      members: [],
      count: 0,
      messages: [],
      more: false,
      last: 0,
      gap: false,
    };
    const allow = { microphone: true, camera: true, screen: true, chat: true };
    expect(decodeEvent(JSON.stringify(input))).toEqual({ ...input, rev: 0, allow });
  });
});
