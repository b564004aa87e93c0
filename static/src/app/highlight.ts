// Colours for code, by highlight.js. The library comes with the first block of code that names a language, and each
// language when it is named first; what has no name, or another, stays as it is.

import type { LanguageFn } from 'highlight.js';
import { languageOf, type Language } from '@/state/languages';

/** A piece of code and the class that colours it; nothing: as the rest. */
export interface Span {
  text: string;
  kind?: string;
}

type Loader = () => Promise<{ default: LanguageFn }>;

const kLanguages: Record<Language, Loader> = {
  bash: () => import('highlight.js/lib/languages/bash'),
  c: () => import('highlight.js/lib/languages/c'),
  cmake: () => import('highlight.js/lib/languages/cmake'),
  cpp: () => import('highlight.js/lib/languages/cpp'),
  csharp: () => import('highlight.js/lib/languages/csharp'),
  css: () => import('highlight.js/lib/languages/css'),
  diff: () => import('highlight.js/lib/languages/diff'),
  dockerfile: () => import('highlight.js/lib/languages/dockerfile'),
  go: () => import('highlight.js/lib/languages/go'),
  haskell: () => import('highlight.js/lib/languages/haskell'),
  ini: () => import('highlight.js/lib/languages/ini'),
  java: () => import('highlight.js/lib/languages/java'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
  json: () => import('highlight.js/lib/languages/json'),
  julia: () => import('highlight.js/lib/languages/julia'),
  kotlin: () => import('highlight.js/lib/languages/kotlin'),
  latex: () => import('highlight.js/lib/languages/latex'),
  lua: () => import('highlight.js/lib/languages/lua'),
  makefile: () => import('highlight.js/lib/languages/makefile'),
  matlab: () => import('highlight.js/lib/languages/matlab'),
  ocaml: () => import('highlight.js/lib/languages/ocaml'),
  perl: () => import('highlight.js/lib/languages/perl'),
  php: () => import('highlight.js/lib/languages/php'),
  python: () => import('highlight.js/lib/languages/python'),
  r: () => import('highlight.js/lib/languages/r'),
  ruby: () => import('highlight.js/lib/languages/ruby'),
  rust: () => import('highlight.js/lib/languages/rust'),
  scala: () => import('highlight.js/lib/languages/scala'),
  sql: () => import('highlight.js/lib/languages/sql'),
  swift: () => import('highlight.js/lib/languages/swift'),
  typescript: () => import('highlight.js/lib/languages/typescript'),
  verilog: () => import('highlight.js/lib/languages/verilog'),
  x86asm: () => import('highlight.js/lib/languages/x86asm'),
  xml: () => import('highlight.js/lib/languages/xml'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
};

/** More than that would hold up the page. */
const kMostCharacters = 20_000;

/** The colours of code in that language; nothing where they are not known. */
export async function highlight(code: string, name: string): Promise<Span[] | undefined> {
  const language = languageOf(name);
  if (!language || code.length > kMostCharacters) return undefined;
  const [{ default: core }, { default: rules }] = await Promise.all([import('highlight.js/lib/core'), kLanguages[language]()]);
  if (!core.getLanguage(language)) core.registerLanguage(language, rules);
  return spansOf(core.highlight(code, { language, ignoreIllegals: true }).value);
}

/** The library gives HTML of spans alone; it is read in a document where nothing runs, and only texts and classes of it
    are used. */
function spansOf(html: string): Span[] {
  const { body } = new DOMParser().parseFromString(`<pre>${html}</pre>`, 'text/html');
  const spans: Span[] = [];
  const texts = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const kind = node.parentElement?.closest('span')?.classList[0];
    spans.push({ text: node.nodeValue ?? '', ...(kind === undefined ? {} : { kind }) });
  }
  return spans;
}
