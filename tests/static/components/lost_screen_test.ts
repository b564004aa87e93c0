// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';
import LostScreen from '@/components/LostScreen.vue';
import StatusLine from '@/components/StatusLine.vue';
import { ProtocolError } from '@/protocol';
import type { State } from '@/state/state';
import { settle } from '../support/fake_server';
import { fakeMeeting, fakeSession, mounted } from '../support/mounted';

describe('the screen of somebody who is no longer in the room', () => {
  it.each(['kicked', 'banned', 'ended', 'not_admitted'])('has a way back after %s', async (reason) => {
    const rejoin = vi.fn(() => Promise.reject(new ProtocolError('forbidden', '')));
    const { root, button, update } = mounted(LostScreen, () => ({ lost: { room: 'lab', reason } }), { session: fakeSession({ rejoin }) });
    expect(root.textContent).toContain('lab');
    button('Rejoin')?.click();
    await settle();
    await update();
    expect(rejoin).toHaveBeenCalledOnce();
    expect(root.querySelector('.trouble')?.textContent).toBe("You can't join this room");
  });

  it.each([
    ['kicked', 'Bo removed you from lab. You can rejoin.'],
    ['banned', 'Bo banned you from lab. You can rejoin once a host unbans you.'],
    ['ended', 'Bo ended the meeting in lab and removed everyone. You can rejoin.'],
  ])('names the host by whom one was %s', (reason, words) => {
    const { root } = mounted(LostScreen, () => ({ lost: { room: 'lab', reason, by: 'Bo' } }));
    expect(root.querySelector('p')?.textContent).toBe(words);
  });

  it.each([
    ['room_locked', 'You can no longer join lab: the room is locked: ask its host to unlock it'],
    ['forbidden', 'You can no longer join lab.'],
    ['something_new', 'You can no longer join lab: something_new'],
  ])('says one sentence for %s', (reason, words) => {
    const { root } = mounted(LostScreen, () => ({ lost: { room: 'lab', reason } }));
    expect(root.querySelector('p')?.textContent).toBe(words);
  });

  it.each([['kicked', true], ['room_password', true], ['not_admitted', false], ['banned', false], ['forbidden', false], ['room_locked', false]] as const)('says what rejoining leads to for %s: %s', async (reason, says) => {
    const meeting = fakeMeeting();
    const { root, update } = mounted(LostScreen, () => ({ lost: { room: 'lab', reason } }), { meeting });
    expect(root.textContent).not.toContain('meeting');
    meeting.lostIn.value = { audio: true, video: false };
    await update();
    expect(root.textContent?.includes('"Rejoin" takes you back to the meeting, with the same microphone and camera settings.')).toBe(says);
  });

  async function asked(reason: string) {
    const rejoin = vi.fn(() => Promise.reject(new ProtocolError('room_password', '')));
    const view = mounted(LostScreen, () => ({ lost: { room: 'lab', reason } }), { session: fakeSession({ rejoin }) });
    const submit = async () => {
      view.root.querySelector('form')!.dispatchEvent(new Event('submit'));
      await settle();
      await view.update();
    };
    const field = () => view.root.querySelector<HTMLInputElement>('#password');
    const type = (text: string) => {
      field()!.value = text;
      field()!.dispatchEvent(new Event('input'));
    };
    return { ...view, rejoin, submit, field, type, hint: () => view.root.querySelector('#password-hint')?.textContent };
  }

  it('asks for a password that was set meanwhile, and says at its field that one was wrong', async () => {
    const { root, rejoin, submit, field, type, hint } = await asked('room_password');
    expect(root.querySelector('p')?.textContent).toBe('lab has a password now. Enter it to rejoin.');
    expect(document.activeElement).toBe(field());
    expect(hint()).toContain('This room has a password.');
    type('a guess');
    await submit();
    expect(rejoin).toHaveBeenCalledWith(undefined, 'a guess');
    expect([hint(), field()?.ariaInvalid ?? field()?.getAttribute('aria-invalid')]).toEqual(['Wrong room password', 'true']);
    expect(document.activeElement).toBe(field());
  });

  it('asks for it where only the way back tells of it', async () => {
    const { rejoin, submit, field, hint } = await asked('kicked');
    expect(field()).toBeNull();
    await submit();
    expect(rejoin).toHaveBeenCalledWith(undefined, undefined);
    expect(hint()).toContain('This room has a password.');
    expect(document.activeElement).toBe(field());
  });
});

describe('the line about the connection', () => {
  it('says that the person waits to be admitted again', async () => {
    const session = fakeSession();
    const { root, update } = mounted(StatusLine, () => ({}), { session });
    const become = async (more: object) => {
      session.state.value = { ...session.state.value, status: { kind: 'online' }, outside: { room: 'lab', refused: false }, ...more } as State;
      await update();
      return root.textContent?.includes('Waiting for a host to admit you again');
    };
    expect(await become({})).toBe(false);
    expect(await become({ room: { name: 'lab' } })).toBe(true);
    expect(await become({ room: { name: 'lab' }, outside: undefined })).toBe(false);
  });
});
