import { describe, expect, it } from 'vitest';
import { backoffMs, closingMs } from '@/protocol/backoff';

describe('the pause before the next try', () => {
  it('doubles, up to half a minute', () => {
    const full = [0, 1, 2, 3, 6, 7, 100].map((attempt) => backoffMs(attempt, () => 1));
    expect(full).toEqual([500, 1000, 2000, 4000, 30_000, 30_000, 30_000]);
  });

  it('is never under half of the full one, whatever chance says', () => {
    expect(backoffMs(3, () => 0)).toBe(2000);
  });

  it('keeps to what the server asked for, and spreads what comes after', () => {
    expect(closingMs(5, () => 0)).toBe(5000);
    expect(closingMs(5, () => 1)).toBe(7500);
    expect(closingMs(0, () => 1)).toBe(1000);
  });
});
