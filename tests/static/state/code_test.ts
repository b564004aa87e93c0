import { describe, expect, it } from 'vitest';
import { fenced, isInCode, withCode } from '@/state/code';

describe('a block of code', () => {
  it('has a fence that nothing in it ends', () => {
    expect(fenced('int a;\n', 'cpp')).toBe('```cpp\nint a;\n```');
    expect(fenced('  indented')).toBe('```\n  indented\n```');
    expect(fenced('a\n```\nb')).toBe('````\na\n```\nb\n````');
  });

  it('is known while it is written', () => {
    const text = 'so:\n```cpp\nint a;\n```\nand on';
    const within = [...text].map((_, at) => isInCode(text, at));
    expect(within.indexOf(true)).toBe(text.indexOf('```') + 3);
    expect(within.lastIndexOf(true)).toBe(text.lastIndexOf('```') + 2);
    expect(isInCode(text, text.length)).toBe(false);
    expect(isInCode('```\n', 4)).toBe(true);
    expect(isInCode('a ``` b', 7)).toBe(false);
  });

  it('is made of what is selected, and begun where nothing is', () => {
    const made = withCode('see int a; here', 4, 10);
    expect(made.text).toBe('see \n```\nint a;\n```\n here');
    expect(made.text.slice(made.from, made.to)).toBe('int a;');
    const begun = withCode('', 0, 0, 'c');
    expect(begun).toEqual({ text: '```c\n\n```', from: 5, to: 5 });
  });
});
