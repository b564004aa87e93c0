// A browser and a terminal chat over the TLS door, both ways, also after the server was restarted.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {Person} from './person.mjs';
import {restart, startChromium, startServer, startTerminal, temporaryFolder} from './support.mjs';

let server;
let terminal;
let browser;
let person;

before(async () => {
  server = await startServer(temporaryFolder());
  terminal = await startTerminal(server, 'terminal');
  browser = await startChromium();
});

after(async () => {
  await browser?.close();
  await terminal?.stop('SIGKILL');
  await server?.child.stop('SIGKILL');
});

const say = (text) => terminal.says(JSON.stringify({type: 'message', room: 'lobby', text}));

test('a browser joins with only a name', async () => {
  person = await Person.open(browser, server, 'browser');
  await person.enterChat();
  await terminal.hears(/"member_joined".*"name":"browser"/);
});

test('they chat both ways', async () => {
  await person.write('from the browser');
  await terminal.hears(/"text":"from the browser"/);
  say('from the terminal');
  await person.reads('from the terminal');
});

test('HTML in a text is text', async () => {
  say('<b id="planted">bold</b>');
  await person.reads('<b id="planted">bold</b>');
  assert.equal(await person.page.locator('#planted').count(), 0);
});

test('what begins with a slash is a command, as in the terminal', async () => {
  await person.write('/msg terminal between us');
  await terminal.hears(/"type":"whisper".*"text":"between us"/);
  await person.write('/who');
  await person.page.getByText(/^Here: .*terminal/).waitFor();
  await person.write('/help');
  await person.page.getByText('/msg NAME TEXT', {exact: false}).waitFor();
});

test('they chat on after the server was restarted', async () => {
  server = await restart(server);
  await terminal.hears(/"type":"joined"/);
  // The page comes back by itself; what is written meanwhile waits for that.
  await person.write('back in the browser');
  await terminal.hears(/"text":"back in the browser"/);
  say('back in the terminal');
  await person.reads('back in the terminal');
});
