import { describe, expect, it } from 'vitest';
import { kChecks } from '@/media/check';

const around = { picked: () => undefined, endpoint: 'wss://chat.example/ws' };

describe('the check of the relay', () => {
  it('waits for a room, which alone tells whether there is one', async () => {
    expect(await kChecks.relay({ ...around, iceServers: undefined })).toEqual({ state: 'missing', reason: 'relay_later' });
  });

  it('says that the server has none', async () => {
    const iceServers = [{ urls: 'stun:stun.example' }];
    expect(await kChecks.relay({ ...around, iceServers })).toEqual({ state: 'missing', reason: 'no_relay' });
  });
});
