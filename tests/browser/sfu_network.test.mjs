// Calls that the server forwards on networks that are bad: one that loses packets, and one that lets no UDP through.

import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {after, before, test} from 'node:test';

import {startFirefox} from './firefox.mjs';
import {addNetwork, filterArrivals} from './networks.mjs';
import {chromiumPerson, firefoxPerson, receives} from './sfu_people.mjs';
import {hum} from './sounds.mjs';
import {startChromium, startServer, temporaryFolder, until} from './support.mjs';

const kMediaPort = 3478;
const kRoom = {room: 'dam'};
const kNetwork = 'left';
// The network of Ada's Chromium; Edsger's Firefox is where the server is.
const kAda = '10.78.0.2';
const kLost = 'numgen random mod 100 < 5 drop';

let server, chromium, firefox, ada, edsger;
// Everybody who was in a call, also those who have gone.
const people = [];

async function enter() {
  ada = await chromiumPerson(chromium, server, 'Ada', kRoom);
  people.push(ada);
  edsger = await firefoxPerson(firefox, server, 'Edsger', kRoom);
  people.push(edsger);
}

before(async () => {
  server = await startServer(temporaryFolder(), {options: ['--media', 'sfu', '--media-port', `${kMediaPort}`]});
  const network = addNetwork(kNetwork, 78);
  chromium = await startChromium({devices: 'fps=10', microphone: hum(), executablePath: network.wrap('/usr/bin/chromium')});
  firefox = await startFirefox();
  await enter();
});

after(async () => {
  await firefox?.close();
  await chromium?.close();
  await server?.child.stop('SIGKILL');
});

const passes = (seconds) => {
  const end = Date.now() + 1000 * seconds;
  return until(() => Date.now() > end, `${seconds} s pass`);
};

// Runs in a page: notes from now on how long each picture stands still.
function watchPictures() {
  window.longest = 0;
  for (const video of document.querySelectorAll('.tile video')) {
    let last;
    const note = (now) => {
      if (last !== undefined) window.longest = Math.max(window.longest, now - last);
      last = now;
      video.requestVideoFrameCallback(note);
    };
    video.requestVideoFrameCallback(note);
  }
}

// Runs in a page: of the voice that comes, how much is made up because it is missing, in sums that only grow; the protocol on
// which media come; and how long a picture stood still since the last call, in milliseconds.
async function measure() {
  const {longest} = window;
  window.longest = 0;
  const connection = window.connections.find(({connectionState}) => connectionState === 'connected');
  const stats = [...((await connection?.getStats()) ?? new Map()).values()];
  const voices = stats.filter(({type, kind}) => type === 'inbound-rtp' && kind === 'audio');
  const [voice] = voices.sort((a, b) => b.packetsReceived - a.packetsReceived);
  const pair = stats.find(({type, nominated, state, bytesReceived}) => type === 'candidate-pair' && nominated && state === 'succeeded' && bytesReceived > 0);
  return {
    longest,
    packets: voice?.packetsReceived,
    samples: voice?.totalSamplesReceived,
    concealed: voice?.concealedSamples - voice?.silentConcealedSamples,
    protocol: stats.find(({id}) => id === pair?.localCandidateId)?.protocol,
  };
}

// What is concealed of each voice while `seconds` pass, as a share, and how long a picture stands still.
async function quality(seconds) {
  const people = [ada, edsger];
  const before = await Promise.all(people.map(({page}) => page.evaluate(measure)));
  await passes(seconds);
  const now = await Promise.all(people.map(({page}) => page.evaluate(measure)));
  return people.map(({name}, at) => ({
    name,
    concealed: (now[at].concealed - before[at].concealed) / (now[at].samples - before[at].samples),
    longest: now[at].longest,
  }));
}

const flows = () => Promise.all([ada, edsger].map(({page, name}) => receives(page, name, 1)));

test('where a packet in twenty is lost, sound has no holes and no picture stands still', async (context) => {
  await flows();
  for (const {page} of [ada, edsger]) await page.evaluate(watchPictures);
  await passes(1);
  // What the machine itself does, if it is busy: before, and after.
  const without = [await quality(4)];
  filterArrivals([
    `ip saddr ${kAda} udp dport ${kMediaPort} ${kLost}`,
    `iif lo udp dport ${kMediaPort} ${kLost}`,
    `iif lo udp sport ${kMediaPort} ${kLost}`,
  ]);
  filterArrivals([`udp sport ${kMediaPort} ${kLost}`], kNetwork);
  // Until reports have told of it: a browser sends one for its sound every 2.5 to 7.5 s, and it may be lost.
  await passes(16);
  const lossy = await quality(10);
  filterArrivals([]);
  filterArrivals([], kNetwork);
  // Until what was lost last has been made up for.
  await passes(2);
  without.push(await quality(4));
  const worst = (what, at) => Math.max(...without.map((control) => control[at][what]));
  context.diagnostic(JSON.stringify({without, lossy}));
  for (const [at, {name, concealed, longest}] of lossy.entries()) {
    const control = {concealed: worst('concealed', at), longest: worst('longest', at)};
    assert.ok(concealed < 0.02 + 2 * control.concealed, `${name}: ${concealed} is made up, ${control.concealed} without losses`);
    assert.ok(longest < Math.max(1000, 2 * control.longest), `${name}: ${longest} ms, ${control.longest} ms without losses`);
  }
});

