// Somebody without a page: a program that speaks the protocol's lines.

import assert from 'node:assert/strict';
import {once} from 'node:events';
import net from 'node:net';
import {createInterface} from 'node:readline';

export class LinePeer {
  static async join(server, name, room) {
    const peer = new LinePeer();
    const [host, port] = server.doors.plain.split(':');
    peer.socket = net.connect(port, host);
    await once(peer.socket, 'connect');
    peer.lines = createInterface({input: peer.socket})[Symbol.asyncIterator]();
    await peer.ask('hello', {protocol: 1, name});
    await peer.ask('join', {room});
    return peer;
  }

  async ask(type, fields) {
    this.socket.write(`${JSON.stringify({type, ref: type, ...fields})}\n`);
    for (;;) {
      const {value, done} = await this.lines.next();
      assert.ok(!done, `no answer to ${type}`);
      const reply = JSON.parse(value);
      if (reply.ref === type) return reply;
    }
  }

  leave() {
    this.socket.destroy();
  }
}
