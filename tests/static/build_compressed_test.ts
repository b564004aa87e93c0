import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeForms } from '../../static/build_compressed';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'parley-forms-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('both forms of a text have its content, and are smaller', () => {
  const text = 'a page of many words, again and again. '.repeat(100);
  writeFileSync(join(folder, 'page.js'), text);
  writeForms(folder, ['page.js']);
  const gzip = readFileSync(join(folder, 'page.js.gz'));
  const brotli = readFileSync(join(folder, 'page.js.br'));
  expect(gunzipSync(gzip).toString()).toBe(text);
  expect(brotliDecompressSync(brotli).toString()).toBe(text);
  expect(Math.max(gzip.length, brotli.length)).toBeLessThan(text.length / 10);
});

test('small files, pictures and fonts stay as they are', () => {
  for (const [name, size] of [['small.css', 1023], ['font.woff2', 5000], ['picture.png', 5000]] as const) {
    writeFileSync(join(folder, name), 'x'.repeat(size));
  }
  writeForms(folder, ['small.css', 'font.woff2', 'picture.png']);
  expect(readdirSync(folder).sort()).toEqual(['font.woff2', 'picture.png', 'small.css']);
});
