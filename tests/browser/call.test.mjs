// Two people in browsers, and one in a terminal, in a call.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {flows, Person} from './person.mjs';
import {startChromium, startServer, startTerminal, temporaryFolder, until} from './support.mjs';

let server;
let terminal;
let browser;
let ada;
let grace;

const kRoom = 'lab';

before(async () => {
  server = await startServer(temporaryFolder());
  // First in the room, so its host.
  terminal = await startTerminal(server, 'terminal', kRoom);
  // The second of the pretended cameras is one for depth, which is no picture to send.
  browser = await startChromium({devices: 'fps=10,device-count=3'});
  ada = await Person.open(browser, server, 'Ada', {room: kRoom});
  grace = await Person.open(browser, server, 'Grace', {room: kRoom});
});

after(async () => {
  await browser?.close();
  await terminal?.stop('SIGKILL');
  await server?.child.stop('SIGKILL');
});

// The terminal hears that a member changed, `flags` being in the order of the protocol.
const changes = (name, flags) => terminal.hears(new RegExp(`"member_changed".*"name":"${name}".*${flags}`));
// The ids of the others, by name, as the terminal was told them.
const ids = new Map();
const moderate = (action, name) =>
  terminal.says(JSON.stringify({type: 'moderate', room: kRoom, action, ...(name && {member: ids.get(name)})}));

async function comesIn(person) {
  const joined = terminal.hears(new RegExp(`"member_joined".*"id":"([^"]+)","name":"${person.name}"`));
  await person.enterChat();
  ids.set(person.name, (await joined)[1]);
}

test('two who join at the same moment hear and see each other', async () => {
  await comesIn(ada);
  await comesIn(grace);
  await Promise.all([ada, grace].map(async (person) => {
    await person.page.getByRole('button', {name: /^Join meeting/}).first().click();
    await person.setPreview('Microphone', true);
    await person.setPreview('Camera', true);
  }));
  await Promise.all([ada, grace].map((person) =>
    person.page.getByRole('dialog').getByRole('button', {name: 'Join meeting'}).click()));
  await flows([ada, grace]);
});

test('a picture of the other one is on each page', async () => {
  for (const [person, other] of [[ada, 'Grace'], [grace, 'Ada']]) {
    const moves = (video) => video.readyState >= 2 && video.videoWidth > 0;
    await until(() => person.tile(other).locator('video').evaluate(moves), `${other}'s picture`);
  }
});

test('a muted microphone is seen by the other page and by the terminal', async () => {
  const heard = changes('Ada', '"audio":false');
  await ada.microphone.click();
  await heard;
  await grace.tile('Ada').getByText('microphone off').waitFor();
  const heardAgain = changes('Ada', '"audio":true');
  await ada.press('m');
  await heardAgain;
  await grace.tile('Ada').getByText('microphone off').waitFor({state: 'detached'});
});

test('the space bar opens a closed microphone while it is held', async () => {
  await ada.press('m');
  await grace.tile('Ada').getByText('microphone off').waitFor();
  await ada.page.keyboard.down(' ');
  await grace.tile('Ada').getByText('microphone off').waitFor({state: 'detached'});
  await ada.page.keyboard.up(' ');
  await grace.tile('Ada').getByText('microphone off').waitFor();
  await ada.press('m');
});

test('a camera that is turned off and on again leaves and comes back', async () => {
  await ada.camera.click();
  await grace.tile('Ada').locator('video').waitFor({state: 'detached'});
  await ada.camera.click();
  await grace.tile('Ada').locator('video').waitFor();
  await flows([ada, grace]);
});

