import { describe, expect, it } from 'vitest';
import { mentionsOf } from '@/state/mentions';

const called = (text: string, name: string) => mentionsOf(text, name).map(({ from, to }) => text.slice(from, to));

describe('mentionsOf', () => {
  it.each([
    ['@Ana look', 'Ana', ['@Ana']],
    ['hi @ana, and @ANA!', 'Ana', ['@ana', '@ANA']],
    ['(@Ana Li)', 'Ana Li', ['@Ana Li']],
    ['你好@小明你看', '小明', ['@小明']],
  ])('finds who is called in %j', (text, name, spans) => expect(called(text, name)).toEqual(spans));

  it.each([
    ['Ana look', 'Ana'],
    ['@Anatol', 'Ana'],
    ['mail@Ana', 'Ana'],
    ['@Ana', ''],
    ['@', 'Ana'],
  ])('calls nobody in %j', (text, name) => expect(called(text, name)).toEqual([]));
});
