// What the page calls things in a language, from its own source.

import {fileURLToPath} from 'node:url';

import {packages} from './support.mjs';

const {build} = packages('esbuild');

export async function wordsOf(language) {
  const source = fileURLToPath(new URL(`../../static/src/i18n/${language}/index.ts`, import.meta.url));
  const {outputFiles} = await build({entryPoints: [source], bundle: true, format: 'esm', write: false});
  return (await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`))[language];
}
