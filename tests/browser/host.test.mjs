// What a host does on the page, and what it means for the others: the waiting room, mutes that hold, bans, the room.

import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {callOfTwo} from './pair.mjs';
import {Person} from './person.mjs';
import {closeDialog, dialog, openRoomDialog, readsOnTop} from './room_dialog.mjs';
import {loudnessArriving, playsVoices} from './sounds.mjs';
import {restart, startChromium, startServer, temporaryFolder, until} from './support.mjs';

const kRoom = 'lab';
const isIn = ({page}) => page.getByRole('log').waitFor();

describe('the waiting room', () => {
  let server;
  let browser;
  let ada;
  let grace;

  before(async () => {
    server = await startServer(temporaryFolder(), {options: ['--journal', 'yes']});
    browser = await startChromium();
    ada = await Person.open(browser, server, 'Ada', {room: kRoom});
    await ada.enterChat();
    grace = await Person.open(browser, server, 'Grace', {room: kRoom});
  });
  after(async () => {
    await browser?.close();
    await server?.child.stop('SIGKILL');
  });

  const line = (name) => ada.page.getByRole('region', {name: 'People waiting'}).getByRole('listitem').filter({hasText: name});
  const decide = (what, name) => line(name).getByRole('button', {name: `${what}: ${name}`});

  test('is switched on by a host', async () => {
    await openRoomDialog(ada);
    const box = dialog(ada).getByRole('switch', {name: /^Waiting room/});
    assert.equal(await box.isChecked(), false);
    await box.click();
    await until(() => box.isChecked(), 'the waiting room');
    await closeDialog(ada);
    await ada.page.getByText('Waiting room is on: new people must be let in').waitFor();
  });

  test('makes a joining person wait, which a host sees at once', async () => {
    await grace.knock();
    await grace.page.getByRole('heading', {name: `Waiting to join ${kRoom}`}).waitFor();
    await line('Grace').waitFor();
    await ada.page.getByText('Grace is waiting to join.').waitFor({state: 'attached'});
  });

  test('can be asked again after a denial', async () => {
    await decide('Deny', 'Grace').click();
    await line('Grace').waitFor({state: 'detached'});
    await grace.page.getByRole('heading', {name: `You were not admitted to ${kRoom}`}).waitFor();
    await grace.page.getByRole('button', {name: 'Ask again'}).click();
    await line('Grace').waitFor();
    await grace.page.getByRole('heading', {name: `Waiting to join ${kRoom}`}).waitFor();
  });

  test('is asked again by itself after the connection was lost', async () => {
    server = await restart(server);
    await line('Grace').waitFor();
    await grace.page.getByRole('heading', {name: `Waiting to join ${kRoom}`}).waitFor();
  });

  test('can be left', async () => {
    await grace.page.getByRole('button', {name: 'Another room'}).click();
    await line('Grace').waitFor({state: 'detached'});
    await grace.page.getByLabel('Your name').waitFor();
  });

  test('lets a host admit people by the keyboard, and keeps the focus in its list', async () => {
    const edsger = await Person.open(browser, server, 'Edsger', {room: kRoom});
    await edsger.knock();
    await line('Edsger').waitFor();
    await grace.page.getByLabel('Room', {exact: true}).fill(kRoom);
    await grace.page.getByRole('button', {name: 'Join meeting'}).click();
    await line('Grace').waitFor();
    await decide('Admit', 'Edsger').press('Enter');
    await isIn(edsger);
    await line('Edsger').waitFor({state: 'detached'});
    await until(() => ada.page.evaluate(() => document.activeElement?.getAttribute('aria-label') === 'Admit: Grace'), 'the next button');
    await edsger.close();
  });

  test('leads an admitted person into the meeting', async () => {
    await decide('Admit', 'Grace').click();
    await grace.controls.waitFor();
  });

  test('is passed by a person who was admitted before', async () => {
    await grace.leaveCall();
    await grace.page.getByRole('button', {name: 'Leave the room'}).click();
    await grace.page.getByLabel('Room', {exact: true}).fill(kRoom);
    await grace.enterChat();
  });

  test('is left, and joined again by one click on the first screen', async () => {
    await grace.page.getByRole('button', {name: 'Leave the room'}).click();
    await grace.page.getByRole('button', {name: `Rejoin ${kRoom}`}).click();
    await isIn(grace);
  });

  test('that records who comes and goes says so to everybody', async () => {
    for (const person of [ada, grace]) await person.page.getByText('Attendance is recorded').waitFor();
  });

  test('no page had a fault', () => assert.deepEqual([...ada.faults, ...grace.faults], []));
});

