// Who people are: accounts, being remembered, links with a token, and a portal in PHP that makes such links.

import assert from 'node:assert/strict';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {Person} from './person.mjs';
import {Child, command, kHost, startChromium, startServer, temporaryFolder, until} from './support.mjs';

const kPassword = 'correct horse';

let browser;
before(async () => (browser = await startChromium()));
after(() => browser?.close());

const newProfile = () => browser.newContext({ignoreHTTPSErrors: true, locale: 'en-GB'});

// A server with an account for Ana, as long as the tests of a `describe` run.
function serverWithAna(options = []) {
  const it = {};
  before(async () => {
    const data = temporaryFolder();
    command(data, ['user', 'add', 'Ana'], `${kPassword}\n`);
    Object.assign(it, await startServer(data, {options}));
  });
  after(() => it.child?.stop('SIGKILL'));
  return it;
}

async function fillIn(page, password, {remember = false} = {}) {
  await page.getByRole('button', {name: 'With an account'}).click();
  await page.getByLabel('Account', {exact: true}).fill('Ana');
  await page.getByLabel('Password', {exact: true}).fill(password);
  await page.getByLabel('Stay signed in').setChecked(remember);
}

const isIn = ({page}) => page.getByRole('log').waitFor();
const youAre = ({page}, name) => page.locator('.known', {hasText: `You're joining as ${name}`}).waitFor();
const asks = ({page}) => page.getByRole('button', {name: 'With an account'}).waitFor();
const kept = (person, storage) => person.page.evaluate((storage) => window[storage].getItem('parley.token'), storage);

async function signOut({page}) {
  await page.getByRole('button', {name: 'Settings'}).click();
  await page.getByRole('button', {name: 'Sign out'}).click();
}

describe('an account', () => {
  const server = serverWithAna();
  let context;
  let ana;

  test('is not opened by a wrong password, which is said', async () => {
    context = await newProfile();
    ana = await Person.visit(context, 'Ana', server.url);
    await fillIn(ana.page, 'a guess');
    await ana.knock();
    await ana.page.getByText('The account or password is wrong').waitFor();
    assert.equal(await ana.page.getByLabel('Password', {exact: true}).inputValue(), '');
    assert.equal(await ana.page.evaluate(() => document.activeElement.id), 'secret');
  });

  test('says that the server checks, also where it takes its time after wrong passwords', async () => {
    const tryWith = async (password) => {
      await ana.page.getByLabel('Password', {exact: true}).fill(password);
      await ana.knock();
    };
    for (let wrong = 1; wrong < 8; wrong++) {
      await tryWith(`a guess ${wrong}`);
      await ana.page.getByText('The account or password is wrong').waitFor();
    }
    await tryWith('one more');
    await ana.page.getByRole('button', {name: 'Checking…'}).waitFor();
    await ana.page.getByText('the server is delaying its reply').waitFor();
    await ana.page.getByText('The account or password is wrong').waitFor();
    await tryWith(kPassword);
    await isIn(ana);
  });

  test('has fields that a password manager knows', async () => {
    const other = await Person.visit(context, 'Ana', server.url);
    await other.page.getByRole('button', {name: 'With an account'}).click();
    const of = (id) => other.page.locator(id).getAttribute('autocomplete');
    assert.deepEqual([await of('#user'), await of('#secret')], ['username', 'current-password']);
    await other.page.close();
  });

  test('needs no password again in the same tab, but does elsewhere', async () => {
    assert.equal(await kept(ana, 'localStorage'), null);
    await ana.page.reload();
    await youAre(ana, 'Ana');
    await ana.enterChat();
    const other = await Person.visit(context, 'Ana', server.url);
    await asks(other);
    await other.page.close();
  });

  test('is remembered by the browser where the person wants that', async () => {
    await signOut(ana);
    await asks(ana);
    await fillIn(ana.page, kPassword, {remember: true});
    await ana.enterChat();
    await ana.page.close();
    ana = await Person.visit(context, 'Ana', server.url);
    await youAre(ana, 'Ana');
    await ana.enterChat();
    assert.equal((await kept(ana, 'localStorage')).includes(kPassword), false);
  });

  test('is signed out of, and then forgotten by the browser', async () => {
    await signOut(ana);
    await asks(ana);
    assert.deepEqual([await kept(ana, 'localStorage'), await kept(ana, 'sessionStorage')], [null, null]);
    await ana.page.reload();
    await asks(ana);
  });

  test('has a name that no guest can have', async () => {
    await ana.page.getByLabel('Your name').fill('Ana');
    await ana.knock();
    await ana.page.getByText(/Somebody is already here under this name, or it belongs to an account/).waitFor();
  });

  test('whose password was changed asks for the new one', async () => {
    await fillIn(ana.page, kPassword, {remember: true});
    await ana.enterChat();
    command(server.data, ['user', 'password', 'Ana'], 'another one\n');
    const again = await Person.visit(context, 'Ana', server.url);
    await youAre(again, 'Ana');
    await again.knock();
    await again.page.getByText('Please sign in again').waitFor();
    assert.equal(await again.page.getByLabel('Account', {exact: true}).inputValue(), 'Ana');
    await again.page.getByLabel('Password', {exact: true}).fill('another one');
    await again.enterChat();
    await context.close();
  });
});

describe('a server that takes no guests', () => {
  const server = serverWithAna(['--guests', 'no']);

  test('says so, and how to join', async () => {
    const context = await newProfile();
    const ana = await Person.visit(context, 'Ana', server.url);
    await ana.page.getByLabel('Your name').fill('Bo');
    await ana.knock();
    await ana.page.getByText('You need an account here').waitFor();
    await fillIn(ana.page, kPassword);
    await ana.enterChat();
    await context.close();
  });
});

