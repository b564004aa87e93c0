import { describe, expect, it } from 'vitest';
import { sizeOfPicture } from '@/state/picture_size';

const ascii = (text: string) => [...text].map((each) => each.charCodeAt(0));
const big = (value: number, count: number) => Array.from({ length: count }, (_, i) => Math.floor(value / 256 ** (count - 1 - i)) % 256);
const little = (value: number, count: number) => big(value, count).reverse();

const png = (width: number, height: number) => [...ascii('\x89PNG\r\n\x1a\n'), ...big(13, 4), ...ascii('IHDR'), ...big(width, 4), ...big(height, 4)];
const frame = (width: number, height: number, left = 0, top = 0) => [0x2c, ...little(left, 2), ...little(top, 2), ...little(width, 2), ...little(height, 2)];
/** With a table of four colours, and an extension. */
const gif = (screen: [number, number], inner: number[]) =>
  [...ascii('GIF89a'), ...little(screen[0], 2), ...little(screen[1], 2), 0x81, 0, 0, ...Array(12).fill(7), 0x21, 0xf9, 4, 0, 0, 0, 0, 0, ...inner];
const riff = (chunk: string, ...content: number[]) => [...ascii('RIFF'), ...little(100, 4), ...ascii('WEBP'), ...ascii(chunk), ...little(50, 4), ...content];
const segment = (marker: number, content: number[]) => [0xff, marker, ...big(content.length + 2, 2), ...content];
const sof = (marker: number, width: number, height: number) => segment(marker, [8, ...big(height, 2), ...big(width, 2), 3]);
const jpeg = (...segments: number[][]) => [0xff, 0xd8, ...segments.flat()];

const cases: [string, number[], [number, number]][] = [
  ['PNG', png(50_000, 60_000), [50_000, 60_000]],
  ['PNG of the largest size', png(2 ** 31 - 1, 2 ** 31 - 1), [2 ** 31 - 1, 2 ** 31 - 1]],
  ['GIF', gif([640, 480], frame(10, 10)), [640, 480]],
  ['GIF whose frame is larger than its screen', gif([1, 1], frame(60_000, 50_000, 5, 6)), [60_005, 50_006]],
  ['extended WebP', riff('VP8X', 0, 0, 0, 0, ...little(16_383, 3), ...little(9_999, 3)), [16_384, 10_000]],
  ['lossless WebP', riff('VP8L', 0x2f, ...little(16_383 + 4_999 * 2 ** 14, 4)), [16_384, 5_000]],
  ['lossy WebP', riff('VP8 ', 0, 0, 0, 0x9d, 1, 0x2a, ...little(800, 2), ...little(600, 2)), [800, 600]],
  ['JPEG', jpeg(segment(0xe0, ascii('JFIF')), sof(0xc0, 4000, 3000)), [4000, 3000]],
  ['progressive JPEG after a small picture within', jpeg(segment(0xe1, [0xff, 0xd8, ...sof(0xc0, 16, 12), ...Array(60_000).fill(0)]), segment(0xc4, [1]), sof(0xc2, 65_535, 65_535)), [65_535, 65_535]],
  ['JPEG with bytes that fill', jpeg([0xff, 0xff, 0xff], sof(0xc1, 5, 6)), [5, 6]],
];

describe('the size of a picture', () => {
  it.each(cases)('stands in a %s', (_, bytes, [width, height]) => {
    expect(sizeOfPicture(Uint8Array.from(bytes))).toEqual({ width, height });
  });

  it('is unknown of what breaks off before it', () => {
    for (const [, bytes] of cases) {
      // Of the largest, every place would take long.
      const step = Math.max(1, Math.floor(bytes.length / 60));
      for (let length = 0; length < bytes.length - 12; length += step) expect(sizeOfPicture(Uint8Array.from(bytes.slice(0, length)))).toBeUndefined();
    }
  });

  it('is unknown of anything else', () => {
    for (const bytes of [ascii('<svg width="1" height="1"/>'), ascii('BM'), [], Array(5000).fill(0xff), jpeg(segment(0xe0, [1])), png(0, 5), riff('WHAT')]) {
      expect(sizeOfPicture(Uint8Array.from(bytes))).toBeUndefined();
    }
  });
});
