// The sound when somebody asks for attention: two short tones, made here. Off until it is turned on in the settings.

import { kept } from '@/app/picks';

/** Whether it sounds at all. */
export const chimes = kept<boolean>('chimes', false);

/** A class that raises hands at once is one sound. */
const kApartMs = 2000;
/** What a browser held back that long is not played any more. */
const kLateMs = 1000;
const kTones = [
  { hertz: 660, at: 0 },
  { hertz: 880, at: 0.14 },
];
const kToneSeconds = 0.3;
const kLoudness = 0.12;

let context: AudioContext | undefined;
let last = -Infinity;

export async function chime(on: boolean = chimes.value): Promise<void> {
  const asked = performance.now();
  if (!on || asked - last < kApartMs) return;
  last = asked;
  context ??= new AudioContext();
  // A browser may wait for the person's first click.
  await context.resume();
  if (performance.now() - asked > kLateMs) return;
  for (const { hertz, at } of kTones) play(context, hertz, context.currentTime + at);
}

function play(context: AudioContext, hertz: number, at: number): void {
  const tone = context.createOscillator();
  const gain = context.createGain();
  tone.frequency.value = hertz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(kLoudness, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, at + kToneSeconds);
  tone.connect(gain).connect(context.destination);
  tone.start(at);
  tone.stop(at + kToneSeconds);
}
