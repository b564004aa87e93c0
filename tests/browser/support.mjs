// What the browser tests stand on: the real server, the real terminal client, and a real Chromium.

import {spawn} from 'node:child_process';
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';

const page = fileURLToPath(new URL('../../static/', import.meta.url));
const {chromium} = createRequire(`${page}package.json`)('playwright-core');

// How long anything may take before the test fails; nothing waits that long on a good server.
export const kPatience = 30_000;

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

// A server with both doors on loopback, at free ports or those of a server before it, in the data folder `data`.
export async function startServer(data, doors = {plain: '127.0.0.1:0', tls: '127.0.0.1:0'}) {
  const child = new Child(process.env.PARLEY_CHAT_SERVER,
      ['--data', data, '--plain', doors.plain, '--tls', doors.tls, '--static', `${page}dist`]);
  const [, plain] = await child.hears(/plain (\S+)\n/);
  const [, tls] = await child.hears(/tls (\S+)\n/);
  return {child, doors: {plain, tls}, url: `https://${tls}`};
}

export function startClient(...options) {
  return new Child(process.env.PARLEY_CHAT_CLIENT, options);
}

export function startChromium() {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream=fps=10', '--autoplay-policy=no-user-gesture-required',
    ],
  });
}
