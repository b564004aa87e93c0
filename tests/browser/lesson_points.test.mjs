// What the other files show of a lesson in Chromium alone, in Firefox: its teacher, and a student. And the list of who was there,
// in both.

import assert from 'node:assert/strict';
import {once} from 'node:events';
import net from 'node:net';
import {after, before, describe, test} from 'node:test';

import {violations} from './axe.mjs';
import {outOfSight} from './fold.mjs';
import {inked} from './letters.mjs';
import {startBrowser, Student} from './student.mjs';
import {restart, startServer, temporaryFolder, until} from './support.mjs';

const kSmallPhone = {width: 375, height: 667};

let server;
const browsers = {};
before(async () => {
  const starting = ['Chromium', 'Firefox'].map(async (kind) => (browsers[kind] = await startBrowser(kind, {mouse: true})));
  server = await startServer(temporaryFolder(), {options: ['--journal', 'yes', '--max-per-address', '0']});
  await Promise.all(starting);
});
after(async () => {
  for (const browser of Object.values(browsers)) await browser.close();
  await server?.child.stop('SIGKILL');
});

// A student without a page, who is in the room until it leaves.
async function attend(name, room) {
  const [host, port] = server.doors.plain.split(':');
  const socket = net.connect(port, host);
  await once(socket, 'connect');
  let heard = '';
  socket.setEncoding('utf8').on('data', (text) => (heard += text));
  const say = (request) => socket.write(`${JSON.stringify(request)}\n`);
  say({type: 'hello', protocol: 1, name});
  say({type: 'join', room});
  // In what comes after that of the last time.
  const hears = async (pattern) => {
    const {0: said, index} = await until(() => pattern.exec(heard), `${name} hears ${pattern}`);
    heard = heard.slice(index + said.length);
  };
  await hears(/"type":"joined"/);
  return {say, hears, leave: () => socket.destroy()};
}

// Runs in the page: what it saves goes where the test can read it.
function keepSaved() {
  const blobs = new Map();
  const make = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (blob) => {
    const url = make(blob);
    blobs.set(url, blob);
    return url;
  };
  window.saved = [];
  HTMLAnchorElement.prototype.click = async function () {
    window.saved.push({name: this.download, bytes: [...new Uint8Array(await blobs.get(this.href).arrayBuffer())]});
  };
}

const seemly = async ({page}) => assert.deepEqual(await violations(page), []);

