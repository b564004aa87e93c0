// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { endpointOf } from '@/protocol';
import { linkOf, pathOf, readable, roomIn, rootOf } from '@/app/route';

describe('the address of a room', () => {
  it.each(['lobby', '实验室 3', 'a?b#c%', 'Käse & co'])('leads back to %s', (room) => {
    expect(roomIn(pathOf(room))).toBe(room);
  });

  it('is none where there is no room, more than one, or nonsense', () => {
    for (const path of ['/', '/room/', '/room/a/b', '/rooms/a', '/room/%E0%A4%A']) expect(roomIn(path)).toBeUndefined();
  });
});

describe('the link that people read', () => {
  it.each([
    ['七年级二班', '七年级二班'],
    ['Käse & co', 'Käse%20%26%20co'],
    ['100 %', '100%20%25'],
    ['a\u202eb', 'a%E2%80%AEb'],
  ])('of %s ends in %s, and leads there', (room, shown) => {
    const link = readable(linkOf(room));
    expect(link.endsWith(`/room/${shown}`)).toBe(true);
    expect(new URL(link).href).toBe(linkOf(room));
  });
});

describe('the root of everything', () => {
  it.each([
    ['/', '/'],
    ['/room/lobby', '/'],
    ['/chat/', '/chat/'],
    ['/chat/room/lobby', '/chat/'],
    ['/a/b/room/%E8%AF%BE', '/a/b/'],
    ['/room/', '/room/'],
    ['/room/room/x', '/room/'],
    ['/a/room/b/room/c', '/a/room/b/'],
    ['//evil.example/room/x', '/evil.example/'],
  ])('of %s is %s', (path, root) => {
    expect(rootOf(path)).toBe(root);
  });

  it('begins the address of each room', () => {
    expect(pathOf('课堂 1', '/chat/')).toBe('/chat/room/%E8%AF%BE%E5%A0%82%201');
    expect(roomIn('/chat/room/%E8%AF%BE%E5%A0%82%201')).toBe('课堂 1');
    expect(pathOf(undefined, '/chat/')).toBe('/chat/');
  });

  it('has the WebSocket beside it', () => {
    expect(endpointOf(new URL('https://chat.example:8443/'))).toBe('wss://chat.example:8443/ws');
    expect(endpointOf(new URL('http://localhost:8080/chat/'))).toBe('ws://localhost:8080/chat/ws');
  });
});
