// All that a chat can do, in one room: Ada in Chromium, Grace in Firefox, Max at chat_client in a terminal, and somebody with nc.
// It goes on across a restart of the server and lost connections, and in the end everybody knows the same.

import assert from 'node:assert/strict';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';

import {Chatter} from './chatter.mjs';
import {startBrowser} from './student.mjs';
import {Child, command, kHost, restart, startServer, startTerminal, temporaryFolder, until} from './support.mjs';
import {Terminal} from './terminal.mjs';
import {Wire} from './wire.mjs';

const kPassword = 'correct horse';
const kThumb = '👍';
const kParty = '🎉';
// A grey PNG file of 60 by 40 pixels.
const kPicture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAADwAAAAoCAAAAACH0MYjAAAAIUlEQVR4nO3LMQEAAAwCIKMb3Q7bCz/pQ2RZlmVZluWrARiwsD3s0TuZAAAAAElFTkSuQmCC', 'base64');
const kBytes = Buffer.from(Array.from({length: 300_000}, (_, i) => (i * 7 + (i >> 8)) % 256));

const folder = temporaryFolder();
const downloads = temporaryFolder(); // of Firefox
let server;
const wires = {};
const browsers = {};
let ada;
let grace;
let phone; // another device of Grace's
let max;
let nc;
let nameOfNc;

// Nobody can tell a raw peer that it is one now; what it says first is heard by the others when it is.
async function startNc(greeting) {
  const peer = new Child('nc', [kHost, server.doors.plain.split(':').at(-1)]);
  peer.says(greeting);
  await ada.reads(greeting);
  return peer;
}

before(async () => {
  const data = temporaryFolder();
  command(data, ['user', 'add', 'Grace'], `${kPassword}\n`);
  writeFileSync(join(folder, 'password'), `${kPassword}\n`, {mode: 0o600});
  const starting = ['Chromium', 'Firefox'].map(async (kind) => (browsers[kind] = await startBrowser(kind, {downloads})));
  server = await startServer(data);
  await Promise.all(starting);
  ada = await open('Chromium', 'Ada');
  await ada.enterChat();
  grace = await open('Firefox', 'Grace');
  await grace.signIn(kPassword);
  phone = await startPhone();
  max = await Terminal.start(['--tls', wires.Grace.address, '--ca', join(data, 'ca.crt'), '--name', 'Max', '--numbers']);
  await max.sees('* lobby: ');
});

after(async () => {
  for (const browser of Object.values(browsers)) await browser.close();
  await max?.stop();
  for (const child of [nc, phone, server?.child]) await child?.stop('SIGKILL');
  for (const wire of Object.values(wires)) wire.stop();
});

// Each has a wire of their own. Max has that of Grace.
async function open(kind, name) {
  wires[name] = await Wire.to(server.doors.tls);
  return Chatter.open(kind, browsers[kind], {url: `https://${wires[name].address}`}, name, {room: 'lobby'});
}

const startPhone = () => startTerminal(server, undefined, 'lobby', ['--user', 'Grace', '--password-file', join(folder, 'password')]);
const pages = () => [ada, grace];
const both = (look) => Promise.all(pages().map(look));
const seqOf = (text) => ada.shows(text);

test('everybody reads what each of them says', async () => {
  nc = await startNc('good day from nc');
  await ada.write('good day from Ada');
  await nc.hears(/Ada: good day from Ada\n/);
  await grace.write('good day from Grace');
  await nc.hears(/Grace: good day from Grace\n/);
  await max.says('good day from Max');
  await nc.hears(/Max: good day from Max\n/);
  for (const name of ['nc', 'Ada', 'Grace', 'Max']) await both((person) => person.reads(`good day from ${name}`));
  for (const name of ['nc', 'Ada', 'Grace']) await max.sees(`: good day from ${name}`);
  [, nameOfNc] = /(guest-\d+): good day from nc/.exec(await max.lines());
});

