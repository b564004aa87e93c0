// The web addresses in a text. linkify-it finds them (docs/decisions says why); what people type around addresses in
// Chinese, Japanese and Korean, and typographic marks, are rules of our own on top of it.

import { LinkifyIt, REBuilder } from 'linkify-it';
import { visible } from './text';

/** `source`: how many characters of the text it is. */
export type Piece = { kind: 'text'; text: string } | { kind: 'link'; text: string; href: string; source: number };

/** Letters of scripts that are written without spaces, or whose particles follow a word at once. */
const kCjk = '[\\u3005-\\u3007\\u3040-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff]';
/** A part of an address that began in Latin letters does not go on in Chinese: what follows is the sentence around it.
    `/wiki/中文` is whole, since that part begins in Chinese. */
const kBackInSentence = `(?=${kCjk})(?<=[/.?#&=:][^/.?#&=:\\u3005-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff]*[A-Za-z0-9])`;
/** Full-width forms, and the first halves of emoji. */
const kSymbols = '[><\\uff00-\\uffef\\ud83c-\\ud83e]';

class Rules extends REBuilder {
  private readonly separators = new RegExp(`(?:${kSymbols}|${kBackInSentence})`);
  /** An apostrophe, a dash or a middle dot between two letters is part of a title. */
  private readonly extra = /[\u2019\u2013](?=[A-Za-z0-9\u00c0-\u024f])|\u00b7(?=[^\s\u2000-\u206f])|/;
  private readonly search = /((?<![A-Za-z0-9_]))(https?:)/gi;

  override get_text_separators(): RegExp {
    return this.separators;
  }
  override get_path_extra(): RegExp {
    return this.extra;
  }
  /** Also right after a Chinese letter. */
  override get_schema_search(): RegExp {
    return this.search;
  }
}

const linkify = new LinkifyIt({ rebuilder: new Rules(), fuzzyEmail: false, urlAuth: true });
for (const schema of ['ftp:', '//', 'mailto:']) linkify.add(schema, null);

/** Marks of emphasis and of the end of a sentence are not part of it; a quote before Chinese was opened before the address. */
function trimmed(address: string): string {
  const [quoted = ''] = address.split(new RegExp(`'(?=${kCjk})`), 1);
  return quoted.replace(/[*:?!.,;]+$/, '');
}

/** Nothing for what is not an address of the web, and for one that names a user: `https://bank.example@elsewhere.example`. */
export function hrefOf(address: string): string | undefined {
  try {
    const { href, protocol, username, password } = new URL(address);
    return /^https?:$/.test(protocol) && username === '' && password === '' ? href : undefined;
  } catch {
    return undefined;
  }
}

/** Text and the web addresses in it. */
export function pieces(text: string): Piece[] {
  const result: Piece[] = [];
  let from = 0;
  for (const match of linkify.match(text) ?? []) {
    const address = trimmed(match.raw);
    const href = hrefOf(address);
    if (href === undefined) continue;
    if (match.index > from) result.push({ kind: 'text', text: visible(text.slice(from, match.index)) });
    result.push({ kind: 'link', text: visible(address), href, source: address.length });
    from = match.index + address.length;
  }
  if (from < text.length) result.push({ kind: 'text', text: visible(text.slice(from)) });
  return result;
}
