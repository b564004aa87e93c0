// What one person does with the call on their own page: how loud somebody is, how things are shown, a picture in a window of its own, and the full screen.

import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {callOfTwo} from './pair.mjs';
import {flows} from './person.mjs';
import {until} from './support.mjs';

const call = callOfTwo();

test('the volume of a member changes on this page alone', async () => {
  const {ada, grace} = call;
  await ada.controls.getByRole('button', {name: 'People'}).click();
  await ada.page.getByRole('button', {name: 'Actions for Grace'}).click();
  await ada.page.getByLabel('Volume').fill('0.25');
  const loudness = (person) => person.page.evaluate(() => [...document.querySelectorAll('audio.voice')].map(({volume}) => volume));
  await until(async () => (await loudness(ada)).every((volume) => volume === 0.25), 'a quarter as loud');
  assert.deepEqual(await loudness(grace), [1]);
  await ada.press('Escape');
});

test('how somebody is connected is said in words', async () => {
  const {ada} = call;
  const tile = ada.tile('Grace');
  await tile.getByLabel('Connection to Grace').click();
  for (const words of ['Connected directly', /\d+ ms round trip/, /% packet loss/, /\d+ × \d+, \d+ frames per second/]) {
    await tile.getByText(words).waitFor();
  }
  await tile.getByLabel('Connection to Grace').click();
});

test('all are alike, or the speaker is large', async () => {
  const {ada} = call;
  assert.equal(await ada.page.locator('.tile.large').count(), 0);
  await ada.press('g');
  await ada.page.locator('.tile.large', {hasText: 'Grace'}).waitFor();
  await ada.press('g');
  await ada.page.locator('.tile.large').waitFor({state: 'detached'});
});

test('the language changes in the middle of a call', async () => {
  const {ada, grace} = call;
  const switchTo = async (language) => {
    await ada.page.locator('.top .icon-button').nth(-2).click();
    await ada.page.getByRole('button', {name: language, exact: true}).click();
    await ada.page.keyboard.press('Escape');
  };
  await switchTo('中文');
  await ada.page.getByRole('button', {name: '离开会议'}).waitFor();
  await switchTo('English');
  await ada.controls.waitFor();
  await flows([ada, grace]);
});

test("somebody's picture floats in a window of its own, where it goes on", async () => {
  const {ada} = call;
  const floating = (look) => ada.page.evaluate(look);
  await ada.tile('Grace').hover();
  await ada.tile('Grace').getByRole('button', {name: 'Picture in picture: Grace'}).click();
  await until(() => floating(() => document.pictureInPictureElement?.getAttribute('aria-label') === 'Grace'), 'a small window');
  const shown = () => floating(() => document.pictureInPictureElement.getVideoPlaybackQuality().totalVideoFrames);
  const before = await shown();
  await until(async () => await shown() > before + 3, 'pictures that move');
  await ada.tile('Grace').getByRole('button', {name: 'Picture in picture: Grace'}).click();
  await until(() => floating(() => document.pictureInPictureElement === null), 'no small window');
});

test('a call of two shows all of each picture', async () => {
  const {ada} = call;
  for (const name of ['Grace', 'Ada \\(you\\)']) {
    assert.equal(await ada.tile(name).locator('video').evaluate((video) => getComputedStyle(video).objectFit), 'contain', name);
  }
});

test('a phone has other views and the full screen, and the user’s own tile is small', async () => {
  const {ada} = call;
  const more = ada.controls.getByRole('button', {name: 'More', exact: true});
  await ada.page.setViewportSize({width: 390, height: 844});
  const area = async (name) => ada.tile(name).evaluate((tile) => tile.offsetWidth * tile.offsetHeight);
  await until(async () => (await area('Ada \\(you\\)')) < (await area('Grace')) / 4, 'a small tile of one\'s own');
  await more.click();
  await ada.controls.getByRole('button', {name: 'Speaker', exact: true}).click();
  await ada.page.locator('.tile.large', {hasText: 'Grace'}).waitFor();
  await more.click();
  await ada.page.keyboard.press('Escape');
  await ada.controls.getByRole('button', {name: 'Speaker', exact: true}).waitFor({state: 'detached'});
  await more.click();
  await ada.controls.getByRole('button', {name: 'Full screen'}).click();
  await until(() => ada.page.evaluate(() => document.fullscreenElement !== null), 'a full screen');
  await ada.page.evaluate(() => document.exitFullscreen());
  await ada.page.setViewportSize({width: 1280, height: 720});
  await ada.press('g');
  await ada.page.locator('.tile.large').waitFor({state: 'detached'});
  await ada.press('p');
  await ada.page.getByRole('complementary', {name: 'People'}).waitFor();
});

describe('the full screen', () => {
  const full = () => call.ada.page.evaluate(() => document.fullscreenElement !== null);
  // Whether nothing covers it, and a click would reach it.
  const reachable = (locator) => locator.evaluate((element) => {
    const {x, y, width, height} = element.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    return element.contains(top) && document.fullscreenElement.contains(element);
  });

  test('has the call and its controls, which work', async () => {
    const {ada, grace} = call;
    await ada.controls.getByRole('button', {name: 'Full screen'}).click();
    await until(full, 'a full screen');
    assert.equal(await reachable(ada.microphone), true);
    assert.equal(await reachable(ada.tile('Grace')), true);
    await ada.microphone.click();
    await grace.tile('Ada').getByText('microphone off').waitFor();
    await ada.microphone.click();
    await grace.tile('Ada').getByText('microphone off').waitFor({state: 'detached'});
  });

  test('has what the page says, and the chat', async () => {
    const {ada, grace} = call;
    await ada.unplugLast('video');
    const banner = ada.banners.locator('.banner', {hasText: 'A device was unplugged.'});
    await banner.waitFor();
    assert.equal(await reachable(banner), true);
    await banner.getByRole('button', {name: 'Got it'}).click();
    await ada.controls.getByRole('button', {name: /^Chat/}).click();
    await grace.write('can you see this?');
    await ada.reads('can you see this?');
    assert.equal(await reachable(ada.page.getByText('can you see this?')), true);
  });

  test('is given back by the same key, and by leaving', async () => {
    const {ada} = call;
    await ada.press('f');
    await until(async () => !(await full()), 'the window again');
    await ada.press('f');
    await until(full, 'a full screen');
    await ada.leaveCall();
    await until(async () => !(await full()), 'the window again');
  });
});
