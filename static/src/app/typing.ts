// Who writes at the moment: each for a while after the server said so, until their message comes or they leave.

import { shallowRef } from 'vue';
import type { ClientEvent } from '@/protocol';

/** A little longer than the pause between two such events. */
const kShownMs = 5000;

export class Typing {
  /** Ids of members, the first first. */
  readonly who = shallowRef<readonly string[]>([]);
  private readonly timers = new Map<string, number>();

  hear(event: ClientEvent): void {
    if (event.type === 'typing') this.begins(event.id);
    else if (event.type === 'member_left') this.ends(event.id);
    else if (event.type === 'messages') event.messages.forEach(({ from }) => this.ends(from.id));
    else if (event.type === 'entered') [...this.timers.keys()].forEach((id) => this.ends(id));
  }

  private begins(id: string): void {
    window.clearTimeout(this.timers.get(id));
    this.timers.set(id, window.setTimeout(() => this.ends(id), kShownMs));
    if (!this.who.value.includes(id)) this.who.value = [...this.who.value, id];
  }

  private ends(id: string): void {
    if (!this.timers.has(id)) return;
    window.clearTimeout(this.timers.get(id));
    this.timers.delete(id);
    this.who.value = this.who.value.filter((each) => each !== id);
  }
}
