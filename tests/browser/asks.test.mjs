// Nothing asks in vain: raised hands, people who wait and private messages reach a host who has only the chat open, or on a
// phone only the list of people. And the chat stays quiet meanwhile. In Chromium and in Firefox.

import assert from 'node:assert/strict';
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {violations} from './axe.mjs';
import {startFirefox} from './firefox.mjs';
import {Host, textsOf} from './host_page.mjs';
import {LinePeer} from './line_peer.mjs';
import {Person} from './person.mjs';
import {startChromium, startServer, startTerminal, temporaryFolder, until} from './support.mjs';
import {Wire} from './wire.mjs';

const pictures = process.env.PARLEY_SCREENSHOTS;
mkdirSync(pictures, {recursive: true});

let chromium;
let firefox;
before(async () => {
  chromium = await startChromium();
  firefox = await startFirefox();
});
after(async () => {
  await chromium?.close();
  await firefox?.close();
});

const kPhone = {width: 390, height: 844};
const kDesk = {width: 1280, height: 720};

// Runs in the page: counts the tones that it plays. A Firefox without a sound output never begins to play. `window.skipped`: how
// many milliseconds its clock is ahead.
function countTones() {
  window.tones = 0;
  window.skipped = 0;
  const now = performance.now.bind(performance);
  performance.now = () => now() + window.skipped;
  AudioContext.prototype.resume = async () => {};
  const {start} = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function (...when) {
    window.tones++;
    return start.apply(this, when);
  };
}

async function hostInChromium(server, room) {
  const person = await Person.open(chromium, server, 'Ada', {room});
  await person.page.evaluate(countTones);
  await person.enterChat();
  return new Host(person.page, (size) => person.page.setViewportSize(size));
}

async function hostInFirefox(server, room) {
  const page = await firefox.newPage();
  await page.goto(`${server.url}/room/${room}`);
  await page.waitForSelector('#name');
  await page.evaluate(countTones);
  await page.type('#name', 'Ada');
  await page.click('.chat-only');
  await page.waitForSelector('#composer');
  return new Host(page, (size) => page.setViewport(size));
}

const kHosts = [['Chromium', hostInChromium], ['Firefox', hostInFirefox]];

