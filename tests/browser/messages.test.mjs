// Messages that change: one person at the page and one in a terminal answer, edit, delete, react and vote, in the same room,
// also across a restart of the server. And files, pictures and a search at the page.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {deflateSync} from 'node:zlib';

import {violations} from './axe.mjs';
import {Person} from './person.mjs';
import {kPatience, restart, startChromium, startServer, startTerminal, temporaryFolder} from './support.mjs';
import {wordsOf} from './words.mjs';

let server;
let terminal;
let browser;
let person;

before(async () => {
  server = await startServer(temporaryFolder());
  terminal = await startTerminal(server, 'terminal');
  browser = await startChromium();
  person = await Person.open(browser, server, 'browser');
  await person.page.context().addInitScript(() => {
    window.refused = [];
    document.addEventListener('securitypolicyviolation', (event) => window.refused.push(event.violatedDirective));
  });
  await person.page.reload();
  await person.page.getByLabel('Your name').fill('browser');
  await person.enterChat();
});

after(async () => {
  await browser?.close();
  await terminal?.stop('SIGKILL');
  await server?.child.stop('SIGKILL');
});

const ask = (request) => terminal.says(JSON.stringify({room: 'lobby', ...request}));
const item = (text) => person.page.locator('.item', {hasText: text});
const field = () => person.page.locator('#composer');

/** What the dialog of that message offers. */
async function choose(text, label) {
  await item(text).getByRole('button', {name: /^Message from/}).click();
  await person.page.getByRole('dialog').getByRole('button', {name: label, exact: true}).click();
}

test('Markdown, code and formulas are shown, and nothing is loaded from elsewhere', async () => {
  ask({type: 'message', text: 'so **bold** and $x^2$\n```cpp\nint a = 1;\n```'});
  await person.page.locator('strong', {hasText: 'bold'}).waitFor();
  await person.page.locator('.katex').first().waitFor();
  await person.page.locator('.hljs-type', {hasText: 'int'}).waitFor();
  assert.deepEqual(await person.page.evaluate(() => window.refused), []);
});

test('an answer quotes what it answers', async () => {
  ask({type: 'message', text: 'who is there?'});
  await person.reads('who is there?');
  await choose('who is there?', 'Reply');
  await field().fill('it is me');
  await field().press('Enter');
  await terminal.hears(/"text":"it is me".*"reply_to":2|"reply_to":2.*"text":"it is me"/);
  await item('it is me').locator('.quote', {hasText: 'who is there?'}).waitFor();
});

test('ArrowUp in an empty field edits the newest own message', async () => {
  await field().press('ArrowUp');
  await field().fill('it is I');
  await field().press('Enter');
  await terminal.hears(/"message_changed".*"text":"it is I"/);
  await item('it is I').getByText('(edited)').waitFor();
});

test('reactions come and go', async () => {
  ask({type: 'react', seq: 3, emoji: '👍', on: true});
  const thumb = item('it is I').getByRole('button', {name: '👍, 1'});
  await thumb.waitFor();
  await thumb.click();
  await item('it is I').getByRole('button', {name: '👍, 2', pressed: true}).click();
  await item('it is I').getByRole('button', {name: '👍, 1', pressed: false}).waitFor();
});

