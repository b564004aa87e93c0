// Nothing on the screen covers anything else: a class of 28 at four sizes, in Chromium and in Firefox, and the small things
// beside them. Also what is said where a room has a password.

import assert from 'node:assert/strict';
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {startFirefox} from './firefox.mjs';
import {outOfSight} from './fold.mjs';
import {inked} from './letters.mjs';
import {LinePeer} from './line_peer.mjs';
import {Person} from './person.mjs';
import {kPatience, startChromium, startServer, temporaryFolder, until} from './support.mjs';

const pictures = process.env.PARLEY_SCREENSHOTS;
mkdirSync(pictures, {recursive: true});

const kSizes = [[390, 844], [640, 380], [844, 390], [1280, 720], [1920, 1080]];
const isPhone = (width, height) => width < 600 || height < 450;

let server;
let chromium;
let firefox;
before(async () => {
  server = await startServer(temporaryFolder(), {options: ['--max-per-address', '0', '--media', 'mesh']});
  [chromium, firefox] = await Promise.all([startChromium(), startFirefox()]);
});
after(async () => {
  await firefox?.close();
  await chromium?.close();
  await server?.child.stop('SIGKILL');
});

// Runs in the page: the pairs of `selectors` in each `container` that cover each other, what is cut off by its edge, and the
// selectors by which nothing is seen.
function covered(container, selectors) {
  const found = [];
  const seen = new Set();
  for (const box of document.querySelectorAll(container)) {
    const edge = box.getBoundingClientRect();
    const parts = selectors.flatMap((selector) => [...box.querySelectorAll(selector)].map((part) => [selector, part.getBoundingClientRect()]))
        .filter(([, {width, height}]) => width > 0 && height > 0);
    for (const [i, [one, a]] of parts.entries()) {
      seen.add(one);
      if (a.left < edge.left - 0.5 || a.right > edge.right + 0.5 || a.top < edge.top - 0.5 || a.bottom > edge.bottom + 0.5) {
        found.push(`${one} is cut off by its ${container} of ${Math.round(edge.width)}×${Math.round(edge.height)}`);
      }
      for (const [other, b] of parts.slice(i + 1)) {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 0.5 && down > 0.5) {
          found.push(`${one} and ${other} cover each other in a ${container} of ${Math.round(edge.width)}×${Math.round(edge.height)}`);
        }
      }
    }
  }
  found.push(...selectors.filter((selector) => !seen.has(selector)).map((selector) => `no ${selector} is seen`));
  return [...new Set(found)];
}

const kParts = ['.hand', '.link', '.tool', '.plate', '.face'];

// Runs in the page: how many tiles there are, on which page of how many, and how much of the stage is one's own.
function shown() {
  const own = [...document.querySelectorAll('.tile')].map((tile) => tile.getBoundingClientRect()).map(({width, height}) => width * height);
  const {width, height} = document.querySelector('.stage').getBoundingClientRect();
  return {tiles: own.length, page: document.querySelector('.stage .where').innerText.split('\n')[0].trim(), smallest: Math.min(...own) / (width * height)};
}

// Runs in the page: what a small tile must not have, or have larger than this.
function tooMuch() {
  const found = [];
  for (const tile of document.querySelectorAll('.tile')) {
    const small = tile.getBoundingClientRect().width < 140;
    const own = tile.classList.contains('own');
    const tools = [...tile.querySelectorAll('.tool')].filter((tool) => tool.getClientRects().length > 0).length;
    if (small && tools > 0) found.push('a small tile has tools');
    if (!small && !own && tools === 0) found.push('a large tile has no tools');
    if (small && (tile.querySelector('.face')?.offsetHeight ?? 0) > 32) found.push('a small tile has a large face');
    const face = tile.querySelector('.face')?.offsetHeight ?? 0;
    if (face > 0 && face < 20) found.push(`a face of ${face} pixels`);
    const name = tile.querySelector('.name');
    if (name.getBoundingClientRect().height > 2 * parseFloat(getComputedStyle(name).fontSize)) found.push('a name has two lines');
  }
  return [...new Set(found)];
}

