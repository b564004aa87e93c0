import { describe, expect, it } from 'vitest';
import { initial, pieces, tint, visible } from '@/state/text';

describe('visible', () => {
  it.each([
    ['an escape sequence', '\u001b[31mred', '[U+001B][31mred'],
    ['an override of the direction', 'abc\u202egpj', 'abc[U+202E]gpj'],
    ['isolates and marks', '\u2066a\u2069\u200f', '[U+2066]a[U+2069][U+200F]'],
    ['C1, DEL, zero width space, BOM', '\u0085\u007f\u200b\ufeff', '[U+0085][U+007F][U+200B][U+FEFF]'],
  ])('shows %s', (_name, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('leaves alone what people write', () => {
    const text = 'Zoë said:\n\t大家好 👨‍👩‍👧 שלום';
    expect(visible(text)).toBe(text);
  });
});

describe('pieces', () => {
  const links = (text: string) => pieces(text).flatMap((piece) => (piece.kind === 'link' ? [piece.href] : []));

  it('finds addresses, and gives the text back whole', () => {
    const text = 'See https://a.example/x?y=1#z, or http://b.example.';
    expect(links(text)).toEqual(['https://a.example/x?y=1#z', 'http://b.example/']);
    expect(pieces(text).map((piece) => piece.text).join('')).toBe(text);
  });

  it('leaves out the brackets and stops around an address, and keeps those in it', () => {
    expect(links('(https://a.example/b)')).toEqual(['https://a.example/b']);
    expect(links('https://a.example/b_(c)')).toEqual(['https://a.example/b_(c)']);
    expect(links('看 https://a.example/b。好')).toEqual(['https://a.example/b']);
  });

  it('makes a link of nothing but http and https', () => {
    expect(links('javascript:alert(1) data:text/html,x file:///etc/passwd ftp://a')).toEqual([]);
    expect(links('https://')).toEqual([]);
  });

  it('does not take markup for more than text', () => {
    expect(pieces('<b>x</b>')).toEqual([{ kind: 'text', text: '<b>x</b>' }]);
    expect(links('<a href="https://a.example/">')).toEqual(['https://a.example/']);
  });
});

describe('a badge', () => {
  it('has the first character as people count', () => {
    expect(initial('ada')).toBe('A');
    expect(initial('👨‍👩‍👧 family')).toBe('👨‍👩‍👧');
    expect(initial('林小雨')).toBe('林');
  });

  it('has one colour for a name', () => {
    expect(tint('Ada', 8)).toBe(tint('Ada', 8));
    expect(tint('Ada', 8)).toBeLessThan(8);
  });
});
