#!/usr/bin/env python3
"""Chat beside ten uploads of 60 MiB: how long messages take meanwhile, and what the server needs of memory.

    uploads.py CHAT_SERVER LOAD [SECONDS]

Prints a row without the uploads and one with them. Fails if the 99th percentile beside them is above 20 ms, or
if the memory grows by more than 8 MiB. For a quiet machine: no part of the tests.
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading

UPLOADS = 10
SIZE = 60 << 20
MOST_US = 20_000
MOST_BYTES = 8 << 20
RATE = 100
PIECE = bytes(1 << 18)


class Peer:
    """Somebody who speaks the protocol in lines."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.file = self.socket.makefile("rw", encoding="utf-8", newline="\n")

    def ask(self, **request):
        self.file.write(json.dumps({**request, "ref": "r"}) + "\n")
        self.file.flush()
        while True:
            reply = json.loads(self.file.readline())
            if reply.get("ref") == "r":
                return reply


def resident(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


class Uploads:
    """Ten uploads, each on a connection of its own, as fast as the server takes them, again and again."""

    def __init__(self, port):
        self.port = port
        self.sent = 0
        self.stopped = False
        self.threads = [threading.Thread(target=self.upload, args=(number,)) for number in range(UPLOADS)]

    def upload(self, number):
        peer = Peer(self.port)
        peer.ask(type="hello", protocol=1, name=f"up{number}")
        peer.ask(type="join", room="files")
        seq = 0
        while not self.stopped:
            offer = peer.ask(type="upload", room="files", name="film", size=SIZE, media_type="video/mp4")
            with socket.create_connection(("127.0.0.1", self.port)) as web:
                head = f"PUT {offer['url']} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {SIZE}\r\n\r\n"
                web.sendall(head.encode())
                for _ in range(0, SIZE, len(PIECE)):
                    web.sendall(PIECE)
                    self.sent += len(PIECE)
                    if self.stopped:
                        return
                if not web.recv(100).startswith(b"HTTP/1.1 201"):
                    raise RuntimeError("an upload was refused")
            seq = peer.ask(type="message", room="files", text="", file=offer["file"])["seq"]
            peer.ask(type="delete", room="files", seq=seq)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped = True
        for thread in self.threads:
            thread.join()


def chat(load, port, pid, seconds):
    """The row of 100 members at 100 messages a second, and the most memory that the server had meanwhile."""
    command = [load, "--port", str(port), "--pid", str(pid), "--members", "100", "--senders", "10"]
    command += ["--rate", str(RATE), "--messages", str(RATE * seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        most = resident(pid)
        while True:
            try:
                row = running.communicate(timeout=0.02)[0]
                break
            except subprocess.TimeoutExpired:
                most = max(most, resident(pid))
    return row.strip(), most


class Server:
    """A chat_server of its own, with what it keeps in a folder of its own."""

    def __init__(self, program):
        self.data = tempfile.TemporaryDirectory()
        command = [program, "--data", self.data.name, "--plain", "127.0.0.1:0", "--tls", "off", "--rate", "0"]
        self.process = subprocess.Popen(command + ["--log-level", "error"], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate()
        self.data.cleanup()


def main():
    program, load, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with Server(program) as server:
        alone, before = chat(load, server.port, server.process.pid, seconds)
    print(f"alone:  {alone}")
    with Server(program) as server, Uploads(server.port) as uploads:
        beside, most = chat(load, server.port, server.process.pid, seconds)
    print(f"beside: {beside}")
    print(f"{uploads.sent >> 20} MiB came meanwhile; the memory grew by {(most - before) / (1 << 20):.1f} MiB")
    if int(re.search(r"p99-us (\d+)", beside)[1]) > MOST_US or most - before > MOST_BYTES:
        sys.exit("that is too much")


if __name__ == "__main__":
    main()
