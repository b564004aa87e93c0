// The lesson of docs/lesson.md, from the first start of the server to the list of who was there: a teacher, six students in two
// browsers, one of them on a phone, and two in terminals.

import assert from 'node:assert/strict';
import {readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';

import {violations} from './axe.mjs';
import {textsOf} from './host_page.mjs';
import {Person} from './person.mjs';
import {kDesk, kPhone, startBrowser, Student} from './student.mjs';
import {Child, command, kHost, restart, startServer, temporaryFolder, until} from './support.mjs';

const kRoom = 'class-7b';
const kPassword = 'correct horse';
const kMicrophone = '.act[aria-label="Microphone"]';
const kCamera = '.act[aria-label="Camera"]';
const kHand = '[aria-label="Raise hand"]';

let server;
let teacher;
let page;
const browsers = {};
// In the meeting are Ben, in Firefox, and Cyn, on a phone and with a camera. The others read and write: so it fits on two cores.
const class7b = {};
const terminals = [];

const everybody = () => Object.values(class7b);
const inMeeting = () => [class7b.Ben, class7b.Cyn];
const inChat = () => everybody().filter((student) => !inMeeting().includes(student));
const open = async (kind, name, size = kDesk) =>
  (class7b[name] = await Student.open(kind, browsers[kind], server, name, {room: kRoom, size}));

before(async () => {
  const data = temporaryFolder();
  const config = join(data, 'lesson.conf');
  writeFileSync(config, `room = ${kRoom}; topic = Lesson 1; hosts = Lin; waiting-room = yes\njournal = yes\n`);
  command(data, ['user', 'add', 'Lin'], `${kPassword}\n`);
  const starting = ['Chromium', 'Firefox'].map(async (kind) => (browsers[kind] = await startBrowser(kind)));
  server = await startServer(data, {options: ['--config', config]});
  await Promise.all(starting);
});

after(async () => {
  for (const browser of Object.values(browsers)) await browser.close();
  for (const terminal of terminals) terminal.process.kill('SIGKILL');
  await server?.child.stop('SIGKILL');
});

const seemly = async (where = page) => assert.deepEqual(await violations(where), []);
const button = (name) => page.getByRole('button', {name, exact: true});
// As from the keyboard: waits for no frame to be drawn, which takes long where several browsers share a machine, and a toast
// does not wait.
const click = (locator) => locator.dispatchEvent('click');
const toast = (text) => page.locator('.toast', {hasText: text});
// The list of people, shown if it was not.
const people = async () => {
  const list = page.getByRole('complementary', {name: 'People'});
  if (!(await list.isVisible())) await click(teacher.controls.getByRole('button', {name: /^People/}));
  return list;
};

test('the teacher signs in, joins the meeting, and is its host', async () => {
  const context = await browsers.Chromium.newContext({ignoreHTTPSErrors: true, locale: 'en-GB', viewport: kDesk});
  teacher = await Person.visit(context, 'Lin', `${server.url}/room/${kRoom}`);
  ({page} = teacher);
  await button('With an account').click();
  await page.getByLabel('Account', {exact: true}).fill('Lin');
  await page.getByLabel('Password', {exact: true}).fill(kPassword);
  await seemly();
  await teacher.enterCall({video: false});
  await button('Host controls').waitFor();
  await page.getByText('Attendance is recorded').waitFor();
});

test('the class waits outside, and one click lets all of it in', async () => {
  const opening = [open('Firefox', 'Ben'), open('Chromium', 'Cyn', kPhone), open('Firefox', 'Dan'), open('Firefox', 'Eli'), open('Chromium', 'Fay')];
  await Promise.all(opening);
  for (const student of inMeeting()) {
    await student.setPreview('Microphone', true);
    await student.setPreview('Camera', student === class7b.Cyn);
    await student.click('.enter');
  }
  for (const student of inChat()) await student.click('.chat-only');
  for (const student of everybody()) await student.sees("You'll join automatically once a host admits you.");
  await seemly(class7b.Cyn.page);
  const waiting = page.getByRole('region', {name: 'People waiting'});
  await waiting.getByText('5 people are waiting').waitFor();
  await seemly();
  await click(waiting.getByRole('button', {name: 'Admit all'}));
  for (const student of inMeeting()) await student.page.waitForSelector('.act.end');
  for (const student of inChat()) await student.page.waitForSelector('#composer');
  for (const {name} of inMeeting()) await teacher.tile(name).waitFor();
  await teacher.tile('Cyn').locator('video').waitFor();
  await seemly(class7b.Cyn.page);
});

test('after a restart the class waits once more, and one click lets all of it in where it was', async () => {
  server = await restart(server);
  const again = 'Waiting for a host to admit you again.';
  for (const student of everybody()) await student.sees(again, '.status');
  const waiting = page.getByRole('region', {name: 'People waiting'});
  await waiting.getByText('5 people are waiting').waitFor();
  await click(waiting.getByRole('button', {name: 'Admit all'}));
  for (const student of everybody()) await student.seesNo(again);
  for (const student of inMeeting()) {
    await student.page.waitForSelector('.act.end');
    await teacher.tile(student.name).waitFor();
  }
  for (const student of inChat()) await student.page.waitForSelector('#composer');
});

test('students in terminals take part: one with chat_client, one with nc', async () => {
  const {tls, plain} = server.doors;
  const max = new Child(process.env.PARLEY_CHAT_CLIENT,
      ['--tls', '--ca', join(server.data, 'ca.crt'), '--name', 'Max', '--room', kRoom, tls]);
  const nia = new Child('nc', [kHost, plain.split(':').at(-1)]);
  terminals.push(max, nia);
  nia.says('{"type":"hello","protocol":1,"name":"Nia"}');
  await nia.hears(/"type":"welcome"/);
  nia.says(JSON.stringify({type: 'join', room: kRoom}));
  for (const name of ['Max', 'Nia']) await click(button(`Admit: ${name}`));
  await nia.hears(/"admitted":true/);
  nia.says(JSON.stringify({type: 'join', room: kRoom}));
  await nia.hears(/"type":"joined"/);
  max.says('Good morning from a terminal');
  await teacher.reads('Good morning from a terminal');
  await nia.hears(/Good morning from a terminal/);
  nia.says(JSON.stringify({type: 'message', room: kRoom, text: 'And from nc'}));
  await teacher.reads('And from nc');
  await teacher.write('Good morning, class 7b');
  await Promise.all([max.hears(/Lin: Good morning, class 7b/), nia.hears(/Good morning, class 7b/),
    ...inChat().map((student) => student.sees('Good morning, class 7b'))]);
  // On a phone the chat is behind the meeting, and a badge tells of it.
  await class7b.Cyn.page.waitForSelector('.act[aria-label^="Chat, "]');
});

test('the teacher loads the page again, and is still the host', async () => {
  await page.reload();
  await page.getByText("You're joining as Lin").waitFor();
  await teacher.enterCall({video: false});
  await button('Host controls').waitFor();
  for (const student of inMeeting()) {
    await teacher.tile(student.name).waitFor();
    await student.sees('Lin', '.tile');
  }
});

test('a raised hand shows on top of everything, and is lowered there', async () => {
  const {Cyn} = class7b;
  await Cyn.click(kHand);
  await click(toast('Cyn raised a hand').getByRole('button', {name: 'Lower hand'}));
  await Cyn.turns('Raise hand', false);
});

test('one click mutes one student, who is told by whom and can turn the microphone on again', async () => {
  const {Ben} = class7b;
  await click((await people()).getByRole('button', {name: 'Mute: Ben'}));
  await Ben.sees('Lin turned off your microphone. You can turn it on again.', '.toast');
  await Ben.turns('Microphone', false);
  await Ben.click(kMicrophone);
  await Ben.turns('Microphone', true);
  await (await people()).getByRole('button', {name: 'Mute: Ben'}).waitFor();
});

test('one click mutes all', async () => {
  await click((await people()).getByRole('button', {name: 'Mute all'}));
  for (const student of inMeeting()) await student.turns('Microphone', false);
  assert.equal(await teacher.microphone.getAttribute('aria-pressed'), 'true');
});

test('one click lowers all hands, also of those who only chat', async () => {
  for (const name of ['Dan', 'Eli']) await class7b[name].click(kHand);
  await toast('2 hands are raised').waitFor();
  await click((await people()).getByRole('button', {name: 'Lower all hands'}));
  for (const name of ['Dan', 'Eli']) await until(async () => !(await class7b[name].isOn(kHand)), `the hand of ${name} is down`);
  await toast('hands are raised').waitFor({state: 'detached'});
});

test('cameras are forbidden and allowed by one click', async () => {
  const {Cyn} = class7b;
  const cameras = (await people()).getByRole('group', {name: 'Everyone may use'}).getByRole('switch', {name: 'Camera'});
  assert.equal(await cameras.getAttribute('aria-checked'), 'true');
  await click(cameras);
  await Cyn.sees('Only hosts can use a camera now, until a host allows cameras again', '.toast');
  await Cyn.turns('Camera', false);
  await teacher.tile('Cyn').locator('video').waitFor({state: 'detached'});
  await seemly();
  await click(cameras);
  await Cyn.sees('Cameras are allowed again', '.toast');
  await Cyn.click(kCamera);
  await teacher.tile('Cyn').locator('video').waitFor();
});

test('the teacher shows the screen to all', async () => {
  await teacher.controls.getByRole('button', {name: 'Share screen'}).click();
  for (const student of inMeeting()) {
    await student.sees('Screen of Lin', '.tile');
    await student.page.waitForSelector('.tile.large video');
  }
  await seemly(class7b.Cyn.page);
  await click(teacher.controls.getByRole('button', {name: 'Stop sharing'}));
  for (const student of inMeeting()) await student.seesNo('Screen of Lin', '.tile');
});

test('a student is made a host, and that is taken back, which the student is told', async () => {
  const {Ben} = class7b;
  await click((await people()).getByRole('button', {name: 'Make host: Ben'}));
  await Ben.sees('You are a host now', '.toast');
  await click((await people()).getByRole('button', {name: 'Remove as host: Ben'}));
  await Ben.sees('You are no longer a host', '.toast');
});

test('one click locks the room, which is said to the teacher alone', async () => {
  const {Dan} = class7b;
  const lock = (await people()).getByRole('switch', {name: 'Lock the room'});
  await click(lock);
  await Dan.page.waitForSelector('header [title="Locked"]');
  await page.locator('.notice', {hasText: 'The room is locked now'}).waitFor({state: 'attached'});
  await click(lock);
  await until(() => Dan.page.evaluate(() => !document.querySelector('header [title="Locked"]')), 'the room is open again');
  assert.deepEqual((await Dan.page.evaluate(textsOf, '.notice')).filter((said) => /locked/.test(said)), []);
});

test('a private message is answered with one click, and nobody else reads it', async () => {
  const {Eli, Fay} = class7b;
  // The list of people stands beside the chat.
  await Eli.click('[aria-label="Actions for Lin"]');
  await Eli.click('.actions .row .button');
  await Eli.sees('To: Lin', '.chip');
  await Eli.write('I cannot hear you');
  const asked = toast('Private message from Eli');
  await asked.getByText('I cannot hear you').waitFor();
  await click(asked.getByRole('button', {name: 'Reply'}));
  await page.locator('.chip', {hasText: 'To: Eli'}).waitFor();
  await seemly();
  await page.locator('#composer').fill('Join the meeting first');
  await page.keyboard.press('Enter');
  await Eli.sees('Join the meeting first', '[role=log]');
  await click(button('Write to everyone instead'));
  await teacher.write('Open the book at page 12');
  // What was private came before, or not at all.
  await Fay.sees('Open the book at page 12', '[role=log]');
  await Fay.seesNo('cannot hear you');
  await Fay.seesNo('Join the meeting first');
});

test('a late student is admitted by one click', async () => {
  const gus = await open('Chromium', 'Gus');
  await gus.click('.chat-only');
  await click(button('Admit: Gus'));
  await gus.page.waitForSelector('#composer');
});

test('a removal can be undone, or hurried', async () => {
  const {Fay} = class7b;
  const remove = async () => {
    const list = await people();
    await click(list.getByRole('button', {name: 'Actions for Fay'}));
    await click(list.getByRole('button', {name: 'Remove from room', exact: true}));
    await click(list.getByRole('group', {name: /^Remove Fay/}).getByRole('button', {name: 'Remove', exact: true}));
    await page.getByText('Fay will be removed from the room.').waitFor();
  };
  await remove();
  await click(button('Undo'));
  await page.getByText('Fay will be removed from the room.').waitFor({state: 'detached'});
  await Fay.write('I am still here');
  // The list stands where the chat was.
  await page.getByText('I am still here', {exact: true}).waitFor({state: 'attached'});
  await click((await people()).getByRole('button', {name: 'Actions for Fay'}));
  await remove();
  await click(button('Remove now'));
  await Fay.sees(`Lin removed you from ${kRoom}.`);
  // The class need not know why.
  await class7b.Dan.sees('Fay left', '.moves');
});

test('the teacher ends the lesson for everybody', async () => {
  const list = await people();
  await click(list.getByRole('button', {name: 'End meeting'}));
  const choice = list.getByRole('group', {name: 'End the meeting for everyone?'});
  await choice.getByRole('button', {name: 'End and remove everyone'}).waitFor();
  await seemly();
  await click(choice.getByRole('button', {name: 'End and remove everyone'}));
  const present = everybody().filter((student) => student !== class7b.Fay);
  for (const student of present) await student.sees(`Lin ended the meeting in ${kRoom} and removed everyone.`);
  await seemly(class7b.Cyn.page);
  await terminals[1].hears(/"reason":"ended"/);
  await button('Host controls').waitFor();
});

test('a student who was removed with all asks to join again by one click', async () => {
  const {Ben} = class7b;
  await Ben.click('.lost .button--main');
  await click(button('Admit: Ben'));
  await Ben.page.waitForSelector('#composer');
});

test('the attendance can be exported while the server runs', () => {
  const report = command(server.data, ['export', '--room', kRoom]);
  for (const name of ['Lin', 'Ben', 'Cyn', 'Dan', 'Eli', 'Fay', 'Gus', 'Max', 'Nia']) {
    assert.match(report, new RegExp(`^\\d:\\d\\d:\\d\\d  ${name}`, 'm'));
  }
  assert.match(report, /Good morning, class 7b/);
  assert.doesNotMatch(report, /cannot hear you/);
});

test('the server stops, and its data is in its folder', async () => {
  assert.equal(await server.child.stop('SIGINT'), 0);
  const files = readdirSync(server.data);
  for (const name of ['accounts.db', 'ca.crt', 'messages.db']) assert.ok(files.includes(name), name);
});

test('no page had a fault', () => assert.deepEqual([...teacher.faults, ...everybody().flatMap(({faults}) => faults)], []));
