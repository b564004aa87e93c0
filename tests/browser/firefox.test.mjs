// Firefox and Chromium in one room: they chat, hear and see each other.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {startFirefox} from './firefox.mjs';
import {addNetwork} from './networks.mjs';
import {Person} from './person.mjs';
import {kPatience, startChromium, startServer, temporaryFolder, until} from './support.mjs';

// In the lobby nobody is a host.
const kRoom = 'lab';

let server;
// Where Ada's Chromium is.
let network;
let chromium;
let firefox;
let ada;
let page;

before(async () => {
  server = await startServer(temporaryFolder());
  network = addNetwork('far', 78);
  chromium = await startChromium({executablePath: network.wrap('/usr/bin/chromium')});
  ada = await Person.open(chromium, server, 'Ada', {room: kRoom});
  firefox = await startFirefox();
  page = await firefox.newPage();
  page.setDefaultTimeout(kPatience);
  await page.setViewport({width: 1280, height: 720});
});

after(async () => {
  await firefox?.close();
  await chromium?.close();
  await server?.child.stop('SIGKILL');
});

const seen = (selector) => page.waitForSelector(selector);
const gone = (selector) => page.waitForSelector(selector, {hidden: true});
// A click as from the keyboard: it waits for no frame to be drawn, which takes long where several browsers share a machine.
const click = async (selector) => (await seen(selector)).evaluate((element) => element.click());

// Runs in Firefox's page: sums that only grow.
const measure = () => page.evaluate(async () => {
  const sums = {frames: 0, energy: 0};
  for (const connection of window.connections ?? []) {
    for (const stat of (await connection.getStats()).values()) {
      if (stat.type !== 'inbound-rtp') continue;
      sums.frames += stat.framesDecoded ?? 0;
      sums.energy += stat.totalAudioEnergy ?? 0;
    }
  }
  return sums;
});

test('Firefox joins the room', async () => {
  await page.evaluateOnNewDocument(() => {
    window.connections = [];
    window.RTCPeerConnection = class extends window.RTCPeerConnection {
      constructor(...options) {
        super(...options);
        window.connections.push(this);
      }
    };
  });
  await page.goto(`${server.url}/room/${kRoom}`);
  await page.locator('#name').fill('Grace');
  for (const device of ['Camera', 'Microphone']) await click(`.preview [aria-label="${device}"]`);
  await seen('.preview video');
  await seen('.preview [aria-label="Microphone"][aria-pressed="true"]');
  await ada.enterCall();
});

test('sound and pictures flow both ways', async () => {
  await click('.enter');
  await ada.receives(1);
  assert.notEqual(await page.evaluate(() => document.activeElement.localName), 'textarea');
  const before = await until(async () => {
    const now = await measure();
    return now.frames > 0 && now.energy > 0 && now;
  }, 'sound and pictures in Firefox');
  await until(async () => {
    const now = await measure();
    return now.frames > before.frames && now.energy > before.energy;
  }, 'more sound and pictures in Firefox');
  // A call of two shows all of each picture.
  assert.deepEqual(await page.$$eval('.tile video', (videos) => videos.map((video) => getComputedStyle(video).objectFit)), ['contain', 'contain']);
});

test('Firefox says how it is connected', async () => {
  await click('.tile .quality summary');
  await seen('::-p-text(Connected directly)');
});

test('Firefox says beforehand that it shares a screen without its sound', async () => {
  await seen('.act[aria-label="Share screen (without sound in this browser)"]');
});

test('they chat both ways', async () => {
  await ada.write('from Chromium');
  await seen('::-p-text(from Chromium)');
  await page.locator('#composer').fill('from Firefox');
  await click('.send');
  await ada.reads('from Firefox');
});

test('the keys of Firefox control the meeting, except while somebody writes', async () => {
  const silent = ada.tile('Grace').getByText('microphone off');
  await page.focus('#composer');
  await page.keyboard.press('m');
  await until(() => page.$eval('#composer', (field) => field.value === 'm'), 'an m in the field');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.activeElement.localName), 'body');
  await page.keyboard.press('m');
  await silent.waitFor();
  await page.keyboard.press('m');
  await silent.waitFor({state: 'detached'});
});

