import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeviceRequest, kLateMs, type RequestState } from '@/media/device_request';
import { FakeStream, FakeTrack } from '../support/fake_connection';
import { settle } from '../support/fake_server';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

class Answer {
  readonly track = new FakeTrack('audio');
  signal: AbortSignal | undefined;
  arrive!: () => void;
  fail!: (error: Error) => void;
  private readonly promise = new Promise<MediaStream>((resolve, reject) => {
    this.arrive = () => resolve(new FakeStream([this.track]) as unknown as MediaStream);
    this.fail = reject;
  });
  readonly ask = (signal: AbortSignal): Promise<MediaStream> => {
    this.signal = signal;
    return this.promise;
  };
}

function device() {
  const states: RequestState[] = [];
  const taken: MediaStreamTrack[] = [];
  const request: DeviceRequest = new DeviceRequest(() => states.push(request.state));
  const open = (answer: Answer) => request.open(answer.ask, (stream) => taken.push(...stream.getTracks()));
  return { request, states, taken, open };
}

describe('DeviceRequest', () => {
  it('hands over what arrives', async () => {
    const { states, taken, open } = device();
    const answer = new Answer();
    const opened = open(answer);
    answer.arrive();
    expect(await opened).toBe(true);
    expect(taken).toEqual([answer.track]);
    expect(answer.track.readyState).toBe('live');
    expect(states).toEqual(['opening', 'idle']);
  });

  it('stops what arrives after it was cancelled, and changes nothing', async () => {
    const { request, states, taken, open } = device();
    const answer = new Answer();
    const opened = open(answer);
    request.cancel();
    answer.arrive();
    await settle();
    expect(await opened).toBe(false);
    expect(answer.track.readyState).toBe('ended');
    expect(taken).toEqual([]);
    expect(states).toEqual(['opening', 'idle']);
  });

  it('resolves when it is cancelled, even if the browser never answers', async () => {
    const { request, open } = device();
    const opened = open(new Answer());
    request.cancel();
    expect(await opened).toBe(false);
  });

  it('stops what arrives in the same turn in which it is cancelled', async () => {
    const { request, taken, open } = device();
    const answer = new Answer();
    void open(answer);
    answer.arrive();
    request.cancel();
    await settle();
    expect(taken).toEqual([]);
    expect(answer.track.readyState).toBe('ended');
  });

  it.each(['first', 'second'])('takes the second request alone, with the %s one answered first', async (order) => {
    const { taken, open } = device();
    const [one, two] = [new Answer(), new Answer()];
    const opened = [open(one), open(two)];
    for (const answer of order === 'first' ? [one, two] : [two, one]) {
      answer.arrive();
      await settle();
    }
    expect(await Promise.all(opened)).toEqual([false, true]);
    expect(taken).toEqual([two.track]);
    expect(one.track.readyState).toBe('ended');
  });

  it('says nothing of an error that came too late, and tells the request that it is aborted', async () => {
    const { request, open } = device();
    const answer = new Answer();
    const opened = open(answer);
    request.cancel();
    expect(answer.signal?.aborted).toBe(true);
    answer.fail(new Error('refused'));
    expect(await opened).toBe(false);
  });

  it('rejects with the error of a request that is still wanted, and may be used again', async () => {
    const { request, open } = device();
    const refused = new Answer();
    const opened = open(refused);
    refused.fail(new Error('refused'));
    await expect(opened).rejects.toThrow('refused');
    expect(request.state).toBe('idle');
    const answer = new Answer();
    const again = open(answer);
    answer.arrive();
    expect(await again).toBe(true);
  });

  it('stops the tracks that its owner could not take', async () => {
    const { request } = device();
    const answer = new Answer();
    const opened = request.open(answer.ask, () => {
      throw new TypeError('no picture');
    });
    answer.arrive();
    await expect(opened).rejects.toThrow('no picture');
    expect(answer.track.readyState).toBe('ended');
  });

  it('says when it takes long, and counts anew for the next request', () => {
    const { request, open } = device();
    void open(new Answer());
    vi.advanceTimersByTime(kLateMs - 1);
    expect(request.state).toBe('opening');
    vi.advanceTimersByTime(1);
    expect(request.state).toBe('late');
    void open(new Answer());
    expect(request.state).toBe('opening');
    request.cancel();
    vi.advanceTimersByTime(2 * kLateMs);
    expect(request.state).toBe('idle');
  });
});
