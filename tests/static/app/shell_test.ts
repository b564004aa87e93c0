// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest';
import { shallowRef } from 'vue';
import type { Obstacle } from '@/app/obstacle';
import { dismissReload, reloadReason } from '@/app/reload';
import type { Session } from '@/app/session';
import { isFromWorker, waitForServer } from '@/app/shell';

const server = vi.hoisted(() => ({ answers: [] as Obstacle['kind'][] }));
vi.mock('@/app/obstacle', () => ({ findObstacle: async () => ({ kind: server.answers.shift() ?? 'upgrade' }) }));

const obstacle = shallowRef<Obstacle>();
const session = (kind: 'stopped' | 'connecting') => ({ obstacle, state: shallowRef({ status: { kind } }) }) as unknown as Session;
const reload = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(window.location, 'reload').mockImplementation(reload);
  reload.mockReset();
  obstacle.value = undefined;
  dismissReload();
});

test('the worker marks the page that it answers with', () => {
  expect(isFromWorker()).toBe(false);
  document.documentElement.dataset.shell = '';
  expect(isFromWorker()).toBe(true);
});

test('the first screen says what is wrong, and is replaced once the server answers', async () => {
  server.answers = ['offline', 'down'];
  const waiting = waitForServer(session('stopped'));
  await vi.advanceTimersByTimeAsync(0);
  expect(obstacle.value).toEqual({ kind: 'offline' });
  await vi.advanceTimersByTimeAsync(5000);
  expect(obstacle.value).toEqual({ kind: 'down' });
  expect(reload).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(5000);
  await waiting;
  expect(reload).toHaveBeenCalledOnce();
  expect(reloadReason.value).toBeUndefined();
});

test('it does not wait longer than the device does for its network', async () => {
  server.answers = ['offline'];
  const waiting = waitForServer(session('stopped'));
  await vi.advanceTimersByTimeAsync(0);
  window.dispatchEvent(new Event('online'));
  await waiting;
  expect(reload).toHaveBeenCalledOnce();
});

test('who has typed something is asked', async () => {
  server.answers = ['down'];
  const waiting = waitForServer(session('stopped'));
  await vi.advanceTimersByTimeAsync(0);
  window.dispatchEvent(new Event('input'));
  await vi.advanceTimersByTimeAsync(5000);
  await waiting;
  expect(reload).not.toHaveBeenCalled();
  expect(reloadReason.value).toBe('back');
  expect(obstacle.value).toBeUndefined();
});

test('who has begun to join is asked, and the session has the word', async () => {
  server.answers = ['down'];
  const waiting = waitForServer(session('connecting'));
  await vi.advanceTimersByTimeAsync(5000);
  await waiting;
  expect(obstacle.value).toBeUndefined();
  expect(reload).not.toHaveBeenCalled();
  expect(reloadReason.value).toBe('back');
});