for (const kind of ['Chromium', 'Firefox']) {
  test(`the first screen in ${kind} tells what may be known of the room`, async () => {
    const room = `inside-${kind}`;
    const ada = await Student.open(kind, browsers[kind], server, 'Ada', {room});
    // As when the page is looked at again.
    const looks = () => ada.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    const reads = async (text) => {
      await looks();
      await ada.sees(text, '.room-preview');
    };
    await ada.sees('If nobody is in the room, you may become its host.', '.room-preview');
    const ben = await attend('Ben', room);
    ben.say({type: 'moderate', room, action: 'topic', value: 'Lesson 1'});
    await ben.hears(/"topic":"Lesson 1"/);
    await reads('Lesson 1');
    await ada.sees('In the room: Ben', '.room-preview');
    const others = await Promise.all(['Cyn', 'Dan', 'Eli', 'Fay', 'Gus'].map((name) => attend(name, room)));
    await reads('and 2 more');
    await seemly(ada);
    ben.say({type: 'moderate', room, action: 'waiting_room', value: 'on'});
    await ben.hears(/"waiting_room":true/);
    await reads('Waiting room: a host admits new people.');
    await ada.seesNo('Ben', '.room-preview');
    await ada.fill('#room', 'lobby');
    await ada.seesNo('Lesson 1');
    await ada.page.evaluate(() => document.querySelector('#room').dispatchEvent(new Event('change')));
    await ada.sees('Nobody is in the room yet.', '.room-preview');
    for (const each of [ben, ...others]) each.leave();
    assert.deepEqual(ada.faults, []);
    await ada.page.close();
  });

  test(`the end of a meeting in ${kind} is told with the name of the host, who need not be told`, async () => {
    const room = `end-${kind}`;
    const ada = await Student.open(kind, browsers[kind], server, 'Ada', {room});
    await ada.join();
    const ben = await Student.open(kind, browsers[kind], server, 'Ben', {room});
    await ben.join();
    await ada.sees('Ben joined');
    await ada.page.keyboard.press('p');
    await ada.click('.duties .end');
    await ada.click('.duties .button--danger');
    await ben.sees('Ada ended the meeting. You can still chat.', '.toast');
    await ben.sees('Ada ended the meeting. You can still chat.', '.notice');
    await until(() => ada.page.evaluate(() => !document.querySelector('.act.end')), 'the meeting has ended');
    const read = await ada.page.evaluate(() => [...document.querySelectorAll('.toast, .notice')].map(({textContent}) => textContent));
    assert.deepEqual(read.filter((text) => text.includes('ended')), []);
    assert.deepEqual([...ada.faults, ...ben.faults], []);
    await ada.page.close();
    await ben.page.close();
  });

  test(`a host in ${kind} downloads the attendance`, async () => {
    const room = `attendance-${kind}`;
    const ada = await Student.open(kind, browsers[kind], server, 'Ada', {room});
    await ada.click('.chat-only');
    await ada.sees('Attendance is recorded');
    const formula = await attend('=1+1', room);
    formula.leave();
    await ada.sees('left');
    await ada.page.evaluate(keepSaved);
    await ada.click('header button[aria-label="Host controls"]');
    await ada.click('dialog .attendance button');
    const [{name, bytes}] = await until(() => ada.page.evaluate(() => window.saved.length > 0 && window.saved), 'the file');
    assert.match(name, new RegExp(`^attendance-${room}-\\d{4}-\\d\\d-\\d\\d\\.csv$`, 'i'));
    assert.deepEqual(bytes.slice(0, 3), [0xef, 0xbb, 0xbf]);
    const [head, first, second, end] = Buffer.from(bytes.slice(3)).toString('utf8').split('\r\n');
    assert.equal(head, 'Name,Joined,Left,Time in the room');
    const time = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d';
    assert.match(first, new RegExp(`^Ada,${time},,0:\\d\\d:\\d\\d$`));
    assert.match(second, new RegExp(`^'=1\\+1,${time},${time},0:00:\\d\\d$`));
    assert.equal(end, '');
    await ada.page.close();
  });
}

