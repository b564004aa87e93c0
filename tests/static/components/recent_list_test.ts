// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';
import RecentList from '@/components/RecentList.vue';
import { ProtocolError, type HostAction } from '@/protocol';
import { settle } from '../support/fake_server';
import { fakeSession, mounted } from '../support/mounted';

const time = '2026-11-28T09:20:00.500Z';

async function opened(recent: () => Promise<HostAction[]>) {
  const session = fakeSession({ recent: vi.fn(recent) });
  const { root } = mounted(RecentList, () => ({}), { session });
  const details = root.querySelector('details')!;
  details.open = true;
  details.dispatchEvent(new Event('toggle'));
  await settle();
  return [...root.querySelectorAll('li span, .hint, .trouble')].map((each) => each.textContent);
}

describe('what hosts did', () => {
  it('is told in sentences, the newest first', async () => {
    const did = (action: string, more: Partial<HostAction> = {}): HostAction => ({ time, by: 'Ada', action, ...more });
    const lines = await opened(() =>
      Promise.resolve([
        did('allow', { value: { microphone: false, chat: true } }),
        did('quiet', { member: 'Ben' }),
        did('quiet'),
        did('stop', { member: 'Ben', value: 'screen' }),
        did('unban', { value: 'Eve' }),
        did('end', { value: 'room' }),
        did('end', { value: '' }),
        did('ban', { member: 'Eve', value: 'address' }),
        did('record', { value: 'on' }),
        did('record', { value: 'off' }),
        did('dance', { member: 'Ben' }),
      ]),
    );
    expect(lines).toEqual([
      'Ada restricted microphones to hosts',
      'Ada allowed everyone to write',
      'Ada muted Ben',
      'Ada muted everyone',
      'Ada stopped the screen sharing of Ben',
      'Ada unbanned Eve',
      'Ada ended the meeting and removed everyone',
      'Ada ended the meeting',
      'Ada banned Eve',
      'Ada started recording the meeting',
      'Ada stopped the recording',
      'Ada: dance',
    ]);
  });

  it('is nothing yet, or says why it cannot be told', async () => {
    expect(await opened(() => Promise.resolve([]))).toEqual(['No actions yet.']);
    expect(await opened(() => Promise.reject(new ProtocolError('forbidden', '')))).toEqual(['You may not do this here']);
  });
});
