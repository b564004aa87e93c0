import { describe, expect, it } from 'vitest';
import { isEmoji, kEmoji } from '@/state/emoji';
import { kRequestVectors } from '../support/vectors';

const kReactions = kRequestVectors
  .filter(({ name, ok, mentions }) => name.startsWith('react') && (ok || mentions === 'emoji'))
  .map(({ name, input, ok }) => ({ name, ok, emoji: (JSON.parse(input) as { emoji: string }).emoji }))
  .filter(({ emoji }) => new TextEncoder().encode(emoji).length <= 32);

describe('isEmoji', () => {
  it('has vectors to go by', () => {
    expect(kReactions.length).toBeGreaterThan(20);
  });

  it.each(kReactions)('judges as the server does: $name', ({ emoji, ok }) => {
    expect(isEmoji(emoji)).toBe(ok);
  });

  it.each(kEmoji)('takes %s, which can be picked', (emoji) => {
    expect(isEmoji(emoji)).toBe(true);
  });
});
