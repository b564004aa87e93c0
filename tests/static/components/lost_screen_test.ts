// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';
import LostScreen from '@/components/LostScreen.vue';
import StatusLine from '@/components/StatusLine.vue';
import { ProtocolError } from '@/protocol';
import type { State } from '@/state/state';
import { settle } from '../support/fake_server';
import { fakeSession, mounted } from '../support/mounted';

describe('the screen of somebody who is no longer in the room', () => {
  it.each(['kicked', 'banned', 'ended', 'not_admitted'])('has a way back for who was %s', async (reason) => {
    const rejoin = vi.fn(() => Promise.reject(new ProtocolError('forbidden', '')));
    const { root, button, update } = mounted(LostScreen, () => ({ lost: { room: 'lab', reason } }), { session: fakeSession({ rejoin }) });
    expect(root.textContent).toContain('lab');
    button('Rejoin')?.click();
    await settle();
    await update();
    expect(rejoin).toHaveBeenCalledOnce();
    expect(root.querySelector('.trouble')?.textContent).toBe("You can't join this room");
  });
});

describe('the line about the connection', () => {
  it('says that one waits to be let in again', async () => {
    const session = fakeSession();
    const { root, update } = mounted(StatusLine, () => ({}), { session });
    const become = async (more: object) => {
      session.state.value = { ...session.state.value, status: { kind: 'online' }, outside: { room: 'lab', refused: false }, ...more } as State;
      await update();
      return root.textContent?.includes('Waiting for a host to let you back in');
    };
    expect(await become({})).toBe(false);
    expect(await become({ room: { name: 'lab' } })).toBe(true);
    expect(await become({ room: { name: 'lab' }, outside: undefined })).toBe(false);
  });
});
