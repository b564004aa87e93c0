import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Part, shellFiles, versionOf } from '../../static/build_app';

const kPublic = fileURLToPath(new URL('../../static/public/', import.meta.url));

interface Icon {
  src: string;
  sizes: string;
  purpose: string;
}
const manifestIn = (language: string) => JSON.parse(readFileSync(`${kPublic}app.${language}.webmanifest`, 'utf8')) as Record<string, unknown> & { icons: Icon[] };

/** Width and height are the first of a PNG's header, which comes after 16 bytes. */
function sizeOf(name: string): string {
  const header = readFileSync(kPublic + name).subarray(16, 24);
  return `${header.readUInt32BE(0)}x${header.readUInt32BE(4)}`;
}

describe.each(['en', 'zh'])('the manifest in %s', (language) => {
  const manifest = manifestIn(language);

  test('names icons that are there, in their sizes', () => {
    for (const { src, sizes } of manifest.icons) expect(sizeOf(src)).toBe(sizes);
    expect(manifest.icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`)).toEqual(['192x192 any', '512x512 any', '512x512 maskable']);
  });

  test('has relative addresses alone, for a server under a prefix', () => {
    const { start_url, scope, share_target } = manifest as unknown as Record<string, string> & { share_target: { action: string } };
    for (const address of [start_url, scope, share_target.action, ...manifest.icons.map(({ src }) => src)]) expect(address).toMatch(/^(?:\.\/|[a-z])[^:]*$/);
  });

  test('is the same app in each language', () => {
    const of = ({ lang: _lang, description: _description, ...rest }: Record<string, unknown>) => rest;
    expect(of(manifest)).toEqual(of(manifestIn('en')));
    expect(manifest.lang).toBe(language === 'zh' ? 'zh-CN' : 'en');
  });
});

test('the icon for iOS is there', () => expect(existsSync(`${kPublic}icon-touch-180.png`) && sizeOf('icon-touch-180.png')).toBe('180x180'));

test('the shell is the entry and what it loads at once, and not what those load later', () => {
  const chunk = (isEntry: boolean, imports: string[], dynamicImports: string[], css: string[] = []): Part => ({
    type: 'chunk',
    isEntry,
    imports,
    dynamicImports,
    viteMetadata: { importedCss: new Set(css) },
  });
  const bundle = {
    'index.js': chunk(true, ['shared.js'], ['list.js'], ['index.css']),
    'shared.js': chunk(false, [], []),
    'list.js': chunk(false, ['words.js', 'index.js'], ['formula.js'], ['list.css']),
    'words.js': chunk(false, [], []),
    'formula.js': chunk(false, [], []),
    'index.css': { type: 'asset' },
  };
  expect(shellFiles(bundle)).toEqual(['index.css', 'index.js', 'list.css', 'list.js', 'shared.js', 'words.js']);
});

test('another page, or other files, are another version', () => {
  const versions = [versionOf('page', ['a']), versionOf('page', ['b']), versionOf('other', ['a']), versionOf('page', ['a', 'b'])];
  expect(new Set(versions).size).toBe(4);
  expect(versionOf('page', ['a'])).toBe(versions[0]);
});