describe('a class of 28 with raised hands', () => {
  const others = [];
  const room = 'class';
  const tiles = () => document.querySelectorAll('.tile').length;
  const hands = () => document.querySelectorAll('.tile .hand').length;

  before(async () => {
    for (let n = 1; n < 28; n++) {
      const peer = await LinePeer.join(server, n % 3 ? `Student ${n}` : `Maximiliane Konstantinopel ${n}`, room);
      assert.equal((await peer.ask('state', {room, call: true, hand: true})).type, 'ok');
      others.push(peer);
    }
  });
  after(() => others.forEach((peer) => peer.leave()));

  async function look(evaluate, resize, screenshot, name) {
    await until(async () => (await evaluate(tiles)) === 25 && (await evaluate(hands)) === 24, '25 tiles');
    for (const [width, height] of kSizes) {
      await resize({width, height});
      // A frame later the tiles have followed.
      await evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      await screenshot({path: join(pictures, `class-${name}-${width}x${height}.png`)});
      const {tiles: count, page, smallest} = await evaluate(shown);
      const phone = isPhone(width, height);
      assert.deepEqual([count, page], phone ? [6, '1/6'] : [25, '1/2'], `${name} at ${width}×${height}`);
      if (phone) assert.ok(smallest < 0.06, `one's own tile is small: ${smallest}`);
      assert.deepEqual(await evaluate(covered, '.stage', ['.tile', '.pager']), [], `${name} at ${width}×${height}`);
      assert.deepEqual(await evaluate(covered, '.tile', kParts), [], `${name} at ${width}×${height}`);
      assert.deepEqual(await evaluate(tooMuch), [], `${name} at ${width}×${height}`);
    }
    await evaluate(() => document.querySelector('.stage .sign:last-child').click());
    await until(async () => (await evaluate(tiles)) === 3, 'the others are on the next page');
  }

  for (const [locale, colorScheme] of [['en-GB', 'light'], ['zh-CN', 'dark']]) {
    test(`fits in Chromium, ${locale}`, async () => {
      const context = await chromium.newContext({ignoreHTTPSErrors: true, locale, colorScheme});
      try {
        const {page} = await Person.visit(context, 'Ada', `${server.url}/room/${room}`);
        await page.locator('#name').fill('Ada');
        await page.locator('.enter').click();
        await page.locator('.tile').first().waitFor();
        await look((...what) => page.evaluate(...spread(what)), (size) => page.setViewportSize(size), (how) => page.screenshot(how), locale);
      } finally {
        await context.close();
      }
    });
  }

  test('leaves the meeting to a host on a phone held sideways, while people wait', async () => {
    const context = await chromium.newContext({ignoreHTTPSErrors: true, locale: 'en-GB'});
    const [host] = others;
    const waiting = [];
    try {
      const {page} = await Person.visit(context, 'Ada', `${server.url}/room/${room}`);
      await page.locator('#name').fill('Ada');
      await page.locator('.enter').click();
      await page.locator('.tile').first().waitFor();
      await page.setViewportSize({width: 844, height: 390});
      const {members} = await others[1].ask('leave', {room}).then(() => others[1].ask('join', {room}));
      await others[1].ask('state', {room, call: true, screen: true});
      await host.ask('moderate', {room, action: 'promote', member: members.find(({name}) => name === 'Ada').id});
      await host.ask('moderate', {room, action: 'waiting_room', value: 'on'});
      for (const name of ['Xenia', 'Yves', 'Zoe']) waiting.push(await LinePeer.join(server, name, room));
      await page.getByText('3 people are waiting').waitFor();
      await others[2].ask('state', {room, hand: false});
      await others[2].ask('state', {room, hand: true});
      await page.locator('.toast').first().waitFor();
      await page.locator('.large').waitFor();
      for (const [width, height] of [[640, 380], [844, 390]]) {
        await page.setViewportSize({width, height});
        await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
        await page.screenshot({path: join(pictures, `waiting-${width}x${height}.png`)});
        const found = await page.evaluate(...spread([covered, '.room', ['.status', '.large', '.own', '.bar']]));
        assert.deepEqual(found, [], `${width}×${height}`);
      }
      await host.ask('moderate', {room, action: 'waiting_room', value: 'off'});
      await others[1].ask('state', {room, screen: false, hand: true});
    } finally {
      for (const peer of waiting) peer.leave();
      await context.close();
    }
  });

  test('fits in Firefox', async () => {
    const page = await (await firefox.createBrowserContext()).newPage();
    page.setDefaultTimeout(kPatience);
    await page.goto(`${server.url}/room/${room}`);
    await page.locator('#name').fill('Grace');
    await (await page.waitForSelector('.enter')).evaluate((button) => button.click());
    await page.waitForSelector('.tile');
    await look((what, ...given) => page.evaluate(what, ...given), (size) => page.setViewport(size), (how) => page.screenshot(how), 'firefox');
    await page.close();
  });
});

// Playwright passes a function one argument.
function spread([what, ...given]) {
  return given.length === 0 ? [what] : [`(${what})(...${JSON.stringify(given)})`];
}

