// Who is who: authors, the order in which people stand in lists, and what may be done to them.

import type { Author, Member, MembersPage, Role } from '@/protocol';
import type { Room, State } from './state';

const kRoles = { admin: 0, host: 1, member: 2, guest: 2 } as const;

export function ownHandIsUp({ room, self }: State): boolean {
  return room?.members.some(({ id, hand }) => id === self?.id && hand) ?? false;
}

/** Whether hosts have blocked the microphone and chat of that member. */
export function isMuted(members: readonly Member[] | undefined, self: Pick<Author, 'id'> | undefined): boolean {
  return members?.some(({ id, muted }) => id === self?.id && muted) ?? false;
}

/** By author key. Where a server gives none, by member id, which lasts as long as a connection; never by name, which
    somebody else may have had before. */
export function sameAuthor(one: Author, other: Author): boolean {
  if (one.author !== undefined && other.author !== undefined) return one.author === other.author;
  return one.id === other.id;
}

/** The ids of that member, where they are still here; else of all who have that author key. */
export function idsOf(members: readonly Member[], member: string, author: string | undefined): string[] {
  // A server that was restarted may give the id to somebody else.
  const still = members.filter((each) => each.id === member && (author === undefined || each.author === author));
  const found = still.length > 0 || author === undefined ? still : members.filter((each) => each.author === author);
  return found.map(({ id }) => id);
}

/** Student 2 comes before Student 10. */
const byName = new Intl.Collator(undefined, { numeric: true }).compare;

/** Oneself, raised hands in their order, who is in the call, hosts, then everyone by name. */
export function inOrder(room: Pick<Room, 'members' | 'hands'>, selfId: string | undefined): Member[] {
  const hand = (member: Member) => {
    const at = room.hands.indexOf(member.id);
    return at < 0 ? room.hands.length : at;
  };
  return [...room.members].sort(
    (a, b) =>
      Number(b.id === selfId) - Number(a.id === selfId) ||
      hand(a) - hand(b) ||
      Number(b.call) - Number(a.call) ||
      kRoles[a.role] - kRoles[b.role] ||
      byName(a.name, b.name),
  );
}

/** Who is here, as far as that is known: those whom the list has, then whom the server found beside them. */
export function everybodyIn({ members, found: search }: Pick<Room, 'members' | 'found'>): Member[] {
  const listed = new Set(members.map(({ id }) => id));
  return [...members, ...(search?.members ?? []).filter(({ id }) => !listed.has(id))];
}

/** With one more page of a search, where it `goesOn`. */
export function foundBy(before: Room['found'], { query, page, goesOn }: { query: string; page: MembersPage; goesOn: boolean }): Room['found'] {
  return { query, ...page, members: [...((goesOn && before?.members) || []), ...page.members] };
}

/** Who may be meant by a name: those whom the list has, then who wrote, the newest first. In a large room the list has not all. */
export function knownIn({ members, entries }: Pick<Room, 'members' | 'entries'>): Author[] {
  const wrote = entries.flatMap((entry) => {
    if (entry.kind === 'whisper') return entry.other ?? [];
    return entry.kind === 'message' && !entry.mine ? entry.message.from : [];
  });
  return [...members, ...wrote.reverse()];
}

/** Who is meant by a name. Nobody where that may be several: who is here counts more than who wrote and is not in the list. */
export function meantBy(name: string, { members, entries }: Pick<Room, 'members' | 'entries'>): { person?: Author; several: boolean } {
  const here = members.filter((each) => isSameName(each.name, name));
  const all = here.length > 0 ? here : knownIn({ members: [], entries }).filter((each) => isSameName(each.name, name));
  const [person] = all;
  const several = person !== undefined && !all.every((each) => sameAuthor(each, person));
  return several || !person ? { several } : { person, several };
}

export function wordsIn(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

/** In any case, width and space between the words. */
export function isSameName(one: string, other: string): boolean {
  return folded(wordsIn(one).join(' ')) === folded(wordsIn(other).join(' '));
}

/** Those whose name has every word of the query in it, in whatever case. */
export function found<T extends { name: string }>(people: readonly T[], query: string): T[] {
  const words = wordsIn(folded(query));
  return people.filter(({ name }) => words.every((word) => folded(name).includes(word)));
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

export interface PageOf<T> {
  items: T[];
  /** From 0; always one that there is. */
  page: number;
  pages: number;
}

/** One page of a long list, so that no list fills the document. */
export function pageOf<T>(items: readonly T[], page: number, size: number): PageOf<T> {
  const pages = Math.max(1, Math.ceil(items.length / size));
  const at = Math.min(Math.max(page, 0), pages - 1);
  return { items: items.slice(at * size, (at + 1) * size), page: at, pages };
}

export function mayModerate(role: Role): boolean {
  return role === 'host' || role === 'admin';
}

/** The only host beside us, by name: nobody else can have done what a host did to us. Nothing where there are several or none. The
    list has all hosts, also that of a large room. */
export function onlyOtherHost(members: readonly Member[], selfId: string | undefined): string | undefined {
  const others = members.filter(({ id, role }) => id !== selfId && mayModerate(role));
  const [first] = others;
  return others.every(({ name }) => name === first?.name) ? first?.name : undefined;
}

export type Change = { what: 'hand_up' | 'hand_down' | 'call_joined' | 'call_left'; name: string };

/** What others did, for who can't see it; coming and going stands in the chat. */
export function changesOf(before: readonly Member[], now: readonly Member[], selfId: string | undefined): Change[] {
  const changes: Change[] = [];
  for (const { id, name, hand, call } of now) {
    const was = before.find((member) => member.id === id);
    if (!was || id === selfId) continue;
    if (was.hand !== hand) changes.push({ what: hand ? 'hand_up' : 'hand_down', name });
    if (was.call !== call) changes.push({ what: call ? 'call_joined' : 'call_left', name });
  }
  return changes;
}
