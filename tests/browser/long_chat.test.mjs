// A chat of 50,000 messages at the page: what stands in the document, what a key press costs, and that the view stays where
// it is. The messages are put into what the server sends on its way to the page.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {Person} from './person.mjs';
import {startChromium, startServer, temporaryFolder, until} from './support.mjs';

const kLong = 50_000;
const kShort = 500;
// A screen of messages and what is kept beside it.
const kMostRows = 120;

let server;
let browser;
let long;

before(async () => {
  server = await startServer(temporaryFolder());
  browser = await startChromium();
});

after(async () => {
  await browser?.close();
  await server?.child.stop('SIGKILL');
});

const from = {id: 'm900', name: 'Ada', author: 'a'.repeat(16)};
const text = (seq) => (seq % 7 === 0 ? `message ${seq} ${'is a long one '.repeat(30)}` : `message ${seq}`);
const message = (seq) => ({
  room: 'lobby', seq, time: new Date(Date.UTC(2026, 0, 1) + seq * 20_000).toISOString(), from, text: text(seq),
  ...(seq % 50 === 0 ? {reply_to: seq - 40} : {}),
});
const messages = (first, last) => Array.from({length: last - first + 1}, (_, i) => message(first + i));

// Somebody in a room whose log ends with `last`, of which the page gets `count` messages at once. `arrives` adds one.
async function enter(name, last, count) {
  const person = await Person.open(browser, server, name, {viewport: {width: 1000, height: 700}});
  const room = {person, last, asked: 0};
  await person.page.routeWebSocket(/\/ws/, (page) => {
    const upstream = page.connectToServer();
    page.onMessage((line) => {
      const request = JSON.parse(line);
      if (request.type !== 'history') return upstream.send(line);
      room.asked++;
      const {ref, before, after, limit = 50} = request;
      const first = after === undefined ? Math.max(1, before - limit) : after + 1;
      const end = after === undefined ? before - 1 : Math.min(room.last, after + limit);
      const more = after === undefined ? first > 1 : end < room.last;
      page.send(JSON.stringify({type: 'history', ref, room: 'lobby', messages: messages(first, end), more}));
    });
    upstream.onMessage((line) => {
      const event = JSON.parse(line);
      if (event.type !== 'joined') return page.send(line);
      // By this socket, and not by one with which the first screen asked about the room.
      room.arrives = (more = {}) => page.send(JSON.stringify({type: 'message', ...message(++room.last), ...more}));
      const first = last - count + 1;
      page.send(JSON.stringify({...event, messages: messages(first, last), last, more: first > 1}));
    });
  });
  await person.page.reload();
  await person.page.getByLabel('Your name').fill(name);
  await person.enterChat();
  await row(room, last).waitFor();
  return room;
}

const row = ({person}, seq) => person.page.locator(`.item[data-seq="${seq}"]`);
const rows = ({person}) => person.page.locator('.row').count();
const log = ({person}) => person.page.getByRole('log');
const atEnd = (room) => log(room).evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 2);
const top = async (room, seq) => (await row(room, seq).boundingBox())?.y;
const scroll = (room, by) => log(room).evaluate((box, by) => box.scrollBy(0, by), by);

// Scrolls down until that message stands in the document.
const reach = (room, seq) => until(async () => {
  await scroll(room, 400);
  return await row(room, seq).count() > 0;
}, `message ${seq} is reached`);

// Until the page has drawn itself that often: what it measures and puts right is done by then.
const drawn = ({person}, times = 15) => person.page.evaluate((times) => new Promise((resolve) => {
  const step = () => (times-- > 0 ? requestAnimationFrame(step) : resolve());
  step();
}), times);

