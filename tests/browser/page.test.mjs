// Every screen in both languages, light and dark, at three widths: nothing is asked of any other host, the page has no fault, and a
// picture of it is kept in the build folder (screenshots). axe finds nothing on phones and desktops: it looks at the English page
// when it is light and at the Chinese one when it is dark, since colours are the same in both.

import assert from 'node:assert/strict';
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';

import {violations} from './axe.mjs';
import {Person} from './person.mjs';
import {kPatience, startChromium, startServer, startTerminal, temporaryFolder} from './support.mjs';
import {wordsOf} from './words.mjs';

const pictures = process.env.PARLEY_SCREENSHOTS;
mkdirSync(pictures, {recursive: true});

const kLanguages = {
  en: {locale: 'en-GB', axeTheme: 'light', words: await wordsOf('en'), room: 'compilers', self: 'Grace', host: 'Alan', other: 'Ada', late: 'Edsger',
    chat: ['Good morning! The slides are at https://slides.example/parsing', 'Is the tree of exercise 3 unique?', 'Only if the grammar is unambiguous.',
      'Will you show your solution later?'], topic: 'Week 5: parsing'},
  zh: {locale: 'zh-CN', axeTheme: 'dark', words: await wordsOf('zh'), room: '编译原理', self: '林晓', host: '王老师', other: '陈静', late: '赵磊',
    chat: ['早上好！讲义在 https://slides.example/parsing', '第三题的语法树是唯一的吗？', '只有文法没有歧义时才是。', '等会儿展示一下你的解法好吗？'], topic: '第五周：语法分析'},
};
const kSizes = {phone: {width: 390, height: 844}, tablet: {width: 820, height: 1180}, desktop: {width: 1440, height: 900}};
const kAll = ['phone', 'tablet', 'desktop'];
const kThemes = ['light', 'dark'];

let chromium;
before(async () => (chromium = await startChromium()));
after(() => chromium?.close());

// What a page does that it should not: asks other hosts, has an error, says something on the console.
function listen(page, host, wrong) {
  const asks = (url) => {
    const {protocol, host: asked} = new URL(url);
    if (/^(https?|wss?):$/.test(protocol) && asked !== host) wrong.push(`asked of another host: ${url}`);
  };
  page.on('request', (request) => asks(request.url()));
  page.on('websocket', (socket) => asks(socket.url()));
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => {
    // The browser's own words about a connection that is tried again, a page that is not there, and a worker, which needs more
    // trust than a person who goes past a warning gives.
    const expected = /WebSocket connection to|Failed to load resource|SSL certificate error occurred when fetching the script/.test(message.text());
    if (message.type() === 'error' && !expected) wrong.push(message.text());
  });
}

class Visit {
  constructor(language) {
    Object.assign(this, {language, wrong: [], ...kLanguages[language]});
  }

  async begin() {
    this.server = await startServer(temporaryFolder(), {options: ['--journal', 'yes']});
    this.terminal = await startTerminal(this.server, this.host, this.room);
    const context = await chromium.newContext({
      ignoreHTTPSErrors: true, locale: this.locale, viewport: kSizes.desktop, reducedMotion: 'reduce',
    });
    this.page = await context.newPage();
    this.page.setDefaultTimeout(kPatience);
    listen(this.page, this.server.doors.tls, this.wrong);
  }

  async end() {
    await this.page?.context().close();
    await this.partner?.close();
    await this.latecomer?.close();
    await this.terminal?.stop('SIGKILL');
    await this.server?.child.stop('SIGKILL');
  }

  // Looks at the screen as it is now, light and dark, at each of `sizes`, and ends at the last one.
  async see(screen, sizes = kAll, themed = (theme) => `html[data-theme="${theme}"]`) {
    for (const size of sizes) {
      await this.page.setViewportSize(kSizes[size]);
      for (const theme of kThemes) {
        await this.page.emulateMedia({colorScheme: theme});
        await this.page.locator(themed(theme)).waitFor({state: 'attached'});
        await this.look(`${screen}-${size}-${this.language}-${theme}`, size !== 'tablet' && theme === this.axeTheme);
      }
    }
  }

