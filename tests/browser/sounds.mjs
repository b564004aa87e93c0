// WAV files for a microphone to hear, and what a page plays.

import {writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {temporaryFolder} from './support.mjs';

const kRate = 48_000;

// The path of a file of that many seconds; `sampleAt` gives its sound, from -1 to 1, at a second.
function wavFile(name, seconds, sampleAt) {
  const samples = Int16Array.from({length: seconds * kRate}, (_, i) => Math.round(32_767 * sampleAt(i / kRate)));
  const head = Buffer.alloc(44);
  head.write('RIFF');
  head.writeUInt32LE(36 + samples.byteLength, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(kRate, 24);
  head.writeUInt32LE(kRate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.byteLength, 40);
  const path = join(temporaryFolder(), `${name}.wav`);
  writeFileSync(path, Buffer.concat([head, Buffer.from(samples.buffer)]));
  return path;
}

export const silence = () => wavFile('silence', 2, () => 0);

// Like somebody who talks: four syllables a second with nothing between them, each of a voice with its overtones that goes
// down a little, and a breath after every sixth.
function talk(second) {
  const word = second % 1.75;
  const within = (word % 0.25) / 0.16;
  if (word > 1.5 || within > 1) return 0;
  const pitch = 140 - 20 * word;
  const overtones = [1, 2, 3, 4, 5, 6].map((n) => Math.sin(2 * Math.PI * n * pitch * second) / n);
  return 0.35 * Math.sin(Math.PI * within) * overtones.reduce((sum, each) => sum + each, 0) / 2;
}

export const speech = () => wavFile('speech', 7, talk);

// Without any pause.
export const hum = () => wavFile('hum', 10, (second) => 0.3 * Math.sin(2 * Math.PI * 220 * second));

// Speech, and then nobody says anything for longer than it took.
export const speechAndPause = () => wavFile('speech-and-pause', 25, (second) => (second < 7 ? talk(second) : 0));

// Runs in the page: whether it plays what comes from anybody.
export const playsVoices = () => [...document.querySelectorAll('audio.voice')].some(({muted}) => !muted);

// Runs in the page: how loud what comes is, played or not.
export function loudnessArriving() {
  const connection = window.connections.find(({connectionState}) => connectionState === 'connected');
  return connection.getReceivers()[0].getSynchronizationSources()[0]?.audioLevel ?? 0;
}
