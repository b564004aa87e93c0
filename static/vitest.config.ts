// The tests stand in tests/static, outside of this folder, and so beyond the reach of node_modules: the
// packages they name are looked up here.
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

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
    include: ['**/*_test.ts'],
    // Tests of what needs a document say so themselves: `@vitest-environment happy-dom`.
    environment: 'node',
    // A busy machine is slow, not wrong.
    testTimeout: 30_000,
    restoreMocks: true,
  },
});
