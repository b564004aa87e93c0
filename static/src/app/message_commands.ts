// What is done about a message: from the field, by a command, or from the message's own dialog.

import type { Session } from '@/app/session';
import { save } from '@/app/save';
import { countedBack, isOurs, newestOwn, newestPoll, type MessageEntry } from '@/state/changes';
import type { Command } from '@/state/commands';
import { pollOf } from '@/state/poll';
import type { Room } from '@/state/state';

export type MessageCommand = Extract<Command, { kind: 'reply' | 'edit' | 'delete' | 'react' | 'poll' | 'vote' | 'close' | 'get' | 'search' | 'send' }>;

const kFeatures: Record<MessageCommand['kind'], string> = {
  reply: 'edit',
  edit: 'edit',
  delete: 'edit',
  react: 'react',
  poll: 'poll',
  vote: 'poll',
  close: 'poll',
  get: 'files',
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
  const newest = command.kind === 'close' ? newestPoll : newestOwn;
  const entry = command.count === 0 ? newest(room) : countedBack(room, command.count);
  if (!entry) return command.kind === 'close' && command.count === 0 ? 'poll.none' : 'error.no_such_message';
  return onEntry(command, entry, session, room);
}

type EntryCommand = Exclude<MessageCommand, { kind: 'search' | 'send' | 'poll' }>;

async function onEntry(command: EntryCommand, { key, message }: MessageEntry, session: Session, room: Room): Promise<string | void> {
  const { messages } = session;
  const isReacted = (emoji: string) =>
    message.reactions?.some((each) => each.emoji === emoji && isOurs(each, session.state.value.self?.author, room.reacted[key] ?? []));
  switch (command.kind) {
    case 'reply':
      return session.say(command.text, { reply_to: message.seq });
    case 'edit':
      return messages.edit(message.seq, command.text);
    case 'delete':
      return messages.remove(message.seq);
    case 'react':
      return messages.react(message.seq, command.emoji, !isReacted(command.emoji));
    case 'vote':
      return messages.vote(message.seq, command.choices);
    case 'close':
      return messages.closePoll(message.seq);
    case 'get':
      return message.file ? save(message.file, await messages.fileOf(message.seq)) : 'message.noFile';
    default:
      return command satisfies never;
  }
}
