// A host records a call of two: what everybody sees of it, and what is kept.

import assert from 'node:assert/strict';
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {after, test} from 'node:test';

import {startFirefox} from './firefox.mjs';
import {callOfTwo} from './pair.mjs';
import {Person} from './person.mjs';
import {dialog, openRoomDialog} from './room_dialog.mjs';
import {receives} from './sfu_people.mjs';
import {until} from './support.mjs';

const kRoom = 'lab';
const kSign = 'This meeting is recorded';
const call = callOfTwo({room: kRoom});
let newcomer;
let firefox;

after(() => firefox?.close());

const sign = ({page}) => page.locator('.recorded', {hasText: kSign}).filter({visible: true});
// The folders of recordings; beside them is the lock of the server.
const recordings = () => readdirSync(join(call.server.data, 'recordings'), {withFileTypes: true}).filter((entry) => entry.isDirectory());
// In the only recording.
const at = (...path) => join(call.server.data, 'recordings', recordings()[0].name, ...path);
const manifest = () => JSON.parse(readFileSync(at('manifest.json'), 'utf8'));
const trackOf = (name, kind) => manifest().tracks.find((track) => track.name === name && track.kind === kind);

// Runs in a page: plays a WebM file to its end, faster than it was recorded.
async function play(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const video = document.createElement('video');
  document.body.append(video);
  video.muted = true;
  video.defaultPlaybackRate = 4;
  const ended = new Promise((resolve, reject) => {
    video.onended = resolve;
    video.onerror = () => reject(new Error(video.error.message));
  });
  video.src = URL.createObjectURL(new Blob([bytes], {type: 'video/webm'}));
  await video.play();
  await ended;
  const {duration, currentTime, videoWidth, videoHeight} = video;
  video.remove();
  return {duration, currentTime, videoWidth, videoHeight};
}

test('a host starts it after one question, and everybody sees it', async () => {
  const {ada, grace} = call;
  newcomer = await Person.open(call.browser, call.server, 'Edith', {room: kRoom});
  await openRoomDialog(ada);
  await dialog(ada).getByRole('button', {name: 'Record the meeting'}).click();
  await dialog(ada).getByRole('button', {name: 'Start recording'}).click();
  await dialog(ada).getByRole('button', {name: 'Stop recording'}).waitFor();
  await ada.page.keyboard.press('Escape');
  for (const person of [ada, grace]) await sign(person).waitFor();
  await grace.page.setViewportSize({width: 375, height: 667});
  await sign(grace).waitFor();
});

test('a newcomer sees it before joining', async () => {
  await newcomer.page.reload();
  await sign(newcomer).waitFor();
});

test('everybody is still heard and seen', async () => {
  for (const {page, name} of [call.ada, call.grace]) await receives(page, name, 1);
});

test('voices and cameras are kept until it is stopped', async () => {
  const {ada, grace} = call;
  const kept = (name, kind, bytes) => {
    const track = trackOf(name, kind);
    return track && statSync(at(track.file)).size >= bytes;
  };
  await until(() => recordings().length === 1, 'a recording');
  for (const name of ['Ada', 'Grace']) {
    for (const kind of ['voice', 'camera']) {
      await until(() => readdirSync(at()).includes('manifest.json') && kept(name, kind, 10_000), `${kind} of ${name}`);
    }
  }
  await openRoomDialog(ada);
  await dialog(ada).getByRole('button', {name: 'Stop recording'}).click();
  await dialog(ada).getByRole('button', {name: 'Record the meeting'}).waitFor();
  await ada.page.keyboard.press('Escape');
  await sign(grace).waitFor({state: 'detached'});
  await until(() => manifest().end, 'the end of the recording');
});

test('each file plays to its end, in Chromium and in Firefox', async () => {
  firefox = await startFirefox();
  const pages = [await (await call.browser.newContext()).newPage(), await firefox.newPage()];
  const plays = (page) => Promise.all(manifest().tracks.map(async ({file, kind, length_ms: length}) => {
    const {duration, currentTime, videoWidth} = await page.evaluate(play, readFileSync(at(file)).toString('base64'));
    assert.equal(videoWidth > 0, kind === 'camera', file);
    // A player adds the last frame to the time at which it begins.
    assert.ok(Math.abs(duration - length / 1000) < 0.5, `${file}: ${duration} s of ${length} ms`);
    assert.ok(Math.abs(currentTime - duration) < 0.5, `${file}: ended at ${currentTime} of ${duration} s`);
  }));
  await Promise.all(pages.map(plays));
});

test('voice and camera of a person end together', () => {
  for (const name of ['Ada', 'Grace']) {
    const [voice, camera] = ['voice', 'camera'].map((kind) => trackOf(name, kind));
    const end = ({start_ms: start, length_ms: length}) => start + length;
    // The camera has five frames a second, more or less on a busy machine.
    assert.ok(Math.abs(end(voice) - end(camera)) < 1000, `${name}: ${JSON.stringify([voice, camera])}`);
  }
});
