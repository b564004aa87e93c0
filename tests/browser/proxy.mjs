// A reverse proxy in front of a server that was started with --proxy: ends TLS, and strips a prefix from the path.

import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import {join} from 'node:path';

import {kHost} from './support.mjs';

// How a proxy can be set up wrongly; each may be changed while it runs.
//   upgrade: false: WebSockets are not passed on.
//   host: what the server is told instead of the browser's Host.
//   down: nothing is behind it.
//   forwarded: false: it does not say that it speaks for another.
const kRight = {upgrade: true, host: undefined, down: false, forwarded: true};

export class Proxy {
  // `prefix` begins and ends with a slash. `tls`: false: the proxy itself speaks http.
  static async start(server, {prefix = '/chat/', tls = true} = {}) {
    const proxy = new Proxy(server, prefix, tls);
    proxy.listener.listen(0, kHost);
    await once(proxy.listener, 'listening');
    proxy.url = `${tls ? 'https' : 'http'}://${kHost}:${proxy.listener.address().port}${prefix.slice(0, -1)}`;
    return proxy;
  }

  constructor(server, prefix, tls) {
    Object.assign(this, kRight, {server, prefix, outside: [], sockets: new Set()});
    const certificate = () => ({
      cert: readFileSync(join(server.data, 'server.crt')), key: readFileSync(join(server.data, 'server.key')),
    });
    this.listener = tls ? https.createServer(certificate()) : http.createServer();
    this.listener.on('request', (request, response) => this.#pass(request, response));
    this.listener.on('upgrade', (request, socket, head) => this.#passUpgrade(request, socket, head));
    this.listener.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  stop() {
    this.listener.close();
    for (const socket of this.sockets) socket.destroy();
  }

  // What the server is asked; nothing where that is not under the prefix.
  #asked(request) {
    if (!request.url.startsWith(this.prefix)) {
      this.outside.push(request.url);
      return undefined;
    }
    const [host, port] = this.server.doors.plain.split(':');
    const headers = {...request.headers, host: this.host ?? request.headers.host};
    if (this.forwarded) headers['x-forwarded-for'] = request.socket.remoteAddress;
    return {host, port, method: request.method, path: request.url.slice(this.prefix.length - 1), headers};
  }

  #pass(request, response) {
    const asked = this.#asked(request);
    if (!asked || this.down) {
      response.writeHead(asked ? 502 : 404).end();
      return;
    }
    const onward = http.request(asked, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }

  #passUpgrade(request, socket, head) {
    const asked = this.#asked(request);
    if (!asked || this.down || !this.upgrade) {
      socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const onward = http.request(asked);
    const end = () => {
      socket.destroy();
      onward.destroy();
    };
    socket.on('error', end);
    onward.on('error', end);
    onward.on('response', (answer) => {
      socket.end(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\nContent-Length: 0\r\n\r\n`);
    });
    onward.on('upgrade', (answer, behind, first) => {
      const fields = answer.rawHeaders.reduce((text, each, i) => text + each + (i % 2 ? '\r\n' : ': '), '');
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${fields}\r\n`);
      behind.on('error', end);
      socket.on('close', () => behind.destroy());
      behind.on('close', () => socket.destroy());
      behind.unshift(first);
      socket.unshift(head);
      socket.pipe(behind).pipe(socket);
    });
    onward.end();
  }
}