test('another microphone and camera take over without a new negotiation', async () => {
  const sent = () => ada.page.evaluate(() => {
    const [connection] = window.connections.filter(({connectionState}) => connectionState === 'connected');
    const devices = connection.getSenders().map(({track}) => track?.getSettings().deviceId).filter(Boolean);
    return {devices, sdp: connection.localDescription.sdp};
  });
  const before = await sent();
  await ada.page.getByRole('button', {name: 'Settings'}).click();
  for (const kind of ['Microphone', 'Camera']) {
    const picker = ada.page.getByRole('combobox', {name: kind});
    // The dialog opens before the browser has named its devices.
    const count = await until(async () => {
      const listed = await picker.locator('option').count();
      return listed > 1 && listed;
    }, `a choice for ${kind}`);
    await picker.selectOption({index: count - 1});
  }
  const now = await until(async () => {
    const after = await sent();
    return after.devices.every((device) => !before.devices.includes(device)) && after;
  }, 'other devices');
  assert.equal(now.devices.length, 2);
  assert.equal(now.sdp, before.sdp);
  await ada.page.keyboard.press('Escape');
  await flows([ada, grace]);
});

test('a shared screen is shown large, and goes when the sharing ends', async () => {
  const heard = changes('Grace', '"screen":true');
  await grace.controls.getByRole('button', {name: 'Share screen'}).click();
  await heard;
  const screen = ada.tile('Screen of Grace');
  await until(() => screen.locator('video').evaluate((video) => video.videoWidth > 0), 'the picture of the screen');
  assert.equal(await screen.evaluate((tile) => tile.classList.contains('large')), true);
  await grace.controls.getByRole('button', {name: 'Stop sharing'}).click();
  await screen.waitFor({state: 'detached'});
});

test('raised hands stand in their order, and a host in a terminal can lower them', async () => {
  await grace.press('h');
  await ada.tile('Grace').getByText('hand raised, number 1').waitFor();
  await ada.press('h');
  await grace.tile('Ada').getByText('hand raised, number 2').waitFor();
  moderate('lower_hand', 'Grace');
  await ada.tile('Grace').getByText(/hand raised/).waitFor({state: 'detached'});
  await grace.tile('Ada').getByText('hand raised, number 1').waitFor();
  await ada.press('h');
});

test('a member muted by a host in a terminal is told, and cannot turn the microphone on', async () => {
  moderate('mute', 'Ada');
  await ada.banners.getByText(/blocked your microphone and chat/).waitFor();
  await grace.tile('Ada').getByText('blocked by a host').waitFor();
  assert.equal(await ada.microphone.getAttribute('aria-disabled'), 'true');
  await ada.press('m');
  assert.equal(await ada.microphone.getAttribute('aria-pressed'), 'false');
  moderate('unmute', 'Ada');
  await ada.banners.getByText(/blocked your microphone and chat/).waitFor({state: 'detached'});
  await ada.microphone.click();
  await grace.tile('Ada').getByText('microphone off').waitFor({state: 'detached'});
});

test('a member who leaves the call stays in the room, and can return to the call', async () => {
  const heard = changes('Grace', '"call":false');
  await grace.leaveCall();
  await heard;
  await ada.tile('Grace').waitFor({state: 'detached'});
  await grace.write('still here');
  await terminal.hears(/"text":"still here"/);
  await grace.join();
  await flows([ada, grace]);
});

test('a locked room says so to a person who wants to join', async () => {
  moderate('lock');
  const third = await Person.open(browser, server, 'Edsger', {room: kRoom});
  await third.page.getByRole('button', {name: 'Join chat only'}).click();
  await third.page.getByText('The room is locked: ask its host to unlock it').waitFor();
  moderate('unlock');
  await third.enterChat();
  await third.close();
});

test('a removed member is told, and leaves the call', async () => {
  moderate('promote', 'Grace');
  await grace.press('p');
  await grace.page.getByRole('button', {name: 'Actions for Ada'}).click();
  await grace.page.getByRole('button', {name: 'Remove from room'}).click();
  await grace.page.getByRole('group', {name: 'Remove Ada?'}).getByRole('button', {name: 'Remove'}).click();
  await grace.page.getByRole('button', {name: 'Remove now'}).click();
  await ada.page.getByText(/A host removed you from lab/).waitFor();
  await grace.tile('Ada').waitFor({state: 'detached'});
  assert.deepEqual(await ada.measure(), []);
  // One click leads back into the meeting.
  await ada.page.getByRole('button', {name: 'Rejoin'}).click();
  await flows([ada, grace]);
});

test('no page had a fault', () => {
  assert.deepEqual([...ada.faults, ...grace.faults], []);
});