test('a poll is made, voted in by both, and closed', async () => {
  await person.write('/poll Tea? | yes | no');
  await terminal.hears(/"poll":\{"question":"Tea\?"/);
  const poll = person.page.getByRole('region', {name: 'Poll'});
  await poll.getByRole('button', {name: /^yes/}).click();
  ask({type: 'vote', seq: 4, choices: [1]});
  await poll.getByText('2 people voted').waitFor();
  await poll.getByRole('button', {name: /^yes/, pressed: true}).waitFor();
  await choose('Tea?', 'Close the poll');
  await poll.getByText('Closed').waitFor();
});

test('what changed while the server was away is caught up with', async () => {
  server = await restart(server);
  await terminal.hears(/"type":"joined"/);
  await person.write('back');
  await terminal.hears(/"text":"back"/);
  await item('it is I').getByText('(edited)').waitFor();
});

test('a deleted message leaves its place', async () => {
  await person.page.locator('.item', {hasText: 'back'}).getByRole('button', {name: /^Message from/}).click();
  const dialog = person.page.getByRole('dialog');
  await dialog.getByRole('button', {name: 'Delete', exact: true}).click();
  await dialog.getByRole('alert').getByRole('button', {name: 'Delete', exact: true}).click();
  await terminal.hears(/"message_changed".*"deleted":true/);
  await person.page.getByText('Message deleted').waitFor();
  assert.deepEqual(person.faults, []);
});

// A PNG file that says it has that size. Only a small one has all of its pixels, which are grey.
function png(width, height) {
  const chunk = (type, data) => {
    const named = Buffer.concat([Buffer.from(type), data]);
    const framed = Buffer.alloc(named.length + 8);
    framed.writeUInt32BE(data.length);
    named.copy(framed, 4);
    framed.writeUInt32BE(crc32(named), named.length + 4);
    return framed;
  };
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  const pixels = Buffer.alloc((width + 1) * Math.min(height, 100), 128);
  for (let line = 0; line < pixels.length; line += width + 1) pixels[line] = 0;
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(pixels)), chunk('IEND', Buffer.alloc(0))]);
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

// What somebody drags or pastes.
const transfer = (name, type, bytes) => person.page.evaluateHandle(([name, type, bytes]) => {
  const given = new DataTransfer();
  given.items.add(new File([Uint8Array.from(bytes)], name, {type}));
  return given;
}, [name, type, [...bytes]]);

const drop = async (...file) => person.page.dispatchEvent('.chat', 'drop', {dataTransfer: await transfer(...file)});
const paste = async (...file) => field().evaluate((area, clipboardData) => {
  area.dispatchEvent(new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true}));
}, await transfer(...file));

test('files go by a button, by dragging and by pasting, with their progress, and a command leaves them', async () => {
  const {page} = person;
  let go;
  const held = new Promise((resolve) => (go = resolve));
  await page.route('**/files/**', async (route) => {
    if (route.request().method() === 'PUT') await held;
    await route.continue();
  });
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', {name: 'Add', exact: true}).click();
  await page.getByRole('button', {name: 'Send a file'}).click();
  await (await choosing).setFiles({name: 'button.txt', mimeType: 'text/plain', buffer: Buffer.from('a')});
  await drop('dragged.txt', 'text/plain', Buffer.from('b'));
  await paste('pasted.txt', 'text/plain', Buffer.from('c'));
  for (const name of ['button', 'dragged', 'pasted']) await page.getByRole('progressbar', {name: `Sending ${name}.txt`}).waitFor();
  await person.write('/who');
  await page.getByText(/^Here: /).waitFor();
  await page.getByRole('button', {name: 'Cancel dragged.txt'}).click();
  await person.write('two files');
  go();
  // Each file goes as soon as all of it is there, so either may be first.
  await terminal.hears(/(?=[^]*"text":"two files")[^]*"name":"pasted\.txt"/);
  await item('two files').getByRole('button', {name: 'Download button.txt'}).waitFor();
  await page.getByRole('progressbar').first().waitFor({state: 'detached'});
  assert.equal(await page.getByText('dragged.txt').count(), 0);
  await page.unrouteAll({behavior: 'wait'});
});

test('a picture is shown small and opens, and a huge one waits to be asked for', async () => {
  const {page} = person;
  await drop('small.png', 'image/png', png(60, 40));
  await person.write('a picture');
  const picture = item('a picture').getByRole('button', {name: 'Open small.png'});
  await picture.locator('img').waitFor();
  await page.waitForFunction((image) => image.naturalWidth === 60, await picture.locator('img').elementHandle());
  await picture.click();
  await page.getByRole('dialog', {name: 'small.png'}).locator('img').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({state: 'detached'});
  const asked = [];
  page.on('request', (request) => request.resourceType() === 'image' && asked.push(request.url()));
  await drop('huge.png', 'image/png', png(30_000, 30_000));
  await person.write('a bomb');
  await item('a bomb').getByRole('button', {name: 'Open huge.png'}).getByText('Show picture').waitFor();
  assert.equal(await item('a bomb').locator('img').count(), 0);
  assert.deepEqual(asked, []);
});

