// Asks the server about people whom a large room's list has not. Made by the session, for the room that it is in.

import { ConnectionLost, kListedMembers, kNameCodePoints, unitsOf, type Client, type Member } from '@/protocol';
import { everybodyIn, idsOf, wordsIn } from '@/state/people';
import type { Event } from '@/state/reducer';
import type { Room, State } from '@/state/state';
import { troubleOf } from '@/app/trouble';

export class People {
  private turn = 0;

  constructor(
    private readonly client: Client,
    private readonly state: () => State,
    private readonly dispatch: (event: Event) => void,
  ) {}

  /** Whether there are people whom only the server knows, and it can be asked for them. */
  hides({ count, members }: Pick<Room, 'count' | 'members'>): boolean {
    // Also where as many are known as are here: some of those may have left unnoticed.
    return this.state().features.includes('members') && count > Math.min(members.length, kListedMembers);
  }

  /** Puts those who have every word of the query in their name into `Room.found`; with `after`, the next ones. */
  async search(query: string, after?: string): Promise<void> {
    const name = this.room.name;
    const turn = ++this.turn;
    const page = await this.client.members(name, query, after);
    // Meanwhile there may be another search, or another room.
    const { room } = this.state();
    if (turn !== this.turn || room?.name !== name || (after !== undefined && room.found?.next !== after)) return;
    this.dispatch({ type: 'found', room: name, query, page, goesOn: after !== undefined });
  }

  /** Nobody but the member is told what a host has done to somebody who is not shown to all: asks how it is now. */
  async renew(id: string): Promise<void> {
    const { room } = this.state();
    const known = room && everybodyIn(room).find((each) => each.id === id);
    if (!known || !this.hides(room)) return;
    try {
      const { members, next } = await this.client.members(room.name, known.name);
      const member = members.find((each) => each.id === id);
      const now = this.state().room;
      const isRenamed = now !== undefined && everybodyIn(now).some((each) => each.id === id && each.name !== known.name);
      if (member || (next === undefined && !isRenamed)) this.dispatch({ type: 'renewed', room: room.name, id, member });
    } catch (error) {
      troubleOf(error); // the list stays as it was
    }
  }

  /** Everybody here with whose name the text begins, in a room that hides people; and some others. */
  async beginning(text: string): Promise<Member[]> {
    const { name } = this.room;
    const words = wordsIn(text);
    const people: Member[] = [];
    for (let count = 1; count <= words.length && this.hides(this.room); count++) {
      const query = words.slice(0, count).join(' ');
      if (query.length > unitsOf(kNameCodePoints)) break;
      const page = await this.client.members(name, query);
      if (this.room.name !== name) throw new ConnectionLost();
      people.push(...page.members);
      // Where all who have these words in their names are known, those with longer names are, too.
      if (page.next === undefined) break;
    }
    return people;
  }

  /** The ids under which that person is here. In a large room, somebody who is not listed may be. */
  idsNow(member: string, author: string | undefined): string[] {
    const { room } = this.state();
    const here = room ? everybodyIn(room) : [];
    const ids = idsOf(here, member, author);
    // Where the id is here, somebody else has it by now.
    const isUnknown = ids.length === 0 && here.every(({ id }) => id !== member);
    return room && isUnknown && this.hides(room) ? [member] : ids;
  }

  private get room(): Room {
    const { room } = this.state();
    if (!room) throw new ConnectionLost();
    return room;
  }
}