// Runs in a page: how many frames of pictures it has encoded (in the layer with the most frames), and received.
async function frames() {
  const connection = window.connections.find(({connectionState}) => connectionState === 'connected');
  const stats = [...((await connection?.getStats()) ?? new Map()).values()].filter(({kind}) => kind === 'video');
  return {
    sent: Math.max(0, ...stats.map(({framesEncoded}) => framesEncoded ?? 0)),
    received: stats.reduce((sum, {framesReceived}) => sum + (framesReceived ?? 0), 0),
  };
}

// The share of Edsger's frames that Ada receives in three seconds.
async function share() {
  const both = () => Promise.all([edsger, ada].map(({page}) => page.evaluate(frames)));
  const [sent, received] = await both();
  await passes(3);
  const [sentNow, receivedNow] = await both();
  return (receivedNow.received - received.received) / (sentNow.sent - sent.sent);
}

// Limits the bandwidth of the connection to Ada; without `rate`, removes the limit.
function limit(rate) {
  const words = rate ? ['add', 'dev', `${kNetwork}0`, 'root', 'tbf', 'rate', rate, 'burst', '4kb', 'latency', '400ms'] : ['del', 'dev', `${kNetwork}0`, 'root'];
  execFileSync('tc', ['qdisc', ...words]);
}

test('a thin connection gets fewer frames, sound without holes, and all frames once it is wide again', async (context) => {
  await flows();
  const shares = [];
  const reach = (wanted, what) => until(async () => wanted(shares[shares.push(await share()) - 1]), what);
  await reach((share) => share > 0.85, 'all frames come');
  const [without] = await quality(3);
  limit('180kbit');
  await reach((share) => share < 0.75, 'fewer frames come');
  // Until the packets that were in the queue have arrived.
  await passes(3);
  const [thin] = await quality(6);
  limit();
  await reach((share) => share > 0.85, 'all frames come again');
  context.diagnostic(JSON.stringify({shares, without, thin}));
  assert.ok(thin.concealed < 0.05 + 2 * without.concealed, `${thin.concealed} of the voice is made up, ${without.concealed} without a limit`);
});

test('where no UDP gets through, sound and pictures come by the TLS door, and stay', async () => {
  filterArrivals([`udp dport ${kMediaPort} drop`]);
  await Promise.all([ada.page.close(), edsger.page.close()]);
  await enter();
  await flows();
  await passes(6);
  await flows();
  for (const {page, name} of [ada, edsger]) assert.equal((await page.evaluate(measure)).protocol, 'tcp', name);
});

test('a member muted by a host is not forwarded, whatever their own page sends', async () => {
  // It goes on sending, against all that it is told.
  await edsger.page.evaluate(() => {
    const connection = window.connections.at(-1);
    const sender = connection.getSenders().find(({track}) => track?.kind === 'audio');
    const voice = sender.track.clone();
    window.defy = () => {
      voice.enabled = true;
      return sender.replaceTrack(voice);
    };
    window.sent = async () => [...(await sender.getStats()).values()].find(({type}) => type === 'outbound-rtp').packetsSent;
  });
  const sent = () => edsger.page.evaluate(() => window.sent());
  const voice = async () => (await ada.page.evaluate(measure)).packets;
  await ada.page.setViewportSize({width: 1280, height: 720});
  await ada.controls.getByRole('button', {name: /^People/}).click();
  const people = ada.page.getByRole('complementary', {name: 'People'});
  await people.getByRole('button', {name: 'Actions for Edsger'}).click();
  await people.getByRole('button', {name: 'Block microphone and chat', exact: true}).click();
  await ada.tile('Edsger').getByText('blocked by a host').waitFor();
  await edsger.page.evaluate(() => window.defy());
  const before = {sent: await sent(), received: await voice()};
  await until(async () => (await sent()) > before.sent + 100, 'a voice that is sent all the same');
  assert.equal(await voice(), before.received);
  // What he shows still comes.
  await receives(ada.page, 'Ada', 0, {pictures: 1});
});

test('no page had a fault', () => {
  assert.deepEqual(people.flatMap(({faults}) => faults), []);
});
