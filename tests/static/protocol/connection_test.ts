import { describe, expect, it, vi } from 'vitest';
import { Connection } from '@/protocol/connection';
import { ConnectionLost, ProtocolError } from '@/protocol/errors';
import { FakeSocket, ManualTimers } from '../support/fake_server';

function set() {
  const socket = new FakeSocket();
  const timers = new ManualTimers();
  const handlers = { opened: vi.fn(), event: vi.fn(), closed: vi.fn() };
  return { socket, timers, handlers, connection: new Connection(socket, timers, handlers) };
}

describe('Connection', () => {
  it('gives each request a ref of its own and each reply to its request', async () => {
    const { socket, connection, handlers } = set();
    await socket.open();
    const first = connection.request('rooms', {});
    const second = connection.request('ping', {});
    expect(socket.sent.map(({ ref }) => ref)).toEqual(['1', '2']);
    await socket.answer('ping', { type: 'pong', time: '2026-01-31T09:05:07.042Z' });
    await socket.answer('rooms', { type: 'rooms', rooms: [] });
    expect((await second).type).toBe('pong');
    expect((await first).rooms).toEqual([]);
    expect(handlers.event).not.toHaveBeenCalled();
  });

  it('tells what nobody asked for as an event', async () => {
    const { socket, handlers } = set();
    await socket.open();
    await socket.say({ type: 'closing', reason: 'restart', retry_after: 2 });
    expect(handlers.event).toHaveBeenCalledWith({ type: 'closing', reason: 'restart', retry_after: 2 });
  });

  it('refuses with the code of the error', async () => {
    const { socket, connection } = set();
    await socket.open();
    const join = connection.request('join', { room: 'lab' });
    await socket.answer('join', { type: 'error', code: 'room_locked', text: 'locked' });
    await expect(join).rejects.toMatchObject({ code: 'room_locked', message: 'locked', fatal: false });
  });

  it('refuses everything that is open when the connection goes, and says so once', async () => {
    const { socket, connection, handlers } = set();
    await socket.open();
    const ping = connection.request('ping', {});
    await socket.drop();
    await socket.drop();
    await expect(ping).rejects.toBeInstanceOf(ConnectionLost);
    await expect(connection.request('ping', {})).rejects.toBeInstanceOf(ConnectionLost);
    expect(handlers.closed).toHaveBeenCalledTimes(1);
    expect(handlers.closed).toHaveBeenCalledWith(undefined);
  });

  it('remembers the fatal error that came before the end', async () => {
    const { socket, handlers } = set();
    await socket.open();
    await socket.say({ type: 'error', code: 'slow_consumer', text: 'too slow' });
    await socket.drop();
    const [error] = handlers.closed.mock.calls[0] as [ProtocolError];
    expect(error.code).toBe('slow_consumer');
    expect(error.fatal).toBe(true);
  });

  it('ignores text that is not an event, and binary frames', async () => {
    const { socket, handlers } = set();
    await socket.open();
    await socket.sayText('nonsense');
    await socket.sayText('{"type":"party"}');
    await socket.sayText(new ArrayBuffer(3));
    expect(handlers.event).not.toHaveBeenCalled();
    expect(handlers.closed).not.toHaveBeenCalled();
  });

  it('is given up when it does not open', async () => {
    const { socket, timers, handlers } = set();
    await timers.advance(19_000);
    expect(handlers.closed).not.toHaveBeenCalled();
    await timers.advance(1_000);
    expect(handlers.closed).toHaveBeenCalledTimes(1);
    expect(socket.closed).toBe(true);
  });

  it('asks a silent server, and gives up on one that stays silent', async () => {
    const { socket, timers, handlers } = set();
    await socket.open();
    await timers.advance(25_000);
    expect(socket.requests('ping')).toHaveLength(1);
    await socket.answer('ping', { type: 'pong', time: '2026-01-31T09:05:07.042Z' });
    await timers.advance(25_000);
    expect(socket.requests('ping')).toHaveLength(2);
    expect(handlers.closed).not.toHaveBeenCalled();
    await timers.advance(10_000);
    expect(handlers.closed).toHaveBeenCalledTimes(1);
    expect(socket.closed).toBe(true);
  });

  it('does not ask while something is heard', async () => {
    const { socket, timers } = set();
    await socket.open();
    for (let turn = 0; turn < 5; turn++) {
      await timers.advance(20_000);
      await socket.say({ type: 'room_changed', room: 'lobby', count: turn });
    }
    expect(socket.requests('ping')).toHaveLength(0);
  });

  it('hears nothing after it was closed', async () => {
    const { socket, connection, handlers } = set();
    await socket.open();
    connection.close();
    await socket.say({ type: 'closing', reason: 'restart', retry_after: 2 });
    expect(handlers.event).not.toHaveBeenCalled();
  });
});
