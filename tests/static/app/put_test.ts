// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { put, type Answer, type Transport } from '@/app/put';
import { Uploads } from '@/app/uploads';
import { ConnectionLost, ProtocolError } from '@/protocol';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Answers in turn; nothing: the connection breaks off. */
function transport(puts: (Answer | undefined)[], heads: (Answer | undefined)[] = []) {
  const ranges: (string | undefined)[] = [];
  const next = (answers: (Answer | undefined)[]) => {
    const answer = answers.shift();
    return answer ? Promise.resolve(answer) : Promise.reject(new ConnectionLost());
  };
  const made: Transport = {
    head: () => next(heads),
    put: (_url, _body, range) => (ranges.push(range), next(puts)),
  };
  return { made, ranges };
}

const blob = new Blob(['0123456789']);
const done = { status: 201, offset: undefined };

async function run(sent: Promise<unknown>): Promise<unknown> {
  const result = sent.then(() => 'sent', (error: unknown) => error);
  await vi.advanceTimersByTimeAsync(60_000);
  return result;
}

describe('put', () => {
  const options = () => ({ signal: new AbortController().signal, progress: vi.fn() });

  it('sends a file at once', async () => {
    const { made, ranges } = transport([done]);
    expect(await run(put('/files/x', blob, options(), made))).toBe('sent');
    expect(ranges).toEqual([undefined]);
  });

  it('goes on where it broke off', async () => {
    const { made, ranges } = transport([undefined, done], [{ status: 200, offset: 4 }]);
    expect(await run(put('/files/x', blob, options(), made))).toBe('sent');
    expect(ranges).toEqual([undefined, 'bytes 4-9/10']);
  });

  it('goes on where the server says that it is', async () => {
    const { made, ranges } = transport([{ status: 409, offset: 7 }, done]);
    expect(await run(put('/files/x', blob, options(), made))).toBe('sent');
    expect(ranges).toEqual([undefined, 'bytes 7-9/10']);
  });

  it.each([[413, 'file_too_large'], [507, 'no_space'], [404, 'no_such_file'], [400, 'internal']] as const)('gives up on %i', async (status, code) => {
    const error = await run(put('/files/x', blob, options(), transport([{ status, offset: undefined }]).made));
    expect(error).toBeInstanceOf(ProtocolError);
    expect((error as ProtocolError).code).toBe(code);
  });

  it('gives up when the server cannot be reached for long', async () => {
    expect(await run(put('/files/x', blob, options(), transport([]).made))).toBeInstanceOf(ConnectionLost);
  });
});

describe('Uploads', () => {
  function uploads(puts: (Answer | undefined)[] = [done]) {
    const client = { online: true, upload: vi.fn(() => Promise.resolve({ type: 'upload' as const, file: 'f1', url: '/files/f1', expires: '' })), post: vi.fn() };
    return { client, all: new Uploads({ client: client as never, room: () => 'lab', inside: () => client.online, transport: transport(puts).made }) };
  }
  const file = (name: string, text = 'abc') => new File([text], name, { type: 'text/plain' });

  it('sends the message when its file is there, and only if the person has sent it', async () => {
    const { client, all } = uploads();
    all.add([file('a.txt')]);
    await vi.advanceTimersByTimeAsync(0);
    expect(all.all.value).toMatchObject([{ name: 'a.txt', state: 'ready' }]);
    expect(client.post).not.toHaveBeenCalled();
    expect(all.send('look', { reply_to: 3 })).toBe(true);
    expect(client.post).toHaveBeenCalledWith('lab', 'look', { reply_to: 3, file: expect.objectContaining({ id: 'f1', name: 'a.txt', size: 3 }) });
    expect(all.all.value).toEqual([]);
    expect(all.send('again', {})).toBe(false);
  });

  it('says why a file failed, and sends it again', async () => {
    const { client, all } = uploads([{ status: 507, offset: undefined }, done]);
    all.add([file('a/b\u0000.txt')]);
    await vi.advanceTimersByTimeAsync(0);
    expect(all.all.value).toMatchObject([{ name: 'a_b_.txt', state: 'failed', code: 'no_space' }]);
    all.retry(all.all.value[0]!.id);
    await vi.advanceTimersByTimeAsync(0);
    expect(all.all.value).toMatchObject([{ state: 'ready' }]);
    expect(client.upload).toHaveBeenCalledTimes(2);
  });

  const states = (all: Uploads) => all.all.value.map(({ state }) => state);
  const of = (all: Uploads, state: string) => states(all).filter((each) => each === state).length;
  const album = (count: number) => Array.from({ length: count }, (_, i) => file(`${i}.jpg`));

  it('sends a few at a time, while the others wait', async () => {
    const { client, all } = uploads(Array.from({ length: 25 }, () => done));
    const give: ((reply: object) => void)[] = [];
    client.upload.mockImplementation(() => new Promise((resolve) => give.push(resolve as never)));
    all.add(album(25));
    expect([of(all, 'going'), of(all, 'waiting'), give.length]).toEqual([3, 22, 3]);
    all.send('an album', {});
    while (give.length > 0) {
      expect(of(all, 'going')).toBeLessThanOrEqual(3);
      give.shift()?.({ file: 'f', url: '/files/f' });
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(client.upload).toHaveBeenCalledTimes(25);
    expect(client.post.mock.calls.map(([, text]) => text as string)).toEqual(['an album', ...Array.from({ length: 24 }, () => '')]);
    expect(all.all.value).toEqual([]);
  });

  it('keeps few on the server that no message names, and goes on as they are sent or put away', async () => {
    const { client, all } = uploads(Array.from({ length: 25 }, () => done));
    all.add(album(25));
    await vi.advanceTimersByTimeAsync(0);
    expect([of(all, 'ready'), of(all, 'waiting')]).toEqual([8, 17]);
    all.drop(all.all.value[0]!.id);
    await vi.advanceTimersByTimeAsync(0);
    expect([of(all, 'ready'), of(all, 'waiting')]).toEqual([8, 16]);
    all.send('', {});
    await vi.advanceTimersByTimeAsync(0);
    expect(client.post).toHaveBeenCalledTimes(24);
  });

  it('goes on behind one that failed, and waits for a connection', async () => {
    const { client, all } = uploads([{ status: 507, offset: undefined }, ...Array.from({ length: 5 }, () => done)]);
    client.online = false;
    all.add(album(5));
    await vi.advanceTimersByTimeAsync(0);
    expect(states(all)).toEqual(Array.from({ length: 5 }, () => 'waiting'));
    client.online = true;
    all.startNext();
    await vi.advanceTimersByTimeAsync(0);
    expect(states(all)).toEqual(['failed', 'ready', 'ready', 'ready', 'ready']);
  });

  it('starts none of those that are cancelled together', async () => {
    const { client, all } = uploads();
    all.add(album(25));
    all.dropAll();
    await vi.advanceTimersByTimeAsync(0);
    expect(all.all.value).toEqual([]);
    expect(client.upload).toHaveBeenCalledTimes(3);
  });

  it('forgets what was cancelled', async () => {
    const { client, all } = uploads();
    all.add([file('a.txt')]);
    all.send('', {});
    all.drop(all.all.value[0]!.id);
    await vi.advanceTimersByTimeAsync(1000);
    expect(all.all.value).toEqual([]);
    expect(client.post).not.toHaveBeenCalled();
  });
});
