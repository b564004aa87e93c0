// What the page tells people about their own sound: it appears when it is so, and goes when it is no longer so.

import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {callOfTwo} from './pair.mjs';
import {Person} from './person.mjs';
import {silence, speech, speechAndPause} from './sounds.mjs';
import {startChromium, startServer, temporaryFolder, until} from './support.mjs';

const gone = (banner) => banner.waitFor({state: 'detached'});

// Somebody in a call, alone, with a browser as `options` say.
function alone(options) {
  const one = {};
  before(async () => {
    one.server = await startServer(temporaryFolder());
    one.browser = await startChromium(options());
    one.ada = await Person.open(one.browser, one.server, 'Ada');
    await one.ada.enterCall({video: false});
  });
  after(async () => {
    await one.browser?.close();
    await one.server?.child.stop('SIGKILL');
  });
  return one;
}

describe('somebody talks while the microphone is off', () => {
  const one = alone(() => ({microphone: speech()}));

  test('nothing is said while it is on', async () => {
    // Heard by the page, or else this would say nothing.
    await one.ada.page.locator('.tile.speaking').waitFor();
    assert.equal(await one.ada.banners.getByText(/You are talking/).count(), 0);
  });

  test('it is said once it is off, with a way to turn it on', async () => {
    const banner = one.ada.banners.getByText('You are talking, but your microphone is off.');
    await one.ada.microphone.click();
    await banner.waitFor();
    await one.ada.banners.getByRole('button', {name: 'Turn it on'}).click();
    await gone(banner);
    assert.equal(await one.ada.microphone.getAttribute('aria-pressed'), 'true');
  });
});

describe('somebody has talked while the microphone was off', () => {
  const one = alone(() => ({microphone: speechAndPause()}));
  const banner = () => one.ada.banners.getByText('You are talking, but your microphone is off.');

  test('it is no longer said after a while', async () => {
    await one.ada.microphone.click();
    await banner().waitFor();
    await gone(banner());
  });

  test('it can be put away, and stays so until the microphone was on', async () => {
    await banner().waitFor();
    await one.ada.banners.getByRole('button', {name: 'Close'}).click();
    await gone(banner());
    // On and off in one go, as it comes from a machine that is slow.
    await one.ada.microphone.evaluate((button) => {
      button.click();
      button.click();
    });
    await banner().waitFor();
  });
});

describe('the microphone gives no sound', () => {
  const one = alone(() => ({microphone: silence()}));

  test('it is said while it is on', async () => {
    const banner = one.ada.banners.getByText(/No sound is coming from your microphone/);
    await banner.waitFor();
    await one.ada.microphone.click();
    await gone(banner);
  });
});

describe('a voice does not arrive', () => {
  const call = callOfTwo();

  // Stops the voice (and nothing else) behind the page's back, as a fault on the way would.
  const lose = (lost) => call.ada.page.evaluate(async (lost) => {
    const [connection] = window.connections.filter(({connectionState}) => connectionState === 'connected');
    const [voice] = connection.getSenders();
    const parameters = voice.getParameters();
    parameters.encodings[0].active = !lost;
    await voice.setParameters(parameters);
  }, lost);

  test('its owner is told by whom, until it arrives again', async () => {
    const banner = call.ada.banners.getByText('These people cannot hear you: Grace');
    await lose(true);
    await banner.waitFor();
    await lose(false);
    await gone(banner);
  });

  test('the other one is told nothing', async () => {
    assert.equal(await call.grace.banners.getByText(/cannot hear you/).count(), 0);
  });
});

describe('the browser plays no sound before a click', () => {
  const one = alone(() => ({}));
  let strict;
  after(() => strict?.close());

  // Comes in without anybody's click. What a test's tools do counts as one, so the page must do it itself, and is
  // watched from outside.
  async function comeInBySelf() {
    strict = await startChromium({autoplay: 'user-gesture-required', devices: 'device-count=0'});
    const context = await strict.newContext({ignoreHTTPSErrors: true, locale: 'en-GB'});
    await context.addInitScript(() => {
      const comeIn = () => {
        const name = document.querySelector('#name');
        if (!name) return setTimeout(comeIn, 100);
        name.value = 'Grace';
        name.dispatchEvent(new Event('input'));
        document.querySelector('.enter').click();
      };
      addEventListener('DOMContentLoaded', comeIn);
    });
    const page = await context.newPage();
    const tools = await context.newCDPSession(page);
    await page.goto(one.server.url);
    const evaluate = async (expression) => (await tools.send('Runtime.evaluate', {expression, userGesture: false})).result.value;
    return {page, evaluate};
  }

  test('it is said, and a click plays it', async () => {
    const {page, evaluate} = await comeInBySelf();
    const paused = () => evaluate(`document.querySelector('audio')?.paused`);
    await until(() => evaluate(`document.querySelector('.banners')?.innerText.includes('waiting for a click')`), 'the banner');
    assert.equal(await paused(), true);
    await page.getByRole('button', {name: 'Play sound'}).click();
    await gone(page.getByText(/waiting for a click/));
    assert.equal(await paused(), false);
    const heard = () => evaluate(`document.querySelector('audio').currentTime`);
    const before = await heard();
    await until(async () => await heard() > before, 'sound');
  });
});