describe('a teacher in Firefox', () => {
  const room = 'class';
  let ada;
  let ben;
  let rob;
  let cyn;
  const openDialog = () => ada.click('header button[aria-label="Host controls"]');
  const closeDialog = async () => {
    await ada.page.keyboard.press('Escape');
    await until(() => ada.page.evaluate(() => !document.querySelector('dialog')), 'the dialog is closed');
  };
  // Clicks the one of what the selector finds that has these words.
  const press = (selector, words) => until(() => ada.page.evaluate(([selector, words]) => {
    const found = [...document.querySelectorAll(selector)].filter(({innerText}) => innerText.trim() === words);
    found[0]?.click();
    return found.length > 0;
  }, [selector, words]), words);
  // From the list of people: asked once, and done.
  const sendAway = async (action, name = 'Ben') => {
    await until(() => ada.page.evaluate(([action, name]) => {
      const more = document.querySelector(`#people [aria-label="Actions for ${name}"]`);
      if (!more) return false;
      const button = more.closest('.person').querySelectorAll('.grave');
      const wanted = [...button].find(({innerText}) => innerText.trim() === action);
      if (wanted) wanted.click();
      else if (more.ariaExpanded === 'false') more.click();
      return wanted !== undefined;
    }, [action, name]), action);
    await ada.click('#people .apart .button--danger');
  };

  before(async () => (ada = await Student.open('Firefox', browsers.Firefox, server, 'Ada', {room})));
  after(() => [ben, rob].forEach((peer) => peer?.leave()));
  // What the dialog of the host can clear.
  const clears = () => ada.page.evaluate(() => [...document.querySelectorAll('dialog [aria-label^="Clear"]')].map(({ariaLabel}) => ariaLabel));

  test('reads that the first one is the host, and is it still after a reload', async () => {
    await ada.click('.enter');
    await ada.sees("You're the only one here, and you're the host.", '.alone');
    await seemly(ada);
    await ada.page.reload();
    await ada.page.waitForSelector('.preview');
    await ada.click('.chat-only');
    await ada.page.waitForSelector('header button[aria-label="Host controls"]');
    ben = await attend('Ben', room);
    await ada.sees('Ben joined');
    await seemly(ada);
  });

  test('blocks microphone and chat, which ends by one click', async () => {
    // Beside the chat.
    await ada.click('#people [aria-label="Actions for Ben"]');
    await press('#people .actions .button', 'Block microphone and chat');
    await ben.hears(/"type":"quieted","room":"class","by":"Ada","until_unmuted":true/);
    await press('#people .actions .button', 'Allow again');
    await ben.hears(/"type":"unquieted"/);
  });

  test('takes a removal back, and leaves another one to go on', async () => {
    await sendAway('Remove from room');
    await ada.sees('Ben will be removed from the room.');
    await press('button', 'Undo');
    await ada.seesNo('Ben will be removed from the room.');
    ben.say({type: 'message', room, text: 'still here'});
    await ada.sees('still here');
    rob = await attend('Rob', room);
    await ada.sees('Rob joined');
    await sendAway('Remove from room', 'Rob');
    await ada.sees('Rob will be removed from the room.');
  });

  test('sets a password, which is told beside its field and in the header', async () => {
    await openDialog();
    assert.deepEqual(await clears(), []);
    await ada.fill('dialog input:not([type])', 'Week 5');
    await ada.click('dialog form:has(input:not([type])) .button');
    await ada.sees('Week 5', 'header .topic');
    assert.deepEqual(await clears(), ['Clear: Topic']);
    await ada.click('dialog [aria-label="Clear: Topic"]');
    await ada.seesNo('Week 5', 'header');
    assert.deepEqual(await clears(), []);
    await ada.fill('dialog input[type="password"]', 'open sesame');
    await ada.click('dialog form:has(input[type="password"]) .button');
    await ada.sees('The room has a password now', 'dialog .done');
    assert.equal(await ada.page.evaluate(() => document.querySelector('dialog input[type="password"]').placeholder), 'A password is set');
    await ada.page.waitForSelector('header [title="A password is set"]');
    assert.deepEqual(await clears(), ['Clear: Room password']);
    await seemly(ada);
    await closeDialog();
  });

  test('copies an invitation with everything needed to join, in one click', async () => {
    const control = async (key) => {
      await ada.page.keyboard.down('Control');
      await ada.page.keyboard.press(key);
      await ada.page.keyboard.up('Control');
    };
    // The page asks beforehand whether the server made its certificate itself.
    const text = await until(async () => {
      await openDialog();
      // Firefox lets a page copy only after a person's own click, and never read.
      await (await ada.page.waitForSelector('dialog .button--main')).click();
      await ada.sees('Invitation copied', 'dialog');
      await closeDialog();
      await ada.page.focus('#composer');
      await control('a');
      await control('v');
      const pasted = await until(() => ada.page.evaluate(() => document.querySelector('#composer').value), 'what was copied');
      return pasted.includes('/trust') && pasted;
    }, 'the invitation');
    assert.deepEqual(text.split('\n'), [
      `You are invited to: ${room}`, `Link: ${server.url}/room/${room}`, 'Room password: open sesame',
      `If your browser warns about the certificate, see ${server.url}/trust`,
    ]);
    await ada.fill('#composer', '');
  });

  test('sends commands and text as they are meant', async () => {
    await ada.write('/etc/hosts looks wrong');
    await ben.hears(/"text":"\/etc\/hosts looks wrong"/);
    await ada.write('//nfs/share');
    await ben.hears(/"text":"\/\/nfs\/share"/);
    await ada.write('/leave\nwas not meant');
    await ben.hears(/"text":"\/leave\\nwas not meant"/);
    await ada.write('/msg Nobody a long private text');
    await ada.sees('Nobody here is called Nobody.');
    assert.equal(await ada.page.evaluate(() => document.querySelector('#composer').value), '/msg Nobody a long private text');
    await ada.fill('#composer', '');
  });

  test('shows the time of a message beside it, over nothing', async () => {
    const shown = async (selector, look) => (await ada.page.waitForSelector(selector)).evaluate(look);
    await ada.page.hover('.item--continued');
    await until(() => shown('.item--continued .late', (time) => getComputedStyle(time).opacity === '1'), 'the time is shown');
    const [time, text] = [await shown('.item--continued .late', inked), await shown('.item--continued .text', inked)];
    assert.ok(time.right <= text.left, `the time ends at ${time.right}, the text begins at ${text.left}`);
  });

  test('finishes a removal by itself where nobody undoes it', async () => {
    await rob.hears(/"reason":"kicked"/);
    await ada.seesNo('Rob will be removed from the room.');
  });

  test('takes a ban back', async () => {
    await sendAway('Ban');
    await ben.hears(/"reason":"banned"/);
    await press('button', 'Undo');
    await openDialog();
    await ada.sees('Nobody is banned.', 'dialog');
    await closeDialog();
    ben.say({type: 'join', room, password: 'open sesame'});
    await ben.hears(/"type":"joined"/);
  });

  test('bans, and lifts the ban in the list of the banned', async () => {
    await sendAway('Ban');
    await ben.hears(/"reason":"banned"|"code":"banned"/);
    await openDialog();
    await ada.sees(', by Ada', 'dialog');
    await ada.click('dialog [aria-label="Unban: Ben"]');
    await ada.sees('Ben can join again.', 'dialog');
    await closeDialog();
  });

  test('is the host again after a restart, with the password that was set during the lesson', async () => {
    server = await restart(server);
    await ada.write('after the restart');
    await ada.sees('after the restart', '.item .text');
    await ada.page.waitForSelector('header button[aria-label="Host controls"]');
    await ada.page.waitForSelector('header [title="A password is set"]');
  });

  test('has a student on a small phone, who reads at the password that it is wrong, joins without scrolling, and rejoins by one click', async () => {
    cyn = await Student.open('Firefox', browsers.Firefox, server, 'Cyn', {room, size: kSmallPhone});
    await cyn.sees('Join class', 'h2');
    assert.equal(await cyn.page.evaluate(() => window.scrollY), 0);
    assert.deepEqual(await cyn.page.evaluate(outOfSight), []);
    await cyn.click('.chat-only');
    await cyn.sees('This room has a password.', '#password-hint');
    assert.deepEqual(await cyn.page.evaluate(outOfSight), []);
    await cyn.fill('#password', 'a guess');
    await cyn.click('.chat-only');
    await cyn.sees('Wrong room password', '#password-hint');
    await cyn.fill('#password', 'open sesame');
    await cyn.click('.chat-only');
    await cyn.page.waitForSelector('#composer');
    await cyn.click('header button[aria-label="Leave the room"]');
    await cyn.sees('Rejoin class', '.rejoin');
    await cyn.click('.rejoin');
    await cyn.page.waitForSelector('#composer');
  });

  test('sets another password, which the student is asked for after a restart, on the way back into the meeting', async () => {
    await cyn.click('header .join');
    await cyn.setPreview('Microphone', true);
    await cyn.click('dialog .join');
    await cyn.turns('Microphone', true);
    await openDialog();
    await ada.fill('dialog input[type="password"]', 'next week');
    await ada.click('dialog form:has(input[type="password"]) .button');
    await ada.sees('The room has a password now', 'dialog .done');
    await closeDialog();
    server = await restart(server);
    await cyn.sees('class has a password now. Enter it to rejoin.', '.lost');
    await cyn.sees('takes you back to the meeting, with the same microphone and camera settings', '.lost');
    await seemly(cyn);
    await cyn.fill('#password', 'open sesame');
    await cyn.click('.lost .button--main');
    await cyn.sees('Wrong room password', '#password-hint');
    await cyn.fill('#password', 'next week');
    await cyn.click('.lost .button--main');
    await cyn.page.waitForSelector('.act.end');
    await cyn.turns('Microphone', true);
    assert.equal(await cyn.isOn('.act[aria-label="Camera"]'), false);
    assert.deepEqual([...ada.faults, ...cyn.faults], []);
  });
});
