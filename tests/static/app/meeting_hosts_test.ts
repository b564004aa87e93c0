// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { ProtocolError, type ClientEvent } from '@/protocol';
import { settle } from '../support/fake_server';
import { inCall, kEverything, page, roomOf } from '../support/meeting_page';

describe('a host turns off', () => {
  it('our microphone, and we may turn it on again', async () => {
    const { devices, browser, hears, meeting } = await inCall();
    const quieted: ClientEvent = { type: 'quieted', room: 'lab', by: 'Ana' };
    void devices.setMicrophone(true);
    browser.answer();
    await settle();
    hears(quieted);
    expect(devices.voiceOn.value).toBe(false);
    expect([...meeting.watching.warnings.value]).toEqual([]);
    void devices.setMicrophone(true);
    await settle();
    expect(devices.voiceOn.value).toBe(true);
    hears({ ...quieted, room: 'another' });
    expect(devices.voiceOn.value).toBe(true);
  });

  it('a microphone that still opens: it is stopped', async () => {
    const { devices, browser, hears } = await inCall();
    void devices.setMicrophone(true);
    hears({ type: 'quieted', room: 'lab', by: 'Ana' });
    const track = browser.answer();
    await settle();
    expect(track.readyState).toBe('ended');
    expect(devices.voiceOn.value).toBe(false);
  });

  it('our camera, and only what the server had confirmed as on', async () => {
    const { devices, browser, selfBecomes, session } = await inCall();
    void devices.setCamera(true);
    browser.answer();
    await settle();
    selfBecomes({ hand: true, video: false });
    expect(devices.flags.video).toBe(true);
    selfBecomes({ video: true });
    expect(session.stopped).not.toHaveBeenCalled();
    selfBecomes({ video: false });
    expect(devices.flags.video).toBe(false);
    expect(session.stopped).toHaveBeenCalledWith('camera');
  });

  /** The server's answers to what we tell it, which come when the test gives them. */
  const holdAnswers = (session: ReturnType<typeof page>['session']) => {
    const waiting: (() => void)[] = [];
    session.setFlags = () => new Promise<void>((resolve) => waiting.push(resolve));
    return async () => {
      waiting.shift()?.();
      await settle();
    };
  };

  it.each([
    ['camera', 'video'],
    ['screen', 'screen'],
  ] as const)('nothing where we turned our %s off and on again, and the server answers late', async (source, flag) => {
    const { devices, browser, selfBecomes, session } = await inCall();
    const turn = (on: boolean) => void (source === 'camera' ? devices.setCamera(on) : devices.setScreen(on));
    const turnOn = async () => {
      turn(true);
      browser.answer();
      await settle();
    };
    await turnOn();
    selfBecomes({ call: true, [flag]: true });
    const answer = holdAnswers(session);
    turn(false);
    await turnOn();
    await answer();
    selfBecomes({ call: true, [flag]: false });
    expect(devices.flags[flag]).toBe(true);
    expect(session.stopped).not.toHaveBeenCalled();
    await answer();
    selfBecomes({ call: true, [flag]: true });
    selfBecomes({ call: true, [flag]: false });
    expect(devices.flags[flag]).toBe(false);
    expect(session.stopped).toHaveBeenCalledWith(source);
  });

  it('nothing where we left the meeting and joined it again, and the server answers late', async () => {
    const { devices, browser, meeting, selfBecomes, session } = await inCall();
    const turnOn = async () => {
      void devices.setCamera(true);
      browser.answer();
      await settle();
    };
    await turnOn();
    selfBecomes({ call: true, video: true });
    const answer = holdAnswers(session);
    void meeting.leave();
    await turnOn();
    void meeting.join();
    await settle();
    expect(meeting.phase.value).toBe('in');
    await answer();
    selfBecomes({});
    await answer();
    selfBecomes({ call: true, video: true });
    expect(meeting.phase.value).toBe('in');
    expect(devices.flags.video).toBe(true);
    expect(session.stopped).not.toHaveBeenCalled();
  });

  it('the meeting: what was open is closed', async () => {
    const { devices, browser, meeting, selfBecomes, session } = await inCall();
    void devices.setCamera(true);
    browser.answer();
    await settle();
    selfBecomes({ call: true, video: true });
    selfBecomes({});
    expect(meeting.phase.value).toBe('out');
    expect(browser.live).toEqual([]);
    expect(session.stopped).toHaveBeenCalledOnce();
    expect(session.stopped).toHaveBeenCalledWith('call');
  });

  it('the meeting by our own hand, which need not be told; by another host it is', async () => {
    const { meeting, selfBecomes, session } = await inCall();
    selfBecomes({ call: true });
    await meeting.endForAll();
    expect(session.moderate).toHaveBeenCalledWith('end', {});
    selfBecomes({});
    expect(meeting.phase.value).toBe('out');
    expect(session.stopped).not.toHaveBeenCalled();
    // Ended once more, from the chat, before somebody else begins the next one.
    await meeting.endForAll('room');
    expect(session.moderate).toHaveBeenLastCalledWith('end', { value: 'room' });
    await meeting.join();
    selfBecomes({ call: true });
    selfBecomes({});
    expect(session.stopped).toHaveBeenCalledWith('call');
  });

  it('the meeting, after the connection was lost while we ended the one before', async () => {
    const { meeting, selfBecomes, session, hears } = await inCall();
    selfBecomes({ call: true });
    await meeting.endForAll();
    hears({ type: 'entered', room: 'lab' } as ClientEvent);
    selfBecomes({ call: true });
    selfBecomes({});
    expect(meeting.phase.value).toBe('out');
    expect(session.stopped).toHaveBeenCalledWith('call');
  });

  it('the meeting, although we were not allowed to', async () => {
    const { meeting, selfBecomes, session } = await inCall();
    selfBecomes({ call: true });
    session.moderate.mockRejectedValueOnce(new ProtocolError('forbidden', ''));
    await expect(meeting.endForAll()).rejects.toThrow();
    expect(meeting.phase.value).toBe('in');
    selfBecomes({});
    expect(session.stopped).toHaveBeenCalledWith('call');
  });

  it('nothing where we come back, and the server does not know yet what is on', async () => {
    const { devices, browser, selfBecomes, hears } = await inCall();
    void devices.setCamera(true);
    browser.answer();
    await settle();
    selfBecomes({ video: true });
    hears({ type: 'entered', room: 'lab' } as ClientEvent);
    selfBecomes({ role: 'host', video: false });
    expect(devices.flags.video).toBe(true);
  });
});

