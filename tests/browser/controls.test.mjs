// What one person does with the call on their own page: how loud somebody is, and the full screen.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {flows, Person} from './person.mjs';
import {startChromium, startServer, temporaryFolder, until} from './support.mjs';

let server;
let browser;
let ada;
let grace;

before(async () => {
  server = await startServer(temporaryFolder());
  browser = await startChromium();
  ada = await Person.open(browser, server, 'Ada');
  grace = await Person.open(browser, server, 'Grace');
  await ada.enterCall();
  await grace.enterCall();
  await flows([ada, grace]);
});

after(async () => {
  await browser?.close();
  await server?.child.stop('SIGKILL');
});

test('one is as loud as this page wants, and as loud as before for the others', async () => {
  await ada.controls.getByRole('button', {name: 'People'}).click();
  await ada.page.getByRole('button', {name: 'Actions for Grace'}).click();
  await ada.page.getByLabel('How loud I hear them').fill('0.25');
  const loudness = (person) => person.page.evaluate(() => [...document.querySelectorAll('audio')].map(({volume}) => volume));
  await until(async () => (await loudness(ada)).every((volume) => volume === 0.25), 'a quarter as loud');
  assert.deepEqual(await loudness(grace), [1]);
  await ada.press('Escape');
});

test('the call fills the screen, and gives it back', async () => {
  const full = () => ada.page.evaluate(() => document.fullscreenElement !== null);
  await ada.controls.getByRole('button', {name: /full screen/i}).click();
  await until(full, 'a full screen');
  await ada.press('f');
  await until(async () => !(await full()), 'the window again');
});