describe('rooms that are set up beforehand', () => {
  const file = join(temporaryFolder(), 'parley.conf');
  writeFileSync(file, 'room = seminar; join = members\nroom = cell; most = 1\n');
  const server = serverWithAna(['--config', file]);
  let bo;

  test('are not open to everybody, which is said', async () => {
    const context = await newProfile();
    bo = await Person.visit(context, 'Bo', `${server.url}/room/seminar`);
    await bo.page.getByLabel('Your name').fill('Bo');
    await bo.knock();
    await bo.page.getByText('You need an account here').waitFor();
    await fillIn(bo.page, kPassword);
    await bo.enterChat();
  });

  test('have room for so many, which is said', async () => {
    const first = await Person.open(browser, server, 'Ada', {room: 'cell'});
    await first.enterChat();
    const second = await Person.open(browser, server, 'Edsger', {room: 'cell'});
    await second.knock();
    await second.page.getByText('The room is full').waitFor();
    await second.page.getByLabel('Room', {exact: true}).fill('lobby');
    await second.enterChat();
    for (const person of [first, second, bo]) await person.close();
  });
});

// Opens a link, and looks at everything that the page asks of anybody.
async function follow(context, link) {
  const page = await context.newPage();
  const asked = [];
  page.on('request', (request) => asked.push(request.url(), JSON.stringify(request.headers())));
  page.on('websocket', (socket) => asked.push(socket.url()));
  await page.goto(link);
  return {person: new Person(page, ''), asked};
}

describe('a link with a token', () => {
  const server = serverWithAna();
  const link = (token) => `${server.url}/room/Room%207#token=${token}`;
  let context;
  before(async () => (context = await newProfile()));
  after(() => context?.close());

  test('lets its bearer in, and leaves nothing in the address', async () => {
    const token = command(server.data, ['token', 'Zoë', '--role', 'host', '--room', 'Room 7']);
    const {person, asked} = await follow(context, link(token));
    await youAre(person, 'Zoë');
    assert.equal(person.page.url(), `${server.url}/room/Room%207`);
    await person.enterChat();
    await person.page.getByRole('button', {name: 'Host controls'}).waitFor();
    assert.equal(person.page.url(), `${server.url}/room/Room%207`);
    assert.deepEqual(asked.filter((text) => text.includes(token)), []);
  });

  test('is good for its own room only, which is said', async () => {
    const token = command(server.data, ['token', 'Kim', '--room', 'Room 7']);
    const {person} = await follow(context, link(token));
    await person.page.getByLabel('Room', {exact: true}).fill('elsewhere');
    await person.knock();
    await person.page.getByText("You can't join this room").waitFor();
    await person.page.getByLabel('Room', {exact: true}).fill('Room 7');
    await person.enterChat();
    await person.page.close();
  });

  test('that has expired says so, and one can join in another way', async () => {
    const claims = Buffer.from(JSON.stringify({sub: 'Eve', exp: 1_000_000_000})).toString('base64url');
    const {person} = await follow(await newProfile(), link(`e30.${claims}.c2lnbmF0dXJl`));
    await person.page.getByText('This link has expired.').waitFor();
    await person.page.getByLabel('Your name').fill('Eve');
    await person.page.getByLabel('Room', {exact: true}).fill('lobby');
    await person.enterChat();
    await person.page.context().close();
  });

  test('that the server does not accept says so, and one can join in another way', async () => {
    const claims = Buffer.from(JSON.stringify({sub: 'Mallory', exp: 5_000_000_000})).toString('base64url');
    const {person} = await follow(await newProfile(), link(`e30.${claims}.c2lnbmF0dXJl`));
    await youAre(person, 'Mallory');
    await person.knock();
    await person.page.getByText('This link is no longer valid.').waitFor();
    await person.page.getByLabel('Your name').fill('Mal');
    await person.enterChat();
    await person.page.context().close();
  });
});

describe('a portal in PHP, as docs/operations.md shows it', () => {
  const folder = temporaryFolder();
  const secret = join(folder, 'portal.secret');
  const site = join(folder, 'site');
  let server;
  let portal;
  let address;

  before(async () => {
    writeFileSync(secret, 'north-east-window-and-a-long-way-to-the-sea\n', {mode: 0o600});
    server = await startServer(temporaryFolder(), {options: ['--jwt-key', secret]});
    mkdirSync(site);
    const docs = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const [library, room] = [...docs.matchAll(/```php\n([\s\S]*?)\n```/g)].map(([, code]) => code);
    writeFileSync(join(site, 'parley.php'), library);
    writeFileSync(join(site, 'room.php'), room.replace('/etc/parley/portal.secret', secret).replace('https://chat.example:8443', server.url));
    // The portal's own, in short: each person who asks for it is Zoë, a teacher.
    writeFileSync(join(site, 'login.php'),
        `<?php session_start(); $_SESSION = ['name' => 'Zoë', 'teacher' => true]; header('Location: room.php');`);
    portal = new Child('php', ['-S', `${kHost}:0`, '-t', site]);
    [, address] = await portal.hears(/\((http:\S+)\) started/);
  });
  after(async () => {
    await portal?.stop('SIGKILL');
    await server?.child.stop('SIGKILL');
  });

  test('logs a browser into a room', async () => {
    const context = await newProfile();
    const {person, asked} = await follow(context, `${address}/room.php`);
    await youAre(person, 'Zoë');
    assert.equal(person.page.url(), `${server.url}/room/Room%207`);
    await person.enterCall({video: false});
    await until(() => person.page.getByRole('heading', {name: 'Room 7'}).isVisible(), 'the room');
    await person.page.getByRole('button', {name: 'Host controls'}).waitFor();
    assert.deepEqual(asked.filter((text) => text.includes('token=')), []);
    await context.close();
  });
});
