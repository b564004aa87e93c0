// A wire to a door of the server that can be cut: all connections through it end at once, and none is made until it is
// whole again.

import {once} from 'node:events';
import net from 'node:net';

import {kHost} from './support.mjs';

export class Wire {
  // `door`: the address of the server's door.
  static async to(door) {
    const wire = new Wire();
    const [host, port] = door.split(':');
    wire.listener = net.createServer((near) => wire.#join(near, net.connect(Number(port), host)));
    wire.listener.listen(0, kHost);
    await once(wire.listener, 'listening');
    wire.address = `${kHost}:${wire.listener.address().port}`;
    return wire;
  }

  #ends = new Set();
  #isCut = false;

  #join(near, far) {
    for (const [one, other] of [[near, far], [far, near]]) {
      this.#ends.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        this.#ends.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
    if (this.#isCut) near.destroy();
  }

  cut() {
    this.#isCut = true;
    for (const end of this.#ends) end.destroy();
  }

  restore() {
    this.#isCut = false;
  }

  stop() {
    this.cut();
    this.listener.close();
  }
}
