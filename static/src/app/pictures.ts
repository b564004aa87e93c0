// Which pictures of a chat are shown unasked. A few kilobytes can hold a picture that takes gigabytes to show: so its size is read
// from its first bytes before the browser gets it.

import type { SharedFile } from '@/protocol';
import { sizeOfPicture, type PictureSize } from '@/state/picture_size';

const kPictures: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
/** A larger file waits until somebody asks for it. */
const kMostBytes = 8 * 1024 * 1024;
/** What a phone takes has 12 million; so many take 100 MB of memory. */
export const kMostPixels = 25_000_000;
/** What a camera writes before the size of its picture, with a small picture and colours, is shorter. */
const kHeadBytes = 128 * 1024;

export const isPicture = ({ media_type: type }: SharedFile): boolean => kPictures.has(type);

/** Asked once for each file. */
const sizes = new WeakMap<SharedFile, PictureSize>();

/** Its size, where the picture may be shown unasked. */
export async function sizeToShow(file: SharedFile, url: string): Promise<PictureSize | undefined> {
  if (file.size > kMostBytes) return undefined;
  const size = sizes.get(file) ?? (await sizeAt(url));
  if (!size) return undefined;
  sizes.set(file, size);
  return size.width * size.height <= kMostPixels ? size : undefined;
}

async function sizeAt(url: string): Promise<PictureSize | undefined> {
  try {
    const response = await fetch(url, { headers: { Range: `bytes=0-${kHeadBytes - 1}` } });
    return response.ok && response.body ? sizeOfPicture(await headOf(response.body)) : undefined;
  } catch {
    return undefined;
  }
}

/** A proxy may send all of the file. */
async function headOf(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const head = new Uint8Array(kHeadBytes);
  const reader = body.getReader();
  let length = 0;
  while (length < kHeadBytes) {
    const { done, value } = await reader.read();
    if (done) break;
    const part = value.subarray(0, kHeadBytes - length);
    head.set(part, length);
    length += part.length;
  }
  await reader.cancel();
  return head.subarray(0, length);
}
