// What is done about a message: from the field, by a command, or from the message's own dialog.

import type { Session } from '@/app/session';
import { countedBack, newestOwn, type MessageEntry } from '@/state/changes';
import type { Command } from '@/state/commands';
import { pollOf } from '@/state/poll';
import type { Room } from '@/state/state';

export type MessageCommand = Extract<Command, { kind: 'reply' | 'edit' | 'delete' | 'react' | 'poll' | 'vote' | 'search' | 'send' }>;

const kFeatures: Record<MessageCommand['kind'], string> = {
  reply: 'edit',
  edit: 'edit',
  delete: 'edit',
  react: 'react',
  poll: 'poll',
  vote: 'poll',
  search: 'search',
  send: 'files',
};

export function isMessageCommand(command: Command): command is MessageCommand {
  return Object.hasOwn(kFeatures, command.kind);
}

export interface View {
  search(words: string): void;
  pickFiles(): void;
}

/** Resolves with the words of why it can't be done: a key of the languages. */
export async function runOnMessage(command: MessageCommand, session: Session, room: Room, view: View): Promise<string | void> {
  const { messages } = session;
  if (!messages.offers(kFeatures[command.kind])) return 'error.unknown_type';
  if (command.kind === 'search') return view.search(command.words);
  if (command.kind === 'send') return view.pickFiles();
  if (command.kind === 'poll') {
    const [question = '', ...options] = command.parts;
    const poll = pollOf(question, options, false);
    return poll ? session.say('', { poll }) : 'poll.wrong';
  }
  const entry = command.count === 0 ? newestOwn(room) : countedBack(room, command.count);
  if (!entry) return 'error.no_such_message';
  return onEntry(command, entry, session);
}

async function onEntry(command: Exclude<MessageCommand, { kind: 'search' | 'send' | 'poll' }>, { message }: MessageEntry, session: Session): Promise<void> {
  const { messages } = session;
  switch (command.kind) {
    case 'reply':
      return session.say(command.text, { reply_to: message.seq });
    case 'edit':
      return messages.edit(message.seq, command.text);
    case 'delete':
      return messages.remove(message.seq);
    case 'react':
      return messages.react(message.seq, command.emoji, true);
    case 'vote':
      return messages.vote(message.seq, command.choices);
  }
}
