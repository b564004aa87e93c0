import { describe, expect, it } from 'vitest';
import { CatchUp, kMaxHeld, type Step } from '@/protocol/catch_up';
import { message } from '../support/fake_server';
import { kResumeVectors, type ResumeInput } from '../support/vectors';

function outputs(steps: Step[]): string[] {
  return steps.flatMap((step) => {
    if (step.kind === 'show') return step.messages.map(({ seq }) => `show ${seq}`);
    return step.kind === 'ask' ? [`history after ${step.after}`] : [step.kind];
  });
}

const page = (seqs: number[]) => seqs.map((seq) => message(seq));

function replay(catchUp: CatchUp, input: ResumeInput): string[] {
  switch (input.type) {
    case 'join':
      return [catchUp.since === undefined ? 'join' : `join since ${catchUp.since}`];
    case 'joined':
      return outputs(catchUp.joined({ ...input, messages: page(input.messages) }));
    case 'message':
    case 'ok':
      return outputs(catchUp.live(message(input.seq)));
    case 'history':
      return outputs(catchUp.page({ ...input, messages: page(input.messages) }));
    case 'history_refused':
      return outputs(catchUp.pageFailed());
    case 'lost':
      catchUp.lost();
      return [];
  }
}

describe('CatchUp', () => {
  it('has vectors to follow', () => expect(kResumeVectors.length).toBeGreaterThan(30));

  it.each(kResumeVectors)('$name', ({ steps }) => {
    const catchUp = new CatchUp();
    expect(steps.map(({ input }) => replay(catchUp, input))).toEqual(steps.map(({ output }) => output));
  });

  it('fetches what it had no room to hold back', () => {
    const catchUp = new CatchUp();
    catchUp.joined({ messages: [], more: false, last: 0, gap: false });
    const last = kMaxHeld + 2;
    for (let seq = 2; seq <= last; seq++) catchUp.live(message(seq));
    const filled = outputs(catchUp.page({ messages: page([1]), more: false }));
    expect(filled).toHaveLength(last);
    expect(filled.at(-2)).toBe(`show ${last - 1}`);
    expect(filled.at(-1)).toBe(`history after ${last - 1}`);
  });
});
