// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { pathOf, roomIn } from '@/route';

describe('the address of a room', () => {
  it.each(['lobby', '实验室 3', 'a?b#c%', 'Käse & co'])('leads back to %s', (room) => {
    expect(roomIn(pathOf(room))).toBe(room);
  });

  it('is none where there is no room, more than one, or nonsense', () => {
    for (const path of ['/', '/room/', '/room/a/b', '/rooms/a', '/room/%E0%A4%A']) expect(roomIn(path)).toBeUndefined();
  });
});
