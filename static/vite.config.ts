import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { appWorker } from './build_app';
import { firstLoad, nothingInline, oneFontFormat } from './build_checks';
import { compressedForms } from './build_compressed';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  // Relative addresses only: a proxy may serve all of this under a prefix (docs/operations.md).
  base: './',
  plugins: [vue(), oneFontFormat(), firstLoad({ mostKibibytes: 150 }), nothingInline(), appWorker(), compressedForms()],
  resolve: { alias: { '@': here('./src') } },
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    target: ['chrome111', 'firefox125', 'safari16.4'],
    // Nothing inline: the server's Content-Security-Policy allows files of its own and nothing else.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The figure that counts is printed by firstLoad.
    reportCompressedSize: false,
  },
  server: { proxy: { '/ws': { target: 'http://127.0.0.1:8080', ws: true } } },
});
