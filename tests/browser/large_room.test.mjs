// A room of more people than the page is told of: a host finds the others, writes to them, moderates them and lists them all. And a
// meeting of fifty, page by page. In both browsers.

import assert from 'node:assert/strict';
import {join} from 'node:path';
import {after, before, test} from 'node:test';

import {violations} from './axe.mjs';
import {textsOf} from './host_page.mjs';
import {LinePeer} from './line_peer.mjs';
import {kDesk, kPhone, startBrowser, Student} from './student.mjs';
import {kPatience, startServer, temporaryFolder, until} from './support.mjs';

const kOthers = 299;
const kInMeeting = 50;

let server;
const browsers = {};
before(async () => {
  server = await startServer(temporaryFolder(), {options: ['--max-per-address', '0']});
  for (const kind of ['Chromium', 'Firefox']) browsers[kind] = await startBrowser(kind);
});
after(async () => {
  for (const browser of Object.values(browsers)) await browser.close();
  await server?.child.stop('SIGKILL');
});

async function hears(peer, type, what = () => true) {
  for (;;) {
    const {value, done} = await peer.lines.next();
    assert.ok(!done, `${type} comes`);
    const event = JSON.parse(value);
    if (event.type === type && what(event)) return event;
  }
}

for (const kind of ['Chromium', 'Firefox']) {
  test(`a host finds, writes to and moderates everybody in a large room, in ${kind}`, async () => {
    const room = `large-${kind}`;
    const ada = await Student.open(kind, browsers[kind], server, `Ada ${kind}`, {room});
    await ada.enterChat();
    const names = Array.from({length: kOthers}, (_, i) => `${kind} ${String(i + 1).padStart(3, '0')}`);
    const others = await Promise.all(names.map((name) => LinePeer.join(server, name, room)));
    const ming = await LinePeer.join(server, '小明', room);

    const listed = () => ada.page.evaluate(textsOf, '#people .person .name');
    const openList = async () => {
      if (!(await ada.page.evaluate(() => document.querySelector('#people') !== null))) await ada.click('header .people');
      await ada.has('#people .person');
    };
    await openList();
    await ada.sees('and 45 more', '#people');  // of 301, 256 are told

    await ada.fill('#people input[type=search]', '小明');
    await until(async () => (await listed()).join() === '小明', 'he alone is found');
    await ada.click('#people [aria-label="Actions for 小明"]');
    await ada.click('#people .actions .row .button');
    await ada.sees('To: 小明');
    await ada.write('can you hear us?');
    assert.equal((await hears(ming, 'whisper')).text, 'can you hear us?');

    await openList();
    await ada.fill('#people input[type=search]', '小明');
    await ada.click('#people [aria-label="Make host: 小明"]');
    await hears(ming, 'member_changed', ({member}) => member.name === '小明' && member.role === 'host');
    await ada.has('#people [aria-label="Remove as host: 小明"]');

    await ada.fill('#people input[type=search]', '');
    await ada.sees('and 4', '#people .others');
    // Until all are there.
    const next = () => ada.page.evaluate(() => document.querySelector('#people .others .button')?.click());
    await until(async () => {
      await next();
      return ada.page.evaluate(() => document.querySelector('#people .others') === null);
    }, 'everybody is listed');
    for (const [width, size] of Object.entries({phone: kPhone, desk: kDesk})) {
      await (ada.page.setViewportSize ?? ada.page.setViewport).call(ada.page, size);
      await openList();
      assert.deepEqual(await violations(ada.page), []);
      await ada.page.screenshot({path: join(process.env.PARLEY_SCREENSHOTS, `large-room-${kind}-${width}.png`)});
    }
    const turn = (which) => ada.page.evaluate((which) => {
      const button = document.querySelector(`#people .pager .button:${which}-of-type`);
      if (button.ariaDisabled === 'true') return false;
      button.click();
      return true;
    }, which);
    while (await turn('first'));
    const all = [];
    do all.push(...(await listed())); while (await turn('last'));
    assert.deepEqual(all.sort(), [`Ada ${kind} (you)`, ...names, '小明'].sort());

    for (const peer of [...others, ming]) peer.leave();
    await ada.leave();
    assert.deepEqual(ada.faults, []);
  });
}

