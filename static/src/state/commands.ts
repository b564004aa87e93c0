// Parses what is typed after a slash: the same commands as the terminal client's. A command is a known word in a text
// of one line. Everything else that begins with a slash is text as typed, such as a path of a file.

import { isEmoji } from './emoji';
import { isLanguage } from './languages';
import { isSameName, wordsIn } from './people';

export type Command =
  | { kind: 'text'; text: string }
  | { kind: 'join'; room: string }
  | { kind: 'leave' }
  | { kind: 'who' }
  | { kind: 'rooms'; query?: string }
  | { kind: 'help' }
  | { kind: 'history' }
  | { kind: 'hand' }
  | { kind: 'msg'; name: string; text: string }
  | { kind: 'topic'; topic: string }
  | { kind: 'lock' }
  | { kind: 'unlock' }
  | { kind: 'person'; action: 'kick' | 'ban' | 'mute' | 'unmute'; name: string }
  /** Without a value: who waits? */
  | { kind: 'waiting'; value?: 'on' | 'off' }
  | { kind: 'door'; action: 'admit' | 'refuse'; name: string }
  /** `count` counts back from the newest message. */
  | { kind: 'reply' | 'edit'; count: number; text: string }
  | { kind: 'delete' | 'close' | 'get'; count: number }
  | { kind: 'react'; count: number; emoji: string }
  | { kind: 'poll'; parts: string[] }
  | { kind: 'vote'; count: number; choices: number[] }
  | { kind: 'search'; words: string }
  | { kind: 'send' }
  /** `code` empty: a block for it is begun in the field. */
  | { kind: 'code'; language: string; code: string }
  /** A command that lacks something; `usage` is how it is written. */
  | { kind: 'wrong'; usage: string };

export const kUsage: Readonly<Record<string, string>> = {
  join: '/join ROOM',
  leave: '/leave',
  who: '/who',
  msg: '/msg NAME TEXT',
  history: '/history',
  topic: '/topic [TEXT]',
  hand: '/hand',
  kick: '/kick NAME',
  ban: '/ban NAME',
  mute: '/mute NAME',
  unmute: '/unmute NAME',
  lock: '/lock',
  unlock: '/unlock',
  waiting: '/waiting [on | off]',
  admit: '/admit NAME',
  refuse: '/refuse NAME',
  rooms: '/rooms [WORDS]',
  reply: '/reply N TEXT',
  edit: '/edit [N] TEXT',
  delete: '/delete [N]',
  react: '/react N EMOJI',
  poll: '/poll QUESTION | A | B',
  vote: '/vote N CHOICE | -',
  close: '/close [N]',
  search: '/search WORDS',
  send: '/send',
  get: '/get N',
  code: '/code [LANGUAGE | CODE]',
  help: '/help',
  quit: '/quit',
};
export const kCommands: readonly string[] = Object.values(kUsage);

const kSimple = { leave: 'leave', quit: 'leave', who: 'who', help: 'help', history: 'history', hand: 'hand', lock: 'lock', unlock: 'unlock' } as const;

