// The page behind a proxy that strips a prefix from the path.

import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {Person} from './person.mjs';
import {Proxy} from './proxy.mjs';
import {command, kHost, startChromium, startServer, temporaryFolder, until} from './support.mjs';

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
