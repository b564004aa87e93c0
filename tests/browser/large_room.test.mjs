// A room of more people than the page is told of: a host finds the others, writes to them, moderates them and lists them all. In
// both browsers.

import assert from 'node:assert/strict';
import {join} from 'node:path';
import {after, before, test} from 'node:test';

import {violations} from './axe.mjs';
import {textsOf} from './host_page.mjs';
import {LinePeer} from './line_peer.mjs';
import {kDesk, kPhone, startBrowser, Student} from './student.mjs';
import {startServer, temporaryFolder, until} from './support.mjs';

const kOthers = 299;

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
      if (button.disabled) return false;
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
