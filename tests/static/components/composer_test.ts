// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';
import { shallowRef } from 'vue';
import ChatPanel from '@/components/ChatPanel.vue';
import { ConnectionLost, ProtocolError, type Member } from '@/protocol';
import { reduce, type Event as RoomEvent } from '@/state/reducer';
import { kNothingYet, type Room } from '@/state/state';
import { joined, member, message, settle } from '../support/fake_server';
import { fakeMeeting, fakeSession, mounted } from '../support/mounted';

const bo = member({ id: 'm2', name: 'Bo', author: 'b' });

function roomWith(members: Member[]): Room {
  const event = { type: 'entered', room: 'lab', joined: joined({ members }), resumed: false, more: false, now: 0, looking: false } as const;
  return reduce(kNothingYet, event).room!;
}

function chat({ us = member(), others = [bo], session = fakeSession(), meeting = fakeMeeting() } = {}) {
  const room = shallowRef(roomWith([us, ...others]));
  const view = mounted(ChatPanel, () => ({ room: room.value, shown: true }), { session, meeting });
  const field = view.root.querySelector('textarea')!;
  async function write(text: string): Promise<void> {
    field.value = text;
    field.dispatchEvent(new Event('input'));
    await view.update();
    view.root.querySelector('form')!.dispatchEvent(new Event('submit'));
    await settle();
  }
  const address = async (person: object) => {
    view.instance.value?.address?.(person);
    await view.update();
  };
  return { ...view, field, write, address, room };
}

describe('a command about somebody whom a large room does not list', () => {
  it('reaches the author of a message', async () => {
    const { write, session, room } = chat();
    const said: RoomEvent = { type: 'messages', room: 'lobby', messages: [message(1, { from: { id: 'm300', name: 'Loud Lee', author: 'l' } })], now: 0, looking: true };
    room.value = reduce({ ...kNothingYet, room: room.value }, said).room!;
    await write('/mute loud lee');
    expect(session.moderate).toHaveBeenCalledWith('mute', { member: 'm300' });
  });

  it('and a private text never reach a person whose name is only its first word', async () => {
    const { write, session, room } = chat({ others: [member({ id: 'm2', name: 'Loud', author: 'o' })] });
    const wrote = (id: string, author: string): RoomEvent => ({ type: 'messages', room: 'lobby', messages: [message(Number(id.slice(1)), { from: { id, name: 'Loud Lee', author } })], now: 0, looking: true });
    room.value = reduce({ ...kNothingYet, room: room.value }, wrote('m300', 'l')).room!;
    await write('/msg loud  lee a secret');
    expect(session.whisper.mock.calls).toEqual([[expect.objectContaining({ id: 'm300' }), 'a secret']]);
    // Somebody else had the name before.
    room.value = reduce({ ...kNothingYet, room: room.value }, wrote('m301', 'k')).room!;
    await write('/msg Loud Lee another one');
    expect(session.whisper).toHaveBeenCalledOnce();
    expect(session.answer).toHaveBeenLastCalledWith('Write it like this: /msg NAME TEXT');
  });
});

describe('a command about the user', () => {
  it.each(['kick', 'ban'])('is not understood as %s', async (action) => {
    const { write, session } = chat();
    await write(`/${action} Ana`);
    expect(session.moderate).not.toHaveBeenCalled();
    expect(session.answer).toHaveBeenLastCalledWith(`Write it like this: /${action} NAME`);
    await write(`/${action} Bo`);
    expect(session.moderate).toHaveBeenCalledWith(action, { member: 'm2' });
  });

  it('still mutes', async () => {
    const { write, session } = chat();
    await write('/mute Ana');
    expect(session.moderate).toHaveBeenCalledWith('mute', { member: 'm1' });
  });
});

describe('a command about somebody whom only the server knows', () => {
  const loudLee = member({ id: 'm300', name: 'Loud Lee', author: 'l' });
  function hall(found: Member[]) {
    const view = chat({ others: [member({ id: 'm2', name: 'Loud', author: 'o' })] });
    view.session.people.beginning.mockResolvedValue(found);
    return view;
  }

  it('goes by the longest name that the server has found', async () => {
    const { write, session } = hall([member({ id: 'm2', name: 'Loud', author: 'o' }), loudLee]);
    await write('/msg loud lee a secret');
    expect(session.people.beginning).toHaveBeenCalledWith('loud lee a secret');
    expect(session.whisper.mock.calls).toEqual([[expect.objectContaining({ id: 'm300' }), 'a secret']]);
    await write('/kick Loud Lee');
    expect(session.moderate).toHaveBeenCalledWith('kick', { member: 'm300' });
  });

  it('goes to the person who is here now, not to the listed one who has left', async () => {
    const { write, session } = hall([member({ id: 'm9', name: 'Loud', author: 'o' })]);
    await write('/mute loud');
    expect(session.moderate).toHaveBeenCalledWith('mute', { member: 'm9' });
  });

  it('stays in the field where the server does not answer', async () => {
    const { write, session, field } = hall([]);
    session.people.beginning.mockRejectedValue(new ConnectionLost());
    await write('/msg Loud Lee a secret');
    expect(session.whisper).not.toHaveBeenCalled();
    expect(field.value).toBe('/msg Loud Lee a secret');
  });

  it('is the only text that the server is asked about', async () => {
    const { write, session } = hall([]);
    for (const text of ['hello', '/lock', '/msg', '/etc/hosts']) await write(text);
    expect(session.people.beginning).not.toHaveBeenCalled();
  });
});

