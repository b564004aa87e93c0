// What a WebSocket server in Node.js costs: what one sends, all others get, with the package ws.
//
//   node websocket_broadcast.mjs [CERT KEY]     prints its port; over TLS where they are given

import { readFileSync } from "node:fs";
import { createServer as createPlainServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createRequire } from "node:module";

const { WebSocketServer } = createRequire(new URL("../../static/package.json", import.meta.url))("ws");

const [cert, key] = process.argv.slice(2);
const server = cert ? createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }) : createPlainServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on("connection", (socket) => {
  socket.on("message", (text) => {
    for (const other of sockets.clients) {
      if (other !== socket) other.send(text, { binary: false });
    }
  });
});
server.listen(0, "127.0.0.1", () => console.log(`:${server.address().port}`));
