// axe: what on a page keeps people out, as too little contrast, or a button without a name.

import {packages} from './support.mjs';

const {source} = packages('axe-core');

// What it finds on `page`, which is Playwright's or Puppeteer's. A document reads axe once: that takes more than twice
// the time of a look.
export async function violations(page) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(source);
  return page.evaluate(async () => (await window.axe.run({resultTypes: ['violations']})).violations
      .map(({id, nodes}) => `${id}: ${nodes.map(({html}) => html).join('  ')}`));
}