describe('a private message', () => {
  it('goes to the person whose name stands above the field, until the name is removed', async () => {
    const { root, session, field, write, address, button, update } = chat();
    await write('to all');
    expect(session.say).toHaveBeenLastCalledWith('to all');
    await address(bo);
    expect(root.querySelector('.chip')?.textContent).toContain('To: Bo');
    expect(field.getAttribute('aria-label')).toBe('Private message to Bo');
    expect(field.value).toBe('');
    await write('between us');
    await write('that too');
    expect(session.whisper.mock.calls).toEqual([[bo, 'between us'], [bo, 'that too']]);
    expect(field.value).toBe('');
    button('Write to everyone instead')?.click();
    await update();
    expect(root.querySelector('.chip')).toBeNull();
    await write('to all again');
    expect(session.say).toHaveBeenLastCalledWith('to all again');
    expect(session.say).toHaveBeenCalledTimes(2);
  });

  it('takes what was being written with it, and is there again after a reload', async () => {
    const session = fakeSession({ draft: 'half', draftTo: undefined });
    const { address, field } = chat({ session });
    await address(bo);
    expect([field.value, session.draft, session.draftTo]).toEqual(['half', 'half', bo]);
    const { root } = chat({ session: fakeSession({ draft: 'half', draftTo: bo }) });
    expect(root.querySelector('.chip')?.textContent).toContain('Bo');
  });

  it('follows a person who came back, and goes to nobody else of that name', async () => {
    const again = { ...bo, id: 'm8' };
    const other = chat({ others: [{ ...again, author: 'somebody else' }, again] });
    await other.address(bo);
    await other.write('x');
    expect(other.session.whisper).toHaveBeenLastCalledWith(again, 'x');
    const gone = chat({ others: [{ ...again, author: 'somebody else' }] });
    await gone.address(bo);
    await gone.write('x');
    expect(gone.session.whisper).toHaveBeenLastCalledWith(bo, 'x');
  });

  it('that is not taken stays in the field, and the chat says why', async () => {
    const session = fakeSession({ whisper: vi.fn(() => Promise.reject(new ProtocolError('no_such_member', ''))) });
    const { address, write, field, root } = chat({ session });
    await address(bo);
    await write('between us');
    expect(session.answer).toHaveBeenCalledWith('This person is no longer here');
    expect(field.value).toBe('between us');
    expect(root.querySelector('.chip')).not.toBeNull();
    expect(session.say).not.toHaveBeenCalled();
  });

  it('may still be typed as a command, also to somebody else than above the field', async () => {
    const { session, write, address } = chat({ others: [bo, member({ id: 'm3', name: 'Cy' })] });
    await address(bo);
    await write('/msg Cy hello');
    expect(session.whisper).toHaveBeenLastCalledWith(expect.objectContaining({ id: 'm3' }), 'hello');
  });

  it('is what a slash with an unknown word is there', async () => {
    const { session, write, address } = chat();
    await address(bo);
    await write('/mgs Cy hello');
    expect(session.whisper).toHaveBeenLastCalledWith(bo, '/mgs Cy hello');
    expect(session.say).not.toHaveBeenCalled();
  });
});

describe('a command about the waiting room', () => {
  it('says that nobody waits, or not that person', async () => {
    const { write, session } = chat();
    await write('/waiting');
    await write('/admit Zoe');
    expect(session.answer.mock.calls).toEqual([['Nobody is waiting.'], ['Nobody called Zoe is waiting.']]);
  });
});

describe('beside the field', () => {
  it('a hand can be raised and lowered outside the meeting', async () => {
    const meeting = fakeMeeting();
    const { button, room, update } = chat({ meeting });
    expect(button('Raise hand')?.getAttribute('aria-pressed')).toBe('false');
    button('Raise hand')?.click();
    expect(meeting.setHand).toHaveBeenLastCalledWith(true);
    room.value = roomWith([member({ hand: true }), bo]);
    await update();
    expect(button('Raise hand')?.getAttribute('aria-pressed')).toBe('true');
    button('Raise hand')?.click();
    expect(meeting.setHand).toHaveBeenLastCalledWith(false);
    meeting.phase.value = 'in';
    await update();
    expect(button('Raise hand')).toBeUndefined();
  });

  it('a muted person is told that they may not write, and until when', async () => {
    const { root, room, update } = chat({ us: member({ muted: true }) });
    expect(root.querySelector('.muted')?.textContent).toContain('Until a host allows');
    room.value = roomWith([member(), bo]);
    await update();
    expect(root.querySelector('.muted')).toBeNull();
  });
});
