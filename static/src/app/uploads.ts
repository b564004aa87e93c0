// Files on their way to the server, a few at a time. Each is asked for once, then its bytes go by HTTP, from where they broke off
// when a connection was lost. Its message goes when all of it is there and the person has said so.

import { shallowRef } from 'vue';
import { bytesOf, ConnectionLost, kFileNameBytes, ProtocolError, type Beside, type Client, type ErrorCode, type SharedFile } from '@/protocol';
import { put, type Transport } from '@/app/put';

export interface Upload {
  id: number;
  name: string;
  size: number;
  /** Bytes that have arrived. */
  sent: number;
  state: 'waiting' | 'going' | 'ready' | 'failed';
  /** Why it failed; `lost`: the server could not be reached for long. */
  code?: ErrorCode | 'lost';
}

/** More at once would not be faster, and the chat has the same line. */
const kAtOnce = 3;
/** The server keeps 20 files of a person that no message names, also of their other windows, and for an hour those that were
    cancelled. */
const kMostUnnamed = 8;

interface Held extends Upload {
  blob: Blob;
  mediaType: string;
  room: string;
  abort: AbortController;
  file?: SharedFile;
  /** What its message says, once the person has sent it. */
  message?: { text: string; beside: Beside };
}

export interface UploadSurroundings {
  client: Pick<Client, 'upload' | 'post'>;
  room(): string | undefined;
  /** Whether the server lets us upload now: there is a connection, and we are in the room. */
  inside(): boolean;
  transport?: Transport;
}

export class Uploads {
  /** Of the room that we are in, the first first. */
  readonly all = shallowRef<readonly Upload[]>([]);
  private held: Held[] = [];
  private lastId = 0;

  constructor(private readonly around: UploadSurroundings) {}

  add(files: Iterable<File>): void {
    const room = this.around.room();
    if (room === undefined) return;
    for (const file of files) {
      const held: Held = {
        id: ++this.lastId,
        name: nameOf(file.name),
        size: file.size,
        sent: 0,
        state: 'waiting',
        blob: file,
        mediaType: file.type || 'application/octet-stream',
        room,
        abort: new AbortController(),
      };
      this.held.push(held);
    }
    this.startNext();
  }

  /** Those that were added and have no message yet are sent, the first one with that text. Whether there are any. */
  send(text: string, beside: Beside): boolean {
    const unsent = this.held.filter(({ message, state }) => message === undefined && state !== 'failed');
    unsent.forEach((held, at) => {
      held.message = at === 0 ? { text, beside } : { text: '', beside: {} };
      this.postIfReady(held);
    });
    this.startNext();
    return unsent.length > 0;
  }

  retry(id: number): void {
    const held = this.held.find((each) => each.id === id && each.state === 'failed');
    if (!held) return;
    held.state = 'waiting';
    held.sent = 0;
    delete held.code;
    this.startNext();
  }

  /** Cancels it, or puts away that it failed. */
  drop(id: number): void {
    this.remove((each) => each.id === id);
  }

  dropAll(): void {
    this.remove(() => true);
  }

  private remove(which: (held: Held) => boolean): void {
    const gone = this.held.filter(which);
    this.held = this.held.filter((each) => !which(each));
    for (const { abort } of gone) abort.abort();
    this.startNext();
  }

  /** Those that wait begin, where there is room for them and a connection. */
  startNext(): void {
    for (const held of this.held) {
      if (!this.around.inside()) break;
      const going = this.held.filter(({ state }) => state === 'going').length;
      const ready = this.held.filter(({ state }) => state === 'ready').length;
      if (going >= kAtOnce || going + ready >= kMostUnnamed) break;
      if (held.state === 'waiting') void this.run(held);
    }
    this.tell();
  }

  private async run(held: Held): Promise<void> {
    held.state = 'going';
    try {
      const { name, size, mediaType: media_type } = held;
      if (size === 0) throw new ProtocolError('bad_message', 'an empty file');
      const { file: id, url } = await this.around.client.upload(held.room, { name, size, media_type });
      await put(url, held.blob, { signal: held.abort.signal, progress: (sent) => this.progress(held, sent) }, this.around.transport);
      held.file = { id, name, size, media_type, sha256: '' };
      held.state = 'ready';
      held.sent = size;
    } catch (error) {
      if (held.abort.signal.aborted) return;
      held.state = 'failed';
      if (error instanceof ProtocolError) held.code = error.code;
      else if (error instanceof ConnectionLost) held.code = 'lost';
      else throw error;
    } finally {
      this.postIfReady(held);
      this.startNext();
    }
  }

  private progress(held: Held, sent: number): void {
    held.sent = sent;
    this.tell();
  }

  private postIfReady(held: Held): void {
    // It may have been cancelled just when the last of it arrived.
    if (!this.held.includes(held)) return;
    if (held.state !== 'ready' || !held.file || !held.message || this.around.room() !== held.room) return;
    this.around.client.post(held.room, held.message.text, { ...held.message.beside, file: held.file });
    this.held = this.held.filter((each) => each !== held);
  }

  private tell(): void {
    this.all.value = this.held.map(({ id, name, size, sent, state, code }) => ({ id, name, size, sent, state, ...(code === undefined ? {} : { code }) }));
  }
}

/** As the server takes it: no slash, nothing invisible, at most kFileNameBytes. */
function nameOf(name: string): string {
  const clean = name.replace(/[/\u0000-\u001f\u007f-\u009f]/g, '_') || 'file';
  const dot = clean.lastIndexOf('.');
  const ending = dot > 0 && clean.length - dot <= 16 ? clean.slice(dot) : '';
  let stem = clean.slice(0, clean.length - ending.length);
  while (bytesOf(stem + ending) > kFileNameBytes) stem = [...stem].slice(0, -1).join('');
  return stem + ending;
}
