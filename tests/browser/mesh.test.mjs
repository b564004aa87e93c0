// Three to six people in one call: what each sends reaches every other one.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {flows, Person} from './person.mjs';
import {startChromium, startServer, startTerminal, temporaryFolder, until} from './support.mjs';

let server;
let browser;
let terminal;
const people = [];

before(async () => {
  server = await startServer(temporaryFolder());
  browser = await startChromium({devices: 'fps=5'});
});

after(async () => {
  await browser?.close();
  await terminal?.stop('SIGKILL');
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

test('a picture that nobody looks at is not sent', async () => {
  const [ada, grace] = people;
  const sends = (person) => person.page.evaluate(() => window.connections
      .filter(({connectionState}) => connectionState === 'connected')
      .map((connection) => connection.getSenders()[1].getParameters().encodings[0].active));
  assert.deepEqual(await sends(grace), [true, true, true]);
  // The pinned tile is large, and the others stand in a row that is longer than a phone is wide.
  const pin = ada.tile('Edsger').getByRole('button', {name: 'Make Edsger large'});
  await pin.click();
  await until(async () => (await Promise.all(people.slice(1).map(sends))).flat().includes(false), 'a picture that is not sent');
  await pin.click();
  await flows(people);
});

const terminalState = (flags) => terminal.says(JSON.stringify({type: 'state', room: 'lobby', ...flags}));

test('where five cameras are on, the next one comes by voice and is told why', async () => {
  // The fifth camera is only said to be there, by somebody whose connection never comes about.
  terminal = await startTerminal(server, 'Alan');
  terminalState({call: true, video: true});
  const [ada] = people;
  await ada.tile('Alan').waitFor();
  const fifth = await comes('Donald');
  await fifth.banners.getByText(/Five cameras are on already/).waitFor();
  assert.equal(await fifth.camera.getAttribute('aria-pressed'), 'false');
  await fifth.receives(4);
  await ada.receives(4, {video: false});
});

test('where a camera goes out, there is room for another one', async () => {
  const [ada] = people;
  const fifth = people.at(-1);
  await fifth.camera.click();
  assert.equal(await fifth.camera.getAttribute('aria-pressed'), 'false');
  terminalState({call: false, video: false});
  await fifth.tile('Alan').waitFor({state: 'detached'});
  await fifth.camera.click();
  await ada.tile('Donald').locator('video').waitFor();
});

test('six people by voice', async () => {
  for (const person of people) await person.camera.click();
  await comes('Edith', {video: false});
  await flows(people, {video: false});
});

test('no page had a fault', () => {
  assert.deepEqual(people.flatMap(({faults}) => faults), []);
});
