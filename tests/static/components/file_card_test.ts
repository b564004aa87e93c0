// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { kMostPixels } from '@/app/pictures';
import FileCard from '@/components/FileCard.vue';
import { ConnectionLost, ProtocolError, type SharedFile } from '@/protocol';
import { settle } from '../support/fake_server';
import { fakeSession, mounted } from '../support/mounted';

const four = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
const png = (width: number, height: number) => Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, ...four(width), ...four(height)]);
const file = (more: Partial<SharedFile> = {}): SharedFile => ({ id: 'f', name: 'a.png', size: 2000, media_type: 'image/png', sha256: '', ...more });

let appears: () => void;
const fetched = vi.fn();

beforeEach(() => {
  vi.stubGlobal('IntersectionObserver', class {
    constructor(told: (entries: object[]) => void) {
      appears = () => told([{ isIntersecting: true }]);
    }
    observe(): void {}
    disconnect(): void {}
  });
  vi.stubGlobal('fetch', fetched);
  fetched.mockReset();
});
afterEach(() => vi.unstubAllGlobals());

function card(what: SharedFile, bytes: Uint8Array = png(1, 1)) {
  fetched.mockImplementation(() => Promise.resolve(new Response(bytes.slice())));
  const fileOf = vi.fn(() => Promise.resolve('/files/x'));
  const view = mounted(FileCard, () => ({ file: what, seq: 7 }), { session: fakeSession({ messages: { fileOf } }) });
  const picture = () => view.root.querySelector('img');
  return { ...view, fileOf, picture };
}

describe('a picture', () => {
  it('is shown small once it is near the screen, and nothing is asked for before', async () => {
    const { picture, fileOf, root } = card(file(), png(4000, 3000));
    expect(fileOf).not.toHaveBeenCalled();
    appears();
    await vi.waitFor(() => expect(picture()).not.toBeNull());
    expect(fetched.mock.calls[0]?.[1]).toEqual({ headers: { Range: 'bytes=0-131071' } });
    expect([picture()?.getAttribute('loading'), picture()?.getAttribute('decoding')]).toEqual(['lazy', 'async']);
    expect([picture()?.getAttribute('width'), picture()?.getAttribute('height')]).toEqual(['4000', '3000']);
    expect(root.querySelector('.small')?.getAttribute('aria-label')).toBe('Open a.png');
  });

  it('of huge dimensions is not given to the browser unasked', async () => {
    const side = Math.ceil(Math.sqrt(kMostPixels));
    for (const bytes of [png(50_000, 50_000), png(side + 1, side), Uint8Array.from([1, 2, 3])]) {
      const { picture, button, root } = card(file(), bytes);
      appears();
      await vi.waitFor(() => expect(root.textContent).toContain('Show picture'));
      expect(picture()).toBeNull();
      button('Open a.png')?.click();
      await vi.waitFor(() => expect(root.querySelector('dialog img')).not.toBeNull(), 10_000);
    }
    const { picture } = card(file(), png(side, side - 1));
    appears();
    await vi.waitFor(() => expect(picture()).not.toBeNull());
  });

  it('of many bytes is not asked for', async () => {
    const { picture, root } = card(file({ size: 9 * 1024 * 1024 }));
    appears();
    await vi.waitFor(() => expect(root.textContent).toContain('Show picture'));
    expect([fetched.mock.calls.length, picture()]).toEqual([0, null]);
  });

  it('has its size read from no more than its first bytes, also where a proxy sends all', async () => {
    const pulled = vi.fn((stream: ReadableStreamDefaultController) => stream.enqueue(new Uint8Array(64 * 1024)));
    const body = new ReadableStream({ start: (stream) => stream.enqueue(png(10, 10)), pull: pulled });
    const { picture } = card(file());
    fetched.mockImplementation(() => Promise.resolve({ ok: true, body }));
    appears();
    await vi.waitFor(() => expect(picture()).not.toBeNull());
    expect(pulled.mock.calls.length).toBeLessThan(5);
  });

  it('is not shown of a file of another type', async () => {
    appears = () => undefined;
    const { root, fileOf } = card(file({ name: 'a.svg', media_type: 'image/svg+xml' }));
    appears();
    expect(fileOf).not.toHaveBeenCalled();
    expect(root.querySelectorAll('button')).toHaveLength(1);
  });
});

describe('a file', () => {
  it('that cannot be had says why', async () => {
    const { root, fileOf, button, update } = card(file({ name: 'a.pdf', media_type: 'application/pdf' }));
    for (const [error, words] of [[new ConnectionLost(), 'connection was lost'], [new ProtocolError('no_such_file', ''), 'file no longer exists']] as const) {
      fileOf.mockRejectedValueOnce(error);
      button('Download a.pdf')?.click();
      await settle();
      await update();
      expect(root.querySelector('[role=alert]')?.textContent).toContain(words);
    }
  });
});
