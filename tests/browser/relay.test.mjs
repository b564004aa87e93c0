// Two people whose networks reach the server's but not each other: coturn, with credentials that the server makes,
// carries their call.

import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';
import {after, before, test} from 'node:test';

import {addNetwork} from './networks.mjs';
import {flows, Person} from './person.mjs';
import {Child, kHost, startChromium, startServer, temporaryFolder, until} from './support.mjs';

const folder = temporaryFolder();
const secret = join(folder, 'secret');
const browsers = [];
let relay;
let server;
let ada;
let grace;

// The configuration that docs/operations.md shows, with a private folder for what coturn would keep elsewhere.
const kConfiguration = `listening-ip=${kHost}
relay-ip=${kHost}
listening-port=3478
min-port=49160
max-port=49200
fingerprint
use-auth-secret
static-auth-secret=north-east-window
realm=chat.example
no-tls
no-dtls
no-cli
no-multicast-peers
userdb=${folder}/turn.sqlite
pidfile=${folder}/turn.pid
log-file=stdout
`;

// Whether somebody takes connections at that port.
const answers = (port) => new Promise((resolve) => {
  const socket = connect(port, kHost, () => resolve(true)).on('error', () => resolve(false));
  socket.on('connect', () => socket.destroy());
});

before(async () => {
  writeFileSync(secret, 'north-east-window\n', {mode: 0o600});
  writeFileSync(join(folder, 'turnserver.conf'), kConfiguration);
  relay = new Child('turnserver', ['-c', join(folder, 'turnserver.conf')]);
  await until(() => answers(3478), 'coturn');
  server = await startServer(temporaryFolder(),
      {options: ['--ice', `turn:${kHost}:3478`, '--ice', `turn:${kHost}:3478?transport=tcp`, '--turn-secret-file', secret]});
  for (const [name, number] of [['left', 78], ['right', 79]]) {
    browsers.push(await startChromium({executablePath: addNetwork(name, number).wrap('/usr/bin/chromium')}));
  }
  ada = await Person.open(browsers[0], server, 'Ada');
  grace = await Person.open(browsers[1], server, 'Grace');
});

after(async () => {
  for (const browser of browsers) await browser.close();
  await server?.child.stop('SIGKILL');
  await relay?.stop('SIGKILL');
});

test('sound and pictures flow both ways through the relay', async () => {
  await Promise.all([ada.enterCall(), grace.enterCall()]);
  await flows([ada, grace]);
  for (const person of [ada, grace]) {
    const [{kinds}] = await person.measure();
    assert.equal(kinds.includes('relay'), true, `${kinds}`);
  }
});

test('the page says that it is a relayed connection', async () => {
  const tile = ada.tile('Grace');
  await tile.getByLabel('Connection to Grace').click();
  await tile.getByText('Connected through a relay').waitFor();
});

test('the check finds the relay', async () => {
  await grace.page.getByRole('button', {name: 'Settings'}).click();
  await grace.page.getByRole('button', {name: 'Check devices and network'}).click();
  const relayed = grace.page.getByRole('listitem').filter({hasText: 'Relay'});
  await relayed.getByText('Works').waitFor();
});
