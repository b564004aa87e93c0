// What a page sends in a call, whatever carries it: four lines, always in the same order.

export type Line = 'voice' | 'camera' | 'screen' | 'sound';
export const kLines: readonly Line[] = ['voice', 'camera', 'screen', 'sound'];
export const kLineKinds: Record<Line, 'audio' | 'video'> = { voice: 'audio', camera: 'video', screen: 'video', sound: 'audio' };

export type Picture = 'camera' | 'screen';
export type Tracks = Record<Line, MediaStreamTrack | null>;
export const kNoTracks: Tracks = { voice: null, camera: null, screen: null, sound: null };

/** How a connection stands, in the words the page has for it. */
export type Link = 'connecting' | 'connected' | 'interrupted' | 'closed';

export function linkOf({ connectionState }: RTCPeerConnection): Exclude<Link, 'closed'> {
  if (connectionState === 'connected') return 'connected';
  return connectionState === 'disconnected' || connectionState === 'failed' ? 'interrupted' : 'connecting';
}
