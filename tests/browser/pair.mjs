// A call of two, Ada and Grace, on a server of their own, as long as the tests of a file (or a `describe` of it) run.

import {after, before} from 'node:test';

import {flows, Person} from './person.mjs';
import {startChromium, startServer, temporaryFolder} from './support.mjs';

// `grace`: options for a browser of her own; without them she has another window of Ada's. `room`: where; in all but the lobby Ada
// is the host. What it gives is filled before
// the first test begins.
export function callOfTwo({grace: own, room} = {}) {
  const call = {};
  const browsers = [];
  before(async () => {
    call.server = await startServer(temporaryFolder());
    browsers.push(await startChromium());
    if (own) browsers.push(await startChromium(own));
    call.browser = browsers[0];
    call.ada = await Person.open(call.browser, call.server, 'Ada', {room});
    call.grace = await Person.open(browsers.at(-1), call.server, 'Grace', {room});
    await call.ada.enterCall();
    await call.grace.enterCall();
    await flows([call.ada, call.grace]);
  });
  after(async () => {
    for (const browser of browsers) await browser.close();
    await call.server?.child.stop('SIGKILL');
  });
  return call;
}
