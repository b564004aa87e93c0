// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest';
import RecordControl from '@/components/RecordControl.vue';
import { ProtocolError } from '@/protocol';
import { settle } from '../support/fake_server';
import { fakeSession, mounted } from '../support/mounted';

function control(recording: boolean, moderate = vi.fn(() => Promise.resolve())) {
  const { root } = mounted(RecordControl, () => ({ recording }), { session: fakeSession({ moderate }) });
  const press = async (text: string) => {
    const button = [...root.querySelectorAll('button')].find((each) => each.textContent === text);
    button!.click();
    await settle();
  };
  return { root, press, moderate };
}

it('records after one question', async () => {
  const { root, press, moderate } = control(false);
  await press('Record the meeting');
  expect(moderate).not.toHaveBeenCalled();
  expect(root.textContent).toContain('Everyone sees that it is recorded.');
  await press('Start recording');
  expect(moderate).toHaveBeenCalledWith('record', { value: 'on' });
});

it('does nothing when the question is answered with no', async () => {
  const { root, press, moderate } = control(false);
  await press('Record the meeting');
  await press('Cancel');
  expect(moderate).not.toHaveBeenCalled();
  expect(root.textContent).toBe('Record the meeting');
});

it('stops at once', async () => {
  const { press, moderate } = control(true);
  await press('Stop recording');
  expect(moderate).toHaveBeenCalledWith('record', { value: 'off' });
});

it('says why it cannot', async () => {
  const { root, press } = control(true, vi.fn(() => Promise.reject(new ProtocolError('forbidden', ''))));
  await press('Stop recording');
  expect(root.querySelector('.trouble')?.textContent).toBe('You may not do this here');
});
