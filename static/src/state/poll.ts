// A poll as the server takes it: a question of 1 to 500 bytes, and 2 to 10 different answers of 1 to 200 bytes.

import type { NewPoll } from '@/protocol';

const bytes = (text: string) => new TextEncoder().encode(text).length;

/** Empty answers are left out; nothing where it is no poll yet. */
export function pollOf(question: string, options: readonly string[], multiple: boolean): NewPoll | undefined {
  const asked = question.trim();
  const given = options.map((option) => option.trim()).filter(Boolean);
  const fits = asked !== '' && bytes(asked) <= 500 && given.every((option) => bytes(option) <= 200);
  if (!fits || given.length < 2 || given.length > 10 || new Set(given).size < given.length) return undefined;
  return { question: asked, options: given, ...(multiple ? { multiple } : {}) };
}