// How often each piece of the page's code runs while `act` is done, in all.
async function cost({person}, act) {
  const tools = await person.page.context().newCDPSession(person.page);
  await tools.send('Profiler.enable');
  await tools.send('Profiler.startPreciseCoverage', {callCount: true, detailed: true});
  await tools.send('Profiler.takePreciseCoverage');
  await act();
  const {result} = await tools.send('Profiler.takePreciseCoverage');
  await tools.send('Profiler.stopPreciseCoverage');
  await tools.detach();
  const counts = result.filter(({url}) => url.includes('/assets/')).flatMap(({functions}) => functions.flatMap(({ranges}) => ranges));
  return counts.reduce((sum, {count}) => sum + count, 0);
}

// Of twenty presses the fifth cheapest. During the dear ones the page did something else, too: a timer was due.
async function costOfKeyPress(room) {
  const costs = [];
  for (let turn = 0; turn < 20; turn++) costs.push(await cost(room, () => room.person.page.locator('#composer').press('a')));
  return costs.sort((a, b) => a - b)[4];
}

test('few of 50,000 messages stand in the document, and a key press costs what it costs with 500', async () => {
  const short = await enter('short', kShort, kShort);
  const costShort = await costOfKeyPress(short);
  await short.person.close();
  long = await enter('long', kLong, kLong);
  assert.ok((await rows(long)) <= kMostRows, `${await rows(long)} rows`);
  const costLong = await costOfKeyPress(long);
  assert.ok(costShort > 0);
  // A hundred times the messages.
  assert.ok(costLong <= costShort * 1.1, `${costLong} steps, with 500 messages ${costShort}`);
});

test('a new message is shown at the end, and does not move a reader further up', async () => {
  assert.ok(await atEnd(long));
  long.arrives();
  await row(long, long.last).waitFor();
  await until(() => atEnd(long), 'the new message is at the end');
  await scroll(long, -3000);
  await row(long, long.last).waitFor({state: 'detached'});
  const [seen] = await long.person.page.locator('.item').evaluateAll((all) => all.filter((each) => each.getBoundingClientRect().top > 200).map((each) => each.dataset.seq));
  const before = await top(long, seen);
  long.arrives();
  await long.person.page.getByRole('button', {name: '1 new message'}).click();
  await row(long, long.last).waitFor();
  assert.ok(await atEnd(long));
  await scroll(long, -3000);
  await row(long, seen).waitFor();
  assert.ok(Math.abs((await top(long, seen)) - before) < 200);
});

test('a quoted message far above is jumped to, and stands in the middle', async () => {
  await log(long).evaluate((box) => box.scrollTo(0, box.scrollHeight));
  long.arrives({reply_to: 77, text: 'about long ago'});
  await row(long, long.last).waitFor();
  assert.ok(await atEnd(long));
  await row(long, long.last).locator('.quote').click();
  await row(long, 77).and(long.person.page.locator('.pointed')).waitFor();
  await until(async () => {
    const [box, item] = [await log(long).boundingBox(), await row(long, 77).boundingBox()];
    return item && Math.abs(item.y + item.height / 2 - box.y - box.height / 2) < 60;
  }, 'the message is in the middle');
  assert.ok((await rows(long)) <= kMostRows);
});

test('going up reaches each message once, in its order, without a jump', async () => {
  // From where the jump ended: nothing above was measured.
  for (let turn = 0; turn < 6; turn++) {
    await drawn(long);
    const before = await log(long).evaluate((box) => {
      const top = box.getBoundingClientRect().top;
      const item = [...box.querySelectorAll('.item')].find((each) => each.getBoundingClientRect().top >= top);
      return {seq: item.dataset.seq, y: item.getBoundingClientRect().y};
    });
    await scroll(long, -200);
    await drawn(long);
    const moved = (await top(long, before.seq)) - before.y;
    assert.ok(Math.abs(moved - 200) < 2, `message ${before.seq} moved by ${moved}`);
  }
  const shown = await long.person.page.locator('.item').evaluateAll((all) => all.map((each) => Number(each.dataset.seq)));
  assert.deepEqual(shown, [...new Set(shown)].sort((a, b) => a - b));
});

