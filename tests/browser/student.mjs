// A person at the page, in Chromium or in Firefox: only what both browsers' drivers can do. Their devices may be as a test pretends.

import {startFirefox} from './firefox.mjs';
import {kPatience, startChromium, until} from './support.mjs';

const kBrowsers = {
  Chromium: {
    start: startChromium,
    async open(browser, size, locale) {
      const context = await browser.newContext({ignoreHTTPSErrors: true, locale, viewport: size});
      return context.newPage();
    },
  },
  Firefox: {
    start: startFirefox,
    async open(browser, size) {
      const page = await (await browser.createBrowserContext()).newPage();
      await page.setViewport(size);
      return page;
    },
  },
};

// Runs in the page: whether one of what the selector finds has the text.
const shows = ([selector, text]) => [...document.querySelectorAll(selector)]
    .some((element) => element.innerText.replace(/\s+/g, ' ').includes(text));

// Runs in the page: clicks a switch that is off, and is not being turned on. Whether it is on.
function turnOn(selector) {
  const toggle = document.querySelector(selector);
  const isOn = toggle?.getAttribute('aria-pressed') === 'true';
  if (toggle && !isOn && toggle.getAttribute('aria-busy') !== 'true') toggle.click();
  return isOn;
}

// Runs in the page before its own code: cameras are small, so that many people fit on one machine.
function keepSmall() {
  // An empty page has none.
  if (!navigator.mediaDevices) return;
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wanted) =>
    open(wanted.video ? {...wanted, video: {...wanted.video, width: 160, height: 90, frameRate: 5}} : wanted);
}

// Runs in the page before its own code. `permission`: what the browser says of devices beforehand. `holds`: kinds of devices
// that open only when letGo() says so. `never`: the browser's question is never answered. `missing`: the first
// microphone is not there yet. `loudness`: what the page measures of its microphone, from 0 to 1. `deaf`: the browser runs no
// audio, as Firefox does without a sound output.
function pretend({permission = 'granted', holds = [], never = false, missing = false, loudness, deaf = false}) {
  // An empty page has no devices.
  if (!navigator.mediaDevices) return;
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

export const kDesk = {width: 1280, height: 720};
export const kPhone = {width: 390, height: 844};

export const preview = (device) => `.preview [aria-label="${device}"]`;
export const inCall = (device) => `.act[aria-label="${device}"]`;

// `options`: those of startChromium or startFirefox, each of which knows its own alone.
export const startBrowser = (kind, options) => kBrowsers[kind].start(options);

export class Student {
  // At the first screen of a room, with the name filled in. A Firefox has its own `locale`. `before`: what happens to the page
  // before it loads anything. `pretended`: what the devices are like.
  static async open(kind, browser, server, name, {room, size = kDesk, locale = 'en-GB', before = () => {}, pretended}) {
    const student = new this();
    student.name = name;
    student.page = await kBrowsers[kind].open(browser, size, locale);
    student.page.setDefaultTimeout(kPatience);
    student.faults = [];
    // For a Firefox it is an error of the page that the server is away.
    student.page.on('pageerror', ({message}) => {
      if (kind !== 'Firefox' || !message.includes('wss://')) student.faults.push(`${name}: ${message}`);
    });
    await before(student.page);
    const first = student.page.addInitScript ?? student.page.evaluateOnNewDocument;
    await first.call(student.page, keepSmall);
    if (pretended) await first.call(student.page, pretend, pretended);
    await student.page.goto(`${server.url}/room/${encodeURIComponent(room)}`);
    await student.page.waitForSelector('#name');
    await student.fill('#name', name);
    return student;
  }

  sees(text, selector = 'body') {
    return until(() => this.page.evaluate(shows, [selector, text]), `${this.name} sees: ${text}`);
  }

  seesNo(text, selector = 'body') {
    return until(async () => !(await this.page.evaluate(shows, [selector, text])), `${this.name} no longer sees: ${text}`);
  }

  // As soon as it can be clicked. Waits for no frame to be drawn, which takes long where several browsers share a machine.
  click(selector) {
    return until(() => this.page.evaluate((selector) => {
      const element = document.querySelector(selector);
      if (!element || element.disabled) return false;
      element.click();
      return true;
    }, selector), `${this.name} clicks ${selector}`);
  }

  fill(selector, text) {
    return until(() => this.page.evaluate(([selector, text]) => {
      const field = document.querySelector(selector);
      if (!field) return false;
      field.value = text;
      field.dispatchEvent(new Event('input', {bubbles: true}));
      return true;
    }, [selector, text]), `${this.name} fills in ${selector}`);
  }

  // Turns one of the two devices of the first screen on or off, whatever it was, by what the page calls it. The page may be opening
  // it by itself, or be about to: it is off for certain once it was on.
  async setPreview(device, on) {
    const toggle = preview(device);
    await until(() => this.page.evaluate(turnOn, toggle), `${this.name}: ${device} on`);
    if (on) return;
    await this.click(toggle);
    await until(async () => !(await this.isOn(toggle)), `${this.name}: ${device} off`);
  }

  isOn(selector) {
    return this.page.evaluate((selector) => document.querySelector(selector)?.getAttribute('aria-pressed') === 'true', selector);
  }

  turns(device, on) {
    return until(async () => (await this.isOn(inCall(device))) === on, `${this.name}: ${device} ${on ? 'on' : 'off'}`);
  }

  async write(text) {
    await this.fill('#composer', text);
    await this.click('.send');
  }

  // Also what changes without any change of the document.
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

  turnsOn(selector) {
    return until(() => this.isOn(selector), `${selector} is on`);
  }

  // `count` devices have been opened by the browser, and the page waits for them.
  held(count = 1) {
    return until(() => this.page.evaluate((count) => window.held.length === count, count), `${count} held`);
  }

  // All that was asked for opens, and the page lets go of it.
  async closesWhatComes() {
    await this.page.evaluate(() => window.letGo());
    await until(() => this.page.evaluate(() => window.opened.length === window.asked && window.opened.every(({readyState}) => readyState === 'ended')), 'all closed');
  }

  async join() {
    await this.click('.enter');
    await this.has('.act.end');
    await this.page.evaluate(() => document.activeElement?.blur());
  }

  async enterChat() {
    await this.click('.chat-only');
    await this.has('#composer');
  }

  leave() {
    return this.page.close();
  }
}
