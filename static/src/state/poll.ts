// Makes a poll as the server takes it: with a question, and at least two different answers.

import { bytesOf, kPollOptionBytes, kPollOptions, kPollQuestionBytes, type NewPoll } from '@/protocol';

/** Empty answers are left out; nothing where it is no poll yet. */
export function pollOf(question: string, options: readonly string[], multiple: boolean): NewPoll | undefined {
  const asked = question.trim();
  const given = options.map((option) => option.trim()).filter(Boolean);
  const fits = asked !== '' && bytesOf(asked) <= kPollQuestionBytes && given.every((option) => bytesOf(option) <= kPollOptionBytes);
  if (!fits || given.length < 2 || given.length > kPollOptions || new Set(given).size < given.length) return undefined;
  return { question: asked, options: given, ...(multiple ? { multiple } : {}) };
}
