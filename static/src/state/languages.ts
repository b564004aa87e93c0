// The languages of code that have colours, and what else people call them.

const kLanguages = [
  'bash', 'c', 'cmake', 'cpp', 'csharp', 'css', 'diff', 'dockerfile', 'go', 'haskell', 'ini', 'java', 'javascript', 'json',
  'julia', 'kotlin', 'latex', 'lua', 'makefile', 'matlab', 'ocaml', 'perl', 'php', 'python', 'r', 'ruby', 'rust', 'scala',
  'sql', 'swift', 'typescript', 'verilog', 'x86asm', 'xml', 'yaml',
] as const;

export type Language = (typeof kLanguages)[number];

const kOtherNames: Record<string, Language> = {
  'c++': 'cpp', cc: 'cpp', cxx: 'cpp', h: 'cpp', hpp: 'cpp', cs: 'csharp', docker: 'dockerfile', golang: 'go', hs: 'haskell', toml: 'ini',
  js: 'javascript', jsx: 'javascript', mjs: 'javascript', jl: 'julia', kt: 'kotlin', tex: 'latex', make: 'makefile', mk: 'makefile', m: 'matlab',
  ml: 'ocaml', pl: 'perl', py: 'python', python3: 'python', rb: 'ruby', rs: 'rust', sh: 'bash', shell: 'bash', zsh: 'bash', ts: 'typescript',
  tsx: 'typescript', v: 'verilog', asm: 'x86asm', html: 'xml', svg: 'xml', vue: 'xml', yml: 'yaml', patch: 'diff',
};

export function languageOf(name: string): Language | undefined {
  return Object.hasOwn(kOtherNames, name) ? kOtherNames[name] : kLanguages.find((each) => each === name);
}

export const isLanguage = (name: string): boolean => languageOf(name) !== undefined;
