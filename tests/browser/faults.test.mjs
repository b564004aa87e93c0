// What goes wrong in a call, and that it goes on: the server, the network, the devices.

import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {addNetwork} from './networks.mjs';
import {callOfTwo} from './pair.mjs';
import {flows, Person} from './person.mjs';
import {startChromium, startServer, temporaryFolder, until} from './support.mjs';

// What ICE calls this end of the connection: another name after each restart.
const nameOfIce = (person) => person.page.evaluate(() =>
  /a=ice-ufrag:(\S+)/.exec(window.connections[0].localDescription.sdp)[1]);
const made = (person) => person.page.evaluate(() => window.connections.length);

describe('the server is restarted during a call', () => {
  const call = callOfTwo();

  test('sound and pictures go on without it', async () => {
    const {ada, grace, server} = call;
    await server.child.stop();
    await ada.page.getByText(/What you write is kept/).waitFor();
    await flows([ada, grace]);
  });

  test('when it is back, the call and the chat go on, and a third can come', async () => {
    const {ada, grace, browser, server} = call;
    await grace.write('meanwhile');
    call.server = await startServer(server.data, {doors: server.doors});
    await ada.reads('meanwhile');
    const third = await Person.open(browser, server, 'Edsger');
    await third.enterCall();
    await flows([ada, grace, third]);
    // One connection to each: the one between the first two was never made anew.
    assert.equal(await made(ada), 2);
    assert.equal(await made(grace), 2);
  });
});

describe('the network of one person is cut for a while', () => {
  const network = addNetwork('far', 78);
  const call = callOfTwo({grace: {executablePath: network.wrap('/usr/bin/chromium')}});

  test('the others are told', async () => {
    const {ada, grace} = call;
    network.cut();
    await ada.write('from the near end');
    await grace.write('from the far end');
    await ada.tile('Grace').getByText('Interrupted, reconnecting…').waitFor();
    // A picture that stands still does not speak.
    assert.equal(await ada.page.locator('.tile.speaking', {hasText: 'Grace'}).count(), 0);
  });

  test('when it is back, so are sound and pictures, by an ICE restart of the same connection', async () => {
    const {ada, grace} = call;
    const before = await Promise.all([ada, grace].map(nameOfIce));
    await until(async () => (await Promise.all([ada, grace].map(nameOfIce))).some((name) => !before.includes(name)), 'a restart');
    network.restore();
    await flows([ada, grace]);
    assert.equal(await made(ada), 1);
    assert.equal(await made(grace), 1);
  });

  test('nothing that was written is lost or doubled', async () => {
    for (const person of [call.ada, call.grace]) {
      for (const text of ['from the near end', 'from the far end']) {
        await person.reads(text);
        await person.page.getByText('waiting').waitFor({state: 'detached'});
        assert.equal(await person.page.getByText(text, {exact: true}).count(), 1);
      }
    }
  });
});

describe('devices that cannot be had', () => {
  let server;
  let ada;
  let listener;
  const browsers = [];

  before(async () => {
    server = await startServer(temporaryFolder());
    browsers.push(await startChromium());
    ada = await Person.open(browsers[0], server, 'Ada');
    await ada.enterCall();
  });

  after(async () => {
    for (const browser of browsers) await browser.close();
    await server?.child.stop('SIGKILL');
  });

  const open = async (name, options) => {
    browsers.push(await startChromium(options));
    return Person.open(browsers.at(-1), server, name);
  };
  const turnOn = (person, device) => person.page.getByRole('button', {name: device, exact: true}).click();

  test('a person without a camera is told so, and joins by voice', async () => {
    const person = await open('Grace', {devices: 'device-count=0'});
    await person.setPreview('Microphone', true);
    await turnOn(person, 'Camera');
    await person.page.getByText(/No camera found/).waitFor();
    await person.page.getByRole('button', {name: 'Join meeting'}).click();
    await person.controls.waitFor();
    await person.receives(1);
    await ada.receives(1, {video: false});
    await person.close();
  });

  test('a person whose browser blocks all devices is told so, and joins to listen', async () => {
    listener = await open('Edsger', {asks: true});
    await listener.page.context().grantPermissions([]);
    for (const device of ['Microphone', 'Camera']) {
      await turnOn(listener, device);
      await listener.page.getByText(`${device} access is blocked.`, {exact: false}).waitFor();
    }
    await listener.page.getByRole('button', {name: 'Join meeting'}).click();
    await listener.controls.waitFor();
    await listener.receives(1);
    await ada.tile('Edsger').getByText('microphone off').waitFor();
  });

  test('a camera that is unplugged is replaced by another one', async () => {
    await ada.unplug('video');
    await until(() => ada.page.evaluate(() => window.opened.filter(({kind}) => kind === 'video').at(-1).readyState === 'live'),
        'another camera');
    await listener.receives(1);
  });

  test('a person whose last microphone is unplugged is told so, and stays in the call', async () => {
    await ada.unplugLast('audio');
    await ada.banners.getByText('A device was unplugged.').waitFor();
    await listener.tile('Ada').getByText('microphone off').waitFor();
    assert.equal(await ada.microphone.getAttribute('aria-pressed'), 'false');
  });
});
