// Writing in the chat: an input method's keys, what looks like a command, and what a reload must not lose. And the
// keyboard: who has it in the chat, and who in a meeting.

import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {Person} from './person.mjs';
import {startChromium, startServer, startTerminal, temporaryFolder, until} from './support.mjs';

let server;
let terminal;
let browser;

before(async () => {
  server = await startServer(temporaryFolder());
  terminal = await startTerminal(server, 'terminal');
  browser = await startChromium();
});

after(async () => {
  await browser?.close();
  await terminal?.stop('SIGKILL');
  await server?.child.stop('SIGKILL');
});

const composer = (person) => person.page.locator('#composer');
const focused = (person) => person.page.evaluate(() => document.activeElement?.id || document.activeElement?.localName);
/** Resolves when the field holds just that. */
const holds = (person, text) => until(async () => (await composer(person).inputValue()) === text, `the field holds ${text}`);

/** In the lobby, in the chat; `changed` changes the context before its page is opened. */
async function inChat(name, changed = () => undefined) {
  const context = await browser.newContext({ignoreHTTPSErrors: true, locale: 'en-GB'});
  await changed(context);
  const person = await Person.visit(context, name, `${server.url}/room/lobby`);
  await person.page.getByLabel('Your name').fill(name);
  await person.enterChat();
  return person;
}

describe('an input method', () => {
  let person;
  let devtools;

  before(async () => {
    person = await inChat('Lin');
    devtools = await person.page.context().newCDPSession(person.page);
  });
  after(() => person.close());

  const compose = (text) =>
    devtools.send('Input.imeSetComposition', {text, selectionStart: text.length, selectionEnd: text.length});
  // As browsers tell a key that the input method holds; `keyCode` 229 says so.
  const key = (type, keyCode, more = {}) =>
    devtools.send('Input.dispatchKeyEvent', {type, key: 'Enter', code: 'Enter', windowsVirtualKeyCode: keyCode, ...more});

  test('keeps its Enter, in the order of events of Safari', async () => {
    await composer(person).focus();
    await compose('ni');
    await devtools.send('Input.insertText', {text: '你好'}); // The composition has ended, and only now comes the key.
    await holds(person, '你好');
    await person.page.evaluate(() => {
      window.keys = [];
      window.addEventListener('keydown', (event) => window.keys.push([event.keyCode, event.isComposing, event.isTrusted]));
    });
    await key('rawKeyDown', 229);
    await key('keyUp', 13);
    assert.deepEqual(await person.page.evaluate(() => window.keys), [[229, false, true]]);
    await holds(person, '你好');
    assert.equal(await person.page.locator('.own, .item').count(), 0);
  });

  test('keeps its Enter while it composes', async () => {
    await composer(person).fill('');
    await compose('ni');
    await key('rawKeyDown', 13);
    await key('keyUp', 13);
    await compose('nih');
    await holds(person, 'nih');
    assert.equal(await person.page.locator('.own, .item').count(), 0);
  });

  test('can be sent by the button before it has ended', async () => {
    await composer(person).fill('');
    await person.page.getByRole('button', {name: 'Send'}).and(person.page.locator(':disabled')).waitFor();
    await compose('好');
    await person.page.getByRole('button', {name: 'Send'}).click();
    await terminal.hears(/"text":"好"/);
    await holds(person, '');
  });

  test('leaves the next Enter to the page', async () => {
    await composer(person).fill('你好');
    await composer(person).press('Enter');
    await terminal.hears(/"text":"你好"/);
  });
});

describe('what begins with a slash', () => {
  let person;
  before(async () => (person = await inChat('Ada')));
  after(() => person.close());

  test('is sent as typed where it is not a command', async () => {
    const texts = [
      '/etc/hosts looks wrong to me, can you have a look at line 12?',
      '//nfs/share',
      '/nonsense',
      '/mgs terminal hi',
      '/leave\nwas not meant',
    ];
    for (const text of texts) {
      await person.write(text);
      await terminal.hears(new RegExp(`"text":"${text.replace('\n', '\\n').replace(/[?/\\]/g, '\\$&')}"`));
      await holds(person, '');
    }
  });

  test('stays in the field where nobody took it, and the chat says why', async () => {
    for (const [text, why] of [
      ['/msg Nobody a long private text', 'Nobody here is called Nobody.'],
      ['/kick', 'Write it like this: /kick NAME'],
      ['/lock now', 'You may not do this here'],
    ]) {
      await person.write(text);
      await person.page.getByText(why).waitFor();
      await holds(person, text);
    }
    await person.write('/msg terminal between us');
    await terminal.hears(/"type":"whisper".*"text":"between us"/);
    await holds(person, '');
  });
});

