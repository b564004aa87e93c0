// @vitest-environment happy-dom
import { beforeEach, expect, it, vi } from 'vitest';
import { shallowRef } from 'vue';
import RoomPreview from '@/components/RoomPreview.vue';
import type { RoomInfo } from '@/protocol';
import { mounted } from '../support/mounted';

const told = vi.hoisted(() => ({ info: undefined as object | undefined }));
vi.mock('@/app/room_preview', () => ({ useRoomPreview: () => shallowRef(told.info) }));
beforeEach(() => void (told.info = undefined));

function line(info: Partial<RoomInfo>): string | undefined {
  told.info = { type: 'room_info', room: 'lab', first_is_host: true, ...info };
  return mounted(RoomPreview, () => ({ room: 'lab' })).root.querySelector('.inside')?.textContent?.trim();
}

it('says who becomes host so that it holds for a new room, an empty one and one with a password', () => {
  // The server tells nothing about any of them, so the page does not speak of new rooms.
  expect(line({})).toBe('If nobody is in the room, you may become its host.');
  expect(line({ first_is_host: false })).toBe('');
});

it('says it plainly where the server knows that nobody is inside', () => {
  expect(line({ topic: '', members: 0 })).toBe('Nobody is in the room yet. You will be the host.');
  expect(line({ topic: '', members: 0, first_is_host: false })).toBe('Nobody is in the room yet.');
  expect(line({ topic: '', members: 2, names: ['Bo', 'Cy'] })).toBe('In the room: Bo, Cy');
});

it('says that the call is recorded, before anything else', () => {
  expect(line({ topic: '', members: 1, names: ['Bo'], recording: true })).toBe('This meeting is recorded In the room: Bo');
});
