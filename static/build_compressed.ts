// compressedForms writes the compressed forms of the page's files beside them (name.gz, name.br): once in the build, so that the
// server need not make them at each start, and better ones. server/http/static_files.h reads them.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

// Pictures and fonts are compressed already.
const kTexts = /\.(?:css|html|js|json|svg|txt|webmanifest)$/;
// The server sends smaller files as they are, too.
const kLeastBytes = 1024;

/** Each of `files`, which lie in `folder`, in both forms. */
export function writeForms(folder: string, files: Iterable<string>): void {
  for (const name of files) {
    if (!kTexts.test(name)) continue;
    const path = join(folder, name);
    const bytes = readFileSync(path);
    if (bytes.length < kLeastBytes) continue;
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }));
  }
}

export function compressedForms(): Plugin {
  return {
    name: 'parley-compressed-forms',
    apply: 'build',
    writeBundle({ dir }, bundle) {
      if (dir === undefined) throw new Error('the build has no folder');
      writeForms(dir, Object.keys(bundle));
    },
  };
}
