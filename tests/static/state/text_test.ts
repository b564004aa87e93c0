import { describe, expect, it, vi } from 'vitest';
import { clause, initial, tint, visible } from '@/state/text';

describe('visible', () => {
  it.each([
    ['an escape sequence', '\u001b[31mred', '[U+001B][31mred'],
    ['an override of the direction', 'abc\u202egpj', 'abc[U+202E]gpj'],
    ['embeddings', '\u202a\u202b\u202c\u202d', '[U+202A][U+202B][U+202C][U+202D]'],
    ['isolates', '\u2066\u2067\u2068\u2069', '[U+2066][U+2067][U+2068][U+2069]'],
    ['C1, DEL, BOM', '\u0085\u007f\ufeff', '[U+0085][U+007F][U+FEFF]'],
    ['line and paragraph separators', '\u2028\u2029', '[U+2028][U+2029]'],
  ])('shows %s', (_name, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('leaves alone what people write', () => {
    const text = 'Zoë said:\n\t大家好 👨‍👩‍👧 שלום';
    expect(visible(text)).toBe(text);
  });

  it.each([
    ['direction marks of Hebrew and Arabic', 'שלום (C++)\u200f! \u200eC++\u200e \u0661\u061c-\u0662'],
    ['spaces of no width between Thai words', 'สวัส\u200bดี'],
    ['joiners and non-joiners of Persian and emoji', 'می\u200cخواهم 👩\u200d💻'],
  ])('leaves alone %s', (_name, text) => {
    expect(visible(text)).toBe(text);
  });
});

describe('a sentence inside another one', () => {
  it('begins with the small letter of its own language, also in a Turkish browser', () => {
    const lower = String.prototype.toLocaleLowerCase;
    const turkish = vi.spyOn(String.prototype, 'toLocaleLowerCase').mockImplementation(function (this: string) {
      return lower.call(this, 'tr');
    });
    expect(clause('The message is too long')).toBe('the message is too long');
    turkish.mockRestore();
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
