import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeEvent } from '@/protocol/decode';

interface Vector {
  name: string;
  input: string;
  ok: boolean;
  canonical: string;
}

function vectors(file: string): Vector[] {
  const text = readFileSync(new URL(`../../vectors/${file}`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Vector);
}

describe('decodeEvent', () => {
  const events = vectors('events.jsonl');

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
