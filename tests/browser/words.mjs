// What the page calls things in a language, from its own source.

import {readFileSync} from 'node:fs';

import {packages} from './support.mjs';

const {transformWithEsbuild} = await import(packages.resolve('vite').replace('index.cjs', 'dist/node/index.js'));

export async function wordsOf(language) {
  const path = new URL(`../../static/src/i18n/${language}.ts`, import.meta.url);
  const {code} = await transformWithEsbuild(readFileSync(path, 'utf8'), `${language}.ts`);
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`))[language];
}