  async look(name, closely) {
    await this.page.screenshot({path: join(pictures, `${name}.png`)});
    const tooWide = await this.page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    if (tooWide) this.wrong.push(`${name}: wider than the window`);
    if (!closely) return;
    for (const violation of await violations(this.page)) this.wrong.push(`${name}: ${violation}`);
  }

  button(name) {
    return this.page.getByRole('button', {name, exact: true});
  }

  async closeDialog() {
    await this.page.keyboard.press('Escape');
    await this.page.locator('dialog').waitFor({state: 'detached'});
  }

  says(type, fields) {
    this.terminal.says(JSON.stringify({type, room: this.room, ...fields}));
  }

  async entry() {
    const {page, words, server, room, self} = this;
    await page.goto(`${server.url}/room/${encodeURIComponent(room)}`);
    await page.locator('#name').fill(self);
    await page.locator('.preview video').waitFor();
    await this.see('entry');
    await this.button(words.check.title).click();
    await page.getByText(words.check.relay_later).waitFor();
    await this.see('check');
    await this.closeDialog();
  }

  // The ways in but the guest's.
  async ways() {
    const {page, words, server, room, self} = this;
    await this.button(words.entry.withAccount).click();
    await page.locator('#user').fill(self);
    await page.locator('#secret').fill('a guess');
    await this.button(words.entry.chatOnly).click();
    await page.locator('#secret-hint .trouble').waitFor();
    await this.see('account');
    const claims = (exp) => Buffer.from(JSON.stringify({sub: self, exp})).toString('base64url');
    const link = (exp) => `${server.url}/room/${encodeURIComponent(room)}#token=e30.${claims(exp)}.c2lnbmF0dXJl`;
    await page.goto(link(5_000_000_000));
    await page.locator('.known').waitFor();
    await this.see('link');
    await page.goto(link(1_000_000_000));
    await page.getByText(words.entry.link_expired).waitFor();
    await this.see('link-expired');
    await this.button(words.entry.asGuest).click();
    await page.locator('#name').fill(self);
  }

  // In front of the room, sent away, and let in.
  async outside() {
    const {page, words, terminal, self} = this;
    this.says('moderate', {action: 'waiting_room', value: 'on'});
    await terminal.hears(/"waiting_room":true/);
    const waiting = () => terminal.hears(new RegExp(`"type":"waiting".*"id":"([^"]+)","name":"${self}"`));
    let heard = waiting();
    await this.button(words.entry.chatOnly).click();
    const [, id] = await heard;
    await page.getByText(words.outside.asked).waitFor();
    await this.see('outside');
    this.says('moderate', {action: 'refuse', member: id});
    await page.getByText(words.outside.refused).waitFor();
    await this.see('outside-refused');
    heard = waiting();
    await this.button(words.outside.again).click();
    const [, idAgain] = await heard;
    await this.comeIn(() => this.says('moderate', {action: 'admit', member: idAgain}));
  }

  // The terminal, being there first, is the host, and makes our person one as well.
  async comeIn(how) {
    const {page, terminal, self} = this;
    const joined = terminal.hears(new RegExp(`"member_joined".*"id":"([^"]+)","name":"${self}"`));
    await how();
    [, this.id] = await joined;
    this.says('moderate', {action: 'promote', member: this.id});
    await terminal.hears(new RegExp(`"member_changed".*"id":"${this.id}".*"host"`));
    await page.getByRole('log').waitFor();
  }

