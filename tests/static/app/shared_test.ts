// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest';

async function arrivesAt(address: string) {
  vi.resetModules();
  window.history.replaceState(null, '', address);
  return import('@/app/shared');
}

test('a shared text is taken out of the address, and put below the draft once', async () => {
  const { addShared, shared } = await arrivesAt('/room/x?y#share=page%207%20%26%208');
  expect(window.location.pathname + window.location.search + window.location.hash).toBe('/room/x?y');
  expect(shared.value).toBe('page 7 & 8');
  expect(addShared('look:')).toBe('look:\npage 7 & 8');
  expect(shared.value).toBeUndefined();
  expect(addShared('look:')).toBe('look:');
});

test('it begins an empty field', async () => {
  const { addShared } = await arrivesAt('/#share=%E4%BD%A0%E5%A5%BD');
  expect(addShared('')).toBe('你好');
});

test.each(['#share=', '#share=%20', '#share=%E4', '#token=x', '#other', ''])('%s shares nothing', async (hash) => {
  const { shared } = await arrivesAt(`/${hash}`);
  expect(shared.value).toBeUndefined();
});
