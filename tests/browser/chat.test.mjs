// A browser and a terminal chat over the TLS door, both ways, also after the server was restarted.

import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';

import {kPatience, startChromium, startClient, startServer} from './support.mjs';

const data = mkdtempSync(join(tmpdir(), 'parley-browser-'));
let server;
let terminal;
let browser;
let page;
const foreign = [];  // requests to anyone but the server

before(async () => {
  server = await startServer(data);
  terminal = startClient('--tls', server.doors.tls, '--ca', join(data, 'ca.crt'), '--name', 'terminal', '--json');
  await terminal.hears(/"type":"joined"/);
  browser = await startChromium();
  const context = await browser.newContext({ignoreHTTPSErrors: true, locale: 'en-GB'});
  page = await context.newPage();
  page.setDefaultTimeout(kPatience);
  page.on('request', (request) => {
    const {protocol, host} = new URL(request.url());
    if (/^(https?|wss?):$/.test(protocol) && host !== server.doors.tls) foreign.push(request.url());
  });
});

after(async () => {
  await browser?.close();
  await terminal?.stop('SIGKILL');
  await server?.child.stop('SIGKILL');
  rmSync(data, {recursive: true});
});

const write = async (text) => {
  await page.getByRole('textbox', {name: /write/i}).fill(text);
  await page.keyboard.press('Enter');
};
const say = (text) => terminal.says(JSON.stringify({type: 'message', room: 'lobby', text}));

test('a browser comes in with only a name', async () => {
  await page.goto(`${server.url}/room/lobby`);
  await page.getByLabel('Your name').fill('browser');
  await page.locator('.chat-only').click();
  await terminal.hears(/"member_joined".*"name":"browser"/);
});

test('they chat both ways', async () => {
  await write('from the browser');
  await terminal.hears(/"text":"from the browser"/);
  say('from the terminal');
  await page.getByText('from the terminal', {exact: true}).waitFor();
});

test('HTML in a text is text', async () => {
  say('<b id="planted">bold</b>');
  await page.getByText('<b id="planted">bold</b>', {exact: true}).waitFor();
  assert.equal(await page.locator('#planted').count(), 0);
});

test('they chat on after the server was restarted', async () => {
  const {doors} = server;
  await server.child.stop();
  server = await startServer(data, doors);
  await terminal.hears(/"type":"joined"/);
  // The page comes back by itself; what is written meanwhile waits for that.
  await write('back in the browser');
  await terminal.hears(/"text":"back in the browser"/);
  say('back in the terminal');
  await page.getByText('back in the terminal', {exact: true}).waitFor();
});

test('nothing was asked of any other host', () => {
  assert.deepEqual(foreign, []);
});
