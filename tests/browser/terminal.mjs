// chat_client as a person has it: at a terminal of its own (tmux), whose lines are read as a person reads them.

import {execFile, spawn} from 'node:child_process';
import {join} from 'node:path';
import {promisify} from 'node:util';

import {temporaryFolder, until} from './support.mjs';

const run = promisify(execFile);

export class Terminal {
  // `options`: those of chat_client.
  static async start(options) {
    const terminal = new Terminal();
    const env = {...process.env, NO_COLOR: '1', LC_ALL: 'C.UTF-8', INPUTRC: '/dev/null'};
    terminal.process = spawn('tmux', [...terminal.#socket, '-D'], {env, stdio: 'ignore'});
    terminal.ended = new Promise((resolve) => terminal.process.on('close', resolve));
    await until(() => terminal.#tmux('set-option', '-g', 'status', 'off').then(() => true, () => false), 'a terminal');
    await terminal.#tmux('set-hook', '-g', 'alert-bell', 'set-option -g -a @bells x');
    await terminal.#tmux('new-session', '-d', '-x', '160', '-y', '50', process.env.PARLEY_CHAT_CLIENT, ...options);
    return terminal;
  }

  // How many bells have been waited for.
  #rung = 0;
  #socket = ['-u', '-f', '/dev/null', '-S', join(temporaryFolder(), 'socket')];

  async #tmux(...words) {
    const {stdout} = await run('tmux', [...this.#socket, ...words]);
    return stdout;
  }

  // Everything that it ever showed.
  lines() {
    return this.#tmux('capture-pane', '-p', '-J', '-S', '-');
  }

  // Resolves once it has shown a line with that text, or of that pattern.
  async sees(what) {
    let shown = '';
    await until(async () => {
      shown = await this.lines();
      return typeof what === 'string' ? shown.includes(what) : what.test(shown);
    }, what).catch((error) => {
      throw new Error(`${error.message}; the terminal shows:\n${shown}`);
    });
  }

  // Resolves after a bell that was not waited for before. `ask` asks for one, again and again: there is at most one in a second.
  async rings(ask = () => undefined) {
    const bells = async () => (await this.#tmux('display-message', '-p', '#{@bells}')).trim().length;
    await until(async () => {
      ask();
      return (await bells()) > this.#rung;
    }, 'a bell');
    this.#rung = await bells();
  }

  async says(line) {
    await this.#tmux('send-keys', '-l', line);
    await this.#tmux('send-keys', 'Enter');
  }

  async stop() {
    this.process.kill();
    await this.ended;
  }
}
