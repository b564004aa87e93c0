// What is off stays off: devices that open late, questions of the browser that nobody answers, and a page that is older than its server.
// The same in each browser.

import assert from 'node:assert/strict';
import {cpSync, readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {startFirefox} from './firefox.mjs';
import {kPage, kPatience, startChromium, startServer, startTerminal, temporaryFolder, until} from './support.mjs';

// Runs in the page before its own code. `permission`: what the browser says of devices beforehand. `holds`: kinds of devices
// that open only when letGo() says so. `never`: the browser's question is never answered. `missing`: the first
// microphone is not there yet.
function pretend({permission = 'granted', holds = [], never = false, missing = false}) {
  Object.assign(window, {opened: [], held: [], holds, asked: 0});
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
  window.letGo = () => window.held.splice(0).forEach((resolve) => resolve());
}

const kBrowsers = {
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

const preview = (device) => `.preview [aria-label="${device}"]`;
const inCall = (device) => `.act[aria-label="${device}"]`;

// One person at the page, in either browser.
class Visitor {
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

export function lateDevicesIn(kind) {
  describe(kind, () => {
    let server;
    let browser;
    before(async () => {
      server = await startServer(temporaryFolder());
      browser = await kBrowsers[kind].start();
    });
    after(async () => {
      await browser?.close();
      await server?.child.stop('SIGKILL');
    });
    const open = (pretended, room) => Visitor.open(kind, browser, server, pretended, room);

    test('a space bar that was let go before the microphone opened leaves it closed', async () => {
      const ada = await open({missing: true});
      // The preview has found no microphone.
      await ada.sees('.preview .note');
      await ada.join();
      await ada.page.evaluate(() => (window.holds = ['audio']));
      await ada.page.keyboard.down(' ');
      await ada.held();
      await ada.page.keyboard.up(' ');
      await ada.page.evaluate(() => window.letGo());
      await until(() => ada.page.evaluate(() => window.opened.filter(({kind}) => kind === 'audio').every(({readyState}) => readyState === 'ended')),
          'a closed microphone');
      assert.equal(await ada.isOn(inCall('Microphone')), false);
      // A tap, with a device that opens at once: before the key is let go, or after.
      await ada.page.evaluate(() => (window.holds = []));
      await ada.page.keyboard.down(' ');
      await ada.page.keyboard.up(' ');
      await until(() => ada.page.evaluate(() => {
        const voices = window.opened.filter(({kind}) => kind === 'audio');
        return voices.length > 1 && voices.every(({readyState, enabled}) => readyState === 'ended' || !enabled);
      }), 'a silent microphone after a tap');
      assert.equal(await ada.isOn(inCall('Microphone')), false);
      // Still held when it opens: on until it is let go.
      await ada.page.keyboard.down(' ');
      await ada.turnsOn(inCall('Microphone'));
      await ada.page.keyboard.up(' ');
      await until(async () => !(await ada.isOn(inCall('Microphone'))), 'off');
      await ada.leave();
    });

    test('a device that is turned off, or whose meeting is left, while it opens', async () => {
      const ada = await open({permission: 'denied', holds: ['audio', 'video']});
      for (const device of ['Microphone', 'Camera']) {
        await ada.click(preview(device));
        await ada.held();
        await ada.page.evaluate(() => window.letGo());
        await ada.turnsOn(preview(device));
        await ada.click(preview(device));
      }
      await ada.join();
      await ada.click(inCall('Camera'));
      await ada.held();
      await ada.click(inCall('Camera'));
      await ada.page.evaluate(() => window.letGo());
      await until(() => ada.page.evaluate(() => window.opened.filter(({kind}) => kind === 'video').every(({readyState}) => readyState === 'ended')),
          'a closed camera');
      await ada.click(inCall('Camera'));
      await ada.held();
      await ada.click('.act.end');
      await ada.closesWhatComes();
      await ada.leave();
    });

    test('only chat, while the preview opens its devices', async () => {
      const ada = await open({holds: ['audio', 'video']});
      await ada.held(2);
      await ada.enterChat();
      await ada.closesWhatComes();
      await ada.leave();
    });

    test('the dialog is closed while the browser asks', async () => {
      const ada = await open({permission: 'prompt', holds: ['audio']});
      await ada.enterChat();
      await ada.click('header .join');
      await ada.click('dialog .join');
      await ada.held();
      await ada.page.keyboard.press('Escape');
      await ada.page.waitForFunction(() => !document.querySelector('dialog'));
      await ada.closesWhatComes();
      assert.equal(await ada.page.evaluate(() => document.querySelector('.act.end')), null);
      // Nothing is left behind: it works the next time.
      await ada.click('header .join');
      await ada.click(preview('Microphone'));
      await ada.held();
      await ada.page.evaluate(() => window.letGo());
      await ada.turnsOn(preview('Microphone'));
      await ada.click('dialog .join');
      await ada.sees('.act.end');
      assert.equal(await ada.isOn(inCall('Microphone')), true);
      await ada.leave();
    });

    test('the check of devices is closed while it opens one', async () => {
      const ada = await open({permission: 'prompt', holds: ['audio', 'video']});
      await ada.click('form .plain:last-child');
      await ada.held();
      await ada.page.keyboard.press('Escape');
      await ada.page.waitForFunction(() => !document.querySelector('dialog'));
      await ada.closesWhatComes();
      assert.equal(await ada.page.evaluate(() => window.asked), 1);
      await ada.leave();
    });

    test('another room, while the browser asks', async () => {
      const ada = await open({permission: 'prompt', holds: ['audio']}, 'one');
      await ada.enterChat();
      await ada.click('[aria-label="Leave the room"]');
      await ada.click('.enter');
      await ada.held();
      await ada.page.evaluate(() => history.back());
      await until(() => ada.page.evaluate(() => document.querySelector('#room')?.value === 'one'), 'the other room');
      await ada.closesWhatComes();
      await ada.enterChat();
      await ada.leave();
    });

    test('a question that nobody answers is told of, and chat stays possible', async () => {
      const ada = await open({permission: 'prompt', never: true});
      await ada.click('.enter');
      await ada.reads('Your browser is asking for the microphone. Allow it, or join without.');
      await ada.enterChat();
      await ada.leave();
    });

    test('chat is possible before the page has said so', async () => {
      const ada = await open({permission: 'prompt', never: true});
      await ada.click('.enter');
      await until(() => ada.page.evaluate(() => window.asked === 1), 'a question');
      await ada.enterChat();
      assert.equal(await ada.page.evaluate(() => document.querySelector('.act.end')), null);
      await ada.leave();
    });

    test('a question that nobody answers: one joins without', async () => {
      const ada = await open({permission: 'prompt', never: true});
      await ada.click(preview('Camera'));
      await ada.click('.enter');
      await ada.reads('Your browser is asking for the camera and the microphone. Allow it, or join without.');
      await ada.join();
      for (const device of ['Microphone', 'Camera']) assert.equal(await ada.isOn(inCall(device)), false);
      await ada.leave();
    });

    test('what the preview shows as off is off in the call', async () => {
      const ada = await open({permission: 'prompt'});
      for (const device of ['Microphone', 'Camera']) assert.equal(await ada.isOn(preview(device)), false);
      await ada.join();
      for (const device of ['Microphone', 'Camera']) assert.equal(await ada.isOn(inCall(device)), false);
      await ada.closesWhatComes();
      await ada.leave();
    });

    test('what was turned off by hand in the preview is off in the call', async () => {
      const ada = await open();
      for (const device of ['Microphone', 'Camera']) {
        await ada.turnsOn(preview(device));
        await ada.click(preview(device));
        await until(async () => !(await ada.isOn(preview(device))), `${device} off`);
      }
      await ada.join();
      for (const device of ['Microphone', 'Camera']) assert.equal(await ada.isOn(inCall(device)), false);
      assert.equal(await ada.page.evaluate(() => window.opened.some(({readyState, enabled}) => readyState === 'live' && enabled)), false);
      await ada.leave();
    });

    test('after joining no text field has the focus, and the shortcuts work at once', async () => {
      const ada = await open();
      await ada.turnsOn(preview('Microphone'));
      await ada.page.focus('#name');
      await ada.page.keyboard.press('Enter');
      await ada.sees('.act.end');
      assert.equal(await ada.page.evaluate(() => document.activeElement.matches('input, textarea, select, button')), false);
      await ada.page.keyboard.press('m');
      await until(async () => !(await ada.isOn(inCall('Microphone'))), 'off');
      await ada.page.keyboard.down(' ');
      await ada.turnsOn(inCall('Microphone'));
      await ada.page.keyboard.up(' ');
      await until(async () => !(await ada.isOn(inCall('Microphone'))), 'off again');
      // A button that was clicked does not keep the space bar; neither does the way out of a dialog.
      await ada.page.click('.bar .act[aria-expanded]');
      await ada.page.keyboard.down(' ');
      await ada.turnsOn(inCall('Microphone'));
      await ada.page.keyboard.up(' ');
      await until(async () => !(await ada.isOn(inCall('Microphone'))), 'off once more');
      await ada.leave();
    });

    test('a working microphone is not called silent', async () => {
      const ada = await open();
      await ada.turnsOn(preview('Microphone'));
      await ada.join();
      const started = Date.now();
      // The page says so after 8 s of silence.
      await until(() => Date.now() - started > 12_000, 'some time');
      assert.equal(await ada.page.evaluate(() => document.querySelector('.banners').innerText), '');
      await ada.leave();
    });

    test('a slow camera that the preview shows as off does not come on in the call', async () => {
      const ada = await open({holds: ['video']});
      await ada.turnsOn(preview('Microphone'));
      await ada.held();
      assert.equal(await ada.isOn(preview('Camera')), false);
      await ada.join();
      assert.equal(await ada.isOn(inCall('Microphone')), true);
      await ada.page.evaluate(() => window.letGo());
      await until(() => ada.page.evaluate(() => window.opened.find(({kind}) => kind === 'video').readyState === 'ended'), 'a closed camera');
      assert.equal(await ada.isOn(inCall('Camera')), false);
      await ada.leave();
    });

    test('after the room was left the first screen opens nothing by itself', async () => {
      const ada = await open();
      for (const device of ['Microphone', 'Camera']) await ada.turnsOn(preview(device));
      await ada.join();
      await ada.click('[aria-label="Leave the room"]');
      await ada.sees('.preview');
      await ada.closesWhatComes();
      // The page asks for what it may use before it is drawn: by then it would have.
      await ada.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
      assert.equal(await ada.page.evaluate(() => window.asked), 2);
      await ada.leave();
    });

    test('a host mutes somebody whose microphone is opening', async () => {
      const terminal = await startTerminal(server, `Host of ${kind}`, `mute-${kind}`);
      const ada = await open({missing: true}, `mute-${kind}`);
      await ada.sees('.preview .note');
      const joined = terminal.hears(new RegExp(`"member_joined".*"id":"([^"]+)","name":"${ada.name}"`));
      await ada.join();
      await ada.page.evaluate(() => (window.holds = ['audio']));
      await ada.click(inCall('Microphone'));
      await ada.held();
      terminal.says(JSON.stringify({type: 'moderate', room: `mute-${kind}`, action: 'mute', member: (await joined)[1]}));
      await ada.sees('.banners .banner');
      await ada.page.evaluate(() => window.letGo());
      await until(() => ada.page.evaluate(() => window.opened.filter(({kind}) => kind === 'audio').every(({readyState}) => readyState === 'ended')),
          'a closed microphone');
      assert.equal(await ada.isOn(inCall('Microphone')), false);
      await ada.leave();
      await terminal.stop('SIGKILL');
    });

    test('a page whose server was upgraded offers to reload, and works again', async () => {
      const files = join(temporaryFolder(), 'page');
      cpSync(kPage, files, {recursive: true});
      const [part] = readdirSync(join(files, 'assets')).filter((name) => name.startsWith('adapter'));
      rmSync(join(files, 'assets', part));
      const upgraded = await startServer(temporaryFolder(), {files});
      const ada = await Visitor.open(kind, browser, upgraded);
      for (const device of ['Microphone', 'Camera']) await ada.turnsOn(preview(device));
      await ada.click('.enter');
      await ada.reads('Part of this page could not be loaded.');
      await ada.sees('#composer');
      await ada.closesWhatComes();
      assert.equal(await ada.page.evaluate(() => document.querySelector('header .join').disabled), false);
      await ada.page.evaluate(() => (window.before = true));
      await ada.click('.notice .button--main');
      await until(() => ada.page.evaluate(() => !window.before && document.querySelector('.enter') !== null).catch(() => false), 'a new page');
      await ada.leave();
      await upgraded.child.stop('SIGKILL');
    });
  });
}
