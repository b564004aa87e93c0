// Makes the pictures of docs/meetings.md and docs/meetings.zh-CN.md, a meeting of twelve that goes through the server:
// scripts/lesson-pictures starts it. The argument is their folder.

import {allMove, drawCamera, drawPeople} from './drawn_people.mjs';
import {Person} from './person.mjs';
import {makePictures, take} from './pictures.mjs';
import {startServer, temporaryFolder, until} from './support.mjs';

const kLanguages = {
  en: {
    locale: 'en-GB', room: 'book-club', said: 'Who has read the last chapter?',
    names: ['Ada', 'Ben', 'Cynthia', 'Dan', 'Élodie', 'Fay', 'Gus', 'Hana', 'Ivo', 'Jo', 'Kofi', 'Lin'],
  },
  zh: {
    locale: 'zh-CN', room: '读书会', said: '最后一章大家都读了吗？',
    names: ['林老师', '陈晨', '李想', '王雨', '赵磊', '娜娜', '孙悦', '周杰', '吴桐', '郑爽', '许诺', '何田'],
  },
};
const kSpeaker = 4;
const kHand = 6;

// Runs in a page of the server: somebody else in the meeting, who sends and looks at nothing. So many of them fit on one machine.
async function takePart({room, name, number, speaks, hand}) {
  const socket = new WebSocket(`wss://${location.host}/ws`);
  const say = (request) => socket.send(JSON.stringify(request));
  const hears = (is) => new Promise((resolve) => {
    socket.addEventListener('message', ({data}) => is(JSON.parse(data)) && resolve(JSON.parse(data)));
  });
  await new Promise((resolve) => (socket.onopen = resolve));
  say({type: 'hello', protocol: 1, name});
  say({type: 'join', room});
  await hears(({type}) => type === 'joined');
  say({type: 'state', room, call: true, video: true, audio: speaks, hand});
  const connection = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
  const voice = connection.addTransceiver('audio', {direction: 'sendonly'});
  connection.addTransceiver(window.drawnCamera(number), {direction: 'sendonly'});
  if (speaks) {
    const context = new AudioContext();
    const sound = context.createMediaStreamDestination();
    const tone = context.createOscillator();
    tone.connect(sound);
    tone.start();
    await voice.sender.replaceTrack(sound.stream.getAudioTracks()[0]);
  }
  await connection.setLocalDescription();
  const answer = hears(({type, from, data}) => type === 'signal' && from === 'sfu' && data.description);
  say({type: 'signal', room, to: 'sfu', data: {description: {type: 'offer', sdp: connection.localDescription.sdp}}});
  await connection.setRemoteDescription((await answer).data.description);
}

async function picture({browser, words, path, locale, room, said, names}) {
  const server = await startServer(temporaryFolder(), {options: ['--media', 'sfu']});
  const context = await browser.newContext({ignoreHTTPSErrors: true, locale, viewport: {width: 1280, height: 720}, reducedMotion: 'reduce'});
  const crowd = await context.newPage();
  await crowd.goto(`${server.url}/healthz`);
  await crowd.evaluate(drawPeople);

  await drawCamera(context, 0);
  const {page} = await Person.visit(context, names[0], `${server.url}/room/${encodeURIComponent(room)}`);
  await page.locator('#name').fill(names[0]);
  const toggle = page.locator(`.preview [aria-label="${words.device.camera}"]`);
  await until(async () => {
    if ((await toggle.getAttribute('aria-pressed')) === 'true') return true;
    if (!(await toggle.isDisabled())) await toggle.click();
    return false;
  }, 'the camera is on');
  await page.getByRole('button', {name: words.entry.enterMeeting, exact: true}).click();
  await page.locator('.act.end').waitFor();
  for (const [at, name] of names.slice(1).entries()) {
    await crowd.evaluate(takePart, {room, name, number: at + 1, speaks: at + 1 === kSpeaker, hand: at + 1 === kHand});
  }
  await page.locator('#composer').fill(said);
  await page.keyboard.press('Enter');
  await allMove(page, names.length);
  await page.locator('.toast').waitFor({state: 'detached'});
  await page.locator('.tile.speaking').first().waitFor();
  await take(page, path('twelve'));
  await context.close();
  await server.child.stop();
}

await makePictures(kLanguages, picture);