describe('a reload', () => {
  /** A message is held on its way, or its acknowledgement on the way back, for as long as `hold` says so. */
  async function holding(name, hold) {
    return inChat(name, (context) =>
      context.routeWebSocket(/\/ws$/, (page) => {
        const there = page.connectToServer();
        page.onMessage((text) => {
          if (!(hold.message && JSON.parse(text).type === 'message')) there.send(text);
        });
        there.onMessage((text) => {
          if (!(hold.ok && JSON.parse(text).type === 'ok')) page.send(text);
        });
      }),
    );
  }

  async function comeBack(person) {
    await person.page.reload();
    await person.enterChat();
  }

  const sending = (person) => person.page.locator('.own', {hasText: 'Sending…'});

  test('keeps what is being written', async () => {
    const person = await inChat('Draft');
    await composer(person).fill('half a thought\nand');
    await comeBack(person);
    await holds(person, 'half a thought\nand');
    await composer(person).press('Enter');
    await terminal.hears(/"text":"half a thought\\nand"/);
    await comeBack(person);
    assert.equal(await composer(person).inputValue(), '');
    await person.close();
  });

  test('sends what had not gone out', async () => {
    const hold = {message: true};
    const person = await holding('Held', hold);
    await person.write('held one');
    await person.write('held two');
    await composer(person).fill('three');
    await sending(person).nth(1).waitFor();
    hold.message = false;
    await comeBack(person);
    await terminal.hears(/"text":"held one"/);
    await terminal.hears(/"text":"held two"/);
    await sending(person).first().waitFor({state: 'detached'});
    await holds(person, 'three');
    assert.equal(await person.page.locator('.item', {hasText: 'held one'}).count(), 1);
    await person.close();
  });

  test('does not double what had gone out without an answer', async () => {
    const hold = {};
    const person = await holding('Twice', hold);
    hold.ok = true;
    await person.write('only once');
    await terminal.hears(/"text":"only once"/);
    await sending(person).waitFor();
    hold.ok = false;
    await comeBack(person);
    await person.write('a later one');
    const [said] = await terminal.hears(/"text":".*?"/);
    assert.match(said, /a later one/);
    assert.equal(await person.page.getByText('only once').count(), 1);
    await sending(person).waitFor({state: 'detached'});
    await person.close();
  });

  test('keeps nothing for a person who left before it', async () => {
    const person = await inChat('Gone');
    await composer(person).fill('nobody else should read this');
    await person.page.getByRole('button', {name: 'Leave the room'}).click();
    await person.page.getByRole('heading', {name: 'Join a room'}).waitFor();
    assert.deepEqual(await person.page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes('unsent'))), []);
    await person.page.reload();
    await person.enterChat();
    assert.equal(await composer(person).inputValue(), '');
    await person.close();
  });
});

describe('the keyboard', () => {
  const on = (person) => person.microphone.and(person.page.locator('[aria-pressed=true]')).waitFor();
  const off = (person) => person.microphone.and(person.page.locator('[aria-pressed=false]')).waitFor();
  /** A key of another layout, as the browser tells it. */
  async function foreign(person, key, code) {
    const devtools = await person.page.context().newCDPSession(person.page);
    for (const type of ['keyDown', 'keyUp']) {
      await devtools.send('Input.dispatchKeyEvent', {type, key, code, windowsVirtualKeyCode: code.charCodeAt(3)});
    }
    await devtools.detach();
  }

  test('is the field’s after joining the chat, until Escape', async () => {
    const person = await inChat('Typist');
    assert.equal(await focused(person), 'composer');
    await person.page.keyboard.press('Escape');
    assert.equal(await focused(person), 'body');
    await person.close();
  });

  test('is the meeting’s after joining it, from the first screen and from the chat', async () => {
    const person = await Person.open(browser, server, 'Speaker');
    await person.enterCall({video: false});
    for (const again of [false, true]) {
      if (again) {
        await person.leaveCall();
        await composer(person).focus();
        await person.join();
      }
      await on(person);
      assert.equal(await focused(person), 'body');
      await person.page.keyboard.press('m');
      await off(person);
      await person.page.keyboard.down(' ');
      await on(person);
      await person.page.keyboard.up(' ');
      await off(person);
      await person.page.keyboard.press('m');
      await on(person);
      assert.equal(await composer(person).inputValue(), '');
    }
    // Who writes has the keys, until they leave the field.
    await composer(person).click();
    await person.page.keyboard.press('m');
    await holds(person, 'm');
    await person.page.keyboard.press('Escape');
    await person.page.keyboard.press('m');
    await off(person);
    for (const [key, code, then] of [['ь', 'KeyM', on], ['μ', 'KeyM', off], ['ㅡ', 'KeyM', on]]) {
      await foreign(person, key, code);
      await then(person);
    }
    await person.close();
  });

  test('copies a link by hand where the browser does not let the page', async () => {
    const person = await inChat('Copier', (context) =>
      context.addInitScript(() => {
        navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
      }),
    );
    await person.page.getByRole('banner').getByRole('button', {name: 'Copy link'}).click();
    const field = person.page.getByRole('dialog').getByLabel('Your browser blocked copying. Copy the text here:');
    assert.equal(await field.inputValue(), `${server.url}/room/lobby`);
    assert.equal(await field.evaluate((each) => each.value.slice(each.selectionStart, each.selectionEnd)), `${server.url}/room/lobby`);
    if (process.env.PARLEY_SCREENSHOTS) await person.page.screenshot({path: `${process.env.PARLEY_SCREENSHOTS}/copy-by-hand.png`});
    await person.page.keyboard.press('Escape');
    await field.waitFor({state: 'detached'});
    await person.close();
  });
});
