// A step of the build: what a browser must fetch before it shows the first screen, compressed as the server
// sends it. The figure is printed, and too much of it fails the build.
//
// Counted: index.html, its entry script, all that this imports statically, and their styles. What is imported
// later, on demand, is not.

import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

type Output = Record<string, { type: string; code?: string; source?: string | Uint8Array; isEntry?: boolean; imports?: string[]; viteMetadata?: { importedCss: Set<string> } }>;

function firstFiles(bundle: Output): Set<string> {
  const files = new Set(Object.keys(bundle).filter((name) => name.endsWith('.html') || bundle[name]?.isEntry));
  for (const name of files) {
    // A set that grows while it is walked: each file once, with what it brings.
    bundle[name]?.imports?.forEach((imported) => files.add(imported));
    bundle[name]?.viteMetadata?.importedCss.forEach((css) => files.add(css));
  }
  return files;
}

export function firstLoad(limits: { mostKibibytes: number }): Plugin {
  return {
    name: 'parley-first-load',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const output = bundle as unknown as Output;
        let bytes = 0;
        for (const name of firstFiles(output)) {
          const file = output[name];
          const content = file?.code ?? file?.source;
          if (content !== undefined) bytes += gzipSync(content, { level: 9 }).length;
        }
        const kibibytes = bytes / 1024;
        this.info(`first load: ${kibibytes.toFixed(1)} KiB compressed, of ${limits.mostKibibytes}`);
        if (kibibytes > limits.mostKibibytes) {
          this.error(`the first load is over ${limits.mostKibibytes} KiB: load later what the first screen does without`);
        }
      },
    },
  };
}