test('typing is shown to the others, and a mentioned person is told', async () => {
  for (const [writer, reader] of [[ada, grace], [grace, ada]]) {
    // Others are told at most once in three seconds, and the writer has just typed something.
    await until(async () => {
      await writer.key('.');
      return reader.page.evaluate((words) => document.body.innerText.includes(words), `${writer.name} is typing…`);
    }, 'typing is seen');
    await writer.write(`@${reader.name} and @Max, look`);
    await reader.sees(`@${reader.name}`, 'mark.mention');
    await reader.seesNo(`${writer.name} is typing…`);
    await nc.hears(new RegExp(`${writer.name}: @${reader.name} and @Max, look\n`));
  }
  await max.rings();
});

test('a host at a terminal hears a bell for a waiting person, a raised hand, and a private message', async () => {
  const room = 'den';
  const host = await Terminal.start([server.doors.plain, '--name', 'Eve', '--room', room]);
  const [, port] = server.doors.plain.split(':');
  const [inside, outside] = [new Child('nc', [kHost, port]), new Child('nc', [kHost, port])];
  const say = (peer, request) => peer.says(JSON.stringify({room, ...request}));
  try {
    await host.sees(`* ${room}: `);
    say(inside, {type: 'hello', protocol: 1, name: 'Ida'});
    say(outside, {type: 'hello', protocol: 1, name: 'Odo'});
    say(inside, {type: 'join'});
    const [, eve] = await inside.hears(/"type":"joined".*"id":"([^"]+)","name":"Eve"/);
    await host.says('/waiting on');
    await inside.hears(/"waiting_room":true/);
    await host.rings(() => say(outside, {type: 'join'}));
    let hand = false;
    await host.rings(() => say(inside, {type: 'state', hand: (hand = !hand)}));
    await host.rings(() => inside.says(JSON.stringify({type: 'whisper', to: eve, text: 'may I go?'})));
  } finally {
    for (const child of [host, inside, outside]) await child.stop('SIGKILL');
  }
});

test('how far Grace has read is known on her phone', async () => {
  const seq = await seqOf('@Grace and @Max, look');
  await phone.hears(new RegExp(`"type":"seen","room":"lobby","seq":${seq}\\D`));
});

test('a reply shows what it answers, from a terminal and from a page', async () => {
  await max.says(`/reply #${await seqOf('good day from Ada')} and to you`);
  await both((person) => person.shows('and to you', '.quote', 'good day from Ada'));
  await nc.hears(/Max: and to you\n/);
  await grace.choose('good day from nc', 'Reply');
  await grace.write('hello there');
  await both((person) => person.shows('hello there', '.quote', 'good day from nc'));
  await max.sees(`Grace answers "${nameOfNc}: good day from nc":`);
});

test('an edit is seen everywhere', async () => {
  await grace.edit('hello, you there');
  await nc.hears(/Grace \(edited\): hello, you there\n/);
  await both((person) => person.shows('hello, you there', '.edited', '(edited)'));
  await max.sees('(Grace: hello there) is now: hello, you there');
  await max.says('/edit and to all of you');
  await nc.hears(/Max \(edited\): and to all of you\n/);
  await both((person) => person.shows('and to all of you', '.edited', '(edited)'));
});

test('reactions are counted, and are taken back', async () => {
  const text = 'good day from nc';
  const mine = '.reaction[aria-pressed=true]';
  await max.says(`/react #${await seqOf(text)} ${kThumb}`);
  await ada.press(text, '.reaction', `${kThumb}, 1`);
  await max.sees(`${kThumb} 2 on message`);
  await grace.press(text, '.reaction', `${kThumb}, 2`);
  await both((person) => person.shows(text, mine, `${kThumb}, 3`));
  await grace.choose(text, kParty);
  await both((person) => person.shows(text, '.reaction', `${kParty}, 1`));
  await grace.press(text, mine, kParty);
  await both((person) => person.lacks(text, '.reaction', kParty));
  for (const [person, rest] of [[ada, 2], [grace, 1]]) {
    await person.press(text, mine, kThumb);
    await person.lacks(text, mine);
    await both((each) => each.shows(text, '.reaction', `${kThumb}, ${rest}`));
  }
});

