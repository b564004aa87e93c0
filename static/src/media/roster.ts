// Roster has the members in the call, and the key under which the page shows each of them. A key stays while media change
// between the mesh and the SFU, and when a person comes back to the server as another member: their page of the mesh is
// known by its session, and who has none is found by the author key.

export interface CallMember {
  id: string;
  name: string;
  author?: string;
  audio: boolean;
  video: boolean;
  screen: boolean;
  muted: boolean;
}

export interface Entry {
  key: string;
  member: CallMember;
  /** The server does not know them just now. */
  lost: boolean;
}

export class Roster {
  /** By member id, in the order in which they came. */
  private readonly entries = new Map<string, Entry>();
  /** Also of ids that have gone, by which the SFU may still name somebody. */
  private readonly keys = new Map<string, string>();
  /** Of the pages of the mesh, by their session. */
  private readonly pages = new Map<string, string>();
  /** Of those who have gone, by their author. */
  private readonly former = new Map<string, string>();

  get all(): readonly Entry[] {
    return [...this.entries.values()];
  }

  keyOf(id: string): string {
    return this.keys.get(id) ?? id;
  }

  entryOf(id: string): Entry | undefined {
    return this.entries.get(id);
  }

  byKey(key: string): Entry | undefined {
    return this.all.find((entry) => entry.key === key);
  }

  /** Of a page of the mesh. */
  keyOfPage(session: string): string {
    return this.pages.get(session) ?? session;
  }

  appear(member: CallMember): void {
    const before = this.entries.get(member.id) ?? this.returning(member);
    if (before && before.member.id !== member.id) this.entries.delete(before.member.id);
    const key = before?.key ?? this.keys.get(member.id) ?? this.formerKey(member) ?? member.id;
    this.keys.set(member.id, key);
    this.entries.set(member.id, { key, member, lost: false });
  }

  /** These are the pages of the mesh now, with the member that each of them is, where that is known. */
  setPages(pages: readonly { session: string; member: string | undefined }[]): void {
    const here = new Set(pages.map(({ session }) => session));
    for (const session of this.pages.keys()) if (!here.has(session)) this.pages.delete(session);
    for (const { session, member } of pages) if (member !== undefined) this.bind(member, session);
  }

  readonly isLost = (id: string): boolean => this.entries.get(id)?.lost ?? false;

  lose(id: string): void {
    const entry = this.entries.get(id);
    if (entry) entry.lost = true;
  }

  /** Only those who are lost still: a member may have come back meanwhile. */
  removeLost(id: string): boolean {
    const isLost = this.isLost(id);
    if (isLost) this.remove(id);
    return isLost;
  }

  remove(id: string): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    this.entries.delete(id);
    if (entry.member.author !== undefined) this.former.set(entry.member.author, entry.key);
  }

  /** These are in the call now, under these ids. Of the others those go for whom not `mayReturn`. */
  reset(members: readonly CallMember[], mayReturn: (key: string) => boolean): void {
    for (const entry of this.entries.values()) entry.lost = true;
    for (const member of members) this.appear(member);
    for (const [id, { key, lost }] of this.entries) if (lost && !mayReturn(key)) this.remove(id);
  }

  private bind(id: string, session: string): void {
    const entry = this.entries.get(id);
    const free = entry && !this.isOfPage(entry.key) ? entry.key : session;
    const key = this.pages.get(session) ?? free;
    this.pages.set(session, key);
    this.keys.set(id, key);
    if (!entry || entry.key === key) return;
    entry.key = key;
    // The same page, under the id that it had before.
    for (const [other, { key: theirs }] of this.entries) if (theirs === key && other !== id) this.entries.delete(other);
  }

  private returning({ author }: CallMember): Entry | undefined {
    return author === undefined ? undefined : this.all.find(({ lost, member }) => lost && member.author === author);
  }

  /** A person may be in the call with several pages: nobody else's key. */
  private formerKey({ author }: CallMember): string | undefined {
    const key = author === undefined ? undefined : this.former.get(author);
    return key === undefined || this.byKey(key) || this.isOfPage(key) ? undefined : key;
  }

  private isOfPage(key: string): boolean {
    return [...this.pages.values()].includes(key);
  }
}
