// All that a chat can do, in one room: Ada and Grace in browsers, Max at chat_client in a terminal, and somebody with nc. It goes
// on across a restart of the server and a lost connection, and in the end everybody knows the same.

import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';

import {Person} from './person.mjs';
import {Child, command, kHost, restart, startChromium, startServer, startTerminal, temporaryFolder, until} from './support.mjs';
import {Terminal} from './terminal.mjs';
import {Wire} from './wire.mjs';

const kPassword = 'correct horse';
const kThumb = '👍';
const kBytes = Buffer.from(Array.from({length: 300_000}, (_, i) => (i * 7 + (i >> 8)) % 256));

const folder = temporaryFolder();
let server;
let wire;
let browser;
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
  server = await startServer(data);
  wire = await Wire.to(server.doors.tls);
  browser = await startChromium();
  ada = await Person.open(browser, server, 'Ada');
  await ada.enterChat();
  const context = await browser.newContext({ignoreHTTPSErrors: true, locale: 'en-GB'});
  grace = await Person.visit(context, 'Grace', `https://${wire.address}/room/lobby`);
  await grace.page.getByRole('button', {name: 'With an account', exact: true}).click();
  await grace.page.getByLabel('Account', {exact: true}).fill('Grace');
  await grace.page.getByLabel('Password', {exact: true}).fill(kPassword);
  await grace.enterChat();
  phone = await startPhone();
  max = await Terminal.start(['--tls', wire.address, '--ca', join(data, 'ca.crt'), '--name', 'Max', '--numbers']);
  await max.sees('* lobby: ');
});

after(async () => {
  await browser?.close();
  await max?.stop();
  for (const child of [nc, phone, server?.child]) await child?.stop('SIGKILL');
  wire?.stop();
});

const startPhone = () => startTerminal(server, undefined, 'lobby', ['--user', 'Grace', '--password-file', join(folder, 'password')]);
const pages = () => [ada, grace];
const both = (look) => Promise.all(pages().map(look));
// The message that says so, not one that quotes it.
const item = (person, text) => person.page.locator('.item', {has: person.page.locator('.body > :not(.head, .quote)', {hasText: text})});
const seqOf = async (text) => Number(await item(ada, text).getAttribute('data-seq'));
const field = (person) => person.page.locator('#composer');
const poll = (person) => person.page.getByRole('region', {name: 'Poll'});

/** What the dialog of that message offers. */
async function choose(person, text, label) {
  await item(person, text).getByRole('button', {name: /^Message from/}).click();
  await person.page.getByRole('dialog').getByRole('button', {name: label, exact: true}).click();
}

async function remove(person, text) {
  await choose(person, text, 'Delete');
  await person.page.getByRole('dialog').getByRole('alert').getByRole('button', {name: 'Delete', exact: true}).click();
}

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

test('who types is seen, and who is mentioned is told', async () => {
  // Others are told at most once in three seconds, and Ada has just typed something.
  await until(async () => {
    await field(ada).pressSequentially('.');
    return grace.page.getByText('Ada is typing…').isVisible();
  }, 'typing is seen');
  await ada.write('@Grace and @Max, look');
  await grace.page.locator('mark.mention', {hasText: '@Grace'}).waitFor();
  await grace.page.getByText('Ada is typing…').waitFor({state: 'detached'});
  await max.rings();
  await nc.hears(/Ada: @Grace and @Max, look\n/);
});

test('a host at a terminal hears a bell for who waits, a raised hand, and a private message', async () => {
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
  const seq = await seqOf('and @Max, look');
  await phone.hears(new RegExp(`"type":"seen","room":"lobby","seq":${seq}\\D`));
});

test('a reply shows what it answers, from a terminal and from a page', async () => {
  await max.says(`/reply #${await seqOf('good day from Ada')} and to you`);
  await both((person) => item(person, 'and to you').locator('.quote', {hasText: 'good day from Ada'}).waitFor());
  await nc.hears(/Max: and to you\n/);
  await choose(grace, 'good day from nc', 'Reply');
  await grace.write('hello there');
  await item(ada, 'hello there').locator('.quote', {hasText: 'good day from nc'}).waitFor();
  await max.sees(`Grace answers "${nameOfNc}: good day from nc":`);
});

