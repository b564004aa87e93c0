// Three and four people in one call without a server between them: what each sends reaches every other one. More would keep two
// cores busy for minutes. At the limit of cameras, the other members have no page.

import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {LinePeer} from './line_peer.mjs';
import {flows, Person} from './person.mjs';
import {startChromium, startServer, temporaryFolder, until} from './support.mjs';

let server;
let browser;
const people = [];

before(async () => {
  server = await startServer(temporaryFolder(), {options: ['--media', 'mesh']});
  browser = await startChromium();
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

// Of the camera, what `person` sends to each of the others.
const sending = (person, of) => person.page.evaluate((of) => window.connections
    .filter(({connectionState}) => connectionState === 'connected')
    .map((connection) => connection.getSenders()[1].getParameters().encodings[0][of]), of);

describe('five cameras are on', () => {
  const room = 'full';
  const cameras = [];
  let sixth;

  test('the next person joins by voice and is told why', async () => {
    for (const name of ['Ana', 'Ben', 'Cem', 'Dan', 'Eva']) {
      const peer = await LinePeer.join(server, name, room);
      await peer.ask('state', {room, call: true, audio: true, video: true});
      cameras.push(peer);
    }
    sixth = await Person.open(browser, server, 'Donald', {room});
    await sixth.enterCall();
    await sixth.banners.getByText(/Camera limit reached/).waitFor();
    assert.equal(await sixth.camera.getAttribute('aria-pressed'), 'false');
  });

  test('a camera that is turned on then is refused for the same reason', async () => {
    await sixth.banners.getByRole('button', {name: 'Got it'}).click();
    await sixth.camera.click();
    await sixth.banners.getByText(/Camera limit reached/).waitFor();
    assert.equal(await sixth.camera.getAttribute('aria-pressed'), 'false');
  });

  test('where a camera is turned off, there is room for another one', async () => {
    await cameras[4].ask('state', {room, call: true, audio: true, video: false});
    await cameras[4].ask('message', {room, text: 'it is off'});
    await sixth.reads('it is off');
    await sixth.camera.click();
    await until(async () => (await sixth.camera.getAttribute('aria-pressed')) === 'true', 'a camera that is on');
    for (const peer of cameras) peer.leave();
    assert.deepEqual(sixth.faults, []);
    await sixth.close();
  });
});

test('three people with video', async () => {
  await comes('Ada');
  await comes('Grace');
  await comes('Edsger');
  await flows(people);
});

test('four people, one of them by voice', async () => {
  await comes('Alan', {video: false});
  await flows(people, {video: false});
});

test('the more there are to send to, the less is sent to each', async () => {
  assert.deepEqual(await sending(people[0], 'maxBitrate'), [1_000_000, 1_000_000, 1_000_000]);
});

test('a picture that nobody looks at is not sent', async () => {
  const [ada, grace] = people;
  const active = () => sending(grace, 'active');
  assert.deepEqual(await active(), [true, true, true]);
  // As in a window behind others: here all windows are in front.
  const show = (shown) => ada.page.evaluate((shown) => {
    Object.defineProperty(document, 'hidden', {value: !shown, configurable: true});
    document.dispatchEvent(new Event('visibilitychange'));
  }, shown);
  await show(false);
  await until(async () => (await active()).filter((sent) => !sent).length === 1, 'a picture that is not sent to her');
  await show(true);
  await until(async () => !(await active()).includes(false), 'a picture that is sent again');
});

test('no page had a fault', () => {
  assert.deepEqual(people.flatMap(({faults}) => faults), []);
});
