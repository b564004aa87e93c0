// The tests stand in tests/static, outside of this folder, and so beyond the reach of node_modules: the
// packages they name are looked up here.
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

// Tests of code that needs no document and loads no modules later. They share a process, in which each takes a third of the time.
const kWithoutPage = ['media/**/*_test.ts', 'protocol/**/*_test.ts', 'state/**/*_test.ts', 'worker/**/*_test.ts', '*_test.ts'];

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [vue()],
  resolve: {
    alias: {
      '@': here('./src'),
      'axe-core': here('./node_modules/axe-core'),
      vitest: here('./node_modules/vitest'),
      'vue-i18n': here('./node_modules/vue-i18n'),
      vue: here('./node_modules/vue'),
    },
  },
  server: { fs: { allow: [here('..')] } },
  test: {
    dir: here('../tests/static'),
    // Tests of what needs a document say so themselves: `@vitest-environment happy-dom`.
    environment: 'node',
    // A busy machine is slow, not wrong.
    testTimeout: 30_000,
    restoreMocks: true,
    // Each kind of pool says once whether files share a process.
    poolOptions: { threads: { isolate: false }, forks: { isolate: true } },
    projects: [
      {
        extends: true,
        test: { name: 'without a page', include: kWithoutPage, pool: 'threads', setupFiles: here('../tests/static/support/clean.ts') },
      },
      { extends: true, test: { name: 'in a page', include: ['**/*_test.ts'], exclude: kWithoutPage, pool: 'forks' } },
    ],
  },
});