describe('in a call', () => {
  const call = callOfTwo({room: kRoom});

  // The list of people, shown if it was not.
  const list = async () => {
    const {page, controls} = call.ada;
    const people = page.getByRole('complementary', {name: 'People'});
    if (!(await people.isVisible())) await controls.getByRole('button', {name: /^People/}).click();
    return people;
  };
  // One click in the list of people.
  const act = async (name, action) => (await list()).getByRole('button', {name: `${action}: ${name}`}).click();
  // What is unfolded below the name.
  const choose = async (name, choice) => {
    const people = await list();
    const more = people.getByRole('button', {name: `Actions for ${name}`});
    await more.click();
    await people.getByRole('button', {name: choice, exact: true}).click();
    await more.click();
  };
  // What stands apart, and asks once, in place.
  const sendAway = async (name, action, answer) => {
    const people = await list();
    await people.getByRole('button', {name: `Actions for ${name}`}).click();
    await people.getByRole('button', {name: action, exact: true}).click();
    assert.equal(await dialog(call.ada).count(), 0);
    await people.getByRole('group').getByRole('button', {name: answer, exact: true}).click();
  };
  // One click on a tile.
  const actOn = async (tile, action) => {
    await call.ada.tile(tile).hover();
    await call.ada.tile(tile).getByRole('button', {name: `${action}: ${tile}`}).click();
  };
  const isTold = (words, act) => readsOnTop(call.grace, words, act);
  const isPlayed = () => call.ada.page.evaluate(playsVoices);
  const arriving = () => call.ada.page.evaluate(loudnessArriving);

  test('only a host has what is for hosts', async () => {
    await call.ada.page.getByRole('button', {name: 'Host controls'}).waitFor();
    assert.equal(await call.grace.page.getByRole('button', {name: 'Host controls'}).count(), 0);
  });

  test('whose microphone is open stands in the list', async () => {
    const {grace} = call;
    const line = (await list()).getByRole('listitem').filter({hasText: 'Grace'});
    await line.getByText('microphone on').waitFor({state: 'attached'});
    await grace.microphone.click();
    await line.getByText('microphone off').waitFor({state: 'attached'});
    await grace.microphone.click();
    await line.getByText('microphone on').waitFor({state: 'attached'});
  });

  test('a microphone is turned off by one click, and its owner is told by whom', async () => {
    const {grace} = call;
    await isTold('Ada turned off your microphone. You can turn it on again.', () => act('Grace', 'Mute'));
    await until(async () => await grace.microphone.getAttribute('aria-pressed') === 'false', 'a microphone that is off');
    await grace.microphone.click();
    await (await list()).getByRole('button', {name: 'Mute: Grace'}).waitFor();
    await isTold('Ada turned off your microphone. You can turn it on again.', async () => (await list()).getByRole('button', {name: 'Mute all'}).click());
    await until(async () => await grace.microphone.getAttribute('aria-pressed') === 'false', 'a microphone that is off again');
    assert.equal(await call.ada.microphone.getAttribute('aria-pressed'), 'true');
    await grace.microphone.click();
    await until(isPlayed, 'a voice that is played');
  });

  test('a camera is stopped by one click on its tile, and its owner is told', async () => {
    const {grace} = call;
    await isTold('Ada stopped your camera. You can turn it on again.', () => actOn('Grace', 'Stop camera'));
    await until(async () => await grace.camera.getAttribute('aria-pressed') === 'false', 'a camera that is off');
    await grace.camera.click();
    await until(async () => await grace.camera.getAttribute('aria-pressed') === 'true', 'a camera that is on again');
  });

  test('a microphone, a screen and the role of host are changed by one click on a tile, too', async () => {
    const {ada, grace} = call;
    await isTold('Ada turned off your microphone. You can turn it on again.', () => actOn('Grace', 'Mute'));
    await grace.microphone.click();
    await ada.tile('Grace').getByRole('button', {name: 'Mute: Grace'}).waitFor({state: 'attached'});
    await grace.controls.getByRole('button', {name: 'Share screen'}).click();
    await isTold('Ada stopped your screen sharing. You can share again.', () => actOn('Screen of Grace', 'Stop screen sharing'));
    await ada.tile('Screen of Grace').waitFor({state: 'detached'});
    await isTold('You are a host now', () => actOn('Grace', 'Make host'));
    await isTold('You are no longer a host', () => actOn('Grace', 'Remove as host'));
  });

  test('what is not allowed is off, with the reason, until it is allowed again', async () => {
    const {ada, grace} = call;
    const allowed = async (what) => (await list()).getByRole('switch', {name: what, exact: true});
    await (await allowed('Microphone')).click();
    await isTold('Only hosts can write to everyone now', async () => (await allowed('Chat')).click());
    const reason = 'Only hosts can use microphones now. Raise your hand to speak.';
    await until(async () => await grace.microphone.getAttribute('title') === reason, 'the reason');
    assert.equal(await grace.microphone.getAttribute('aria-pressed'), 'false');
    // By the key, too, which only says why.
    await grace.press('m');
    await grace.banners.getByText(reason).waitFor();
    assert.equal(await grace.microphone.getAttribute('aria-pressed'), 'false');
    assert.equal(await ada.microphone.getAttribute('aria-disabled'), 'false');
    await isTold(['Microphones are allowed again', 'Everyone can write in the chat again'], async () => {
      await (await allowed('Microphone')).click();
      await (await allowed('Chat')).click();
    });
    await grace.banners.getByText(reason).waitFor({state: 'detached'});
    await grace.microphone.click();
    await until(isPlayed, 'a voice that is played');
  });

  test('a muted member is not heard, whatever their own page does', async () => {
    const {ada, grace} = call;
    assert.equal(await isPlayed(), true);
    await choose('Grace', 'Block microphone and chat');
    await grace.page.locator('.chat .muted').getByText('Ada has blocked your microphone and chat').waitFor({state: 'attached'});
    await grace.banners.getByText('Ada blocked your microphone and chat until a host allows them again.').waitFor();
    await ada.tile('Grace').getByText('blocked by a host').waitFor();
    // Her page goes on sending, against all that it was told.
    await grace.page.evaluate(() => {
      const voice = window.opened.filter(({kind}) => kind === 'audio').at(-1);
      Object.defineProperty(voice, 'enabled', {get: () => true, set: () => undefined});
      const [connection] = window.connections;
      const copy = voice.clone();
      copy.enabled = true;
      return connection.getSenders()[0].replaceTrack(copy);
    });
    const speaks = () => ada.page.locator('.tile.speaking', {hasText: 'Grace'}).count();
    await until(async () => await speaks() === 0, 'silence');
    let loud = 0;
    await until(async () => {
      assert.equal(await isPlayed(), false);
      assert.equal(await speaks(), 0);
      if (await arriving() > 0.05) loud++;
      return loud >= 5;
    }, 'a voice that comes all the same');
  });

  test('an unmuted member is heard again, once they turn their microphone on', async () => {
    await isTold('Ada allowed you to speak and write again', () => act('Grace', 'Allow again'));
    await call.ada.tile('Grace').getByText('blocked by a host').waitFor({state: 'detached'});
    assert.equal(await isPlayed(), false);
    await call.grace.microphone.click();
    await until(isPlayed, 'a voice that is played');
    await call.ada.plays(1);
    await call.ada.page.locator('.tile.speaking', {hasText: 'Grace'}).waitFor();
  });

  test('a host makes others hosts, and takes that back', async () => {
    const controls = call.grace.page.getByRole('button', {name: 'Host controls'});
    await isTold('You are a host now', () => act('Grace', 'Make host'));
    await controls.waitFor();
    await isTold('You are no longer a host', () => act('Grace', 'Remove as host'));
    await controls.waitFor({state: 'detached'});
  });

  test('what a host sets for the room is seen by all', async () => {
    const {ada, grace} = call;
    await openRoomDialog(ada);
    await dialog(ada).getByLabel('Topic').fill('Week 5');
    await dialog(ada).getByRole('button', {name: 'Set', exact: true}).first().click();
    await grace.page.getByRole('banner').getByText('Week 5', {exact: true}).waitFor();
    await dialog(ada).getByRole('switch', {name: /^Lock the room/}).click();
    await grace.page.getByTitle('Locked').waitFor();
    await dialog(ada).getByRole('switch', {name: /^Lock the room/}).click();
    await grace.page.getByTitle('Locked').waitFor({state: 'detached'});
    await dialog(ada).getByLabel('Room password').fill('sesame');
    await dialog(ada).getByRole('button', {name: 'Set', exact: true}).last().click();
    await ada.page.locator('.notice', {hasText: 'The room has a password now'}).waitFor({state: 'attached'});
    assert.equal(await grace.page.locator('.notice', {hasText: 'password'}).count(), 0);
    for (const person of [ada, grace]) await person.page.getByRole('banner').getByTitle('A password is set').waitFor();
    await closeDialog(ada);
  });

  // Grace, whose ban was lifted.
  const comesBack = async () => {
    const {page} = call.grace;
    await page.getByRole('button', {name: 'Another room'}).click();
    await page.getByLabel('Room', {exact: true}).fill(kRoom);
    await call.grace.knock();
    await page.getByLabel('Room password').fill('sesame');
    await call.grace.enterChat();
  };

  // Grace, in the meeting as she was.
  const isBack = async () => {
    const {ada, grace} = call;
    for (const device of [grace.microphone, grace.camera]) await device.and(grace.page.locator('[aria-pressed=true]')).waitFor();
    await ada.plays(1);
    await grace.receives(1);
  };

  test('a password that was set in the meeting is asked for after a restart, and leads back into it', async () => {
    const {ada, grace} = call;
    call.server = await restart(call.server);
    await grace.page.getByText(`${kRoom} has a password now. Enter it to rejoin.`).waitFor();
    const field = grace.page.locator('#password');
    assert.equal(await field.evaluate((element) => element === document.activeElement), true);
    await field.fill('sesam');
    await field.press('Enter');
    await grace.page.locator('#password-hint').getByText('Wrong room password').waitFor();
    await field.fill('sesame');
    await field.press('Enter');
    await isBack();
    // Who set it knows it, and is the host again.
    await ada.page.getByRole('button', {name: 'Host controls'}).waitFor();
    assert.equal(await grace.page.getByRole('button', {name: 'Host controls'}).count(), 0);
  });

  test('a hand is lowered by one click, in the list and on the tile', async () => {
    const {ada, grace} = call;
    const raised = () => grace.controls.getByRole('button', {name: 'Raise hand', pressed: true});
    for (const place of [await list(), ada.tile('Grace')]) {
      await grace.press('h');
      await raised().waitFor();
      await place.getByRole('button', {name: 'Lower hand: Grace'}).click();
      await raised().waitFor({state: 'detached'});
    }
  });

  test('a removal can be taken back before it happens', async () => {
    const {ada, grace} = call;
    await sendAway('Grace', 'Remove from room', 'Cancel');
    await (await list()).getByRole('button', {name: 'Actions for Grace'}).click();
    await sendAway('Grace', 'Remove from room', 'Remove');
    await ada.page.getByText('Grace will be removed from the room.').waitFor();
    await ada.page.getByRole('button', {name: 'Undo'}).click();
    await ada.page.getByText('Grace will be removed from the room.').waitFor({state: 'detached'});
    await (await list()).getByRole('button', {name: 'Actions for Grace'}).click();
    // She is there, and is heard.
    await grace.controls.waitFor();
    await call.ada.plays(1);
  });

  test('a removal happens by itself after a while, and one click leads back into the meeting', async () => {
    const {grace} = call;
    await sendAway('Grace', 'Remove from room', 'Remove');
    await grace.page.getByText(`Ada removed you from ${kRoom}.`).waitFor();
    await grace.page.getByRole('button', {name: 'Rejoin'}).click();
    // Into the meeting, with what was on.
    await isBack();
    await (await list()).getByRole('button', {name: 'Actions for Grace'}).click();
  });

  test('a ban can be taken back', async () => {
    const {ada, grace} = call;
    await sendAway('Grace', 'Ban', 'Ban');
    await grace.page.getByText(`Ada banned you from ${kRoom}.`).waitFor();
    await ada.page.getByRole('button', {name: 'Undo'}).click();
    await openRoomDialog(ada);
    await dialog(ada).getByText('Nobody is banned.').waitFor();
    await closeDialog(ada);
    await comesBack();
  });

  test('an invitation has everything needed to join, in one click', async () => {
    const {ada} = call;
    await ada.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await openRoomDialog(ada);
    // The page asks beforehand whether the server made its certificate itself.
    const copied = () => ada.page.evaluate(() => navigator.clipboard.readText());
    const text = await until(async () => {
      await dialog(ada).getByRole('button', {name: /^(Copy invitation|Invitation copied)$/}).click();
      const now = await copied();
      return now.includes('/trust') && now;
    }, 'the invitation');
    assert.equal(text, [
      'You are invited to: Week 5', `Link: ${call.server.url}/room/${kRoom}`, 'Room password: sesame',
      `If your browser warns about the certificate, see ${call.server.url}/trust`,
    ].join('\n'));
    await closeDialog(ada);
  });

  test('a banned person is in a list, until the ban is lifted there', async () => {
    const {ada, grace} = call;
    await sendAway('Grace', 'Ban', 'Ban');
    await grace.page.getByText(`Ada banned you from ${kRoom}.`).waitFor();
    await openRoomDialog(ada);
    await dialog(ada).getByText(/, by Ada$/).waitFor();
    await dialog(ada).getByRole('button', {name: 'Unban: Grace'}).click();
    await dialog(ada).getByText('Grace can join again.').waitFor();
    await closeDialog(ada);
    await comesBack();
  });

  test('no page had a fault', () => assert.deepEqual([...call.ada.faults, ...call.grace.faults], []));
});
