// One person at the page in a Chromium: what they do, what they see, and what their browser's WebRTC statistics say.

import {kPatience, until} from './support.mjs';

// Runs in the page before its own code: keeps the connections it makes, for their statistics, and the tracks of the
// devices it opens; and lets its camera be small, so that many people fit on one machine.
function watch(camera) {
  window.connections = [];
  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(...options) {
      super(...options);
      window.connections.push(this);
    }
  };
  window.opened = [];
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await open(wanted.video && camera ? {...wanted, video: {...wanted.video, ...camera}} : wanted);
    window.opened.push(...stream.getTracks());
    return stream;
  };
}

// Runs in the page: how far each voice has been played.
const played = () => [...document.querySelectorAll('audio.voice')].map(({currentTime}) => currentTime);

// Runs in the page: of each connection, how much came, in sums that only grow.
async function measure() {
  const alive = window.connections.filter(({connectionState}) => connectionState === 'connected');
  return Promise.all(alive.map(async (connection) => {
    const sums = {frames: 0, energy: 0, packets: 0, relayed: false, kinds: []};
    const stats = [...(await connection.getStats()).values()];
    for (const stat of stats) {
      if (stat.type === 'inbound-rtp') {
        sums.frames += stat.framesDecoded ?? 0;
        sums.energy += stat.totalAudioEnergy ?? 0;
        sums.packets += stat.packetsReceived;
      }
    }
    const {selectedCandidatePairId} = stats.find(({type}) => type === 'transport') ?? {};
    const pair = stats.find(({id}) => id === selectedCandidatePairId);
    sums.kinds = [pair?.localCandidateId, pair?.remoteCandidateId]
        .map((end) => stats.find(({id}) => id === end)?.candidateType);
    sums.index = window.connections.indexOf(connection);
    return sums;
  }));
}

export class Person {
  // A page that shows the first screen, with the name filled in. `options` are those of Playwright's newContext.
  static async open(browser, server, name, {camera = {width: 320, height: 180}, room = 'lobby', ...options} = {}) {
    const context = await browser.newContext({ignoreHTTPSErrors: true, locale: 'en-GB', ...options});
    await context.addInitScript(watch, camera);
    const person = await Person.visit(context, name, `${server.url}/room/${room}`);
    await person.page.getByLabel('Your name').fill(name);
    return person;
  }

  // Another window of the same browser profile, at an address.
  static async visit(context, name, address) {
    const page = await context.newPage();
    page.setDefaultTimeout(kPatience);
    const person = new Person(page, name);
    person.faults = [];
    page.on('pageerror', (error) => person.faults.push(error.message));
    await page.goto(address);
    return person;
  }

  constructor(page, name) {
    this.page = page;
    this.name = name;
    this.controls = page.getByRole('region', {name: 'Meeting controls'});
    this.microphone = this.controls.getByRole('button', {name: 'Microphone'});
    this.camera = this.controls.getByRole('button', {name: 'Camera'});
    this.banners = page.locator('.banners');
  }

  // Turns the camera of the first screen on or off, whatever it was.
  async setPreview(device, on) {
    const toggle = this.page.getByRole('button', {name: device, exact: true});
    // It may turn itself on, where that was allowed before.
    await until(async () => {
      if (await toggle.isDisabled()) return false;
      if ((await toggle.getAttribute('aria-pressed')) === String(on)) return true;
      await toggle.click();
      return false;
    }, `${device} ${on}`);
  }

  // From the first screen into the call.
  async enterCall({microphone = true, video = true} = {}) {
    await this.setPreview('Microphone', microphone);
    await this.setPreview('Camera', video);
    await this.page.getByRole('button', {name: 'Join meeting'}).click();
    await this.controls.waitFor();
  }

  async knock() {
    await this.page.getByRole('button', {name: 'Join chat only'}).click();
  }

  async enterChat() {
    await this.knock();
    await this.page.getByRole('log').waitFor();
  }

  // From the room into the call.
  async join() {
    await this.page.getByRole('button', {name: /^Join meeting/}).first().click();
    await this.page.getByRole('dialog').getByRole('button', {name: 'Join meeting'}).click();
    await this.controls.waitFor();
  }

  async leaveCall() {
    await this.controls.getByRole('button', {name: 'Leave meeting'}).click();
    await this.controls.waitFor({state: 'detached'});
  }

  async write(text) {
    const field = this.page.getByRole('textbox', {name: /^Write to/});
    await field.fill(text);
    await field.press('Enter');
  }

  async reads(text) {
    await this.page.getByText(text, {exact: true}).waitFor();
  }

  // The tile of somebody in the call.
  tile(name) {
    return this.page.locator('.tile', {has: this.page.locator('.name', {hasText: new RegExp(`^${name}$`)})});
  }

  async press(key) {
    await this.page.locator('body').press(key);
  }

  measure() {
    return this.page.evaluate(measure);
  }

  // Resolves when sound, and pictures if `video`, have come and go on coming from just `others` others, and the sound is
  // played.
  async receives(others, {video = true} = {}) {
    await this.plays(others);
    let before;
    await until(async () => {
      const now = await this.measure();
      if (now.length !== others) return false;
      before ??= new Map(now.map((sums) => [sums.index, sums]));
      return now.every(({index, energy, frames}) => {
        const then = before.get(index) ?? {energy: 0, frames: 0};
        return energy > then.energy && (!video || frames > then.frames + 3);
      });
    }, `${this.name} receives ${video ? 'sound and pictures' : 'sound'} from ${others}`);
  }

  async plays(others) {
    let before;
    await until(async () => {
      const now = await this.page.evaluate(played);
      if (before?.length !== now.length) before = now;
      return now.length === others && now.every((time, i) => time > before[i]);
    }, `${this.name} plays the sound of ${others}`);
  }

  // The newest device of that kind goes. A browser then ends its track and says so; a pretended device can't be pulled
  // out, so this does both.
  unplug(kind) {
    return this.page.evaluate((kind) => {
      const track = window.opened.filter((each) => each.kind === kind).at(-1);
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }, kind);
  }

  // The same, where there is no other one to take over.
  async unplugLast(kind) {
    await this.page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('none is left', 'NotFoundError'));
    });
    await this.unplug(kind);
  }

  close() {
    return this.page.context().close();
  }
}

// Resolves when everybody receives everybody else.
export function flows(people, options) {
  return Promise.all(people.map((person) => person.receives(people.length - 1, options)));
}
