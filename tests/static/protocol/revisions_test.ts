import { describe, expect, it } from 'vitest';
import { CatchUp, type Step } from '@/protocol/catch_up';
import type { Change } from '@/protocol/messages';
import { withChange, withChoices } from '@/protocol/revisions';
import { message } from '../support/fake_server';

function change(seq: number, rev: number, more: Partial<Change> = {}): Change {
  return { room: 'lobby', seq, rev, time: message(seq).time, text: `edited ${rev}`, ...more };
}

function outputs(steps: Step[]): string[] {
  return steps.flatMap((step) => {
    if (step.kind === 'show') return step.messages.map(({ seq, text }) => `show ${seq} ${text}`);
    if (step.kind === 'change') return step.changes.map(({ seq, rev }) => `change ${seq} to ${rev}`);
    return step.kind === 'ask' || step.kind === 'ask_changes' ? [`${step.kind} ${step.after}`] : [step.kind];
  });
}

const reply = (last: number, rev: number, more: object = {}) => ({ messages: [], more: false, last, gap: false, rev, ...more });

/** A room whose messages 1 to 3 are shown, at revision 5. */
function room(): CatchUp {
  const catchUp = new CatchUp();
  catchUp.joined(reply(3, 5, { messages: [message(1), message(2), message(3)] }));
  return catchUp;
}

describe('a change of a reply', () => {
  const reactions = [{ emoji: '👍', count: 60, authors: ['a'], mine: true }, { emoji: '🎉', count: 1, authors: ['b'] }];
  it('says which reactions are ours, and which are not', () => {
    expect(withChoices(change(1, 2, { reactions })).reactions?.map(({ mine }) => mine)).toEqual([true, false]);
  });
});

describe('changes of messages', () => {
  it('are told as they come, and counted for the way back', () => {
    const catchUp = room();
    expect(catchUp.sinceRev).toBe(5);
    expect(outputs(catchUp.changed(change(2, 6)))).toEqual(['change 2 to 6']);
    expect(catchUp.sinceRev).toBe(6);
  });

  it('that were missed come with the reply to join', () => {
    const catchUp = room();
    catchUp.lost();
    expect(outputs(catchUp.joined(reply(3, 8, { changed: [change(1, 7), change(3, 8)] })))).toEqual(['change 1 to 7', 'change 3 to 8']);
    expect(catchUp.sinceRev).toBe(8);
  });

  it('are paged on where there are more, and what comes live meanwhile does not hide the missing ones', () => {
    const catchUp = room();
    catchUp.lost();
    expect(outputs(catchUp.joined(reply(3, 9, { changed: [change(1, 6)], changed_more: true })))).toEqual(['change 1 to 6', 'ask_changes 6']);
    expect(outputs(catchUp.changed(change(2, 10)))).toEqual(['change 2 to 10']);
    expect(catchUp.sinceRev).toBe(6);
    expect(outputs(catchUp.changesPage({ changed: [change(3, 8)], more: true }))).toEqual(['change 3 to 8', 'ask_changes 8']);
    expect(outputs(catchUp.changesPage({ changed: [change(1, 9)], more: false }))).toEqual(['change 1 to 9']);
    expect(catchUp.sinceRev).toBe(10);
  });

  it('are asked for again after the page was lost or refused', () => {
    const catchUp = room();
    catchUp.lost();
    catchUp.joined(reply(3, 9, { changed: [change(1, 6)], changed_more: true }));
    catchUp.changesPageFailed();
    catchUp.changed(change(2, 10));
    expect(catchUp.sinceRev).toBe(6);
    catchUp.lost();
    expect(outputs(catchUp.joined(reply(3, 10, { changed: [change(2, 10)] })))).toEqual(['change 2 to 10']);
    expect(catchUp.sinceRev).toBe(10);
  });

  it('of a message that has not come wait for it', () => {
    const catchUp = room();
    expect(outputs(catchUp.changed(change(5, 6)))).toEqual([]);
    expect(outputs(catchUp.live(message(5)))).toEqual(['ask 3']);
    expect(outputs(catchUp.page({ messages: [message(4), message(5, { rev: 6, text: 'edited 6' })], more: false }))).toEqual(['show 4 text 4', 'show 5 edited 6']);
    catchUp.changed(change(6, 7));
    expect(outputs(catchUp.live(message(6)))).toEqual(['show 6 edited 7']);
  });

  it('of an old log do not count in a new one', () => {
    const catchUp = room();
    catchUp.lost();
    catchUp.joined(reply(1, 2, { messages: [message(1)], changed: [change(1, 2)] }));
    expect(catchUp.sinceRev).toBe(2);
  });
});

describe('withChange', () => {
  it('does no harm twice, nor in the wrong order', () => {
    const once = withChange(message(1), change(1, 4));
    expect(once).toMatchObject({ text: 'edited 4', rev: 4 });
    expect(withChange(once, change(1, 4))).toBe(once);
    expect(withChange(once, change(1, 3))).toBe(once);
  });

  it('leaves nothing of what a deleted message said', () => {
    const file = { id: 'f', name: 'a', size: 1, media_type: 'text/plain', sha256: '' };
    const gone = withChange(message(1, { file, reply_to: 2, reactions: [] }), change(1, 1, { text: '', deleted: true }));
    expect(gone).toMatchObject({ text: '', deleted: true, reply_to: 2 });
    expect(gone).not.toHaveProperty('file');
    expect(gone).not.toHaveProperty('reactions');
  });

  it('knows from a reply that we took our vote back by another device', () => {
    const poll = { question: '?', options: ['a', 'b'], multiple: false, counts: [0, 0], voters: 0, closed: false };
    const before = message(1, { poll: { ...poll, counts: [1, 0], voters: 1, mine: [0] } });
    expect(withChange(before, withChoices(change(1, 1, { poll }))).poll?.mine).toEqual([]);
    expect(withChange(before, withChoices(change(1, 1, { poll: { ...poll, mine: [1] } }))).poll?.mine).toEqual([1]);
    expect(withChoices(change(1, 1))).not.toHaveProperty('poll');
  });

  it('keeps what we chose in a poll, which others are not told', () => {
    const poll = { question: '?', options: ['a', 'b'], multiple: false, counts: [1, 0], voters: 1, closed: false };
    const before = message(1, { poll: { ...poll, mine: [0] } });
    expect(withChange(before, change(1, 1, { poll: { ...poll, counts: [2, 0], voters: 2 } })).poll).toEqual({ ...poll, counts: [2, 0], voters: 2, mine: [0] });
  });
});