describe('alone in a room', () => {
  test('the first screen begins with the name, and its button needs no scrolling', async () => {
    const person = await Person.open(chromium, server, 'Ada', {room: 'fold', viewport: {width: 390, height: 844}});
    await person.page.reload();
    await until(() => person.page.evaluate(() => document.activeElement?.id === 'name'), 'the name has the focus');
    await person.page.getByRole('heading', {name: 'Join fold'}).waitFor();
    const {bottom, scrolled} = await person.page.locator('.enter').evaluate((button) => ({bottom: button.getBoundingClientRect().bottom, scrolled: window.scrollY}));
    assert.equal(await person.page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth), false, 'wider than the window');
    assert.ok(bottom <= 844 && scrolled === 0, `the button ends at ${bottom}, scrolled by ${scrolled}`);
    for (const [width, height] of [[390, 844], [375, 667], [360, 640]]) {
      await person.page.setViewportSize({width, height});
      assert.deepEqual(await person.page.evaluate(outOfSight), [], `${width}×${height}`);
    }
    await person.page.setViewportSize({width: 1280, height: 720});
    const form = await person.page.locator('.form').boundingBox();
    assert.ok(form.y + form.height <= 720, `the form ends at ${form.y + form.height}`);
    await person.close();
  });

  test('the button to join stays under the mouse that clicks it, whatever is told of the room just typed', async () => {
    const peer = await LinePeer.join(server, 'Grace', 'gate');
    await peer.ask('moderate', {room: 'gate', action: 'topic', value: 'Week 5: parsing '.repeat(8)});
    const person = await Person.open(chromium, server, 'Ada', {room: 'fold', viewport: {width: 390, height: 844}});
    const {page} = person;
    const preview = page.locator('.room-preview');
    const box = () => page.locator('.enter').boundingBox();
    await preview.getByText('If nobody is in the room').waitFor();
    const before = await box();
    await page.locator('#room').press('Control+A');
    await page.locator('#room').pressSequentially('gate');
    await preview.getByText('If nobody is in the room').waitFor({state: 'detached'});
    assert.deepEqual(await box(), before);
    await page.mouse.move(before.x + before.width / 2, before.y + 2);
    await page.mouse.down();
    await preview.getByText('In the room: Grace').waitFor();
    await page.screenshot({path: join(pictures, 'room-preview.png')});
    assert.deepEqual(await box(), before);
    await page.mouse.up();
    await page.waitForURL(`${server.url}/room/gate`);
    await page.locator('.tile').first().waitFor();
    await person.close();
    peer.leave();
  });

  test('a card with the link stands beside the tile, not over it', async () => {
    const person = await Person.open(chromium, server, 'Ada', {room: 'alone'});
    await person.page.locator('.enter').click();
    await person.page.locator('.alone').getByText(`${server.url}/room/alone`).waitFor();
    for (const [width, height] of kSizes) {
      await person.page.setViewportSize({width, height});
      await person.page.screenshot({path: join(pictures, `alone-${width}x${height}.png`)});
      await until(async () => (await person.page.evaluate(...spread([covered, '.stage', ['.tile', '.alone']]))).length === 0,
          `nothing is covered at ${width}×${height}`);
    }
    await person.close();
  });

  test('it does so in Firefox', async () => {
    const page = await (await firefox.createBrowserContext()).newPage();
    page.setDefaultTimeout(kPatience);
    await page.goto(`${server.url}/room/alone-too`);
    await page.waitForSelector('#name:focus');
    await page.locator('#name').fill('Grace');
    await (await page.waitForSelector('.enter')).evaluate((button) => button.click());
    await page.waitForSelector('.alone');
    for (const [width, height] of kSizes) {
      await page.setViewport({width, height});
      await until(async () => (await page.evaluate(covered, '.stage', ['.tile', '.alone'])).length === 0, `nothing is covered at ${width}×${height}`);
    }
    await page.close();
  });
});