test('a deleted message is gone everywhere', async () => {
  for (const person of pages()) {
    await person.write('nobody should read this');
    const [seq] = await both((each) => each.shows('nobody should read this'));
    await person.remove('nobody should read this');
    await both((each) => each.sees('Message deleted', `.item[data-seq="${seq}"] .gone`));
    await both((each) => each.seesNo('nobody should read this'));
    await max.sees(`(${person.name}: nobody should read this) was deleted`);
  }
});

test('a poll may allow several answers, and votes are taken back', async () => {
  await grace.makePoll('Drinks?', ['Tea', 'Water', 'Juice']);
  await nc.hears(/Grace: Drinks\?\n1\) Tea\n2\) Water\n3\) Juice\n/);
  const shows = (selector, ...all) => both(async (person) => {
    for (const words of all) await person.shows('Drinks?', selector, words);
  });
  await shows('.hint', 'Several answers allowed');
  await max.says(`/vote #${await seqOf('Drinks?')} 1,3`);
  await max.sees('#################### 1  3) Juice (your vote)');
  for (const answer of ['Tea', 'Water']) await ada.vote('Drinks?', answer);
  for (const answer of ['Tea', 'Juice']) await grace.vote('Drinks?', answer);
  await shows('.hint', '3 people voted');
  await shows('.option', 'Tea 3 (100 %)', 'Water 1 (33 %)', 'Juice 2 (67 %)');
  await grace.vote('Drinks?', 'Tea', false);
  await shows('.option', 'Tea 2 (67 %)', 'Juice 2 (67 %)');
  for (const answer of ['Tea', 'Water']) await ada.vote('Drinks?', answer, false);
  await shows('.hint', '2 people voted');
  await max.says(`/vote #${await seqOf('Drinks?')} -`);
  await shows('.hint', '1 person voted');
  await shows('.option', 'Tea 0 (0 %)', 'Water 0 (0 %)', 'Juice 1 (100 %)');
  await grace.choose('Drinks?', 'Close the poll');
  await nc.hears(/Grace: Drinks\?\n1\) Tea: 0\n2\) Water: 0\n3\) Juice: 1\n/);
  await shows('.hint', 'Closed');
});

test('all of them vote in a poll, with nc by a line', async () => {
  await max.says('/poll Lunch? | Soup | Rice');
  await nc.hears(/Max: Lunch\?\n1\) Soup\n2\) Rice\n/);
  await both((person) => person.shows('Lunch?', '.option', 'Rice'));
  nc.says('!2');
  await ada.shows('Lunch?', '.hint', '1 person voted');
  await ada.vote('Lunch?', 'Soup');
  await ada.shows('Lunch?', '.hint', '2 people voted');
  await grace.vote('Lunch?', 'Rice');
  await ada.shows('Lunch?', '.hint', '3 people voted');
  await max.says(`/vote #${await seqOf('Lunch?')} 2`);
  await max.sees('###############..... 3  2) Rice (your vote)');
  await both((person) => person.shows('Lunch?', '.hint', '4 people voted'));
  await both((person) => person.shows('Lunch?', '.option', 'Rice 3 (75 %)'));
});

test('a formula is set at the pages, and is text elsewhere', async () => {
  await grace.write('half is $\\frac{1}{2}$');
  await both((person) => person.shows('half is', '.katex .mfrac'));
  await nc.hears(/Grace: half is \$\\frac\{1\}\{2\}\$\n/);
  await max.sees('Grace: half is $\\frac{1}{2}$');
});

test('code is code everywhere', async () => {
  const path = join(folder, 'sum.py');
  writeFileSync(path, 'def add(a, b):\n    return a + b\n');
  await max.says(`/code ${path}`);
  await both((person) => person.sees('return', 'code .hljs-keyword'));
  await nc.hears(/Max: ```py\ndef add\(a, b\):\n {4}return a \+ b\n```\n/);
});