  async talk() {
    const {page, words, chat} = this;
    const written = page.getByRole('log');
    this.says('moderate', {action: 'topic', value: this.topic});
    this.says('message', {text: chat[0]});
    await written.getByText(chat[0].split(' ')[0]).waitFor();
    await page.locator('#composer').fill(chat[1]);
    await page.keyboard.press('Enter');
    await this.terminal.hears(/"type":"message"/);
    this.says('message', {text: chat[2]});
    this.says('whisper', {to: this.id, text: chat[3]});
    this.says('state', {hand: true});
    await written.getByText(chat[3]).waitFor();
    await page.getByText(words.people.handPlace.replace('{n}', '1')).waitFor({state: 'attached'});
    await this.see('room');
  }

  async people() {
    const {page, words, host} = this;
    for (const size of ['phone', 'desktop']) {
      await page.setViewportSize(kSizes[size]);
      // On a phone the list is instead of the chat, elsewhere beside it.
      if (size === 'phone') await page.locator('button.people').click();
      await this.see('people', [size]);
      await this.button(words.people.more.replace('{name}', host)).click();
      await this.see('person', [size]);
      await this.button(words.people.more.replace('{name}', host)).click();
    }
  }

  // As a host: somebody waits, and the room is set up.
  async hosts() {
    const {page, words, server, room, late} = this;
    const admit = page.getByRole('button', {name: words.app.named.replace('{what}', words.waiting.admit).replace('{name}', late)});
    this.latecomer = await Person.open(chromium, server, late, {room});
    await this.latecomer.knock();
    await admit.waitFor();
    await this.see('waiting');
    await this.button(words.host.room).click();
    await page.getByRole('switch').first().waitFor();
    await this.see('host');
    await this.closeDialog();
    await this.latecomer.close();
    await admit.waitFor({state: 'detached'});
    this.says('moderate', {action: 'waiting_room', value: 'off'});
    await page.getByText(words.notice.waiting_off).waitFor();
  }

  async call() {
    const {page, words, server, room, other} = this;
    this.partner = await Person.open(chromium, server, other, {room});
    await this.partner.enterCall();
    await page.locator('button.join').click();
    await page.locator('dialog video').waitFor();
    await this.see('join');
    await page.locator('dialog .join').click();
    await this.partner.receives(1);
    await page.locator('.tile .quality').waitFor();
    await this.see('call');
    await this.partner.controls.getByRole('button', {name: 'Share screen'}).click();
    await page.getByText(words.meeting.screenOf.replace('{name}', other), {exact: true}).waitFor();
    await page.locator('.tile.large video').waitFor();
    await this.see('call-screen');
  }

  async dialogs() {
    const {page, words} = this;
    await this.button(words.shortcut.title).click();
    await this.see('shortcuts');
    await this.closeDialog();
    await this.button(words.app.settings).click();
    await this.see('settings');
    await this.closeDialog();
  }

  async sentOut() {
    const {page, words, terminal} = this;
    await this.partner.close();
    this.partner = undefined;
    this.says('moderate', {action: 'kick', member: this.id});
    await terminal.hears(/"member_left".*"kicked"/);
    await page.getByText(words.lost.title).waitFor();
    await this.see('sent-out');
  }

  // Back in the room, and then the server goes.
  async noServer() {
    const {page, words, server} = this;
    await this.button(words.lost.again).click();
    await page.getByRole('log').waitFor();
    await server.child.stop();
    await page.locator('.status .line').waitFor();
    await this.see('no-server');
  }

  async notFound() {
    await this.page.goto(`${this.server.url}/no/such/page`);
    await this.page.locator('h1').waitFor();
    // The server's own pages have no script that says which theme it is.
    await this.see('not-found', kAll, () => 'html:not([data-theme])');
  }
}

for (const language of Object.keys(kLanguages)) {
  test(language, async () => {
    const visit = new Visit(language);
    try {
      await visit.begin();
      await visit.notFound();
      await visit.entry();
      await visit.ways();
      await visit.outside();
      await visit.talk();
      await visit.hosts();
      await visit.people();
      await visit.call();
      await visit.dialogs();
      await visit.sentOut();
      await visit.noServer();
    } finally {
      await visit.end();
    }
    assert.deepEqual(visit.wrong, []);
  });
}