describe('hosts forbid to all', () => {
  it('what is on, which goes off, and stays off until it is allowed again', async () => {
    const { devices, browser, meeting, session, allows } = await inCall();
    void devices.setMicrophone(true);
    browser.answer();
    void devices.setCamera(true);
    browser.answer();
    await settle();
    allows({ microphone: false, camera: false });
    expect(devices.flags).toMatchObject({ audio: false, video: false });
    expect(session.stopped).not.toHaveBeenCalled();
    await devices.setMicrophone(true);
    await devices.setCamera(true);
    await settle();
    expect(devices.flags).toMatchObject({ audio: false, video: false });
    expect([...meeting.watching.warnings.value]).toEqual(['forbidden_microphone', 'forbidden_camera']);
    allows({ camera: false });
    expect([...meeting.watching.warnings.value]).toEqual(['forbidden_camera']);
    await devices.setMicrophone(true);
    expect(devices.voiceOn.value).toBe(true);
  });

  it('what still opens: it is stopped', async () => {
    const { devices, browser, allows } = await inCall();
    void devices.setScreen(true);
    allows({ screen: false });
    const track = browser.answer();
    await settle();
    expect(track.readyState).toBe('ended');
  });

  it('nothing of a host', async () => {
    const { devices, browser, meeting, allows } = await inCall();
    void devices.setMicrophone(true);
    browser.answer();
    await settle();
    allows({ microphone: false }, 'host');
    expect(devices.voiceOn.value).toBe(true);
    expect(meeting.allows('microphone')).toBe(true);
  });

  it('what was opened before the call', async () => {
    const { devices, browser, meeting, adapter, flags } = page({ ...roomOf('lab'), allow: { ...kEverything, camera: false } });
    Reflect.set(devices, 'around', { ...Reflect.get(devices, 'around'), allowed: () => true });
    void devices.setCamera(true);
    browser.answer();
    await settle();
    void meeting.join();
    adapter.arrive();
    await settle();
    expect(flags.find(({ call }) => call)).toMatchObject({ video: false });
  });
});

describe('a host mutes', () => {
  it('while the microphone opens: it is stopped, and the person is told', async () => {
    const { devices, browser, selfBecomes, meeting } = await inCall();
    void devices.setMicrophone(true);
    selfBecomes({ muted: true });
    const track = browser.answer();
    await settle();
    expect(track.readyState).toBe('ended');
    expect(devices.voiceOn.value).toBe(false);
    expect([...meeting.watching.warnings.value]).toEqual(['muted_by_host']);
    selfBecomes({ muted: false });
    expect([...meeting.watching.warnings.value]).toEqual([]);
  });

  it('before the call: the preview is off, too', async () => {
    const { devices, browser, selfBecomes } = page();
    void devices.setMicrophone(true);
    browser.answer();
    await settle();
    selfBecomes({ muted: true });
    expect(devices.voiceOn.value).toBe(false);
  });
});
