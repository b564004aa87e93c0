// Two people whose networks reach the server's but not each other, without a relay: the server carries their call.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {addNetwork} from './networks.mjs';
import {Person} from './person.mjs';
import {startChromium, startServer, temporaryFolder, until} from './support.mjs';

const browsers = [];
let server;
let people;

before(async () => {
  server = await startServer(temporaryFolder());
  for (const [name, number] of [['left', 78], ['right', 79]]) {
    browsers.push(await startChromium({executablePath: addNetwork(name, number).wrap('/usr/bin/chromium')}));
  }
  people = await Promise.all(['Ada', 'Grace'].map((name, at) => Person.open(browsers[at], server, name)));
});

after(async () => {
  for (const browser of browsers) await browser.close();
  await server?.child.stop('SIGKILL');
});

test('members who cannot reach each other hear and see each other through the server', async () => {
  await Promise.all(people.map((person) => person.enterCall()));
  const links = people.map((person, at) => person.tile(at === 0 ? 'Grace' : 'Ada').locator('video'));
  for (const link of links) await link.waitFor();
  for (const person of people) {
    await until(async () => {
      const [sums] = await person.measure();
      return sums !== undefined && sums.frames > 3 && sums.energy > 0;
    }, `${person.name} receives sound and pictures`);
  }
});

test('no page had a fault', () => {
  assert.deepEqual(people.flatMap(({faults}) => faults), []);
});
