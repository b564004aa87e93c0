// Messages that change: one person at the page and one in a terminal answer, edit, delete, react and vote, in the same room,
// also across a restart of the server.

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
