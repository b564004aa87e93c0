import { describe, expect, it } from 'vitest';
import { CatchUp, type Step } from '@/protocol/catch_up';
import type { Change, Message } from '@/protocol/messages';
import { withChange } from '@/protocol/revisions';
import { message } from '../support/fake_server';
import { kResumeChangesVectors, type ChangeOf, type ResumeChangesInput } from '../support/vectors';

const changes = (list: readonly ChangeOf[] = []): Change[] =>
  list.map(({ seq, rev }) => ({ room: 'lobby', seq, rev, time: message(seq).time, text: `changed ${rev}` }));

const page = (seqs: number[]) => seqs.map((seq) => message(seq));

/** A room and what is shown of it. */
class Replayed {
  private readonly catchUp = new CatchUp();
  private readonly shown = new Map<number, Message>();

  take(input: ResumeChangesInput): string[] {
    switch (input.type) {
      case 'join': {
        const { since, sinceRev } = this.catchUp;
        return [since === undefined ? 'join' : `join since ${since} and rev ${sinceRev}`];
      }
      case 'joined':
        return this.follow(this.catchUp.joined({ ...input, messages: page(input.messages), changed: changes(input.changed) }));
      case 'message':
      case 'ok':
        return this.follow(this.catchUp.live(message(input.seq)));
      case 'changed':
        return changes([input]).flatMap((change) => this.follow(this.catchUp.changed(change)));
      case 'history':
        return this.follow(this.catchUp.page({ ...input, messages: page(input.messages) }));
      case 'changes':
        return this.follow(this.catchUp.changesPage({ changed: changes(input.changed), more: input.more }));
      case 'history_refused':
        return this.follow(this.catchUp.pageFailed());
      case 'changes_refused':
        this.catchUp.changesPageFailed();
        return [];
      case 'lost':
        this.catchUp.lost();
        return [];
    }
  }

  private follow(steps: Step[]): string[] {
    return steps.flatMap((step) => {
      if (step.kind === 'show') return step.messages.map((each) => this.show(each));
      if (step.kind === 'change') return step.changes.flatMap((change) => this.change(change));
      if (step.kind === 'ask') return [`history after ${step.after}`];
      if (step.kind === 'ask_changes') return [`changes after ${step.after}`];
      return [step.kind];
    });
  }

  private show(each: Message): string {
    this.shown.set(each.seq, each);
    return each.rev === undefined ? `show ${each.seq}` : `show ${each.seq} rev ${each.rev}`;
  }

  private change(change: Change): string[] {
    const before = this.shown.get(change.seq);
    if (!before) return [];
    const after = withChange(before, change);
    this.shown.set(change.seq, after);
    return after === before ? [] : [`change ${change.seq} rev ${change.rev}`];
  }
}

describe('messages that change while a client is away', () => {
  it('have vectors to follow', () => expect(kResumeChangesVectors.length).toBeGreaterThan(15));

  it.each(kResumeChangesVectors)('$name', ({ steps }) => {
    const room = new Replayed();
    expect(steps.map(({ input }) => room.take(input))).toEqual(steps.map(({ output }) => output));
  });
});
