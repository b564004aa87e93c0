// The size of a picture by the first bytes of its file, in pixels. What is not one of the formats that the page shows, or does
// not say its size there, has none.

export interface PictureSize {
  width: number;
  height: number;
}

/** All of what comes is read as unsigned; beyond the end there is nothing. */
class Bytes {
  constructor(private readonly view: DataView) {}

  text(at: number, length: number): string {
    return String.fromCharCode(...Array.from({ length }, (_, i) => this.byte(at + i)));
  }
  byte(at: number): number {
    return at < this.view.byteLength ? this.view.getUint8(at) : NaN;
  }
  /** Of `count` bytes, the least significant first. */
  little(at: number, count: number): number {
    return Array.from({ length: count }, (_, i) => this.byte(at + i) * 256 ** i).reduce((sum, each) => sum + each, 0);
  }
  big(at: number, count: number): number {
    return Array.from({ length: count }, (_, i) => this.byte(at + i)).reduce((sum, each) => sum * 256 + each, 0);
  }
}

export function sizeOfPicture(head: Uint8Array): PictureSize | undefined {
  const bytes = new Bytes(new DataView(head.buffer, head.byteOffset, head.byteLength));
  const size = png(bytes) ?? gif(bytes) ?? webp(bytes) ?? jpeg(bytes);
  return size && size.width > 0 && size.height > 0 ? size : undefined;
}

/** PNG, section 11.2.2. */
function png(bytes: Bytes): PictureSize | undefined {
  if (bytes.text(0, 8) !== '\x89PNG\r\n\x1a\n' || bytes.text(12, 4) !== 'IHDR') return undefined;
  return { width: bytes.big(16, 4), height: bytes.big(20, 4) };
}

/** GIF89a, sections 18 to 26. Browsers make room for a first frame that is larger than the screen that the file announces. */
function gif(bytes: Bytes): PictureSize | undefined {
  if (!/^GIF8[79]a$/.test(bytes.text(0, 6))) return undefined;
  const flags = bytes.byte(10);
  let at = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  while (bytes.byte(at) === 0x21) {
    at += 2;
    while (bytes.byte(at) > 0) at += bytes.byte(at) + 1;
    at += 1;
  }
  if (bytes.byte(at) !== 0x2c) return undefined;
  const reach = (screen: number, place: number, length: number) => Math.max(bytes.little(screen, 2), bytes.little(place, 2) + bytes.little(length, 2));
  return { width: reach(6, at + 1, at + 5), height: reach(8, at + 3, at + 7) };
}

/** RFC 9649, sections 2.5 to 2.7, and RFC 6386, section 9.1, for VP8. */
function webp(bytes: Bytes): PictureSize | undefined {
  if (bytes.text(0, 4) !== 'RIFF' || bytes.text(8, 4) !== 'WEBP') return undefined;
  switch (bytes.text(12, 4)) {
    case 'VP8X':
      return { width: bytes.little(24, 3) + 1, height: bytes.little(27, 3) + 1 };
    case 'VP8L': {
      const bits = bytes.little(21, 4);
      return { width: (bits % 2 ** 14) + 1, height: (Math.floor(bits / 2 ** 14) % 2 ** 14) + 1 };
    }
    case 'VP8 ':
      return { width: bytes.little(26, 2) % 2 ** 14, height: bytes.little(28, 2) % 2 ** 14 };
    default:
      return undefined;
  }
}

/** ITU-T T.81, section B.2: the first frame header says it. */
function jpeg(bytes: Bytes): PictureSize | undefined {
  if (bytes.big(0, 2) !== 0xffd8) return undefined;
  for (let at = 2; bytes.byte(at) === 0xff; ) {
    const marker = bytes.byte(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { width: bytes.big(at + 7, 2), height: bytes.big(at + 5, 2) };
    // A byte that fills, before the marker.
    if (marker === 0xff) at += 1;
    else at += 2 + bytes.big(at + 2, 2);
  }
  return undefined;
}
