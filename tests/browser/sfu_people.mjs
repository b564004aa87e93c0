// People in a call through the server, in either browser, and what their pages receive.

import {Person} from './person.mjs';
import {kPatience, until} from './support.mjs';

// Runs in a page before its own code, in either browser: keeps its connections and what it says to the server's SFU, and lets
// tests keep it away from the server. The camera is small, and the microphone gives what it hears as it is.
function watch() {
  window.connections = [];
  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(...options) {
      super(...options);
      window.connections.push(this);
    }
  };
  window.sockets = [];
  window.WebSocket = class extends window.WebSocket {
    constructor(address, ...options) {
      // Nothing is there.
      super(window.keptAway ? `${address}/nowhere` : address, ...options);
      window.sockets.push(this);
    }
  };
  window.said = [];
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function(text) {
    if (text.includes('"to":"sfu"')) window.said.push(text);
    return send.call(this, text);
  };
  // The empty page before it has no devices.
  if (!navigator.mediaDevices) return;
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = ({audio, video}) => open({
    ...(audio && {audio: {deviceId: audio.deviceId, echoCancellation: false, noiseSuppression: false, autoGainControl: false}}),
    ...(video && {video: {deviceId: video.deviceId, width: 320, height: 180}}),
  });
}

// Runs in a page: of each line on which something came, how much, by the connection and the line.
export async function arrived() {
  const sums = {};
  for (const [at, connection] of window.connections.entries()) {
    if (connection.connectionState !== 'connected') continue;
    for (const stat of (await connection.getStats()).values()) {
      if (stat.type === 'inbound-rtp') sums[`${at}/${stat.kind}/${stat.ssrc}`] = stat.kind === 'audio' ? stat.totalAudioEnergy ?? 0 : stat.framesDecoded ?? 0;
    }
  }
  return sums;
}

export const states = () => window.connections.map(({connectionState}) => connectionState).filter((state) => state !== 'closed');

// Resolves when sounds and pictures of so many others come and go on coming.
export async function receives(page, name, others, {pictures = others} = {}) {
  const first = await page.evaluate(arrived);
  await until(async () => {
    const now = await page.evaluate(arrived);
    const growing = (kind) => Object.keys(now).filter((line) => line.includes(kind) && now[line] > (first[line] ?? 0)).length;
    return growing('audio') >= others && growing('video') >= pictures;
  }, `${name} receives ${others} sounds and ${pictures} pictures`);
}

// A person in a Firefox, in the call.
export async function firefoxPerson(firefox, server, name, {microphone = true, room = 'lobby'} = {}) {
  const context = await firefox.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(kPatience);
  const faults = [];
  // Firefox's own words about a connection that is tried again are no fault of the page.
  page.on('pageerror', ({message}) => /wss:\/\/|ICE failed/.test(message) || faults.push(message));
  const click = async (selector) => (await page.waitForSelector(selector)).evaluate((element) => element.click());
  await page.evaluateOnNewDocument(watch);
  await page.goto(`${server.url}/room/${room}`);
  await page.locator('#name').fill(name);
  for (const device of microphone ? ['Camera', 'Microphone'] : ['Camera']) await click(`.preview [aria-label="${device}"]`);
  await page.waitForSelector('.preview video');
  await page.waitForSelector(`.preview [aria-label="Microphone"][aria-pressed="${microphone}"]`);
  await click('.enter');
  await page.waitForSelector('.act[aria-label="Leave meeting"]');
  return {page, name, faults};
}

export async function chromiumPerson(chromium, server, name, {microphone = true, video = true, room = 'lobby'} = {}) {
  const context = await chromium.newContext({ignoreHTTPSErrors: true, locale: 'en-GB', viewport: {width: 900, height: 600}});
  await context.addInitScript(watch);
  const person = await Person.visit(context, name, `${server.url}/room/${room}`);
  await person.page.getByLabel('Your name').fill(name);
  await person.enterCall({microphone, video});
  return person;
}