test('what is selected, and what has the focus, stays in the document', async () => {
  const {page} = long.person;
  const select = (first, last) => page.evaluate(([first, last]) => {
    const at = (seq) => document.querySelector(`.item[data-seq="${seq}"] .text`);
    document.getSelection().setBaseAndExtent(at(first), 0, at(last), 1);
  }, [first, last]);
  const {first, last} = await log(long).evaluate((box) => {
    const {top, bottom} = box.getBoundingClientRect();
    const seen = [...box.querySelectorAll('.item')].filter((each) => each.getBoundingClientRect().top > top && each.getBoundingClientRect().bottom < bottom);
    return {first: Number(seen[0].dataset.seq), last: Number(seen.at(-1).dataset.seq)};
  });
  await select(first, last);
  await reach(long, last + 60);
  const selected = await page.evaluate(() => document.getSelection().toString());
  for (let seq = first; seq < last; seq++) assert.ok(selected.includes(`message ${seq}`), `${seq} is selected`);
  await page.evaluate(() => document.getSelection().removeAllRanges());
  await row(long, first).waitFor({state: 'detached'});
  const held = row(long, last + 60).getByRole('button', {name: /^Message from/});
  await held.focus();
  await reach(long, last + 120);
  assert.ok(await held.evaluate((button) => button === document.activeElement));
});

test('a message far back is jumped to with what stands around it, and the rest is there to be asked for', async () => {
  await long?.person.close();
  long = await enter('far', kLong, 50);
  const {page} = long.person;
  const inBetween = page.getByRole('button', {name: 'Show messages in between'});
  long.arrives({reply_to: 1000, text: 'about long ago'});
  await row(long, long.last).locator('.quote').click();
  await row(long, 1000).and(page.locator('.pointed')).waitFor();
  await until(async () => {
    const [box, item] = [await log(long).boundingBox(), await row(long, 1000).boundingBox()];
    return item && item.y > box.y && item.y < box.y + box.height;
  }, 'the message is on the screen');
  assert.equal(long.asked, 2);
  await page.getByRole('button', {name: 'Jump to latest'}).click();
  await row(long, long.last).waitFor();
  await until(() => atEnd(long), 'the end is reached');
  long.arrives();
  await row(long, long.last).waitFor();
  await until(() => atEnd(long), 'the new message is at the end');
  // Upwards to the hole: what is read stays where it is.
  await until(async () => {
    await scroll(long, -200);
    return await inBetween.count() > 0;
  }, 'the hole is reached');
  await inBetween.scrollIntoViewIfNeeded();
  await log(long).evaluate((box, y) => box.scrollBy(0, y - box.getBoundingClientRect().top - 5), (await inBetween.boundingBox()).y);
  await drawn(long);
  const first = kLong - 49;
  const before = await top(long, first);
  await inBetween.click();
  await row(long, first - 1).waitFor({state: 'attached'});
  await until(async () => Math.abs((await top(long, first)) - before) < 90, `message ${first} stays`);
  assert.equal(long.asked, 4);
  assert.deepEqual(long.person.faults, []);
});

test('older history is added above what is read', async () => {
  await long?.person.close();
  long = await enter('older', kLong, 400);
  await until(async () => {
    await log(long).evaluate((box) => box.scrollTo(0, 0));
    return await row(long, kLong - 399).count() > 0;
  }, 'the first message is reached');
  for (let page = 1; page <= 3; page++) {
    const first = kLong - 399 - (page - 1) * 50;
    await log(long).evaluate((box) => box.scrollTo(0, 0));
    const before = await top(long, first);
    await long.person.page.getByRole('button', {name: 'Show earlier messages'}).click();
    await row(long, first - 1).waitFor({state: 'attached'});
    // A day line, or the name of who goes on, may come between.
    await until(async () => Math.abs((await top(long, first)) - before) < 90, `message ${first} stays`);
  }
  assert.deepEqual(long.person.faults, []);
  await long.person.close();
});
