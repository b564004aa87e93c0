// One person at the page in either browser, whose devices are as a test pretends: what they do before a call and in it.

import {startFirefox} from './firefox.mjs';
import {kPatience, startChromium, until} from './support.mjs';

// Runs in the page before its own code. `permission`: what the browser says of devices beforehand. `holds`: kinds of devices
// that open only when letGo() says so. `never`: the browser's question is never answered. `missing`: the first
// microphone is not there yet. `loudness`: what the page measures of its microphone, from 0 to 1. `deaf`: the browser runs no
// audio, as Firefox does without a sound output.
function pretend({permission = 'granted', holds = [], never = false, missing = false, loudness, deaf = false}) {
  Object.assign(window, {opened: [], held: [], holds, asked: 0, loudness});
  if (loudness !== undefined) {
    window.AudioContext = class {
      state = 'running';
      get currentTime() {
        return deaf ? 0 : performance.now() / 1000;
      }
      createAnalyser() {
        return {getFloatTimeDomainData: (samples) => samples.fill(window.loudness)};
      }
      createMediaStreamSource() {
        return {connect() {}};
      }
      async resume() {}
      async close() {}
    };
  }
  navigator.permissions.query = async () => ({state: permission, addEventListener() {}, removeEventListener() {}});
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    window.asked++;
    const kind = wanted.video ? 'video' : 'audio';
    if (never) return new Promise(() => {});
    if (missing && kind === 'audio') {
      missing = false;
      throw new DOMException('none', 'NotFoundError');
    }
    const stream = await real(wanted);
    window.opened.push(...stream.getTracks());
    if (window.holds.includes(kind)) await new Promise((resolve) => window.held.push(resolve));
    return stream;
  };
  navigator.mediaDevices.getDisplayMedia = async () => {
    const screen = document.createElement('canvas');
    screen.getContext('2d');
    return screen.captureStream();
  };
  window.letGo = () => window.held.splice(0).forEach((resolve) => resolve());
}

export const kBrowsers = {
  Chromium: {
    start: startChromium,
    async open(browser, pretended) {
      const context = await browser.newContext({ignoreHTTPSErrors: true, locale: 'en-GB'});
      await context.addInitScript(pretend, pretended);
      return context.newPage();
    },
  },
  Firefox: {
    start: startFirefox,
    async open(browser, pretended) {
      const page = await (await browser.createBrowserContext()).newPage();
      await page.evaluateOnNewDocument(pretend, pretended);
      return page;
    },
  },
};

export const preview = (device) => `.preview [aria-label="${device}"]`;
export const inCall = (device) => `.act[aria-label="${device}"]`;

// One person at the page, in either browser.
export class Visitor {
  static #count = 0;

  static async open(kind, browser, server, pretended = {}, room = 'lobby') {
    const visitor = new Visitor();
    visitor.name = `Ada ${++Visitor.#count}`;
    visitor.page = await kBrowsers[kind].open(browser, pretended);
    visitor.page.setDefaultTimeout(kPatience);
    await visitor.page.goto(`${server.url}/room/${room}`);
    await visitor.fill('#name', visitor.name);
    return visitor;
  }

  sees(selector) {
    return this.page.waitForSelector(selector);
  }

  async reads(words) {
    await until(() => this.page.evaluate((words) => document.body.innerText.includes(words), words), words);
  }

  // As `sees`, also for what changes without any change of the document.
  has(selector) {
    return until(() => this.page.evaluate((selector) => document.querySelector(selector) !== null, selector), selector);
  }

  // What the page says of one's own sound and picture.
  banners() {
    return this.page.evaluate(() => document.querySelector('.banners').innerText);
  }

  banner(words) {
    return until(async () => (await this.banners()).includes(words), words);
  }

  noBanner() {
    return until(async () => (await this.banners()) === '', 'no banner');
  }

  fill(selector, text) {
    return this.sees(selector).then((field) => field.evaluate((element, text) => {
      element.value = text;
      element.dispatchEvent(new Event('input'));
    }, text));
  }

  // As soon as it can be clicked.
  click(selector) {
    return until(() => this.page.evaluate((selector) => {
      const element = document.querySelector(selector);
      if (!element || element.disabled) return false;
      element.click();
      return true;
    }, selector), `a click on ${selector}`);
  }

  isOn(selector) {
    return this.page.evaluate((selector) => document.querySelector(selector)?.getAttribute('aria-pressed') === 'true', selector);
  }

  turnsOn(selector) {
    return until(() => this.isOn(selector), `${selector} is on`);
  }

  // `count` devices have been opened by the browser, and the page waits for them.
  held(count = 1) {
    return until(() => this.page.evaluate((count) => window.held.length === count, count), `${count} held`);
  }

  // They open, and the page lets go of all.
  async closesWhatComes() {
    await this.page.evaluate(() => window.letGo());
    await until(() => this.page.evaluate(() => window.opened.every(({readyState}) => readyState === 'ended')), 'all closed');
  }

  async join() {
    await this.click('.enter');
    await this.sees('.act.end');
    await this.page.evaluate(() => document.activeElement?.blur());
  }

  async enterChat() {
    await this.click('.chat-only');
    await this.sees('#composer');
  }

  leave() {
    return this.page.close();
  }
}