// Runs in the page before its own code: keeps which pictures it asks the server for.
function keepWants() {
  window.wanted = [];
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function(text) {
    const {videos} = JSON.parse(text).data?.want ?? {};
    if (videos) window.wanted.push(videos.map(({member}) => member));
    return send.call(this, text);
  };
}

// Runs in the page: turns to the next page of tiles. Resolves with how long it takes until the picture of `name` moves there.
async function turnTo([name, patience]) {
  const start = performance.now();
  document.querySelector('.stage .sign:last-child').click();
  for (;;) {
    const tile = [...document.querySelectorAll('.tile')].find((each) => each.innerText.includes(name));
    const {videoWidth = 0, currentTime = 0} = tile?.querySelector('video') ?? {};
    const ms = Math.round(performance.now() - start);
    if (videoWidth > 0 && currentTime > 0) return ms;
    if (ms > patience) throw new Error(`no picture of ${name}`);
    await new Promise(requestAnimationFrame);
  }
}

for (const kind of ['Chromium', 'Firefox']) {
  test(`a host turns the pages of a meeting of fifty, and has a wall of them, in ${kind}`, async (t) => {
    const room = `meeting-${kind}`;
    const before = (page) => (page.addInitScript ?? page.evaluateOnNewDocument).call(page, keepWants);
    const ada = await Student.open(kind, browsers[kind], server, 'Ada', {room, before});
    await ada.join();
    const names = Array.from({length: kInMeeting - 2}, (_, i) => `Student ${String(i + 1).padStart(2, '0')}`);
    const others = [];
    for (const name of names) {
      const peer = await LinePeer.join(server, name, room);
      await peer.ask('state', {room, call: true, video: true});
      others.push(peer);
    }
    // Silent, or she would come to the first page.
    const zoe = await Student.open('Chromium', browsers.Chromium, server, 'Zoe', {room});
    await zoe.setPreview('Microphone', false);
    await zoe.setPreview('Camera', true);
    await zoe.join();
    // A Firefox draws one of its windows.
    await ada.page.bringToFront();

    const shown = () => ada.page.evaluate(textsOf, '.tile .name');
    const picture = (name) => ada.page.screenshot({path: join(process.env.PARLEY_SCREENSHOTS, `fifty-${kind}-${name}.png`)});
    const choose = async (view) => {
      await ada.click('.bar [aria-label="Switch view"]');
      await ada.click(`.bar .item:has(.icon--${view})`);
    };
    await until(async () => (await shown()).length === 25, 'a page of 25');
    await picture('grid');
    const first = await shown();
    await ada.sees('1/2', '.stage .where');
    const ms = await ada.page.evaluate(turnTo, ['Zoe', kPatience]);
    t.diagnostic(`a picture of the next page moves after ${ms} ms`);
    const second = await shown();
    assert.deepEqual([...first, ...second], ['Ada (you)', ...names, 'Zoe']);
    const wanted = await ada.page.evaluate(() => window.wanted);
    const now = wanted.at(-1);
    assert.equal(now.length, 25);
    assert.ok(wanted.some((each) => each.length === 24 && !each.some((member) => now.includes(member))), 'only what is shown is asked for');
    await picture('next');

    await others[0].ask('state', {room, screen: true});
    await choose('wall');
    await ada.has('.tile.screen');
    await until(async () => (await shown()).join() === names.slice(0, 25).join(), 'the wall');
    assert.deepEqual(await violations(ada.page), []);
    await picture('wall');
    await ada.click(`[aria-label="Enlarge ${names[4]}"]`);
    await until(async () => (await ada.page.evaluate(textsOf, '.large .name')).join() === names[4], 'one of them is large');
    await picture('enlarged');
    await ada.click(`[aria-label="Enlarge ${names[4]}"]`);
    await until(() => ada.page.evaluate(() => document.querySelector('.large') === null), 'all are small');

    await (ada.page.setViewportSize ?? ada.page.setViewport).call(ada.page, {width: 375, height: 667});
    await until(async () => (await shown()).length === 6, 'a page of a phone');
    assert.deepEqual(await violations(ada.page), []);
    await picture('phone');
    for (const peer of others) peer.leave();
    await zoe.leave();
    await ada.leave();
    assert.deepEqual([...ada.faults, ...zoe.faults], []);
  });
}
