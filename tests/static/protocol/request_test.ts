import { describe, expect, it } from 'vitest';
import { Connection } from '@/protocol/connection';
import type { Requests, RequestType } from '@/protocol/messages';
import { FakeSocket, ManualTimers } from '../support/fake_server';
import { kRequestVectors, kTypes, refusal } from '../support/vectors';

type Fields = Record<string, unknown>;

/** What goes out for a request. */
async function sent(type: RequestType, fields: Fields): Promise<Fields> {
  const socket = new FakeSocket();
  const connection = new Connection(socket, new ManualTimers(), { opened() {}, event() {}, closed() {} });
  await socket.open();
  void connection.request(type, fields as never).catch(() => undefined);
  expect(socket.sent).toHaveLength(1);
  return socket.sent[0] as Fields;
}

// Numbers that no double holds are lost in JSON.parse already.
const accepted = kRequestVectors.filter(({ ok, canonical }) => {
  if (!ok) return false;
  const value: unknown = JSON.parse(canonical);
  return JSON.stringify(JSON.parse(JSON.stringify(value))) === JSON.stringify(value) && !/\d[eE]\d/.test(canonical);
});

describe('requests', () => {
  it('has vectors to go by', () => {
    expect(accepted.length).toBeGreaterThan(60);
    const types: Record<RequestType, true> = {
      hello: true,
      join: true,
      leave: true,
      message: true,
      edit: true,
      delete: true,
      react: true,
      poll: true,
      vote: true,
      close_poll: true,
      whisper: true,
      history: true,
      signal: true,
      state: true,
      moderate: true,
      rooms: true,
      room_info: true,
      ping: true,
      upload: true,
      download: true,
      seen: true,
      typing: true,
      search: true,
      members: true,
    };
    expect([...kTypes].sort()).toEqual(Object.keys(types).sort());
  });

  it.each(accepted)('go out as the server reads them: $name', async ({ canonical }) => {
    const { type, ref: _, ...fields } = JSON.parse(canonical) as Fields & { type: RequestType };
    expect(await sent(type, fields)).toEqual({ type, ref: '1', ...fields });
  });

  it('have the shape of accepted ones', () => {
    const hello: Requests['hello'] = { protocol: 1, name: 'Ana' };
    expect(refusal({ type: 'hello', ...hello })).toBeUndefined();
    expect(refusal({ type: 'hello', name: 'Ana' })).toBe('a hello without protocol');
    expect(refusal({ type: 'join', room: 'lab', since: '41' })).toBe('a join whose since is string');
    expect(refusal({ type: 'join', room: 'lab', after: 41 })).toBe('a join with after');
    expect(refusal({ type: 'dance' })).toBe('no request is a dance');
  });
});
