// Firefox and Chromium in one room: they chat, hear and see each other.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {Person} from './person.mjs';
import {kPatience, packages, startChromium, startServer, temporaryFolder, until} from './support.mjs';

const puppeteer = packages('puppeteer-core').default ?? packages('puppeteer-core');

let server;
let chromium;
let firefox;
let ada;
let page;

before(async () => {
  server = await startServer(temporaryFolder());
  chromium = await startChromium();
  ada = await Person.open(chromium, server, 'Ada');
  firefox = await puppeteer.launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    acceptInsecureCerts: true,
    userDataDir: temporaryFolder(),
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
      'media.autoplay.blocking_policy': 0,
      'media.gmp-manager.updateEnabled': false,
      'network.trr.mode': 5,
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
      'datareporting.healthreport.uploadEnabled': false,
      'app.update.enabled': false,
      'intl.accept_languages': 'en-GB, en',
    },
  });
  page = await firefox.newPage();
  page.setDefaultTimeout(kPatience);
});

after(async () => {
  await firefox?.close();
  await chromium?.close();
  await server?.child.stop('SIGKILL');
});

const button = (name) => page.locator(`::-p-aria([name="${name}"][role="button"])`);

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

test('Firefox comes into the room', async () => {
  await page.evaluateOnNewDocument(() => {
    window.connections = [];
    window.RTCPeerConnection = class extends window.RTCPeerConnection {
      constructor(...options) {
        super(...options);
        window.connections.push(this);
      }
    };
  });
  await page.goto(`${server.url}/room/lobby`);
  await page.locator('#name').fill('Grace');
  await button('Camera').click();
  await page.locator('.preview video').wait();
  await ada.enterCall();
});

test('sound and pictures flow both ways', async () => {
  await button('Enter and join the meeting').click();
  await ada.receives(1);
  const before = await until(async () => {
    const now = await measure();
    return now.frames > 0 && now.energy > 0 && now;
  }, 'sound and pictures in Firefox');
  await until(async () => {
    const now = await measure();
    return now.frames > before.frames && now.energy > before.energy;
  }, 'more sound and pictures in Firefox');
});

test('Firefox says how it is connected', async () => {
  await page.locator('.tile .quality summary').click();
  await page.locator('::-p-text(Connected directly)').wait();
});

test('they chat both ways', async () => {
  await ada.write('from Chromium');
  await page.locator('::-p-text(from Chromium)').wait();
  await page.locator('#composer').fill('from Firefox');
  await button('Send').click();
  await ada.reads('from Firefox');
});

test('each sees that the other mutes', async () => {
  const silent = page.locator('::-p-text(microphone off)');
  await ada.microphone.click();
  await silent.wait();
  await ada.microphone.click();
  const microphone = page.locator('.act[title="Microphone (M)"]');
  await microphone.click();
  const seen = ada.tile('Grace').getByText('microphone off');
  await seen.waitFor();
  await microphone.click();
  await seen.waitFor({state: 'detached'});
});

test('Firefox leaves the call, and can come back', async () => {
  await button('Leave meeting').click();
  await ada.tile('Grace').waitFor({state: 'detached'});
  assert.deepEqual(await ada.measure(), []);
  await button('Join meeting: One person is in the meeting.').click();
  await page.locator('dialog .join').click();
  await ada.tile('Grace').waitFor();
  await ada.receives(1, {video: false});
});
