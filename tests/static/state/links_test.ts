import { describe, expect, it } from 'vitest';
import { pieces } from '@/state/links';

const links = (text: string) => pieces(text).flatMap((piece) => (piece.kind === 'link' ? [piece.text] : []));
const hrefs = (text: string) => pieces(text).flatMap((piece) => (piece.kind === 'link' ? [piece.href] : []));

describe('pieces', () => {
  it('finds addresses, and gives the text back whole', () => {
    const text = 'See https://a.example/x?y=1#z, or http://b.example.';
    expect(hrefs(text)).toEqual(['https://a.example/x?y=1#z', 'http://b.example/']);
    expect(pieces(text).map((piece) => piece.text).join('')).toBe(text);
  });

  it.each([
    // What belongs to the address.
    ["https://en.wikipedia.org/wiki/Devil's_advocate", "https://en.wikipedia.org/wiki/Devil's_advocate"],
    ['https://en.wikipedia.org/wiki/Devil’s_advocate', 'https://en.wikipedia.org/wiki/Devil’s_advocate'],
    ['https://en.wikipedia.org/wiki/Michelson–Morley_experiment', 'https://en.wikipedia.org/wiki/Michelson–Morley_experiment'],
    ['https://youtu.be/abcdefghij_', 'https://youtu.be/abcdefghij_'],
    ['https://youtu.be/abcdefghij-', 'https://youtu.be/abcdefghij-'],
    ['https://example.com/?q=a[b]', 'https://example.com/?q=a[b]'],
    ['https://a.example/b_(c)', 'https://a.example/b_(c)'],
    ['https://a.example/#/room/!x:y', 'https://a.example/#/room/!x:y'],
    ['http://localhost:8080/x', 'http://localhost:8080/x'],
    ['http://[::1]:8080/x', 'http://[::1]:8080/x'],
    ['HTTPS://A.EXAMPLE/B', 'HTTPS://A.EXAMPLE/B'],
    // What is the sentence around it.
    ['“https://example.com/a”说', 'https://example.com/a'],
    ["'https://example.com/a'说", 'https://example.com/a'],
    ['‘https://example.com/a’ said', 'https://example.com/a'],
    ['«https://example.com/a»', 'https://example.com/a'],
    ['„https://example.com/a“', 'https://example.com/a'],
    ['https://example.com/a……', 'https://example.com/a'],
    ['https://example.com/a…', 'https://example.com/a'],
    ['https://example.com/a...', 'https://example.com/a'],
    ['https://example.com/a—see there', 'https://example.com/a'],
    ['https://example.com/a – see there', 'https://example.com/a'],
    ['https://example.com/a: see there', 'https://example.com/a'],
    ['**https://example.com/a**', 'https://example.com/a'],
    ['(https://a.example/b)', 'https://a.example/b'],
    ['[https://a.example/b]', 'https://a.example/b'],
    ['<https://a.example/b>', 'https://a.example/b'],
    ['Is it https://a.example/b?!', 'https://a.example/b'],
    ['https://a.example/b👍', 'https://a.example/b'],
    ['<a href="https://a.example/">', 'https://a.example/'],
    // Chinese, Japanese and Korean are written on without a space.
    ['中文https://example.com/a英文', 'https://example.com/a'],
    ['https://example.com/a를 보세요', 'https://example.com/a'],
    ['https://example.com说', 'https://example.com'],
    ['https://zh.wikipedia.org/wiki/中文', 'https://zh.wikipedia.org/wiki/中文'],
    ['看https://zh.wikipedia.org/wiki/中文。', 'https://zh.wikipedia.org/wiki/中文'],
    ['https://zh.wikipedia.org/wiki/中文C语言', 'https://zh.wikipedia.org/wiki/中文C语言'],
    ['https://zh.wikipedia.org/wiki/米哈伊尔·戈尔巴乔夫', 'https://zh.wikipedia.org/wiki/米哈伊尔·戈尔巴乔夫'],
    ['https://例子.中国/路', 'https://例子.中国/路'],
    ['看 https://a.example/b。好', 'https://a.example/b'],
    ['（https://a.example/b）', 'https://a.example/b'],
    ['https://a.example/b～', 'https://a.example/b'],
  ])('%s', (text, link) => {
    expect(links(text)).toEqual([link]);
    expect(pieces(text).map((piece) => piece.text).join('')).toBe(text);
  });

  it('finds the next address behind one that a sentence ended', () => {
    expect(links('https://a.example/b，https://c.example/d说https://e.example')).toEqual([
      'https://a.example/b',
      'https://c.example/d',
      'https://e.example',
    ]);
  });

  it('makes a link of nothing but http and https', () => {
    expect(links('javascript:alert(1) data:text/html,x file:///etc/passwd ftp://a //b.example mailto:a@b.example')).toEqual([]);
    expect(links('a.example www.a.example a@b.example xhttps://a.example')).toEqual([]);
    expect(links('https://')).toEqual([]);
  });

  it('makes no link of an address that names a user, which hides where it leads', () => {
    expect(links('https://bank.example@elsewhere.example/ https://a:b@c.example')).toEqual([]);
  });

  it('does not take markup for more than text', () => {
    expect(pieces('<b>x</b>')).toEqual([{ kind: 'text', text: '<b>x</b>' }]);
  });

  it('shows what could deceive, also in an address', () => {
    expect(pieces('a\u202eb https://a.example/\u202ec')[0]).toEqual({ kind: 'text', text: 'a[U+202E]b ' });
    expect(links('https://a.example/\u202ec')[0]).not.toContain('\u202e');
  });
});
