// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { clockLocale, preferredLanguage } from '@/i18n';
import { en } from '@/i18n/en';
import { zh } from '@/i18n/zh';
import { kErrorCodes } from '@/protocol/messages';

type Tree = { [key: string]: string | Tree };

function leaves(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value] as [string, string]] : leaves(value, `${path}${key}.`),
  );
}
const english = new Map(leaves(en));
const chinese = new Map(leaves(zh));
const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();

describe('the two languages', () => {
  it('have the same keys', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it.each([...english.keys()])('fill the same gaps in %s', (key) => {
    const missing = placeholders(english.get(key) ?? '').filter((name) => !chinese.get(key)?.includes(name));
    expect(missing).toEqual([]);
    expect(chinese.get(key)).not.toBe('');
  });

  it('have words for every error of the protocol', () => {
    expect(kErrorCodes.filter((code) => !english.has(`error.${code}`))).toEqual([]);
  });
});

describe('preferredLanguage', () => {
  it('is the one that was picked, else the first of the browser that we have, else English', () => {
    expect(preferredLanguage('zh', ['en-GB'])).toBe('zh');
    expect(preferredLanguage('xx', ['de', 'zh-TW', 'en'])).toBe('zh');
    expect(preferredLanguage(null, ['en-US', 'zh'])).toBe('en');
    expect(preferredLanguage(null, ['fr'])).toBe('en');
  });
});

describe('clockLocale', () => {
  it('is the form of the page\'s language that the browser prefers', () => {
    expect(clockLocale('en', ['de', 'en-GB', 'en'])).toBe('en-GB');
    expect(clockLocale('zh', ['en-US', 'zh-TW'])).toBe('zh-TW');
    expect(clockLocale('en', ['zh-CN'])).toBe('en');
    expect(clockLocale('zh', ['en-GB'])).toBe('zh-CN');
  });
});