test('each sees that the other mutes', async () => {
  const silent = '::-p-text(microphone off)';
  await ada.microphone.click();
  await seen(silent);
  await ada.microphone.click();
  await gone(silent);
  const microphone = '.act[title="Microphone (M)"]';
  const silentThere = ada.tile('Grace').getByText('microphone off');
  await click(microphone);
  await silentThere.waitFor();
  await click(microphone);
  await silentThere.waitFor({state: 'detached'});
});

// By one click on a tile in Firefox, where that is to be seen.
const act = (label) => until(() => page.evaluate((selector) => {
  const tool = document.querySelector(selector);
  if (!tool || tool.getClientRects().length === 0) return false;
  tool.click();
  return true;
}, `.tile [aria-label="${label}"]`), label);
const isOff = (button) => until(async () => (await button.getAttribute('aria-pressed')) === 'false', 'off');

test('a member made host in Firefox is told so, and sees a raised hand in the meeting', async () => {
  await ada.tile('Grace').hover();
  await ada.tile('Grace').getByRole('button', {name: 'Make host: Grace'}).click();
  await seen('::-p-text(You are a host now)');
  await ada.press('h');
  await seen('.toast ::-p-text(Ada raised a hand)');
  await seen('.act .badge');
  assert.equal(await page.title(), `(1) ${kRoom} · Parley`);
  await act('Lower hand: Ada');
  await isOff(ada.controls.getByRole('button', {name: 'Raise hand'}));
  await gone('::-p-text(Ada raised a hand)');
});

test('a host in Firefox has the duties on a tile', async () => {
  // Put away: there are not more than three.
  const told = (words) => ada.page.locator('.toast', {hasText: words}).getByRole('button', {name: 'Close'}).click();
  await act('Mute: Ada');
  await told('Grace turned off your microphone. You can turn it on again.');
  await isOff(ada.microphone);
  await ada.microphone.click();
  await act('Stop camera: Ada');
  await told('Grace stopped your camera. You can turn it on again.');
  await isOff(ada.camera);
  await ada.camera.click();
  await ada.controls.getByRole('button', {name: 'Share screen'}).click();
  await act('Stop screen sharing: Screen of Ada');
  await told('Grace stopped your screen sharing. You can share again.');
  const shield = ada.page.getByRole('button', {name: 'Host controls'});
  await act('Remove as host: Ada');
  await shield.waitFor({state: 'detached'});
  await act('Make host: Ada');
  await shield.waitFor();
});

test('on a phone Firefox has other views and the full screen', async () => {
  await page.setViewport({width: 390, height: 844});
  await click('.act[aria-label="More"]');
  await click('.bar .item ::-p-text(Speaker)');
  await seen('.tile.large');
  await click('.act[aria-label="More"]');
  // Only a person's own click may do that.
  await (await seen('.bar .item ::-p-text(Full screen)')).click();
  const full = () => page.evaluate(() => document.fullscreenElement !== null);
  await until(full, 'a full screen');
  await page.evaluate(() => document.exitFullscreen());
  await until(async () => !(await full()), 'the window again');
  await page.setViewport({width: 1280, height: 720});
});

test('Firefox leaves the call, and can come back', async () => {
  await click('.act[aria-label="Leave meeting"]');
  await ada.tile('Grace').waitFor({state: 'detached'});
  assert.deepEqual(await ada.measure(), []);
  await click('.bar .join');
  await click('dialog .join');
  await ada.tile('Grace').waitFor();
  await ada.receives(1, {video: false});
  assert.notEqual(await page.evaluate(() => document.activeElement.localName), 'textarea');
});

test('a picture that stands still does not speak in Firefox', async () => {
  const speaks = () => page.$$eval('.tile.speaking', (tiles) => tiles.some(({innerText}) => innerText.includes('Ada')));
  await until(speaks, 'Ada speaks');
  network.cut();
  await seen('.tile ::-p-text(Interrupted, reconnecting…)');
  assert.equal(await speaks(), false);
});
