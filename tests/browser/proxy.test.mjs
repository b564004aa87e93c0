// The page behind a proxy that strips a prefix from the path, and what it says behind one that is set up wrongly.

import assert from 'node:assert/strict';
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {flows, Person} from './person.mjs';
import {Proxy} from './proxy.mjs';
import {command, kHost, startChromium, startServer, temporaryFolder, until} from './support.mjs';

const pictures = process.env.PARLEY_SCREENSHOTS;
mkdirSync(pictures, {recursive: true});

let browser;
let server;
before(async () => {
  server = await startServer(temporaryFolder(), {doors: {plain: '127.0.0.1:0', tls: `${kHost}:0`}, options: ['--proxy']});
  browser = await startChromium();
});
after(async () => {
  await browser?.close();
  await server?.child.stop('SIGKILL');
});

describe('under a prefix', () => {
  let proxy;
  let ada;
  before(async () => (proxy = await Proxy.start(server)));
  after(() => proxy?.stop());

  const pathOf = ({page}) => new URL(page.url()).pathname;

  test('the first page leads to a room', async () => {
    const context = await browser.newContext({ignoreHTTPSErrors: true, locale: 'en-GB'});
    ada = await Person.visit(context, 'Ada', `${proxy.url}/`);
    await ada.page.getByLabel('Your name').fill('Ada');
    await ada.page.getByLabel('Room', {exact: true}).fill('课堂 1');
    await ada.enterChat();
    assert.equal(pathOf(ada), `/chat/room/${encodeURIComponent('课堂 1')}`);
  });

  test('the copied link leads others there, and they chat and meet', async () => {
    await ada.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await ada.page.getByRole('button', {name: 'Copy link'}).first().click();
    await ada.page.getByRole('status').getByText('Link copied').first().waitFor();
    const link = await ada.page.evaluate(() => navigator.clipboard.readText());
    assert.equal(link, `${proxy.url}/room/${encodeURIComponent('课堂 1')}`);
    const context = await browser.newContext({ignoreHTTPSErrors: true, locale: 'en-GB'});
    const grace = await Person.visit(context, 'Grace', link);
    await grace.page.getByLabel('Your name').fill('Grace');
    await grace.enterChat();
    await grace.write('through the proxy');
    await ada.reads('through the proxy');
    await ada.page.evaluate(() => (window.connections = []));
    await ada.join();
    await grace.join();
    await ada.tile('Grace').waitFor();
    await grace.tile('Ada').waitFor();
    await until(() => ada.page.evaluate(() => [...document.querySelectorAll('audio.voice')].some(({currentTime}) => currentTime > 0)),
        'Ada hears Grace');
    await grace.close();
  });

  test('a reload stays in the room, and the way back leads to the first page', async () => {
    await ada.page.reload();
    await ada.enterChat();
    assert.equal(pathOf(ada), `/chat/room/${encodeURIComponent('课堂 1')}`);
    await ada.page.getByRole('button', {name: 'Leave the room'}).click();
    await ada.page.getByLabel('Your name').waitFor();
    assert.equal(pathOf(ada), '/chat/');
  });

  test('a link brings its token', async () => {
    const token = command(server.data, ['token', 'Zoe', '--role', 'member']);
    await ada.page.goto(`${proxy.url}/room/x#token=${token}`);
    await ada.page.locator('.known', {hasText: 'Zoe'}).waitFor();
    assert.equal(ada.page.url(), `${proxy.url}/room/x`);
    await ada.enterChat();
    assert.equal(pathOf(ada), '/chat/room/x');
  });

  test('an address that is not there leads back to the first page', async () => {
    await ada.page.goto(`${proxy.url}/no/such/page`);
    await until(() => ada.page.evaluate(() => document.styleSheets.length === 1), 'the style sheet');
    await ada.page.getByRole('link', {name: 'Go to the first page'}).click();
    await ada.page.getByLabel('Room', {exact: true}).waitFor();
    assert.equal(pathOf(ada), '/chat/');
    await ada.page.goto(`${proxy.url}/index.html?x`);
    await ada.page.getByLabel('Room', {exact: true}).waitFor();
    assert.equal(pathOf(ada), '/chat/');
  });

  test('nothing is asked for outside of the prefix', async () => {
    // A browser looks for this one by itself where a page has no icon.
    assert.deepEqual(proxy.outside.filter((path) => path !== '/favicon.ico'), []);
    assert.deepEqual(ada.faults, []);
    await ada.close();
  });
});

describe('a first visit that fails', () => {
  let proxy;
  let person;

  const sizes = {phone: {width: 390, height: 844}, desktop: {width: 1280, height: 720}};
  async function knockAt(url, options = {}) {
    person = await Person.open(browser, {url}, 'Ada', options);
    await person.knock();
  }
  async function says(words, picture) {
    const note = person.page.locator('.form .note');
    await note.getByText(words).waitFor();
    assert.equal(await person.page.getByText('Connection lost').count(), 0);
    for (const [size, viewport] of Object.entries(sizes)) {
      await person.page.setViewportSize(viewport);
      await note.scrollIntoViewIfNeeded();
      await person.page.screenshot({path: join(pictures, `obstacle-${picture}-${size}.png`)});
    }
  }
  async function isInAfter(repair) {
    repair();
    await person.page.getByRole('log').waitFor();
    assert.equal(await person.page.locator('.note').count(), 0);
    await person.close();
  }

  before(async () => (proxy = await Proxy.start(server)));
  after(() => proxy?.stop());

  test('for a server that is down says so, and goes on by itself once it is there', async () => {
    await knockAt(proxy.url);
    await person.page.getByRole('log').waitFor();
    await person.close();
    person = await Person.open(browser, {url: proxy.url}, 'Ada');
    proxy.down = true;
    await person.knock();
    await says('The server does not answer.', 'down');
    await isInAfter(() => (proxy.down = false));
  });

  test('for a proxy that does not pass WebSockets on says so', async () => {
    proxy.upgrade = false;
    await knockAt(proxy.url, {colorScheme: 'dark'});
    await says('WebSockets do not get through', 'upgrade');
    await person.page.locator(`.note a[href="${proxy.url}/trust"]`).waitFor();
    await isInAfter(() => (proxy.upgrade = true));
  });

  test('for a proxy that changes Host says so', async () => {
    proxy.host = 'inside.example:8080';
    await knockAt(proxy.url);
    await says(/the server sees "inside\.example:8080" instead of "10\.77\.0\.1:/, 'host');
    await isInAfter(() => (proxy.host = undefined));
  });

  test('says it in Chinese, too', async () => {
    proxy.host = 'inside.example:8080';
    person = await Person.visit(await browser.newContext({ignoreHTTPSErrors: true, locale: 'zh-CN'}), 'Ada', `${proxy.url}/`);
    await person.page.locator('#name').fill('Ada');
    await person.page.locator('.chat-only').click();
    await says('因为代理改写了主机名', 'host-zh');
    await isInAfter(() => (proxy.host = undefined));
  });

  test('over http, where only https is accepted, gives the address to open', async () => {
    const plain = await Proxy.start(server, {tls: false});
    await knockAt(plain.url);
    await says('The server accepts only https', 'http');
    const link = person.page.locator('.note a');
    assert.equal(await link.getAttribute('href'), `${plain.url}/room/lobby`.replace('http:', 'https:'));
    await person.close();
    plain.stop();
  });
});
