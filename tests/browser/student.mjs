// A student at the page, in Chromium or in Firefox: only what both browsers' drivers can do.

import {startFirefox} from './firefox.mjs';
import {kPatience, startChromium, until} from './support.mjs';

const kBrowsers = {
  Chromium: {
    start: () => startChromium({devices: 'fps=5'}),
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

// Runs in the page before its own code: cameras are small, so that many people fit on one machine.
function keepSmall() {
  // An empty page has none.
  if (!navigator.mediaDevices) return;
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wanted) =>
    open(wanted.video ? {...wanted, video: {...wanted.video, width: 160, height: 90, frameRate: 5}} : wanted);
}

export const kDesk = {width: 1280, height: 720};
export const kPhone = {width: 390, height: 844};

// `options`: for a Firefox.
export const startBrowser = (kind, options) => kBrowsers[kind].start(options);

export class Student {
  // At the first screen of a room, with the name filled in. A Firefox has its own `locale`. `before`: what happens to the page
  // before it loads anything.
  static async open(kind, browser, server, name, {room, size = kDesk, locale = 'en-GB', before = () => {}}) {
    const student = new Student();
    student.name = name;
    student.page = await kBrowsers[kind].open(browser, size, locale);
    student.page.setDefaultTimeout(kPatience);
    student.faults = [];
    student.page.on('pageerror', (error) => student.faults.push(`${name}: ${error.message}`));
    await before(student.page);
    await (student.page.addInitScript ?? student.page.evaluateOnNewDocument).call(student.page, keepSmall);
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
    return this.page.evaluate(([selector, text]) => {
      const field = document.querySelector(selector);
      field.value = text;
      field.dispatchEvent(new Event('input', {bubbles: true}));
    }, [selector, text]);
  }

  // Turns one of the two devices of the first screen on or off, whatever it was, by what the page calls it.
  async setPreview(device, on) {
    const toggle = `.preview [aria-label="${device}"]`;
    await until(async () => {
      if (await this.isOn(toggle) === on) return true;
      await this.page.evaluate((selector) => document.querySelector(selector).click(), toggle);
      return false;
    }, `${this.name}: ${device} ${on}`);
  }

  isOn(selector) {
    return this.page.evaluate((selector) => document.querySelector(selector)?.getAttribute('aria-pressed') === 'true', selector);
  }

  turns(device, on) {
    return until(async () => (await this.isOn(`.act[aria-label="${device}"]`)) === on, `${this.name}: ${device} ${on ? 'on' : 'off'}`);
  }

  async write(text) {
    await this.fill('#composer', text);
    await this.click('.send');
  }
}
