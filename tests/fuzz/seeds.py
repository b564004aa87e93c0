#!/usr/bin/env python3
"""Writes seeds for the fuzz targets that read requests or events: each vector, as the target takes it.

    tests/fuzz/seeds.py VECTORS SEEDS     reads VECTORS/*.jsonl, writes SEEDS/<target>/<number>
"""

import json
import sys
from pathlib import Path


def frame(text):
    """A text frame of a client (RFC 6455, section 5.2), masked with zeros."""
    size = len(text)
    length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + size.to_bytes(2, "big")
    return b"\x81" + length + bytes(4) + text


# Target -> what comes around a request, or an event.
REQUESTS = {
    "request": lambda text: text,
    "session": lambda text: b"\x00\x07\x07\x07" + text + b"\n",
    "websocket": lambda text: b"\x07" + frame(text),
}
EVENTS = {
    "event": lambda text: text,
    "client": lambda text: b"\x07\x02" + text + b"\n",
}


def write(vectors, targets, seeds):
    for target, wrap in targets.items():
        folder = seeds / target
        folder.mkdir(parents=True, exist_ok=True)
        for number, line in enumerate(vectors.read_text(encoding="utf-8").splitlines()):
            (folder / str(number)).write_bytes(wrap(json.loads(line)["input"].encode()))


def main(vectors, seeds):
    write(vectors / "requests.jsonl", REQUESTS, seeds)
    write(vectors / "events.jsonl", EVENTS, seeds)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
