// Pictures of the page for the documents.

import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';

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
