// Roster has the members in the call, and the key under which the page shows each of them. The key stays when a person
// comes back to the server as another member: it is found again by the author key.

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

  appear(member: CallMember): void {
    const before = this.entries.get(member.id) ?? this.returning(member);
    if (before && before.member.id !== member.id) this.entries.delete(before.member.id);
    const key = before?.key ?? this.keyOf(member.id);
    this.keys.set(member.id, key);
    this.entries.set(member.id, { key, member, lost: false });
  }

  /** The page says which stay in the call is that member's. */
  bind(id: string, key: string): void {
    this.keys.set(id, key);
    const entry = this.entries.get(id);
    if (entry) entry.key = key;
  }

  lose(id: string): void {
    const entry = this.entries.get(id);
    if (entry) entry.lost = true;
  }

  /** Only those who are lost still: a member may have come back meanwhile. */
  removeLost(id: string): boolean {
    return this.entries.get(id)?.lost === true && this.entries.delete(id);
  }

  remove(id: string): void {
    this.entries.delete(id);
  }

  /** These are in the call now, under these ids, and nobody else is. */
  reset(members: readonly CallMember[]): void {
    for (const entry of this.entries.values()) entry.lost = true;
    for (const member of members) this.appear(member);
    for (const [id, { lost }] of this.entries) if (lost) this.entries.delete(id);
  }

  private returning({ author }: CallMember): Entry | undefined {
    return author === undefined ? undefined : this.all.find(({ lost, member }) => lost && member.author === author);
  }
}
