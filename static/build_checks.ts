// Steps of the build that fail it. firstLoad: what a browser must fetch before it shows the first screen,
// compressed as the server sends it, is printed and may not be too much. nothingInline: the page has no script or
// style of its own and names no other host, so that it lives under the server's Content-Security-Policy.
//
// Counted as first load: index.html, its entry script, all that this imports statically, and their styles. What is imported
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

/** KaTeX names each of its fonts in three formats. Every browser that the page is for reads the first. */
export function oneFontFormat(): Plugin {
  return {
    name: 'parley-one-font-format',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('katex.min.css')) return undefined;
      const left = code.replace(/,url\([^)]*\.(?:woff|ttf)\) format\("[^"]*"\)/g, '');
      if (/\.(?:woff|ttf)\)/.test(left)) throw new Error('a font of KaTeX is named in another way than expected');
      return { code: left, map: null };
    },
  };
}

export function nothingInline(): Plugin {
  return {
    name: 'parley-nothing-inline',
    apply: 'build',
    enforce: 'post',
    transformIndexHtml: {
      order: 'post',
      handler(html) {
        const inline = /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:/i.exec(html);
        if (inline) throw new Error(`index.html has something inline: ${inline[0]}`);
        const elsewhere = /\s(?:src|href)="(?:[a-z]+:)?\/\/[^"]*"/i.exec(html);
        if (elsewhere) throw new Error(`index.html names another host: ${elsewhere[0]}`);
      },
    },
  };
}
