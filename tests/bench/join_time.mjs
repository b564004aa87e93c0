// Measures how long a person who joins a call of three through the server waits for the first picture: from the click on Join
// meeting to the first frame of another person that is shown. Prints the times of several joins, in ms. Run it on a quiet machine.
// docs/performance.md has its figures.
//
//   PARLEY_CHAT_SERVER=… tests/browser/in_private_network node tests/bench/join_time.mjs [JOINS]

import {chromiumPerson, receives} from '../browser/sfu_people.mjs';
import {kHost, startChromium, startServer, temporaryFolder} from '../browser/support.mjs';
import {Person} from '../browser/person.mjs';

const joins = Number(process.argv[2] ?? 5);

// Runs in a page: looks for a picture each time the browser draws. The person joins without a camera, so it is another person's.
function watchPictures() {
  window.joined = undefined;
  document.addEventListener('click', ({target}) => {
    if (!target.closest('.enter')) return;
    const clicked = performance.now();
    const seen = new WeakSet();
    const look = () => {
      for (const video of document.querySelectorAll('.tile video')) {
        if (seen.has(video)) continue;
        seen.add(video);
        video.requestVideoFrameCallback((now) => (window.joined ??= now - clicked));
      }
      if (window.joined === undefined) requestAnimationFrame(look);
    };
    look();
  }, true);
}

let server, chromium;
try {
  server = await startServer(temporaryFolder(), {doors: {plain: '127.0.0.1:0', tls: `${kHost}:0`}, options: ['--media', 'sfu']});
  chromium = await startChromium({devices: 'fps=5'});
  const there = [];
  for (const name of ['Ada', 'Grace', 'Edsger']) there.push(await chromiumPerson(chromium, server, name));
  for (const {page, name} of there) await receives(page, name, 2);
  const times = [];
  for (let i = 0; i < joins; ++i) {
    const context = await chromium.newContext({ignoreHTTPSErrors: true, locale: 'en-GB', viewport: {width: 900, height: 600}});
    await context.addInitScript(watchPictures);
    const {page} = await Person.visit(context, 'Barbara', `${server.url}/room/lobby`);
    await page.getByLabel('Your name').fill('Barbara');
    await page.locator('.enter').click();
    await page.waitForFunction(() => window.joined !== undefined);
    times.push(Math.round(await page.evaluate(() => window.joined)));
    await context.close();
  }
  console.log(`from the click to the first picture, ms: ${times.join(', ')}`);
} finally {
  await chromium?.close();
  await server?.child.stop('SIGKILL');
}
