// What is off stays off: devices that open late, questions of the browser that nobody answers, and a page that is older than its server.
// And what the page says of one's own microphone. The same in each browser.

import assert from 'node:assert/strict';
import {cpSync, readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {inCall, preview, startBrowser, Student} from './student.mjs';
import {kPage, startServer, startTerminal, temporaryFolder, until} from './support.mjs';

// Runs in the page: resolves when that part of it is there.
const loadPart = (name) => new Promise((resolve, reject) => {
  const {src} = document.querySelector('script[type=module]');
  const part = Object.assign(document.createElement('script'), {type: 'module', src: new URL(name, src), onload: resolve, onerror: reject});
  document.head.append(part);
});

// A person joins as soon as the devices and what only a call needs are there: before a message goes out and comes back.
async function staysInChat(ada) {
  const parts = readdirSync(join(kPage, 'assets')).filter((file) => /^(call-|adapter).*\.js$/.test(file));
  assert.equal(parts.length, 2, parts.join());
  for (const name of parts) await ada.page.evaluate(loadPart, name);
  await ada.write('only here');
  await ada.sees('only here', '.item');
  assert.equal(await ada.page.evaluate(() => document.querySelector('.act.end')), null);
}

// Devices that open when they are no longer wanted.
function devicesThatOpenLate({open}) {
  test('a space bar that was let go before the microphone opened leaves it closed', async () => {
    const ada = await open({missing: true});
    // The preview has found no microphone.
    await ada.has('.preview .note');
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
}

// The preview, a dialog or the room is left while devices open.
function openingsThatEnd({open}) {
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
    await staysInChat(ada);
    // Nothing is left behind: it works the next time.
    await ada.click('header .join');
    await ada.click(preview('Microphone'));
    await ada.held();
    await ada.page.evaluate(() => window.letGo());
    await ada.turnsOn(preview('Microphone'));
    await ada.click('dialog .join');
    await ada.has('.act.end');
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
}

// Questions that nobody answers, and what the preview shows.
function questionsAndPreview({open}) {
  test('a question that nobody answers is told of, and chat stays possible', async () => {
    const ada = await open({permission: 'prompt', never: true});
    await ada.click('.enter');
    await ada.sees('Your browser is asking for the microphone. Allow it, or join without it.');
    await ada.enterChat();
    await ada.leave();
  });

  test('chat is possible before the page has said so', async () => {
    const ada = await open({permission: 'prompt', never: true});
    await ada.click('.enter');
    await until(() => ada.page.evaluate(() => window.asked === 1), 'a question');
    await ada.enterChat();
    await staysInChat(ada);
    await ada.leave();
  });

  test('a question that nobody answers: joining works without the devices', async () => {
    const ada = await open({permission: 'prompt', never: true});
    await ada.click(preview('Camera'));
    await ada.click('.enter');
    await ada.sees('Your browser is asking for the camera and the microphone. Allow it, or join without it.');
    await ada.join();
    for (const device of ['Microphone', 'Camera']) assert.equal(await ada.isOn(inCall(device)), false);
    // Inside, nothing speaks of joining.
    await ada.click(inCall('Camera'));
    await ada.banner("Your browser is asking for the camera. Allow it in the browser's prompt.");
    assert.doesNotMatch(await ada.banners(), /join/i);
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
}

function shortcuts({open}) {
  test('after joining no text field has the focus, and the shortcuts work at once', async () => {
    const ada = await open();
    for (const device of ['Microphone', 'Camera']) await ada.turnsOn(preview(device));
    await ada.page.focus('#name');
    await ada.page.keyboard.press('Enter');
    await ada.has('.act.end');
    assert.equal(await ada.page.evaluate(() => document.activeElement.matches('input, textarea, select, button')), false);
    await ada.page.keyboard.press('m');
    await until(async () => !(await ada.isOn(inCall('Microphone'))), 'off');
    await ada.page.keyboard.down(' ');
    await ada.turnsOn(inCall('Microphone'));
    await ada.page.keyboard.up(' ');
    await until(async () => !(await ada.isOn(inCall('Microphone'))), 'off again');
    // A button that was clicked does not keep the space bar; neither does the way out of a dialog.
    await ada.page.click('.bar .act[aria-label="Chat"]');
    await ada.page.keyboard.down(' ');
    await ada.turnsOn(inCall('Microphone'));
    await ada.page.keyboard.up(' ');
    await until(async () => !(await ada.isOn(inCall('Microphone'))), 'off once more');
    // What is there after the key was pressed, and what after it was pressed again.
    for (const [key, first, then, back = key] of [
      ['v', `${inCall('Camera')}[aria-pressed="false"]`, `${inCall('Camera')}[aria-pressed="true"]`],
      ['s', '.act[aria-label="Stop sharing"]', '.act[aria-label^="Share screen"]'],
      ['h', `${inCall('Raise hand')}[aria-pressed="true"]`, `${inCall('Raise hand')}[aria-pressed="false"]`],
      ['c', '.act[aria-label="Chat"][aria-expanded="true"]', '.act[aria-label="Chat"][aria-expanded="false"]'],
      ['p', '#people', '.act[aria-label^="People"][aria-expanded="false"]'],
      ['g', '.act .icon--speaker', '.act .icon--grid'],
      ['f', '.room:fullscreen', '.room:not(:fullscreen)'],
      ['?', 'dialog', 'body:not(:has(dialog))', 'Escape'],
    ]) {
      await ada.page.keyboard.press(key);
      await ada.has(first);
      await ada.page.keyboard.press(back);
      await ada.has(then);
    }
    await ada.leave();
  });
}

// What the page says of one's own microphone in a call, and what stays closed in a call and after it.
function duringAndAfterCalls({open}) {
  test('a microphone that gives no sound is called silent; one that works is not, nor is any where the browser runs no audio', async () => {
    // Each alone in a call. The last one has the front of the window: the timers of the others may be slow.
    const [works, unheard, silent] = [await open({}, 'works'), await open({loudness: 0, deaf: true}, 'unheard'), await open({loudness: 0}, 'silent')];
    for (const each of [works, unheard, silent]) {
      await each.turnsOn(preview('Microphone'));
      await each.join();
    }
    await silent.banner('No sound is coming from your microphone.');
    // They were in a call for longer.
    for (const each of [works, unheard]) assert.equal(await each.banners(), '');
    await silent.page.evaluate(() => (window.loudness = 0.3));
    await silent.noBanner();
    for (const each of [works, unheard, silent]) await each.leave();
  });

  test('a person who talks while muted is told so, until they stop for a while or close it', async () => {
    const ada = await open({loudness: 0.3});
    await ada.turnsOn(preview('Microphone'));
    await ada.join();
    await ada.click(inCall('Microphone'));
    const words = 'You are talking, but your microphone is off.';
    await ada.banner(words);
    await ada.page.evaluate(() => (window.loudness = 0));
    await ada.noBanner();
    await ada.page.evaluate(() => (window.loudness = 0.3));
    await ada.banner(words);
    await ada.click('.banners [aria-label="Close"]');
    await ada.noBanner();
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
    await ada.has('.preview');
    await ada.closesWhatComes();
    // The page asks for what it may use before it is drawn: by then it would have.
    await ada.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    assert.equal(await ada.page.evaluate(() => window.asked), 2);
    await ada.leave();
  });
}

function hostsAndUpgrades(pages) {
  const {kind, open, openAt} = pages;
  test('a host mutes somebody whose microphone is opening', async () => {
    const terminal = await startTerminal(pages.server(), `Host of ${kind}`, `mute-${kind}`);
    const ada = await open({missing: true}, `mute-${kind}`);
    await ada.has('.preview .note');
    const joined = terminal.hears(new RegExp(`"member_joined".*"id":"([^"]+)","name":"${ada.name}"`));
    await ada.join();
    await ada.page.evaluate(() => (window.holds = ['audio']));
    await ada.click(inCall('Microphone'));
    await ada.held();
    const [, member] = await joined;
    const moderate = (action) => terminal.says(JSON.stringify({type: 'moderate', room: `mute-${kind}`, action, member}));
    moderate('mute');
    await ada.banner(`Host of ${kind} blocked your microphone and chat until a host allows them again. Raise your hand to speak.`);
    await ada.page.evaluate(() => window.letGo());
    await until(() => ada.page.evaluate(() => window.opened.filter(({kind}) => kind === 'audio').every(({readyState}) => readyState === 'ended')),
        'a closed microphone');
    assert.equal(await ada.isOn(inCall('Microphone')), false);
    moderate('unmute');
    await ada.noBanner();
    await ada.sees(`Host of ${kind} allowed you to speak and write again`);
    await ada.leave();
    await terminal.stop('SIGKILL');
  });

  test('a page whose server was upgraded offers to reload, and works again', async () => {
    const files = join(temporaryFolder(), 'page');
    cpSync(kPage, files, {recursive: true});
    const [part] = readdirSync(join(files, 'assets')).filter((name) => /^adapter.*\.js$/.test(name));
    rmSync(join(files, 'assets', part));
    const upgraded = await startServer(temporaryFolder(), {files});
    const ada = await openAt(upgraded);
    for (const device of ['Microphone', 'Camera']) await ada.turnsOn(preview(device));
    await ada.click('.enter');
    await ada.sees('Part of this page could not be loaded.');
    await ada.has('#composer');
    await ada.closesWhatComes();
    assert.equal(await ada.page.evaluate(() => document.querySelector('header .join').disabled), false);
    await ada.page.evaluate(() => (window.before = true));
    await ada.click('.notice .button--main');
    await until(() => ada.page.evaluate(() => !window.before && document.querySelector('.enter') !== null).catch(() => false), 'a new page');
    await ada.leave();
    await upgraded.child.stop('SIGKILL');
  });
}

export function lateDevicesIn(kind) {
  describe(kind, () => {
    let server;
    let browser;
    before(async () => {
      server = await startServer(temporaryFolder());
      browser = await startBrowser(kind);
    });
    after(async () => {
      await browser?.close();
      await server?.child.stop('SIGKILL');
    });
    let count = 0;
    const openAt = (where, pretended = {}, room = 'lobby') => Student.open(kind, browser, where, `Ada ${++count}`, {room, pretended});
    const open = (...how) => openAt(server, ...how);
    const pages = {kind, open, openAt, server: () => server};
    for (const group of [devicesThatOpenLate, openingsThatEnd, questionsAndPreview, shortcuts, duringAndAfterCalls, hostsAndUpgrades]) group(pages);
  });
}
