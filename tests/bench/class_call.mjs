// A class in one call: pages with cameras in real browsers, and clients of media_load, who speak one after the other. Prints
// what the pages see and what the clients hear. docs/performance.md has its figures.
//
//   PARLEY_CHAT_SERVER=… PARLEY_MEDIA_LOAD=… tests/browser/in_private_network node tests/bench/class_call.mjs
//       [--chromium 6] [--firefox 2] [--people 50] [--seconds 10]
//
// Each page decodes the cameras of all others: eight pages keep both cores of a small machine busy.

import {spawn} from 'node:child_process';
import {setTimeout as pause} from 'node:timers/promises';
import {parseArgs} from 'node:util';

import {startFirefox} from '../browser/firefox.mjs';
import {arrived, chromiumPerson, firefoxPerson, receives} from '../browser/sfu_people.mjs';
import {hum} from '../browser/sounds.mjs';
import {kHost, startChromium, startServer, temporaryFolder} from '../browser/support.mjs';

// The room of media_load.
const kRoom = {room: 'call', microphone: false};
const kVoices = 4;

const {values} = parseArgs({
  options: Object.fromEntries(Object.entries({chromium: '6', firefox: '2', people: '50', seconds: '10'}).map(
      ([name, normal]) => [name, {type: 'string', default: normal}])),
});
const [inChromium, inFirefox, clients, seconds] = ['chromium', 'firefox', 'people', 'seconds'].map((name) => Number(values[name]));

// The clients of media_load, until all have spoken. Resolves with the row that it prints.
function talk({child, doors}) {
  const port = doors.plain.split(':').at(-1);
  const options = ['--people', clients, '--voice', 100, '--port', port, '--pid', child.process.pid, '--address', kHost];
  const load = spawn(process.env.PARLEY_MEDIA_LOAD, options.map(String), {stdio: ['ignore', 'pipe', 'inherit']});
  let row = '';
  load.stdout.setEncoding('utf8').on('data', (text) => (row += text));
  return new Promise((resolve, reject) => load.on('close', (status) => {
    if (status === 0) resolve(row.trim());
    else reject(new Error(`media_load ended with ${status}`));
  }));
}

// How many pictures a second each page decodes of each of the others.
async function rates(people, others) {
  const before = await Promise.all(people.map(({page}) => page.evaluate(arrived)));
  const began = Date.now();
  await pause(1000 * seconds);
  const now = await Promise.all(people.map(({page}) => page.evaluate(arrived)));
  const passed = (Date.now() - began) / 1000;
  return people.map(({name}, at) => {
    const pictures = Object.keys(now[at]).filter((line) => line.includes('video'));
    const each = pictures.map((line) => (now[at][line] - (before[at][line] ?? 0)) / passed).filter((rate) => rate > 0);
    each.sort((a, b) => a - b);
    return `${name} sees ${each.length} of ${others}, ${each[0]?.toFixed(1)} to ${each.at(-1)?.toFixed(1)} frames/s`;
  });
}

// Turns the microphone on, in either browser.
const speak = ({page}) => page.evaluate(() => document.querySelector('.act[aria-label="Microphone"]').click());

const people = [];
// A Firefox shows one of its windows, and what nobody can see is not sent: each page has a Firefox of its own.
const firefoxes = [];
let server, chromium;
try {
  server = await startServer(temporaryFolder(), {
    doors: {plain: '127.0.0.1:0', tls: `${kHost}:0`},
    options: ['--media', 'sfu', '--rate', '0'],
  });
  chromium = await startChromium({devices: 'fps=10', microphone: hum()});
  for (let i = 0; i < inChromium; ++i) people.push(await chromiumPerson(chromium, server, `Chromium ${i + 1}`, kRoom));
  for (let i = 0; i < inFirefox; ++i) {
    firefoxes.push(await startFirefox());
    people.push(await firefoxPerson(firefoxes[i], server, `Firefox ${i + 1}`, kRoom));
  }
  const others = people.length - 1;
  for (const {page, name} of people) await receives(page, name, 0, {pictures: others});
  console.log('pages alone:', (await rates(people, others)).join('; '));
  if (clients > 0) {
    const [row, beside] = await Promise.all([talk(server), rates(people, others)]);
    console.log(row);
    console.log(`pages beside ${clients} clients:`, beside.join('; '));
  }
  for (const person of people) await speak(person);
  for (const {page, name} of people) await receives(page, name, Math.min(kVoices, others), {pictures: others});
  console.log(`all pages speak: each hears ${Math.min(kVoices, others)} of them`);
  const faults = people.flatMap(({faults}) => faults);
  if (faults.length > 0) throw new Error(faults.join('; '));
} finally {
  for (const firefox of firefoxes) await firefox.close();
  await chromium?.close();
  await server?.child.stop('SIGKILL');
}
