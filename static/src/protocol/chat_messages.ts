// Messages of a room and what becomes of them, in the wire protocol: changes, polls, files, history, search, and who reads
// and writes. Field names are those of the wire (docs/protocol.md); times are its RFC 3339 strings.

import type { Author } from './messages';

export interface Reaction {
  emoji: string;
  count: number;
  /** Author keys of the first people who reacted so. */
  authors: string[];
  /** The reader is among all of them. Only in replies. */
  mine?: boolean;
}

export interface Poll {
  question: string;
  options: string[];
  multiple: boolean;
  counts: number[];
  voters: number;
  closed: boolean;
  /** What the reader has chosen: indexes of options. Only in replies to somebody who has voted. */
  mine?: number[];
}

/** What becomes of a message after it was written. What is missing is not so. */
export interface MessageState {
  edited?: string;
  deleted?: boolean;
  reactions?: Reaction[];
  poll?: Poll;
}

/** A file that a message names. */
export interface SharedFile {
  id: string;
  name: string;
  /** In bytes. */
  size: number;
  media_type: string;
  sha256: string;
}

export interface MessageEvent extends MessageState {
  type: 'message';
  room: string;
  seq: number;
  time: string;
  from: Author;
  text: string;
  id?: string;
  file?: SharedFile;
  reply_to?: number;
  /** Of its latest change, if there was any. */
  rev?: number;
}

/** A message has changed: its whole state after that. */
export interface MessageChanged extends MessageState {
  type: 'message_changed';
  room: string;
  seq: number;
  rev: number;
  time: string;
  text: string;
}

/** How far the person has read in the room, by another session. */
export interface Seen {
  type: 'seen';
  room: string;
  seq: number;
}

export interface Typing {
  type: 'typing';
  room: string;
  /** A member's. */
  id: string;
}

/** The reply to `search`, the newest first. */
export interface Found {
  type: 'found';
  room: string;
  messages: Message[];
  more: boolean;
}

/** The path of the URL that takes the file's bytes. */
export interface Upload {
  type: 'upload';
  file: string;
  url: string;
  expires: string;
}

/** The path of the URL that gives the file's bytes. */
export interface Download {
  type: 'download';
  url: string;
  expires: string;
}

export interface History {
  type: 'history';
  room: string;
  messages: Message[];
  more: boolean;
  /** What `changed_after` asked for. */
  changed?: Change[];
}

/** A change as it stands in a list: without its type. */
export type Change = Omit<MessageChanged, 'type'>;

/** A message as it stands in a list: without its type. */
export type Message = Omit<MessageEvent, 'type'>;
