// Three to six people in one call: what each sends reaches every other one.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {flows, Person} from './person.mjs';
import {startChromium, startServer, temporaryFolder, until} from './support.mjs';

let server;
let browser;
const people = [];

before(async () => {
  server = await startServer(temporaryFolder(), {options: ['--media', 'mesh']});
  browser = await startChromium({devices: 'fps=5'});
});

after(async () => {
  await browser?.close();
  await server?.child.stop('SIGKILL');
});

async function comes(name, options) {
  const person = await Person.open(browser, server, name, {camera: {width: 160, height: 90}, viewport: {width: 390, height: 600}});
  await person.enterCall(options);
  people.push(person);
  return person;
}

// The bitrate that `person` allows the camera for each of the others.
const allowed = (person) => person.page.evaluate(() => window.connections
    .filter(({connectionState}) => connectionState === 'connected')
    .map((connection) => connection.getSenders()[1].getParameters().encodings[0].maxBitrate));

test('three people with video', async () => {
  await comes('Ada');
  await comes('Grace');
  await comes('Edsger');
  await flows(people);
});

test('four people with video', async () => {
  await comes('Barbara');
  await flows(people);
});

test('the more there are to send to, the less is sent to each', async () => {
  const [ada] = people;
  assert.deepEqual(await allowed(ada), [1_000_000, 1_000_000, 1_000_000]);
});

test('five people with video', async () => {
  await comes('Alan');
  await flows(people);
});

test('a picture that nobody looks at is not sent', async () => {
  const [ada, grace] = people;
  const sends = (person) => person.page.evaluate(() => window.connections
      .filter(({connectionState}) => connectionState === 'connected')
      .map((connection) => connection.getSenders()[1].getParameters().encodings[0].active));
  assert.deepEqual(await sends(grace), [true, true, true, true]);
  // The pinned tile is large, and the others but oneself stand in a row that is longer than a phone is wide.
  const pin = ada.tile('Edsger').getByRole('button', {name: 'Pin Edsger'});
  await ada.tile('Edsger').hover();  // a tile's tools take no room before
  await pin.click();
  await until(async () => (await Promise.all(people.slice(1).map(sends))).flat().includes(false), 'a picture that is not sent');
  await ada.tile('Edsger').hover();
  await pin.click();
  await flows(people);
});

test('where five cameras are on, the next one comes by voice and is told why', async () => {
  const sixth = await comes('Donald');
  await sixth.banners.getByText(/Camera limit reached/).waitFor();
  assert.equal(await sixth.camera.getAttribute('aria-pressed'), 'false');
  await sixth.receives(5);
  for (const person of people.slice(0, -1)) await person.tile('Donald').locator('video').waitFor({state: 'detached'});
});

test('a camera that is turned on then is told the same', async () => {
  const sixth = people.at(-1);
  await sixth.banners.getByRole('button', {name: 'Got it'}).click();
  await sixth.camera.click();
  await sixth.banners.getByText(/Camera limit reached/).waitFor();
  assert.equal(await sixth.camera.getAttribute('aria-pressed'), 'false');
});

test('where a camera goes out, there is room for another one', async () => {
  const [ada] = people;
  const sixth = people.at(-1);
  await people[4].camera.click();
  await sixth.tile('Alan').locator('video').waitFor({state: 'detached'});
  await sixth.camera.click();
  await ada.tile('Donald').locator('video').waitFor();
});

test('six people by voice', async () => {
  for (const person of people) if ((await person.camera.getAttribute('aria-pressed')) === 'true') await person.camera.click();
  await flows(people, {video: false});
});

test('no page had a fault', () => {
  assert.deepEqual(people.flatMap(({faults}) => faults), []);
});
