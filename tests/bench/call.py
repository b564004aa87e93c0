#!/usr/bin/env python3
"""Chat beside a call of 10,000 forwarded packets a second: how long messages take meanwhile.

    call.py CHAT_SERVER LOAD MEDIA_LOAD [SECONDS]

Prints the 50th and 99th percentile without the call and beside it, three times. Fails if the middle one of the 99th
beside the call is more than a fifth above the middle one without it. As root, for a quiet machine: no part of the tests.

All of the server runs on processor 0, where `load` pins it, at one real-time priority; `load` has processor 1. The
clients of the call are on the server's processor, below it: they are not what is measured.
"""

import re
import statistics
import subprocess
import sys

RATE = 100
MOST = 1.2


def real_time(priority, *command):
    return ["chrt", "-f", str(priority), *command]


class Server:
    """A chat_server of its own that keeps nothing."""

    def __init__(self, program):
        doors = ["--plain", "127.0.0.1:0", "--tls", "127.0.0.1:0", "--media", "sfu", "--media-port", "45443"]
        command = [program, "--memory", *doors, "--rate", "0", "--log-level", "error"]
        self.process = subprocess.Popen(real_time(12, *command), stdout=subprocess.PIPE, text=True)
        self.port = re.search(r"plain \S+:(\d+)", self.process.stdout.readline())[1]
        self.name = ["--port", self.port, "--pid", str(self.process.pid)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate()


class Call:
    """Two who send 100 packets a second to 50 others, from the first packet on."""

    def __init__(self, program, server, seconds):
        who = ["--senders", "2", "--receivers", "50", "--camera", "1100", "--rate", "100"]
        command = [program, *server.name, *who, "--seconds", str(seconds + 4), "--hold"]
        pinned = ["taskset", "-c", "0", *real_time(9, *command)]
        self.process = subprocess.Popen(pinned, stdout=subprocess.PIPE, text=True)
        while "begins" not in self.process.stdout.readline():
            if self.process.poll() is not None:
                raise RuntimeError("the call did not begin")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        print(f"call:   {self.process.communicate()[0].strip()}")


def chat(program, server, seconds):
    """Prints how long messages took; returns the 99th percentile in microseconds."""
    command = [program, *server.name, "--members", "100", "--senders", "10", "--rate", str(RATE)]
    command = real_time(10, *command, "--messages", str(RATE * seconds))
    row = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    times = re.search(r"p50-us (\d+)\s+p99-us (\d+)", row)
    print(f"chat:   {times[0]}")
    return int(times[2])


def main():
    server_program, load, media_load = sys.argv[1:4]
    seconds = int(sys.argv[4]) if len(sys.argv) > 4 else 10
    alone, beside = [], []
    for _ in range(3):
        with Server(server_program) as server:
            alone.append(chat(load, server, seconds))
        with Server(server_program) as server, Call(media_load, server, seconds):
            beside.append(chat(load, server, seconds))
    ratio = statistics.median(beside) / statistics.median(alone)
    print(f"99th percentile beside the call: {ratio:.2f} times that without it")
    if ratio > MOST:
        sys.exit("that is too much")


if __name__ == "__main__":
    main()