for (const [name, open] of kHosts) {
  describe(`a host in ${name}`, () => {
    let server;
    let wire;
    let host;
    let kim;
    let terminal;
    before(async () => {
      server = await startServer(temporaryFolder(), {options: ['--max-per-address', '0']});
      wire = await Wire.to(server.doors.tls);
      host = await open({url: `https://${wire.address}`}, 'lab');
      await host.resize(kDesk);
      terminal = await startTerminal(server, 'Terry', 'lab');
      kim = await Person.open(chromium, server, 'Kim', {room: 'lab'});
      await kim.enterChat();
      await host.sees('.moves', '2 people joined');
    });
    after(async () => {
      await kim?.close();
      await host?.page.close();
      await terminal?.stop('SIGKILL');
      wire?.stop();
      await server?.child.stop('SIGKILL');
    });

    // Whom Kim's list of people names, and of these the hosts.
    const listed = (who = '') => kim.page.evaluate(textsOf, `#people .person${who} .name`);
    const hostsAre = (names) => until(async () => (await listed(':has(.role)')).join() === names, `the hosts are: ${names}`);
    const whisper = async (text) => {
      const id = await adaId();
      terminal.says(JSON.stringify({type: 'whisper', to: id, text}));
    };
    let ada;
    const adaId = async () => {
      if (ada) return ada;
      terminal.says(JSON.stringify({type: 'state', room: 'lab', hand: true}));
      terminal.says(JSON.stringify({type: 'state', room: 'lab', hand: false}));
      await host.write('where am I');
      [, ada] = await terminal.hears(/"from":\{"id":"([^"]+)","name":"Ada"/);
      return ada;
    };

    test('sees a hand that was raised where only the chat is open, and lowers it', async () => {
      await kim.page.getByRole('button', {name: 'Raise hand'}).click();
      await host.sees('.toast', 'Kim raised a hand');
      await host.titled('(1) lab · Parley');
      await host.sees('header .badge', '1');
      await host.page.screenshot({path: join(pictures, `asks-hand-${name}.png`)});
      await host.click('.toast .button');
      await until(async () => (await kim.page.getByRole('button', {name: 'Raise hand'}).getAttribute('aria-pressed')) === 'false', 'a lowered hand');
      await host.seesNo('.toast');
      await host.titled('lab · Parley');
    });

    test('is the host again after the connection was lost, and nobody else is meanwhile', async () => {
      await hostsAre('Ada');
      wire.cut();
      await host.sees('.status', 'Connection lost.');
      await until(async () => !(await listed()).includes('Ada'), 'Ada is gone');
      assert.deepEqual(await listed(':has(.role)'), []);
      wire.restore();
      await hostsAre('Ada');
      await host.sees('.status', 'Connected again.');
    });

    test('sees who waits, and admits them', async () => {
      await host.write('/waiting on');
      await until(async () => (await kim.page.getByTitle('Waiting room').count()) > 0, 'the waiting room');
      const lee = await Person.open(chromium, server, 'Lee', {room: 'lab'});
      await lee.knock();
      await host.titled('(1) lab · Parley');
      await host.sees('header .badge', '1');
      await host.click('.status .person .button--main');
      await lee.page.getByRole('log').waitFor();
      await host.titled('lab · Parley');
      await lee.close();
      await host.write('/waiting off');
      await host.sees('.notice', /waiting|wait/i);
    });

    test('shows the class nothing of that', async () => {
      await host.write('/lock');
      await host.sees('.notice', 'The room is locked now');
      await kim.page.getByTitle('Locked').waitFor();
      await host.sees('header .locked', 'Locked');
      await host.write('/unlock');
      await host.write('the last word');
      await kim.reads('the last word');
      // But what hosts did to them.
      const notices = await kim.page.evaluate(textsOf, '.notice');
      assert.deepEqual(notices.filter((text) => !text.startsWith('Ada lowered your hand')), []);
    });

    test('has the duties in one click, and they are obeyed, told and remembered', async () => {
      if ((await host.texts('.duties')).length === 0) await host.click('header .people');
      const state = (flags) => terminal.says(JSON.stringify({type: 'state', ref: 'state', room: 'lab', ...flags}));
      const changes = (what) => terminal.hears(new RegExp(`"type":"member_changed".*"name":"Terry".*${what}`));
      const quieted = () => terminal.hears(/"type":"quieted","room":"lab","by":"Ada"/);
      state({call: true, audio: true, video: true, screen: true, hand: true});
      await host.sees('#people .sound', 'microphone on');
      await host.click('#people .person button.open');
      await quieted();
      await host.sees('#people .sound', 'microphone off');
      await host.click('#people .person button:has(.icon--camera)');
      await changes('"video":false');
      await host.click('#people .person button:has(.icon--screen)');
      await changes('"screen":false');
      await host.click('#people .person button:has(.icon--hand)');
      await changes('"hand":false');
      await host.click('#people [aria-label="Make host: Terry"]');
      await changes('"role":"host"');
      await host.click('#people [aria-label="Remove as host: Terry"]');
      await changes('"role":"guest"');
      state({audio: true, hand: true});
      await host.click('.duties button:has(.icon--micOff)');
      await quieted();
      await host.click('.duties button:has(.icon--hand)');
      await changes('"hand":false');
      await host.click('.duties .use:has(.icon--chat)');
      await kim.page.locator('.chat .muted').getByText('Only hosts can write to everyone now.').waitFor();
      await kim.page.locator('.toast', {hasText: 'Only hosts can write to everyone now'}).waitFor();
      await host.click('.duties .use.no');
      await kim.page.locator('.chat .muted').waitFor({state: 'detached'});
      for (const [use, icon] of [['microphone', 'mic'], ['camera', 'camera'], ['screen', 'screen']]) {
        await host.click(`.duties .use:has(.icon--${icon})`);
        await terminal.hears(new RegExp(`"type":"room_changed".*"${use}":false`));
        await host.click('.duties .use.no');
        await terminal.hears(new RegExp(`"type":"room_changed".*"${use}":true`));
      }
      await host.click('.duties button:has(.icon--unlock)');
      await kim.page.getByTitle('Locked').waitFor();
      await host.click('.duties button:has(.icon--lock)');
      await kim.page.getByTitle('Locked').waitFor({state: 'detached'});
      await host.page.screenshot({path: join(pictures, `asks-duties-${name}.png`)});
      await host.click('.duties .end');
      await host.click('.duties .button--danger');
      await terminal.hears(/"type":"member_changed".*"name":"Terry".*"call":false/);
      await host.click('header button:has(.icon--shield)');
      await host.click('.recent summary');
      await until(async () => (await host.texts('.recent li span'))[0] === 'Ada ended the meeting', 'what was done');
      const done = await host.texts('.recent li span');
      for (const line of ['Ada muted Terry', 'Ada stopped the camera of Terry', 'Ada lowered all hands', 'Ada restricted the chat to hosts']) assert.ok(done.includes(line), line);
      await host.page.keyboard.press('Escape');
      await host.seesNo('dialog');
    });

    test('is told of a private message by a toast, the title and a badge, where only the chat is open and another window has the keyboard', async () => {
      await adaId();
      await host.setFocused(false);
      await whisper('are you there?');
      await host.sees('.toast', /Private message from Terry.*are you there\?/);
      await host.titled('(1) lab · Parley');
      await host.sees('header .badge', '1');
      await host.page.screenshot({path: join(pictures, `asks-away-${name}.png`)});
      await host.click('.toast [aria-label="Close"]');
      await host.seesNo('.toast');
      // What was put away was not read.
      await host.titled('(1) lab · Parley');
      await host.sees('header .badge', '1');
      await host.setFocused(true);
      await host.titled('lab · Parley');
      await host.seesNo('header .badge');
    });

    test('reads a private message over the list of people on a phone, and answers it with a name above the field', async () => {
      await adaId();
      await host.resize(kPhone);
      await host.click('header .people');
      await host.sees('#people', 'Kim');
      await whisper('may I go?');
      await host.sees('.toast', /Private message from Terry.*may I go\?/);
      await host.titled('(1) lab · Parley');
      await host.sees('header .badge', '1');
      await host.page.screenshot({path: join(pictures, `asks-whisper-${name}.png`)});
      await host.click('.toast .button');
      await host.seesNo('#people');
      await host.sees('.chip', 'To: Terry');
      await until(async () => (await host.field()).focused, 'the field');
      assert.equal((await host.field()).text, '');
      await host.write('yes');
      await terminal.hears(/"type":"whisper".*"text":"yes"/);
      await host.titled('lab · Parley');
      await host.sees('.chip', 'To: Terry');
      assert.equal(await kim.page.getByText('yes', {exact: true}).count(), 0);
    });

    test('answers beside the message, and goes back to everyone', async () => {
      await host.click('.chip .remove');
      await host.seesNo('.chip');
      await host.click('.item--whisper .reply');
      await host.sees('.chip', 'To: Terry');
      await host.page.focus('#composer');
      await host.page.keyboard.type('half a word');
      await host.page.screenshot({path: join(pictures, `asks-chip-${name}.png`)});
      await kim.page.evaluate((hosts) => {
        window.everHosts = new Set();
        const note = () => document.querySelectorAll(hosts).forEach((each) => window.everHosts.add(each.textContent.trim()));
        new MutationObserver(note).observe(document.querySelector('#people'), {subtree: true, childList: true, characterData: true});
      }, '#people .person:has(.role) .name');
      await host.page.reload();
      // The name and the text are there again after a reload: what was private does not go to all.
      await host.click('.chat-only');
      await host.sees('.chip', 'To: Terry');
      // And the room was not given away meanwhile.
      await host.sees('header button:has(.icon--shield)', '');
      await hostsAre('Ada');
      assert.deepEqual(await kim.page.evaluate(() => [...window.everHosts]), ['Ada']);
      assert.equal((await host.field()).text, 'half a word');
      await host.click('.chip .remove');
      await host.page.focus('#composer');
      await host.page.keyboard.press('Enter');
      await kim.reads('half a word');
      // After the reload this is another connection.
      ada = undefined;
    });

    test('keeps a private text whose reader has left, and is told why', async () => {
      await whisper('bye');
      await host.click('.item--whisper .reply');
      await host.sees('.chip', 'To: Terry');
      await terminal.stop();
      await host.sees('.moves', 'Terry left');
      await host.write('too late');
      await host.sees('.notice--answer', 'This person is no longer here');
      assert.equal((await host.field()).text, 'too late');
      assert.equal(await kim.page.getByText('too late', {exact: true}).count(), 0);
    });

    test('has one line for 110 who join, which opens to all of them, and pages of people', async () => {
      await host.resize(kDesk);
      await host.page.evaluate(() => (document.querySelector('#composer').value = ''));
      await host.page.focus('#composer');
      await kim.write('now the class');
      await host.sees('.text', 'now the class');
      const crowd = [];
      for (let n = 1; n <= 110; n++) crowd.push(await LinePeer.join(server, `Student ${n}`, 'lab'));
      await host.sees('details.moves', /^110 people joined \d/);
      await host.click('details.moves:last-of-type summary');
      await until(async () => (await host.texts('details.moves:last-of-type li')).length === 110, '110 names');
      assert.match((await host.texts('details.moves:last-of-type li'))[0], /^Student 1 joined \d+:\d\d/);
      await host.page.screenshot({path: join(pictures, `asks-moves-${name}.png`)});
      // More than 20: now there is a search.
      if ((await host.texts('#people')).length === 0) await host.click('header .people');
      // Ada and Kim, too.
      const people = (count) => until(async () => (await host.texts('#people .person')).length === count, `${count} people`);
      await people(100);
      await host.click('#people .pager button:last-child');
      await host.sees('#people .pager', 'Page 2 of 2');
      await people(12);
      await host.page.focus('#people input[type=search]');
      await host.page.keyboard.type('student 17');
      await people(1);
      crowd.forEach((peer) => peer.leave());
    });
  });
}

