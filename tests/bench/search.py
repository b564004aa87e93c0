#!/usr/bin/env python3
"""Searches of a room of 100,000 messages of 400 bytes, over a socket: alone, and beside a busy room.

    search.py CHAT_SERVER LOAD [SECONDS]

Prints how long a search for a rare word and one for a word that is not there take, and what messages of the
other room take meanwhile. For a quiet machine; no part of the tests.
"""

import itertools
import json
import random
import statistics
import sys
import threading
import time

from uploads import Peer, Server, chat

MESSAGES = 100_000
TEXT_BYTES = 400
WORDS = "please open the book at page and read what is written about light sound heat water stone".split()
AT_ONCE = 1_000
SEARCHES = 10


def texts():
    """Different ones, of so many bytes each, with a number in front."""
    generator = random.Random(1)
    rests = [" ".join(generator.choices(WORDS, k=TEXT_BYTES)) for _ in range(AT_ONCE)]
    return (f"{number}. {rests[number % AT_ONCE]}"[:TEXT_BYTES] for number in range(MESSAGES))


def fill(peer):
    numbered = enumerate(texts())
    for _ in range(0, MESSAGES, AT_ONCE):
        for number, words in itertools.islice(numbered, AT_ONCE):
            words = "quetzal 凤凰" if number == 10 else words
            request = {"type": "message", "room": "lab", "text": words, "ref": "r"}
            peer.file.write(json.dumps(request, ensure_ascii=False) + "\n")
        peer.file.flush()
        for _ in range(AT_ONCE):
            while '"ref":"r"' not in peer.file.readline():
                pass


def search(peer, words, count):
    """How long each of so many searches took, in milliseconds."""
    took = []
    for _ in range(count):
        begin = time.monotonic()
        reply = peer.ask(type="search", room="lab", query=words)
        took.append((time.monotonic() - begin) * 1000)
        if reply["type"] != "found":
            sys.exit(f"not found: {reply}")
    return took


def show(title, took):
    print(f"{title}: median {statistics.median(took):.0f} ms, longest {max(took):.0f} ms of {len(took)}")


def main():
    program, load, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with Server(program) as server:
        print("beside no search:", chat(load, server.port, server.process.pid, seconds)[0])
    with Server(program) as server:
        peer = Peer(server.port)
        peer.ask(type="hello", protocol=1, name="Ana")
        peer.ask(type="join", room="lab")
        fill(peer)
        for words in ("quetzal", "凤凰", "zebra"):
            show(f"alone, {words}", search(peer, words, SEARCHES))
        took = []
        stopped = threading.Event()

        def again():
            while not stopped.is_set():
                took.extend(search(peer, "quetzal", 1))

        searching = threading.Thread(target=again)
        searching.start()
        print("beside searches:", chat(load, server.port, server.process.pid, seconds)[0])
        stopped.set()
        searching.join()
        show("beside a busy room, quetzal", took)


if __name__ == "__main__":
    main()
