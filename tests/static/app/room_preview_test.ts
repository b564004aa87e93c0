// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createApp, defineComponent, h, ref } from 'vue';
import { useRoomPreview } from '@/app/room_preview';
import { FakeSocket, settle } from '../support/fake_server';

const sockets: FakeSocket[] = [];
/** Which the page opens. */
class Socket extends FakeSocket {
  constructor() {
    super();
    sockets.push(this);
  }
}

let hidden = false;
beforeEach(() => {
  sockets.length = 0;
  hidden = false;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.stubGlobal('WebSocket', Socket);
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function screen() {
  const room = ref('lab');
  let info: ReturnType<typeof useRoomPreview> | undefined;
  const app = createApp(
    defineComponent(() => {
      info = useRoomPreview(room);
      return () => h('p');
    }),
  );
  app.mount(document.createElement('div'));
  return { room, told: () => info?.value, leave: () => app.unmount() };
}

function become(isHidden: boolean): void {
  hidden = isHidden;
  document.dispatchEvent(new Event('visibilitychange'));
}

const last = (): FakeSocket => sockets.at(-1) ?? expect.fail('no socket was opened');

async function tell(members: number, socket = last()): Promise<void> {
  await socket.open();
  await socket.answer('room_info', { type: 'room_info', room: 'lab', topic: '', members, names: [], first_is_host: false });
  await settle();
}

it('asks without a hello, ends the connection, and asks again after 15 s', async () => {
  const { told, leave } = screen();
  await tell(1);
  expect(told()?.members).toBe(1);
  expect(last().sent.map(({ type, room }) => [type, room])).toEqual([['room_info', 'lab']]);
  expect(last().closed).toBe(true);
  vi.advanceTimersByTime(14_999);
  expect(sockets).toHaveLength(1);
  vi.advanceTimersByTime(1);
  await tell(2);
  expect(told()?.members).toBe(2);
  leave();
  vi.advanceTimersByTime(60_000);
  expect(sockets).toHaveLength(2);
});

it('does not ask while nobody looks, and asks at once when somebody does', async () => {
  const { leave } = screen();
  await tell(1);
  become(true);
  vi.advanceTimersByTime(60_000);
  expect(sockets).toHaveLength(1);
  become(false);
  expect(sockets).toHaveLength(2);
  leave();
});

it('shows nothing of one room while it asks about another, and no answer that is out of date', async () => {
  const { room, told, leave } = screen();
  await tell(1);
  vi.advanceTimersByTime(15_000);
  const late = last();
  room.value = 'den';
  await settle();
  expect(told()).toBeUndefined();
  await tell(7, late);
  expect(told()).toBeUndefined();
  await tell(3);
  expect(told()?.members).toBe(3);
  expect(last().sent[0]?.room).toBe('den');
  leave();
});

it('does not ask about a room without a name', async () => {
  const { room, told, leave } = screen();
  await tell(1);
  room.value = '';
  await settle();
  expect(told()).toBeUndefined();
  vi.advanceTimersByTime(60_000);
  become(false);
  expect(sockets).toHaveLength(1);
  room.value = 'lab';
  await settle();
  await tell(2);
  expect(told()?.members).toBe(2);
  leave();
});

it('asks an older server once', async () => {
  const { told, leave } = screen();
  await last().open();
  await last().answer('room_info', { type: 'error', code: 'hello_required', text: 'say hello first' });
  await settle();
  vi.advanceTimersByTime(60_000);
  become(false);
  expect(sockets).toHaveLength(1);
  expect(told()).toBeUndefined();
  leave();
});

it('forgets who was inside when the server is lost, and goes on asking', async () => {
  const { told, leave } = screen();
  await tell(1);
  vi.advanceTimersByTime(15_000);
  await last().drop();
  await settle();
  expect(told()).toBeUndefined();
  vi.advanceTimersByTime(15_000);
  expect(sockets).toHaveLength(3);
  leave();
});
