// What others last said about our voice: how many packets of it came in the last few seconds.

/** It is said every 3 s. */
const kHeardMs = 5000;

export class Heard {
  private readonly said = new Map<string, { packets: number; at: number }>();

  constructor(private readonly now: () => number) {}

  say(who: string, packets: number): void {
    this.said.set(who, { packets, at: this.now() });
  }

  /** Nothing where they have not said it for a while: only those say it whom the SFU gives our voice to. */
  by(who: string): number | undefined {
    const said = this.said.get(who);
    return said && this.now() - said.at < kHeardMs ? said.packets : undefined;
  }
}