test('an edit is seen everywhere', async () => {
  await field(grace).press('ArrowUp');
  await grace.write('hello, you there');
  await nc.hears(/Grace \(edited\): hello, you there\n/);
  await both((person) => item(person, 'hello, you there').getByText('(edited)').waitFor());
  await max.sees('(Grace: hello there) is now: hello, you there');
  await max.says('/edit and to all of you');
  await nc.hears(/Max \(edited\): and to all of you\n/);
  await both((person) => item(person, 'and to all of you').getByText('(edited)').waitFor());
});

test('reactions are counted', async () => {
  await max.says(`/react #${await seqOf('good day from nc')} ${kThumb}`);
  await item(ada, 'good day from nc').getByRole('button', {name: `${kThumb}, 1`}).click();
  await item(grace, 'good day from nc').getByRole('button', {name: `${kThumb}, 2`}).waitFor();
  await max.sees(`${kThumb} 2 on message`);
});

test('a deleted message is gone everywhere', async () => {
  await ada.write('nobody should read this');
  await grace.reads('nobody should read this');
  await remove(ada, 'nobody should read this');
  await both(({page}) => page.getByText('Message deleted').waitFor());
  await both(({page}) => page.getByText('nobody should read this').waitFor({state: 'detached'}));
  await max.sees('(Ada: nobody should read this) was deleted');
});

test('all of them vote in a poll, with nc by a line', async () => {
  await max.says('/poll Lunch? | Soup | Rice');
  await nc.hears(/Max: Lunch\?\n1\) Soup\n2\) Rice\n/);
  await both((person) => poll(person).getByRole('button', {name: /^Rice/}).waitFor());
  nc.says('!2');
  await poll(ada).getByText('1 person voted').waitFor();
  await poll(ada).getByRole('button', {name: /^Soup/}).click();
  await poll(ada).getByText('2 people voted').waitFor();
  await poll(grace).getByRole('button', {name: /^Rice/}).click();
  await poll(ada).getByText('3 people voted').waitFor();
  await max.says(`/vote #${await seqOf('Lunch?')} 2`);
  await max.sees('###############..... 3  2) Rice (your vote)');
  await both((person) => poll(person).getByText('4 people voted').waitFor());
  await both((person) => poll(person).getByRole('button', {name: 'Rice 3 (75 %)'}).waitFor());
});

test('a formula is set at the pages, and is text elsewhere', async () => {
  await grace.write('half is $\\frac{1}{2}$');
  await both((person) => item(person, 'half is').locator('.katex .mfrac').waitFor());
  await nc.hears(/Grace: half is \$\\frac\{1\}\{2\}\$\n/);
  await max.sees('Grace: half is $\\frac{1}{2}$');
});

test('code is code everywhere', async () => {
  const path = join(folder, 'sum.py');
  writeFileSync(path, 'def add(a, b):\n    return a + b\n');
  await max.says(`/code ${path}`);
  await both(({page}) => page.locator('code .hljs-keyword', {hasText: 'return'}).waitFor());
  await nc.hears(/Max: ```py\ndef add\(a, b\):\n {4}return a \+ b\n```\n/);
});

test('files go up and down, at a page and in a terminal', async () => {
  const sent = join(folder, 'sent.bin');
  writeFileSync(sent, kBytes);
  await ada.page.locator('input[type=file]').setInputFiles({name: 'page.bin', mimeType: 'application/octet-stream', buffer: kBytes});
  await ada.write('');
  await nc.hears(/Ada: \[file page\.bin, 292\.9 KiB\]\n/);
  const saved = join(folder, 'saved.bin');
  await max.says(`/get #${await seqOf('page.bin')} ${saved}`);
  await max.sees(`* saved ${saved}`);
  assert.ok(readFileSync(saved).equals(kBytes));
  await max.says(`/send ${sent}`);
  await nc.hears(/Max: \[file sent\.bin, 292\.9 KiB\]\n/);
  const downloading = grace.page.waitForEvent('download');
  await grace.page.getByRole('button', {name: 'Download sent.bin'}).click();
  assert.ok(readFileSync(await (await downloading).path()).equals(kBytes));
});

