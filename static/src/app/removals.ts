// Removing and banning people, with some seconds to take it back. The wire can't undo a removal, so that happens when the time
// is over; a ban holds at once, and is lifted again. What is still to come is done at the latest when one leaves.

import { shallowRef } from 'vue';
import { ConnectionLost, ProtocolError, type Action, type Author } from '@/protocol';
import { sameAuthor } from '@/state/people';

export const kUndoMs = 10_000;

export interface Removal {
  action: 'kick' | 'ban';
  /** The member's id and name, at the click. */
  member: string;
  name: string;
  author?: string;
  /** Until when it can be taken back, in milliseconds since 1970. */
  until: number;
}

/** The ids under which that person is here now, also after they came back. */
type IdsNow = (person: Pick<Removal, 'member' | 'author'>) => string[];
type Moderate = (action: Action, target: { member?: string; value?: string }) => Promise<void>;

export class Removals {
  /** The oldest first. */
  readonly open = shallowRef<readonly Removal[]>([]);
  private readonly timers = new Map<Removal, number>();
  /** What could not be asked for, because there was no connection; or what had no answer, with the members who were meant. Who was
      removed by it and came back has another id. */
  private readonly owed = new Map<Removal, Set<string> | undefined>();

  constructor(
    private readonly moderate: Moderate,
    private readonly idsNow: IdsNow,
  ) {}

  /** Rejects where the server will not have it. */
  async start(action: Removal['action'], person: Author): Promise<void> {
    const { id, name, author } = person;
    const isTheirs = (each: Removal) => sameAuthor({ ...each, id: each.member }, person);
    if (this.open.value.some(isTheirs)) return;
    if (action === 'ban') await this.moderate('ban', { member: id });
    // Asked for anew: once is enough. That a ban is lifted is owed until there is another ban.
    for (const each of this.owed.keys()) if (isTheirs(each) && (action === 'ban' || each.action === 'kick')) this.owed.delete(each);
    const removal = { action, member: id, name, ...(author === undefined ? {} : { author }), until: Date.now() + kUndoMs };
    this.open.value = [...this.open.value, removal];
    this.timers.set(removal, window.setTimeout(() => this.finish(removal), kUndoMs));
  }

  undo(removal: Removal): void {
    if (this.close(removal) && removal.action === 'ban') this.ask(removal);
  }

  /** Nothing to wait for any more. */
  finish(removal: Removal): void {
    if (this.close(removal) && removal.action === 'kick') this.ask(removal);
  }

  /** In the room. `again`: after the connection was lost; else what was to be done in another room is dropped. */
  connected(again: boolean): void {
    const owed = again ? [...this.owed] : [];
    this.owed.clear();
    for (const [removal, meant] of owed) this.ask(removal, meant);
  }

  finishAll(): void {
    for (const removal of this.open.value) this.finish(removal);
  }

  private close(removal: Removal): boolean {
    if (!this.open.value.includes(removal)) return false;
    window.clearTimeout(this.timers.get(removal));
    this.timers.delete(removal);
    this.open.value = this.open.value.filter((each) => each !== removal);
    return true;
  }

  /** For the removal, or that the ban is lifted. */
  private ask(removal: Removal, meant?: Set<string>): void {
    if (removal.action === 'ban') return this.send(removal, 'unban', { value: removal.name });
    for (const member of this.idsNow(removal)) {
      if (meant?.has(member) ?? true) this.send(removal, 'kick', { member });
    }
  }

  /** They may have gone by themselves, or another host was quicker: the list of people says so. */
  private send(removal: Removal, action: Action, target: { member?: string; value?: string }): void {
    this.moderate(action, target).catch((error: unknown) => {
      if (error instanceof ConnectionLost) this.owe(removal, target.member, error.sent);
      else if (!(error instanceof ProtocolError)) throw error;
    });
  }

  /** Where some of it was sent, whoever comes back later is not meant: then only these members are. */
  private owe(removal: Removal, member: string | undefined, sent: boolean): void {
    const meant = this.owed.get(removal);
    this.owed.set(removal, member === undefined || (!sent && !meant) ? undefined : (meant ?? new Set<string>()).add(member));
  }
}
