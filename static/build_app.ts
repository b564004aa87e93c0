// appWorker writes `worker.js`, the page's service worker (src/worker), beside index.html. The worker knows the files of the shell by
// name, so it is made last, and in a build of its own: the page imports nothing of it.

import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build, type Plugin, type Rollup } from 'vite';

/** What is looked at of a chunk or another file of the build. */
export interface Part {
  type: string;
  isEntry?: boolean;
  imports?: string[];
  dynamicImports?: string[];
  viteMetadata?: { importedCss: Set<string> };
}

/** The scripts and styles of the first screen and of the parts that it loads at once, without what those load later. */
export function shellFiles(bundle: Record<string, Part>): string[] {
  const files = new Set<string>();
  const add = (name: string): void => {
    const part = bundle[name];
    if (files.has(name) || part?.type !== 'chunk') return;
    files.add(name);
    part.viteMetadata?.importedCss.forEach((css) => files.add(css));
    part.imports?.forEach(add);
  };
  for (const [name, part] of Object.entries(bundle)) {
    if (!part.isEntry) continue;
    add(name);
    part.dynamicImports?.forEach(add);
  }
  return [...files].sort();
}

/** `page`: the text of index.html, which names the other files but has words of its own. */
export function versionOf(page: string, files: readonly string[]): string {
  return createHash('sha256').update(page).update(JSON.stringify(files)).digest('hex').slice(0, 16);
}

async function workerOf(shell: { version: string; files: string[] }): Promise<string> {
  const made = (await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    define: { __BUILD__: JSON.stringify(shell) },
    build: {
      write: false,
      target: ['chrome111', 'firefox125', 'safari16.4'],
      modulePreload: { polyfill: false },
      rollupOptions: { input: fileURLToPath(new URL('./src/worker/worker.ts', import.meta.url)), output: { format: 'iife' } },
    },
  })) as Rollup.RollupOutput;
  return made.output[0].code;
}

export function appWorker(): Plugin {
  return {
    name: 'parley-app-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const page = bundle['index.html'];
        if (page?.type !== 'asset') throw new Error('the build has no index.html');
        const files = shellFiles(bundle as unknown as Record<string, Part>);
        const source = await workerOf({ version: versionOf(String(page.source), files), files });
        this.emitFile({ type: 'asset', fileName: 'worker.js', source });
      },
    },
  };
}
