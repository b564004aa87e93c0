// The page as an app, in two browsers and under a prefix: its worker keeps the shell of the page for when the server does not answer,
// nothing else, and no longer than the server has it; and what other apps share comes into the room that is chosen.

import assert from 'node:assert/strict';
import {cpSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {Proxy} from './proxy.mjs';
import {Student, startBrowser} from './student.mjs';
import {kPage, restart, startServer, temporaryFolder, until} from './support.mjs';

// A copy of the page that differs from it as the next version does.
function nextVersion() {
  const files = join(temporaryFolder(), 'page');
  cpSync(kPage, files, {recursive: true, filter: (path) => !/\/(?:index\.html|worker\.js)\.(?:gz|br)$/.test(path)});
  const change = (name, from, to) => {
    const text = readFileSync(join(files, name), 'utf8');
    assert.match(text, from);
    writeFileSync(join(files, name), text.replace(from, to));
  };
  change('index.html', /<body>/, '<body data-version="next">');
  change('worker.js', /version:"\w+"/, 'version:"next"');
  return files;
}

function appIn(kind) {
  let server;
  let proxy;
  let browser;
  let ada;
  const options = {doors: {plain: '127.0.0.1:0', tls: '10.77.0.1:0'}, options: ['--proxy']};
  before(async () => {
    server = await startServer(temporaryFolder(), options);
    proxy = await Proxy.start(server);
    browser = await startBrowser(kind, {trusts: true});
    ada = await Student.open(kind, browser, proxy, 'Ada', {room: 'lobby'});
  });
  after(async () => {
    await browser?.close();
    proxy?.stop();
    await server?.child.stop('SIGKILL');
  });

  const opens = (path) => ada.page.goto(`${proxy.url}${path}`);
  const isShell = () => ada.page.evaluate(() => document.documentElement.dataset.shell !== undefined);
  const version = () => ada.page.evaluate(() => document.body.dataset.version ?? 'first');
  // The addresses in each cache, under the prefix.
  const kept = () => ada.page.evaluate(async () => Object.fromEntries(await Promise.all((await caches.keys()).map(async (name) =>
    [name, (await (await caches.open(name)).keys()).map(({url}) => new URL(url).pathname).sort()]))));

  test('the worker keeps the shell, also after a chat', async () => {
    await until(() => ada.page.evaluate(() => navigator.serviceWorker.controller !== null), 'a worker');
    await ada.click('.chat-only');
    await ada.has('#composer');
    await ada.write('not for the disk');
    await ada.sees('not for the disk', '[role=log]');
    const [[name, paths], ...others] = Object.entries(await kept());
    assert.deepEqual(others, []);
    assert.match(name, /^parley \/chat\/ \w{16}$/);
    assert.deepEqual(paths.filter((path) => !path.startsWith('/chat/assets/')), ['/chat/', '/chat/room/lobby']);
    const files = new Set(readdirSync(join(kPage, 'assets')));
    assert.deepEqual(paths.filter((path) => path.startsWith('/chat/assets/') && !files.has(path.slice('/chat/assets/'.length))), []);
    assert.deepEqual(proxy.outside.filter((path) => path !== '/favicon.ico'), []);
  });

  test('where nothing is behind the proxy the page opens, says so, and is replaced once the server is back', async () => {
    proxy.down = true;
    for (const path of ['/', '/room/7b']) {
      await opens(path);
      await ada.sees('The server does not answer.', '.form');
      assert.equal(await isShell(), true);
      await ada.seesNo('Part of this page could not be loaded.');
    }
    proxy.down = false;
    await until(async () => !(await isShell().catch(() => true)), "the server's own page");
    await ada.has('#room');
    assert.equal(new URL(await ada.page.url()).pathname, '/chat/room/7b');
    await ada.seesNo('The server does not answer.');
  });

  test('where the server ended it opens, too, and asks before it replaces what was begun', async () => {
    await server.child.stop();
    await opens('/');
    await ada.sees('The server does not answer.', '.form');
    await ada.fill('#name', 'Ada again');
    server = await restart(server);
    proxy.server = server;
    await ada.sees('The server answers again.');
    assert.equal(await isShell(), true);
    await ada.click('.notice .button--main');
    await until(async () => !(await isShell().catch(() => true)), "the server's own page");
  });

  test('after an upgrade the page is the new one at once, and so is the shell', async () => {
    const {data, doors, child} = server;
    await child.stop();
    server = await startServer(data, {...options, doors, files: nextVersion()});
    proxy.server = server;
    await opens('/');
    await ada.has('#room');
    assert.equal(await version(), 'next');
    await until(async () => Object.keys(await kept()).join() === 'parley /chat/ next', 'the new shell alone');
    proxy.down = true;
    await opens('/room/x');
    await ada.sees('The server does not answer.', '.form');
    assert.equal(await version(), 'next');
    proxy.down = false;
    await until(async () => !(await isShell().catch(() => true)), "the server's own page");
  });

  test('what another app shares waits for a room, and is not sent by itself', async () => {
    await ada.page.evaluate(() => {
      const form = Object.assign(document.createElement('form'), {method: 'post', action: '/chat/share', enctype: 'multipart/form-data'});
      for (const [name, value] of [['title', 'Homework'], ['text', 'page 7 & 8']]) {
        form.append(Object.assign(document.createElement('input'), {name, value}));
      }
      document.body.append(form);
      setTimeout(() => form.submit());
    });
    const shows = () => document.body.innerText.includes('Choose the room for the shared text.');
    await until(() => ada.page.evaluate(shows).catch(() => false), 'the first screen, with the shared text');
    assert.equal(new URL(await ada.page.url()).href, `${proxy.url}/`);
    await ada.fill('#name', 'Ada');
    await ada.fill('#room', 'shared');
    await ada.click('.chat-only');
    await until(() => ada.page.evaluate(() => document.querySelector('#composer')?.value === 'Homework\npage 7 & 8'), 'the text in the field');
    await ada.seesNo('page 7 & 8', '[role=log]');
    await ada.click('.send');
    await ada.sees('page 7 & 8', '[role=log]');
    // A Firefox says this of a file that was on its way when its page was replaced.
    assert.deepEqual(ada.faults.filter((fault) => !fault.includes('A ServiceWorker intercepted the request')), []);
  });

  if (kind !== 'Chromium') return;
  test('the browser finds nothing that keeps it from being installed, in either language', async () => {
    const tools = await ada.page.context().newCDPSession(ada.page);
    const manifest = () => tools.send('Page.getAppManifest');
    // A certificate that is only pretended to be trusted is not enough here; the machine itself is.
    await ada.page.goto(`http://${server.doors.plain}/`);
    const {installabilityErrors} = await tools.send('Page.getInstallabilityErrors');
    // A window of a test keeps nothing on the disk, and so installs nothing.
    assert.deepEqual(installabilityErrors.map(({errorId}) => errorId), ['in-incognito']);
    const {errors, data} = await manifest();
    assert.deepEqual(errors, []);
    assert.equal(JSON.parse(data).lang, 'en');
    await ada.click('.language[lang="zh-CN"]');
    await until(async () => JSON.parse((await manifest()).data).lang === 'zh-CN', 'the manifest in Chinese');
  });
}

for (const kind of ['Chromium', 'Firefox']) describe(kind, () => appIn(kind));
