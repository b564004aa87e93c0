// Draws the icons of the page as an app from its mark: static/src/app/icon.svg. The argument names the folder for them.

import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

import {startChromium} from './support.mjs';

const mark = readFileSync(fileURLToPath(new URL('../../static/src/app/icon.svg', import.meta.url)), 'utf8');
// `part`: how much of the width the mark takes. Systems cut a maskable icon to a circle of 80 % of its width, and iOS rounds the
// corners of its icon and fills what is transparent with black.
const icons = [
  {name: 'icon-192.png', size: 192, part: 1},
  {name: 'icon-512.png', size: 512, part: 1},
  {name: 'icon-maskable-512.png', size: 512, part: 0.58, ground: '#f5f3ee'},
  {name: 'icon-touch-180.png', size: 180, part: 0.74, ground: '#f5f3ee'},
];

const browser = await startChromium();
for (const {name, size, part, ground = 'transparent'} of icons) {
  const page = await browser.newPage({viewport: {width: size, height: size}});
  const drawn = mark.replace('<svg', `<svg width="${size * part}" height="${size * part}"`);
  await page.setContent(`<body style="margin:0;display:grid;place-items:center;height:100vh;background:${ground}">${drawn}`);
  writeFileSync(join(process.argv[2], name), await page.screenshot({omitBackground: true}));
  await page.close();
}
await browser.close();
process.exit();
