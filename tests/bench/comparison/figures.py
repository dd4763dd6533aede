"""Medians of what was measured. A result file has a JSON line for each run, as helio-bench writes it; its label is the
server's name and the case's. A row of the table is a case, or for single commands a command of it."""

import json
import statistics

OURS = "heliograph"
DISK = "disk"


class Unit:
    """`of` takes the figure from a run. `more_is_better` says which way a ratio goes."""

    def __init__(self, text, of, more_is_better, digits):
        self.text, self.of, self.more_is_better, self.digits = text, of, more_is_better, digits

    def format(self, value):
        return f"{value:,.{self.digits}f}"


def _throughput(run):
    return run["bytes"] / max(run["p50_ms"], 0.001) / 1000


RATE = Unit("/s", lambda run: run["rate"], True, 0)
TIME = Unit(" ms", lambda run: run["p50_ms"], False, 2)
STREAM = Unit(" MB/s", _throughput, True, 0)
# A process's own: pages of the mapped index are everybody's, and the kernel takes them back when it needs them.
MEMORY = Unit(" KiB", lambda run: run["anonymous_kib_per_connection"], False, 1)
NOTICE = Unit(" ms", lambda run: run["notice_p50_ms"], False, 2)
SYNCS = Unit("", lambda run: run["syncs"], False, 3)


def row_id(run):
    """Of a line of the file: the server and the row that it belongs to."""
    server, _, case = run["label"].rpartition(" ")
    if "case" in run:
        return server, run["case"] + ("-tls" if case.endswith("-tls") else "")
    return server, case


def read_rows(lines):
    """{row: {server: [run, ...]}}, in the order of the file."""
    rows = {}
    for line in lines:
        run = json.loads(line)
        server, row = row_id(run)
        rows.setdefault(row, {}).setdefault(server, []).append(run)
    return rows


class Figures:
    """The runs of one row: {server: [run, ...]}, read with a unit. `sync_ms`: one sync of the disk, None if unknown."""

    def __init__(self, runs, unit, sync_ms=None):
        self.runs, self.unit, self.sync_ms = runs, unit, sync_ms

    def values(self, server=OURS):
        return [self.unit.of(run) for run in self.runs[server]]

    def value(self, server=OURS):
        return statistics.median(self.values(server))

    def middle(self, key, server=OURS):
        """The median of another figure of the runs; None when they don't have it."""
        values = [run[key] for run in self.runs[server] if key in run]
        return statistics.median(values) if values else None

    def peers(self, kind=""):
        """The other servers whose name begins with `kind`."""
        return [server for server in self.runs if server != OURS and server.startswith(kind)]

    def ratio(self, server):
        """How many times better we are; None when we were not measured."""
        if OURS not in self.runs:
            return None
        ours, theirs = self.value(), self.value(server)
        over, under = (ours, theirs) if self.unit.more_is_better else (theirs, ours)
        return over / max(under, 1e-9)

    def worst_ratio(self, kind):
        """Against the best server of `kind`; None when none was measured."""
        return min((self.ratio(server) for server in self.peers(kind)), default=None)
