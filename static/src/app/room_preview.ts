// What the first screen tells of the room that one is about to join. The server is asked again while the page is seen.

import { onMounted, onUnmounted, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { endpointOf, ProtocolError, roomInfo, type RoomInfo } from '@/protocol';
import { kRoot } from '@/app/route';

const kAgainMs = 15_000;

/** Nothing, where the server tells nothing, or is older than this question. It is not asked about a room without a name. */
export function useRoomPreview(room: Readonly<Ref<string>>): Readonly<ShallowRef<RoomInfo | undefined>> {
  const info = shallowRef<RoomInfo>();
  let isOlder = false;
  let timer: number | undefined;
  /** Of the newest question: answers to earlier ones are out of date. */
  let turn = 0;

  function stop(): void {
    window.clearTimeout(timer);
    ++turn;
  }

  async function ask(): Promise<void> {
    stop();
    if (room.value === '' || isOlder || document.hidden) return;
    const own = turn;
    const told = await roomInfo(endpointOf(kRoot), room.value).catch((error: unknown) => {
      isOlder ||= error instanceof ProtocolError && error.code === 'hello_required';
      return undefined;
    });
    if (own !== turn) return;
    info.value = told;
    timer = window.setTimeout(() => void ask(), kAgainMs);
  }

  const seen = (): void => void ask();
  onMounted(() => {
    document.addEventListener('visibilitychange', seen);
    void ask();
  });
  onUnmounted(() => {
    document.removeEventListener('visibilitychange', seen);
    stop();
  });
  watch(room, () => {
    info.value = undefined;
    void ask();
  });
  return info;
}