describe('in the chat', () => {
  let person;
  let peer;
  before(async () => {
    peer = await LinePeer.join(server, 'Grace', 'talk');
    person = await Person.open(chromium, server, 'Ada', {room: 'talk', locale: 'en-US', timezoneId: 'UTC', viewport: {width: 1280, height: 720}});
  });
  after(() => {
    peer?.leave();
    return person?.close();
  });

  test('the number of new messages stays on one line beside a call', async () => {
    for (let n = 0; n < 40; n++) await peer.ask('message', {room: 'talk', text: `before ${n}`});
    await person.page.locator('.enter').click();
    await person.page.locator('.tile').waitFor();
    const scroller = person.page.getByRole('log');
    // The time of another message may follow its number: at nine "before 3" reads "before 39:05".
    await scroller.getByText('before 39', {exact: true}).waitFor();
    // Rows that are measured just now may lead back to the end once.
    const isUp = async () => {
      await scroller.evaluate((box) => box.scrollTo(0, 0));
      return person.page.locator('.down').isVisible();
    };
    await until(isUp, 'the reader is above the end');
    for (let n = 0; n < 200; n++) await peer.ask('message', {room: 'talk', text: `after ${n}`});
    const down = person.page.locator('.down', {hasText: '200 new messages'});
    await down.waitFor();
    const {height} = await down.boundingBox();
    const line = await down.evaluate((button) => parseFloat(getComputedStyle(button).minHeight));
    await person.page.screenshot({path: join(pictures, 'new-messages.png')});
    assert.ok(height <= line, `${height} is more than one line`);
  });

  test('the field for a message is one line high where the name of its room does not fit', async () => {
    const field = person.page.locator('#composer');
    await field.evaluate((area) => (area.placeholder = `Write to ${'a room with a long name '.repeat(5)}`));
    await field.fill('x');
    const {height} = await field.boundingBox();
    await field.fill('');
    const empty = await field.evaluate((area) => ({height: area.offsetHeight, hidden: area.scrollHeight - area.clientHeight}));
    assert.deepEqual(empty, {height, hidden: 0});
  });

  test('the time beside a message covers nothing', async () => {
    await person.page.locator('.down').click();
    const item = person.page.locator('.item', {has: person.page.getByText('after 199', {exact: true})});
    await item.hover();
    const time = item.locator('.late');
    await until(() => time.evaluate((element) => getComputedStyle(element).opacity === '1'), 'the time is shown');
    // The widest of the day.
    await time.evaluate((element) => (element.textContent = element.textContent.replace(/^[\d:]+/, '12:58')));
    await person.page.screenshot({path: join(pictures, 'hover-time.png')});
    const [late, text] = [await time.evaluate(inked), await item.locator('.text').boundingBox()];
    assert.ok(late.right <= text.x, `the time ends at ${late.right}, the text begins at ${text.x}`);
  });
});

describe('a room with a password', () => {
  let host;
  before(async () => (host = await Person.open(chromium, server, 'Ada', {room: 'secret'})));
  after(() => host?.close());

  async function openHostDialog() {
    await host.page.getByRole('button', {name: /^(This room|Host controls)$/}).click();
    return host.page.locator('dialog input[type="password"]');
  }

  test('says so beside the field where a host sets it', async () => {
    await host.enterChat();
    const field = await openHostDialog();
    assert.equal(await field.getAttribute('placeholder'), 'No password');
    // Only what is set can be cleared.
    const clears = host.page.locator('dialog [aria-label^="Clear"]');
    assert.equal(await clears.count(), 0);
    const topic = host.page.locator('dialog').getByLabel('Topic', {exact: true});
    await topic.fill('Week 5');
    await topic.press('Enter');
    await host.page.getByRole('button', {name: 'Clear: Topic'}).click();
    await clears.first().waitFor({state: 'detached'});
    assert.equal(await topic.inputValue(), '');
    await field.fill('open sesame');
    await field.press('Enter');
    await host.page.locator('dialog .done').getByText(/password/).waitFor();
    assert.equal(await field.getAttribute('placeholder'), 'A password is set');
    await host.page.screenshot({path: join(pictures, 'password-set.png')});
  });

  test('says so to a host who comes later, too', async () => {
    // Whose connection ended returns without the password.
    await host.page.reload();
    await host.page.locator('.chat-only').click();
    const field = await openHostDialog();
    assert.equal(await field.getAttribute('placeholder'), 'A password is set');
    const clear = host.page.getByRole('button', {name: 'Clear: Room password'});
    await clear.click();
    await until(async () => (await field.getAttribute('placeholder')) === 'No password', 'no password');
    // Nothing is set any more: nothing can be cleared.
    assert.equal(await clear.count(), 0);
    await field.press('Enter');
    await field.fill('open sesame');
    await field.press('Enter');
    await until(async () => (await field.getAttribute('placeholder')) === 'A password is set', 'a password again');
  });

  test('tells a wrong one at its own field', async () => {
    const grace = await Person.open(chromium, server, 'Grace', {room: 'secret', viewport: {width: 375, height: 667}});
    await grace.knock();
    const field = grace.page.locator('#password');
    await grace.page.locator('#password-hint').getByText('This room has a password.').waitFor();
    assert.deepEqual(await grace.page.evaluate(outOfSight), []);
    await field.fill('a guess');
    await grace.knock();
    await grace.page.locator('#password-hint').getByText('Wrong room password', {exact: false}).waitFor();
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    assert.equal(await grace.page.locator('#room').getAttribute('aria-invalid'), 'false');
    assert.equal(await grace.page.locator('#room-hint .trouble').count(), 0);
    await grace.page.screenshot({path: join(pictures, 'wrong-password.png')});
    await field.fill('open sesame');
    await grace.knock();
    await grace.page.getByRole('log').waitFor();
    await grace.close();
  });
});