describe('what asks', () => {
  let server;
  before(async () => (server = await startServer(temporaryFolder())));
  after(() => server?.child.stop('SIGKILL'));

  for (const [name, open] of kHosts) {
    test(`sounds in ${name}, where that was turned on`, async () => {
      const room = `sounds-${name}`;
      const host = await open(server, room);
      const tones = () => host.page.evaluate(() => window.tones);
      const kim = await Person.open(chromium, server, 'Kim', {room});
      await kim.enterChat();
      const hand = kim.page.getByRole('button', {name: 'Raise hand'});
      await hand.click();
      await host.sees('.toast', 'Kim raised a hand');
      assert.equal(await tones(), 0);
      await hand.click();
      await host.seesNo('.toast');
      await host.click('header button:has(.icon--settings)');
      await host.click('dialog [role=switch]');
      await until(async () => (await tones()) === 2, 'a sample');
      await host.page.keyboard.press('Escape');
      // Sounds come no closer than two seconds.
      const sounds = async (what, ask) => {
        const before = await tones();
        await host.page.evaluate(() => (window.skipped += 2000));
        await ask();
        await until(async () => (await tones()) === before + 2, `the sound of ${what}`);
      };
      await sounds('a hand', () => hand.click());
      await host.setFocused(false);
      await sounds('a private message', () => kim.write('/msg Ada psst'));
      await host.write('/waiting on');
      await kim.page.getByTitle('Waiting room').waitFor();
      const lee = await Person.open(chromium, server, 'Lee', {room});
      await sounds('a person who waits', () => lee.knock());
      await lee.close();
      await kim.close();
      await host.page.close();
    });
  }

  for (const [locale, colorScheme] of [['en-GB', 'light'], ['zh-CN', 'dark']]) {
    for (const viewport of [kPhone, kDesk]) {
      test(`is whole and accessible in ${locale}, ${colorScheme}, ${viewport.width} wide`, async () => {
        const room = `look-${locale}-${viewport.width}`;
        const context = await chromium.newContext({ignoreHTTPSErrors: true, locale, colorScheme, viewport});
        const page = await context.newPage();
        await page.goto(`${server.url}/room/${room}`);
        await page.locator('#name').fill('Ada');
        await page.locator('.chat-only').click();
        await page.getByRole('log').waitFor();
        const kim = await Person.open(chromium, server, 'Maximiliane Konstantinopel', {room});
        await kim.enterChat();
        await kim.page.getByRole('button', {name: 'Raise hand'}).click();
        await page.locator('.toast').waitFor();
        if (viewport === kPhone) await page.locator('header .people').click();
        await page.locator('#people').waitFor();
        await kim.write('/msg Ada a long private message that goes over more than two lines on a phone, and is cut off there, since it only has to say what it is about');
        if (viewport === kPhone) {
          await page.locator('.toast').nth(1).waitFor();
          await page.screenshot({path: join(pictures, `asks-${locale}-${viewport.width}-people.png`)});
          await page.locator('.toast').first().locator('.button').click();
        } else {
          await page.locator('.item--whisper .reply').click();
        }
        await page.locator('.chip').waitFor();
        await page.screenshot({path: join(pictures, `asks-${locale}-${viewport.width}.png`)});
        assert.deepEqual(await violations(page), []);
        await kim.close();
        await context.close();
      });
    }
  }
});