/** `names` are those of the people who may be meant: they may contain spaces. */
export function parseCommand(line: string, names: readonly string[]): Command {
  const [, word = '', rest = ''] = /^\/(\S+)\s*([\s\S]*)$/.exec(line) ?? [];
  const command = word.toLowerCase();
  const oneLine = !line.trimEnd().includes('\n');
  // A private message that everybody reads is worse than one that is not sent.
  if (!oneLine && command === 'msg') return { kind: 'wrong', usage: kUsage.msg ?? '' };
  if (!oneLine || !Object.hasOwn(kUsage, command)) return { kind: 'text', text: line };
  const simple = Object.hasOwn(kSimple, command) ? kSimple[command as keyof typeof kSimple] : undefined;
  if (simple) return { kind: simple };
  const wrong: Command = { kind: 'wrong', usage: kUsage[command] ?? '' };
  const argument = rest.trim();
  switch (command) {
    case 'join':
      return argument ? { kind: 'join', room: argument } : wrong;
    case 'rooms':
      return argument ? { kind: 'rooms', query: argument } : { kind: 'rooms' };
    case 'topic':
      return { kind: 'topic', topic: argument };
    case 'msg': {
      const { name, after } = nameIn(rest, names);
      return name && after ? { kind: 'msg', name, text: after } : wrong;
    }
    case 'kick':
    case 'ban':
    case 'mute':
    case 'unmute':
      return argument ? { kind: 'person', action: command, name: argument } : wrong;
    case 'waiting':
      if (argument === 'on' || argument === 'off') return { kind: 'waiting', value: argument };
      return argument ? wrong : { kind: 'waiting' };
    case 'admit':
    case 'refuse':
      return argument ? { kind: 'door', action: command, name: argument } : wrong;
    case 'search':
      return argument ? { kind: 'search', words: argument } : wrong;
    case 'send':
      return argument ? wrong : { kind: 'send' };
    case 'code':
      return codeIn(line.slice(word.length + 1));
    default:
      return aboutMessage(command, argument) ?? wrong;
  }
}

/** What stands after a command about a person: a name, and perhaps a text. */
export function personIn(line: string): string | undefined {
  return /^\/(?:msg|kick|ban|mute|unmute)[^\S\n]+(\S.*)$/i.exec(line.trimEnd())?.[1];
}

/** Commands about a message: N counts back from the newest, or from one's own newest. */
function aboutMessage(command: string, argument: string): Command | undefined {
  const [, digits, rest = ''] = /^(\d{1,6})(?:\s+([\s\S]*))?$/.exec(argument) ?? [];
  const count = digits === undefined ? undefined : Number(digits);
  switch (command) {
    case 'reply':
      return count && rest ? { kind: 'reply', count, text: rest } : undefined;
    case 'edit':
      if (count && rest) return { kind: 'edit', count, text: rest };
      return argument ? { kind: 'edit', count: 0, text: argument } : undefined;
    case 'delete':
    case 'close':
      if (argument === '') return { kind: command, count: 0 };
      return count && !rest ? { kind: command, count } : undefined;
    case 'get':
      return count && !rest ? { kind: 'get', count } : undefined;
    case 'react':
      return count && isEmoji(rest) ? { kind: 'react', count, emoji: rest } : undefined;
    case 'poll':
      return argument.includes('|') ? { kind: 'poll', parts: argument.split('|') } : undefined;
    case 'vote': {
      if (count && rest === '-') return { kind: 'vote', count, choices: [] };
      const choices = /^\d+(?:[\s,]+\d+)*$/.test(rest) ? rest.split(/[\s,]+/).map((each) => Number(each) - 1) : [];
      return count && choices.length > 0 ? { kind: 'vote', count, choices } : undefined;
    }
    default:
      return undefined;
  }
}

/** A language alone begins a block; `/code r = 3` is code. */
function codeIn(rest: string): Command {
  const text = rest.trimEnd();
  return isLanguage(text.trim()) ? { kind: 'code', language: text.trim(), code: '' } : { kind: 'code', language: '', code: text.replace(/^\s/, '') };
}

/** The longest name that the text begins with, else its first word. Word by word, whatever space is between them: a private
    text for Ada Lovelace must not go to Ada. */
function nameIn(text: string, names: readonly string[]): { name: string; after: string } {
  const words = wordsIn(text);
  const fits = names
    .map((name) => ({ name, length: wordsIn(name).length }))
    .filter(({ name, length }) => length > 0 && isSameName(name, words.slice(0, length).join(' ')))
    .sort((a, b) => b.length - a.length);
  const { name, length } = fits[0] ?? { name: words[0] ?? '', length: 1 };
  const after = new RegExp(`^\\s*(?:\\S+\\s*){${length}}`).exec(text)?.[0].length ?? text.length;
  return { name, after: text.slice(after).trim() };
}
