#!/usr/bin/env python3
"""Tables and plots of what scripts/bench measured.

  report.py ROWS DOCUMENT IMAGES    ROWS: lines of `SERVER|WORKLOAD|the load's row`

What stands between the two marks in DOCUMENT is written anew; the plots go to the folder IMAGES.
"""

import math
import pathlib
import re
import sys

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
LIMIT = "limit"
NONE = "–"

# Servers that are of the same kind share a colour: the yardstick, Parley, others.
COLOURS = {"limit": "#8a8f98", "parley": "#2f6fde", "other": "#c9843a"}


def read_rows(path):
    """{workload: {server: {name: value}}}, of each the run that was disturbed least, in the order of the file."""
    best = {}
    for line in pathlib.Path(path).read_text().splitlines():
        server, workload, row = line.split("|")
        values = {name: float(value) for name, value in re.findall(r"([a-z0-9/-]+) ([0-9.]+)", row)}
        servers = best.setdefault(workload, {})
        # At a given rate a server that is kept from its processor has less to do a delivery.
        cost = "p99-us" if "messages/s" in workload else "cpu-us/delivery"
        if server not in servers or values[cost] < servers[server][cost]:
            servers[server] = values
    return best


def number(value):
    return f"{value:.2g}" if value < 0.1 else f"{value:.2f}" if value < 10 else f"{value:.0f}"


def table(title, rows, servers, cell):
    lines = [f"| {title} | " + " | ".join(servers) + " |", "|---" * (len(servers) + 1) + "|"]
    for workload, values in rows.items():
        cells = [cell(values[s], values) if s in values else NONE for s in servers]
        lines.append(f"| {workload} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def ratio(values, all_values):
    if LIMIT not in all_values:
        return NONE
    return number(values["cpu-us/delivery"] / all_values[LIMIT]["cpu-us/delivery"])


def milliseconds(values, _):
    return f"{number(values['p50-us'] / 1000)} / {number(values['p99-us'] / 1000)}"


def millions(values, _):
    return number(values["deliveries/s"] / 1e6)


def coming_in(values, _):
    return f"{values['connect-s']:.2f} s, {values['bytes/peer'] / 1024:.1f} KiB"


def crowded(values):
    return any(row["members"] + row["idle"] >= 10_000 for row in values.values())


def kind(server):
    return "limit" if server == LIMIT else "parley" if server.startswith("parley") else "other"


def plot(title, unit, bars):
    """One bar a server, on a logarithmic scale, the shortest on top. `bars`: [(server, value)]."""
    bars = sorted(bars, key=lambda bar: bar[1])
    left, width, height, top = 150, 460, 20, 40
    low = 10 ** math.floor(math.log10(bars[0][1]))
    high = bars[-1][1]

    def x(value):
        return left + width * (math.log10(value / low) + 0.05) / (math.log10(high / low) + 0.05)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 70} {top + height * len(bars) + 14}"'
        f' role="img" aria-label="{title}" font-family="system-ui, sans-serif" font-size="12">',
        "<style>text{fill:#1f2328}@media(prefers-color-scheme:dark){text{fill:#e6edf3}}</style>",
        f'<text x="10" y="20" font-size="14" font-weight="600">{title}</text>',
        f'<text x="{left + width + 60}" y="20" text-anchor="end">{unit}</text>',
    ]
    for i, (server, value) in enumerate(bars):
        y = top + i * height
        out.append(f'<text x="{left - 8}" y="{y + 13}" text-anchor="end">{server}</text>')
        out.append(
            f'<rect x="{left}" y="{y + 2}" width="{x(value) - left:.1f}" height="{height - 5}" rx="2"'
            f' fill="{COLOURS[kind(server)]}"/>'
        )
        out.append(f'<text x="{x(value) + 6:.1f}" y="{y + 13}">{number(value)}</text>')
    out.append("</svg>\n")
    return "\n".join(out)


def file_name(workload):
    return "performance-" + re.sub(r"[^a-z0-9]+", "-", workload.lower()).strip("-") + ".svg"


def main(rows_path, document, images):
    rows = read_rows(rows_path)
    servers = list(dict.fromkeys(server for values in rows.values() for server in values))
    parts = [
        "CPU of the server per delivery, as a multiple of the limit's:",
        table("workload", rows, servers, ratio),
        "The same in µs:",
        table("workload", rows, servers, lambda values, _: number(values["cpu-us/delivery"])),
    ]
    for workload, values in rows.items():
        name = file_name(workload)
        bars = [(server, row["cpu-us/delivery"]) for server, row in values.items()]
        pathlib.Path(images, name).write_text(plot(workload, "µs of CPU per delivery", bars))
        parts.append(f"![{workload}: CPU per delivery](images/{name})")
    parts += [
        "Latency in ms (median / p99 of all deliveries):",
        table("workload", rows, servers, milliseconds),
        "Million deliveries per second:",
        table("workload", rows, servers, millions),
        "Time until all members had joined, and memory per connection:",
        table("workload", {w: v for w, v in rows.items() if crowded(v)}, servers, coming_in),
    ]
    woken = [(w, s, v) for w, values in rows.items() for s, v in values.items() if "wake-p99-us" in v]
    if woken:
        parts.append("Latency of the first message after a silence, in ms (median / p99 of the deliveries):")
        parts.append(
            "\n".join(
                f"- {workload}, {server}: {number(v['wake-p50-us'] / 1000)} / {number(v['wake-p99-us'] / 1000)}"
                for workload, server, v in woken
            )
        )
    text = pathlib.Path(document).read_text()
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    pathlib.Path(document).write_text(text[:begin] + "\n" + "\n\n".join(parts) + "\n\n" + text[end:])


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
