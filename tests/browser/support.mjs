// What the browser tests stand on: the real server, the real terminal client, and a real Chromium. It all runs in the
// network that in_private_network makes.

import {execFileSync, spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';

const page = fileURLToPath(new URL('../../static/', import.meta.url));
// The packages that the tests use are those of the page's lock file.
export const packages = createRequire(`${page}package.json`);
const {chromium} = packages('playwright-core');

// The page as it was built.
export const kPage = `${page}dist`;

// Where everybody in the private network finds the server.
export const kHost = '10.77.0.1';

// How long anything may take before the test fails; nothing waits that long on a good server.
export const kPatience = 60_000;

// A child process whose lines can be waited for.
export class Child {
  #output = '';
  #waiting = [];

  constructor(command, options) {
    this.process = spawn(command, options, {stdio: ['pipe', 'pipe', 'pipe']});
    this.ended = new Promise((resolve) => this.process.on('close', resolve));
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.#output += text;
        this.#waiting = this.#waiting.filter((look) => !look());
      });
    }
  }

  // The first match of `pattern` in what comes after the last match.
  hears(pattern) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no ${pattern} in: ${this.#output}`)), kPatience);
      const look = () => {
        const match = pattern.exec(this.#output);
        if (!match) return false;
        clearTimeout(late);
        this.#output = this.#output.slice(match.index + match[0].length);
        resolve(match);
        return true;
      };
      if (!look()) this.#waiting.push(look);
    });
  }

  says(line) {
    this.process.stdin.write(`${line}\n`);
  }

  // Asks it to end, and waits until it has.
  async stop(signal = 'SIGTERM') {
    this.process.kill(signal);
    return this.ended;
  }
}

// Resolves with what `look` gives as soon as that is something.
export async function until(look, what = look) {
  const end = Date.now() + kPatience;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`in vain: ${what}`);
    await pause(150);
  }
}

// A folder that is there as long as the test runs.
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'parley-browser-'));
  process.on('exit', () => rmSync(path, {recursive: true, force: true}));
  return path;
}

// A server with both doors, at free ports or those of a server before it, in the data folder `data`.
// `files`: the page that it serves.
export async function startServer(data, {doors = {plain: `${kHost}:0`, tls: `${kHost}:0`}, options = [], files = kPage} = {}) {
  const child = new Child(process.env.PARLEY_CHAT_SERVER,
      ['--data', data, '--plain', doors.plain, '--tls', doors.tls, '--static', files, ...options]);
  const [, plain] = await child.hears(/plain (\S+)\n/);
  const [, tls] = await child.hears(/tls (\S+)\n/);
  return {child, data, options, doors: {plain, tls}, url: `https://${tls}`};
}

// Ends `server` and starts it again at the same doors.
export async function restart(server) {
  await server.child.stop();
  return startServer(server.data, {doors: server.doors, options: server.options});
}

// What `chat_server` prints for a command on that data folder.
export function command(data, words, input = '') {
  return execFileSync(process.env.PARLEY_CHAT_SERVER, [...words, '--data', data], {input, encoding: 'utf8'}).trim();
}

// chat_client, speaking the protocol's own lines, in `room`. `who`: options that say for whom, instead of the guest `name`.
export async function startTerminal(server, name, room = 'lobby', who = ['--name', name]) {
  const terminal = new Child(process.env.PARLEY_CHAT_CLIENT,
      ['--tls', server.doors.tls, '--ca', join(server.data, 'ca.crt'), ...who, '--room', room, '--json']);
  await terminal.hears(/"type":"joined"/);
  return terminal;
}

// Chromium opens pages of its own with each window, for the list below the address: more work than the page of the test is.
// It takes the last of these options alone, so all but the last line repeat what Playwright turns off.
const kTurnedOff = [
  'AcceptCHFrame', 'DestroyProfileOnBrowserClose', 'DialMediaRouteProvider', 'GlobalMediaControls', 'HttpsUpgrades', 'LensOverlay',
  'MediaRouter', 'PaintHolding', 'ThirdPartyStoragePartitioning', 'Translate', 'AvoidUnnecessaryBeforeUnloadCheckSync',
  'WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup',
];

const kFlags = [
  `--disable-features=${kTurnedOff}`, '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

// `devices`: what Chromium's pretended camera and microphones are like. `microphone`: a WAV file that it hears, again and
// again, instead of beeps. `asks`: whether somebody must allow their use (who is not there, so that it is refused).
// `autoplay`: its rule for when a page may play sound. `trusts`: every certificate, also for workers, which get no further than a
// warning otherwise.
export function startChromium({
  devices = 'fps=5', microphone, asks = false, autoplay = 'no-user-gesture-required', trusts = false,
  executablePath = '/usr/bin/chromium',
} = {}) {
  const args = [...kFlags, `--autoplay-policy=${autoplay}`, `--use-fake-device-for-media-stream=${devices}`];
  if (microphone) args.push(`--use-file-for-fake-audio-capture=${microphone}`);
  if (!asks) args.push('--use-fake-ui-for-media-stream');
  if (trusts) args.push('--ignore-certificate-errors');
  return chromium.launch({executablePath, args});
}
