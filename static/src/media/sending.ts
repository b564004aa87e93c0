// How much one page may send to each of the others. In a mesh everything is sent once for each: what one
// connection can carry is divided.

export interface Sending {
  /** Bits a second. */
  maxBitrate: number;
  /** The picture's width and height are divided by this. */
  scaleResolutionDownBy: number;
  maxFramerate: number;
}

/** What an ordinary upload carries, with room for the voices. */
const kCameraBudget = 3_000_000;
const kScreenBudget = 4_000_000;

/** Beyond so many cameras a page would have to decode and send more than an ordinary machine can. */
export const kMostCameras = 5;

export function cameraSending(peers: number): Sending {
  const each = Math.max(1, peers);
  return {
    maxBitrate: Math.floor(Math.min(1_500_000, kCameraBudget / each)),
    scaleResolutionDownBy: each <= 1 ? 1 : each <= 3 ? 1.5 : 2,
    maxFramerate: each <= 3 ? 30 : 20,
  };
}

/** Of a screen people want to read the letters: never made smaller, rather slower. */
export function screenSending(peers: number): Sending {
  const each = Math.max(1, peers);
  return {
    maxBitrate: Math.floor(Math.min(2_500_000, kScreenBudget / each)),
    scaleResolutionDownBy: 1,
    maxFramerate: each <= 3 ? 15 : 8,
  };
}

/** Whether one more camera fits: `others` are those that are on, without one's own. */
export function cameraFits(others: number): boolean {
  return others < kMostCameras;
}
