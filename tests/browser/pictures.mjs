// Pictures of the page for the documents.

import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {startChromium} from './support.mjs';
import {wordsOf} from './words.mjs';

// A whole program: `make` makes the pictures of a document in each of its `languages`, which have what is said in them. It also gets
// the `browser` that `start` starts, the `language`, the page's `words` in it, and `path`, the file of a picture by its name, in the
// folder that the program's argument names.
export async function makePictures(languages, make, start = startChromium) {
  const [, , folder] = process.argv;
  const browser = await start();
  try {
    for (const [language, content] of Object.entries(languages)) {
      const path = (name) => join(folder, `${name}.${language}.webp`);
      await make({browser, language, words: await wordsOf(language), path, ...content});
    }
  } finally {
    await browser.close();
  }
  process.exit();
}

// A picture of the page, or of the part of it that `part` finds, in the file `path`. WebP, which is small, only the browser's own
// tools can make.
export async function take(page, path, part) {
  const tools = await page.context().newCDPSession(page);
  // A busy machine's silent microphone is warned of.
  await page.evaluate(() => document.querySelectorAll('.banners .close').forEach((close) => close.click()));
  const box = await part?.boundingBox();
  const clip = box && {clip: {...box, scale: 1}};
  const {data} = await tools.send('Page.captureScreenshot', {format: 'webp', quality: 80, ...clip});
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(path, Buffer.from(data, 'base64'));
  await tools.detach();
}