test('files go up and down, at a page and in a terminal', async () => {
  const sent = join(folder, 'sent.bin');
  const page = join(folder, 'page.bin');
  for (const path of [sent, page]) writeFileSync(path, kBytes);
  await ada.attach(page);
  await ada.write('');
  await nc.hears(/Ada: \[file page\.bin, 292\.9 KiB\]\n/);
  const saved = join(folder, 'saved.bin');
  await max.says(`/get #${await seqOf('page.bin')} ${saved}`);
  await max.sees(`* saved ${saved}`);
  assert.ok(readFileSync(saved).equals(kBytes));
  await max.says(`/send ${sent}`);
  await nc.hears(/Max: \[file sent\.bin, 292\.9 KiB\]\n/);
  const downloading = ada.page.waitForEvent('download');
  await ada.press('sent.bin', 'button', 'Download sent.bin');
  assert.ok(readFileSync(await (await downloading).path()).equals(kBytes));
  await grace.press('sent.bin', 'button', 'Download sent.bin');
  const downloaded = join(downloads, 'sent.bin');
  await until(() => existsSync(downloaded) && readFileSync(downloaded).equals(kBytes), 'Firefox has saved the file');
});

test('a picture goes up in Firefox, and is shown where the message is', async () => {
  const path = join(folder, 'picture.png');
  writeFileSync(path, kPicture);
  await grace.attach(path);
  await grace.write('this is it');
  await nc.hears(/Grace: \[file picture\.png, /);
  await both((person) => person.shows('this is it', 'button', 'Open picture.png'));
  await both(({page}) => until(() => page.evaluate(() => document.querySelector('.item .small img').naturalWidth === 60), 'a picture'));
});

test('a returning person sees new messages marked', async () => {
  for (const [person, other] of [[grace, ada], [ada, grace]]) {
    const text = `said while ${person.name} was away`;
    await person.page.reload();
    await person.has('.chat-only');
    await other.write(text);
    await nc.hears(new RegExp(`${other.name}: ${text}\\n`));
    await person.enterChat();
    await person.sees('New since you left', '.rule--unread');
    assert.ok(await person.page.evaluate((text) => document.querySelector('.row:has(.rule--unread) + .row').innerText.includes(text), text));
  }
});

test('a search finds every word, and leads to where a message stands', async () => {
  for (const text of ['a red apple', 'a red herring', 'Apples, all of them red']) await ada.write(text);
  await nc.hears(/Ada: Apples, all of them red\n/);
  await max.says('/search RED apple');
  await max.sees(/\[3 #\d+\] .*Ada: a red apple/);
  await max.sees(/\[1 #\d+\] .*Ada: Apples, all of them red/);
  for (const person of pages()) {
    assert.deepEqual(await person.search('RED apple'), ['Apples, all of them red', 'a red apple']);
    await person.page.keyboard.press('Escape');
    await person.hasNo('dialog');
    assert.deepEqual(await person.search('good day Ada'), ['good day from Ada']);
    await person.click('dialog .hit');
    await until(() => person.isPointedInView('good day from Ada'), `${person.name} sees what was found`);
    await person.hasNo('dialog');
    await person.pressNamed('.down', 'Jump to latest');
    await person.hasNo('.down');
    assert.ok(!(await person.isPointedInView('good day from Ada')));
  }
});

test('it all goes on after a restart of the server', async () => {
  server = await restart(server);
  await nc.stop('SIGKILL');
  await grace.write('written while the server was away');
  nc = await startNc('nc is back');
  await max.sees('Grace: written while the server was away');
  await both((person) => person.reads('written while the server was away'));
  // The vote of another guest with nc: the one before cannot come back.
  nc.says('!1');
  await both((person) => person.shows('Lunch?', '.hint', '5 people voted'));
  await max.says('/close');
  await nc.hears(/Max: Lunch\?\n1\) Soup: 2\n2\) Rice: 3\n/);
  await both((person) => person.shows('Lunch?', '.hint', 'Closed'));
  await max.sees('5 people have voted; the poll is closed');
  await phone.hears(/"type":"joined"/);
});

test('what was missed while the connection was lost is caught up with', async () => {
  wires.Grace.cut();
  await grace.sees('What you write is kept');
  await max.sees('trying again until it works');
  await ada.edit('Apples, most of them green');
  await ada.remove('a red herring');
  await ada.choose('written while the server was away', kThumb);
  await ada.write('said while the wire was cut');
  await nc.hears(/Ada: said while the wire was cut\n/);
  await max.says('typed while the wire was cut');
  wires.Grace.restore();
  await nc.hears(/Max: typed while the wire was cut\n/);
  await max.sees('Ada: said while the wire was cut');
  await max.sees('(Ada: Apples, all of them red) is now: Apples, most of them green');
  await max.sees('(Ada: a red herring) was deleted');
  await max.sees(`${kThumb} 1 on message`);
  await grace.shows('Apples, most of them green', '.edited', '(edited)');
  await grace.shows('written while the server was away', '.reaction', `${kThumb}, 1`);
  await both((person) => person.reads('typed while the wire was cut'));
  await both((person) => person.reads('said while the wire was cut'));
});

test('Chromium catches up likewise', async () => {
  wires.Ada.cut();
  await ada.sees('What you write is kept');
  await grace.edit('written while the server was on its way');
  await grace.press('written while the server was on its way', '.reaction', `${kThumb}, 1`);
  await grace.write('said while Ada was cut off');
  await nc.hears(/Grace: said while Ada was cut off\n/);
  await ada.write('typed while Ada was cut off');
  wires.Ada.restore();
  await nc.hears(/Ada: typed while Ada was cut off\n/);
  await ada.shows('written while the server was on its way', '.reaction', `${kThumb}, 2`);
  await ada.shows('written while the server was on its way', '.edited', '(edited)');
  for (const text of ['said while Ada was cut off', 'typed while Ada was cut off']) await both((person) => person.reads(text));
});

// What a page shows of a message, as the server has it. The pages' texts are compared with each other: here stands Markdown.
const stored = ({seq, file, deleted = false, edited, reactions = [], poll: {counts = []} = {}}) => ({
  seq,
  file: file?.name ?? '',
  deleted,
  edited: edited !== undefined,
  reactions: reactions.map(({emoji, count}) => `${emoji}, ${count}`),
  counts: counts.map(String),
});

test('in the end everybody knows the same', async () => {
  const witness = new Child('nc', [kHost, server.doors.plain.split(':').at(-1)]);
  witness.says('{"type":"hello","protocol":1,"name":"witness"}');
  await witness.hears(/"type":"welcome"/);
  witness.says('{"type":"join","room":"lobby"}');
  const [line] = await witness.hears(/\{"type":"joined".*\}\n/);
  await witness.stop('SIGKILL');
  const {messages} = JSON.parse(line);
  const [atAda, atGrace] = await both((person) => person.messages());
  assert.deepEqual(atGrace, atAda);
  assert.deepEqual(atAda.map(({text, quote, ...rest}) => rest), messages.map(stored));
  assert.deepEqual(messages.map(({seq}) => seq), messages.map((_, i) => i + 1));
  // A person who is new in a terminal sees it as it is now, too.
  const late = await Terminal.start([server.doors.plain, '--name', 'Eve', '--numbers']);
  try {
    const newest = messages.slice(-20);
    await late.sees(`#${newest.at(-1).seq}]`);
    const screen = await late.lines();
    for (const {seq, text, deleted, file, poll} of newest) {
      const said = deleted ? '(deleted)' : file ? `[file ${file.name}` : poll ? `asks: ${poll.question}` : text.split('\n')[0];
      assert.ok(screen.includes(`#${seq}] `) && screen.includes(said), `message ${seq}, ${said}, is not in:\n${screen}`);
    }
    assert.doesNotMatch(screen, /herring|nobody should read/);
  } finally {
    await late.stop();
  }
  await until(() => grace.page.evaluate(() => document.querySelector('#composer').value === ''), 'an empty field');
  await both(({faults}) => assert.deepEqual(faults, []));
});
