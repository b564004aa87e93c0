// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { clockLocale, preferredLanguage } from '@/i18n';
import { en } from '@/i18n/en';
import { zh } from '@/i18n/zh';
import { kErrorCodes } from '@/protocol/messages';
import { clause } from '@/state/text';

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

  it('say errors as sentences, which fit into other sentences, too', () => {
    const errors = [...english].filter(([key]) => key.startsWith('error.')).map(([, text]) => text);
    expect(errors.filter((text) => !/^[A-Z]/.test(text))).toEqual([]);
    expect(errors.map(clause).filter((text) => !/^[a-z]/.test(text))).toEqual([]);
  });

  it('call it to admit and to deny what hosts do at the door', () => {
    const keys = ['status.outside', 'outside.asked', 'outside.refusedTitle', 'lost.not_admitted', 'error.waiting', 'recent.admit', 'recent.refuse'];
    expect(keys.filter((key) => !/admit|den(y|ied)/.test(english.get(key) ?? ''))).toEqual([]);
    expect(keys.filter((key) => !/准许|拒绝|获准/.test(chinese.get(key) ?? ''))).toEqual([]);
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