test('a search finds every word, at a page and in a terminal', async () => {
  for (const text of ['a red apple', 'a red herring', 'Apples, all of them red']) await ada.write(text);
  await nc.hears(/Ada: Apples, all of them red\n/);
  await max.says('/search RED apple');
  await max.sees(/\[3 #\d+\] .*Ada: a red apple/);
  await max.sees(/\[1 #\d+\] .*Ada: Apples, all of them red/);
  await grace.write('/search RED apple');
  const found = grace.page.getByRole('dialog').locator('.hit .text');
  await found.first().waitFor();
  assert.deepEqual(await found.allTextContents(), ['Apples, all of them red', 'a red apple']);
  await grace.page.keyboard.press('Escape');
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
  await both((person) => poll(person).getByText('5 people voted').waitFor());
  await max.says('/close');
  await nc.hears(/Max: Lunch\?\n1\) Soup: 2\n2\) Rice: 3\n/);
  await both((person) => poll(person).getByText('Closed').waitFor());
  await max.sees('5 people have voted; the poll is closed');
  await phone.hears(/"type":"joined"/);
});

test('what was missed while the connection was lost is caught up with', async () => {
  wire.cut();
  await grace.page.getByText(/What you write is kept/).waitFor();
  await max.sees('trying again until it works');
  await field(ada).press('ArrowUp');
  await ada.write('Apples, most of them green');
  await remove(ada, 'a red herring');
  await choose(ada, 'written while the server was away', kThumb);
  await ada.write('said while the wire was cut');
  await nc.hears(/Ada: said while the wire was cut\n/);
  await max.says('typed while the wire was cut');
  wire.restore();
  await nc.hears(/Max: typed while the wire was cut\n/);
  await max.sees('Ada: said while the wire was cut');
  await max.sees('(Ada: Apples, all of them red) is now: Apples, most of them green');
  await max.sees('(Ada: a red herring) was deleted');
  await max.sees(`${kThumb} 1 on message`);
  await item(grace, 'Apples, most of them green').getByText('(edited)').waitFor();
  await item(grace, 'written while the server was away').getByRole('button', {name: `${kThumb}, 1`}).waitFor();
  await both((person) => person.reads('typed while the wire was cut'));
  await both((person) => person.reads('said while the wire was cut'));
});

// Runs in the page: the messages as they stand there.
const shown = () => [...document.querySelectorAll('.item[data-seq]')].map((each) => ({
  seq: Number(each.dataset.seq),
  text: each.querySelector('.text')?.innerText ?? '',
  quote: each.querySelector('.quote')?.innerText ?? '',
  file: each.querySelector('.file .name')?.innerText ?? '',
  deleted: each.querySelector('.gone') !== null,
  edited: each.querySelector('.edited') !== null,
  reactions: [...each.querySelectorAll('.reaction')].map(({ariaLabel}) => ariaLabel),
  counts: [...each.querySelectorAll('.poll .count')].map(({innerText}) => innerText.split(' ')[0]),
}));

// The same of a message as the server has it. The pages' texts are compared with each other: here stands Markdown.
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
  const [atAda, atGrace] = await both(({page}) => page.evaluate(shown));
  assert.deepEqual(atGrace, atAda);
  assert.deepEqual(atAda.map(({text, quote, ...rest}) => rest), messages.map(stored));
  assert.deepEqual(messages.map(({seq}) => seq), messages.map((_, i) => i + 1));
  // Whoever comes new to a terminal sees it as it is now, too.
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
  await until(async () => (await field(grace).inputValue()) === '', 'an empty field');
  await both(({faults}) => assert.deepEqual(faults, []));
});