test('a search leads to where the message stands', async () => {
  const {page} = person;
  for (let n = 0; n < 40; n++) ask({type: 'message', text: `line ${n}`});
  await person.reads('line 39');
  await page.getByRole('button', {name: 'Add', exact: true}).click();
  await page.getByRole('button', {name: 'Search messages'}).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('searchbox').fill('BOLD');
  await page.keyboard.press('Enter');
  await dialog.locator('.hit', {hasText: 'bold'}).click();
  await dialog.waitFor({state: 'detached'});
  const found = page.locator('.item.pointed', {hasText: 'so bold'});
  await found.waitFor();
  assert.ok(await found.evaluate((element) => {
    const [box, log] = [element.getBoundingClientRect(), element.closest('[role="log"]').getBoundingClientRect()];
    return box.bottom > log.top && box.top < log.bottom;
  }));
  await page.getByRole('button', {name: 'Jump to latest'}).click();
  await page.getByText('line 39', {exact: true}).waitFor();
  assert.deepEqual(person.faults, []);
  assert.deepEqual(await page.evaluate(() => window.refused), []);
});

for (const [language, locale] of [['en', 'en-GB'], ['zh', 'zh-CN']]) {
  test(`axe finds nothing in messages and their dialogs, in the language ${language}`, async () => {
    const words = await wordsOf(language);
    const context = await browser.newContext({ignoreHTTPSErrors: true, locale, reducedMotion: 'reduce'});
    const page = await context.newPage();
    page.setDefaultTimeout(kPatience);
    await page.goto(`${server.url}/room/lobby`);
    await page.locator('#name').fill(`Reader ${language}`);
    await page.getByRole('button', {name: words.entry.chatOnly, exact: true}).click();
    await page.getByRole('log').waitFor();
    const dialog = page.getByRole('dialog');
    const look = async (what) => {
      await dialog.waitFor();
      assert.deepEqual(await violations(page), [], what);
      await page.keyboard.press('Escape');
      await dialog.waitFor({state: 'detached'});
    };
    const attach = (files) => page.locator('input[type=file]').setInputFiles(files);
    const said = (text) => page.locator('.item', {hasText: text});
    const composer = page.locator('#composer');

    await attach([{name: 'small.png', mimeType: 'image/png', buffer: png(60, 40)}]);
    await composer.fill(`picture ${language}`);
    await composer.press('Enter');
    // Not by the mouse: the chat, which follows its end, may move under it. Other tests click.
    const press = (button) => button.dispatchEvent('click');
    await press(said(`picture ${language}`).locator('.small'));
    await look('a picture');
    ask({type: 'message', text: `code ${language} and $x^2$\n\`\`\`cpp\nint a = 1;\n\`\`\``});
    await said(`code ${language}`).locator('.katex').first().waitFor();
    await said(`code ${language}`).locator('.hljs-type').waitFor();
    await press(said(`code ${language}`).locator('.menu'));
    await look('what can be done with a message');
    ask({type: 'poll', question: `Tea ${language}?`, options: ['yes', 'no']});
    await press(said(`Tea ${language}?`).locator('.option').first());
    await said(`Tea ${language}?`).locator('.option[aria-pressed=true]').waitFor();
    // None of these is ever answered.
    await page.route('**/files/**', (route) => (route.request().method() === 'PUT' ? undefined : route.continue()));
    await attach(['a', 'b', 'c', 'd', 'e'].map((name) => ({name: `${name}.txt`, mimeType: 'text/plain', buffer: Buffer.from(name)})));
    await page.getByRole('progressbar').nth(2).waitFor();
    assert.equal(await page.locator('.upload').getByText(words.file.waiting).count(), 2);
    await composer.press('ArrowUp');
    await page.locator('.chip').waitFor();
    assert.deepEqual(await violations(page), [], 'the chat');
    await composer.press('Escape');

    await page.getByRole('button', {name: words.chat.add, exact: true}).click();
    await page.getByRole('button', {name: words.poll.make, exact: true}).click();
    await look('a new poll');
    await composer.fill('/search tea');
    await composer.press('Enter');
    await page.locator('.hit').first().waitFor();
    await look('a search');
    await context.close();
  });
}
