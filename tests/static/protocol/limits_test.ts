import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as limits from '@/protocol/limits';

const kHeader = new URL('../../../common/base/limits.h', import.meta.url);

/** The constants of the header whose value is a product of whole numbers, such as 16 * 1024. */
function serverLimits(): Map<string, number> {
  const constants = /constexpr std::\w+ (k\w+) = ([\d'* ]+);/g;
  const product = (value: string) => value.replaceAll("'", '').split('*').reduce((all, each) => all * Number(each), 1);
  return new Map([...readFileSync(kHeader, 'utf8').matchAll(constants)].map(([, name = '', value = '']) => [name, product(value)]));
}

describe('the limits of the page', () => {
  it("are the server's", () => {
    const server = serverLimits();
    const page = Object.entries(limits).filter(([, value]) => typeof value === 'number');
    expect(page.length).toBeGreaterThan(5);
    for (const [name, value] of page) expect([name, value]).toEqual([name, server.get(name)]);
  });

  it('count bytes, not characters', () => {
    expect(limits.bytesOf('a题😀')).toBe(1 + 3 + 4);
  });
});
