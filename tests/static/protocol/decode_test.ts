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
    expect(decodeEvent(JSON.stringify(input))).toEqual(input);
  });
});
