"""What is measured beside the servers: how long the disk takes for one sync, and how often a server syncs."""

import collections
import os
import re
import statistics
import time

PAGE = 4096
PAGES = 1024
SYNCING = "fsync,fdatasync,sync_file_range,msync,sync,syncfs"


def fdatasync_ms(folder, seconds=1.0):
    """The median time of writing 4 KiB over blocks that were written before, and fdatasync."""
    path = os.path.join(folder, "fdatasync")
    page = os.urandom(PAGE)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        for _ in range(PAGES):
            os.write(file, page)
        os.fsync(file)
        times = []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.perf_counter()
            os.pwrite(file, page, (len(times) % PAGES) * PAGE)
            os.fdatasync(file)
            times.append(time.perf_counter() - began)
        return 1000 * statistics.median(times)
    finally:
        os.close(file)
        os.unlink(path)


class SyncTrace:
    """Lists the system calls by which a server and all that it starts wait for the disk. It must be started by `command`;
    other calls run at full speed (seccomp), and its process id is its own."""

    def __init__(self, folder):
        self._path = os.path.join(folder, "syncs")
        self._read_from = 0

    def command(self):
        """To be put before the server's."""
        return ["strace", "-D", "-f", "--seccomp-bpf", "-qq", "-y", "-e", "signal=none", "-e", "trace=" + SYNCING, "-o",
                self._path]

    def begin(self):
        self._read_from = os.path.getsize(self._path)

    def end(self):
        """{what was synced: how often} since begin()."""
        with open(self._path, encoding="utf-8", errors="replace") as trace:
            trace.seek(self._read_from)
            return calls_in(trace.read())


def calls_in(trace):
    """The calls by the kind of file: its path's end, numbers and digests as one. A call that another thread's line splits
    counts once."""
    calls = collections.Counter()
    for line in trace.splitlines():
        found = re.match(r"\d+ +(\w+)\((?:\d+<(.*?)>)?", line)
        if found:
            end = "/".join((found[2] or "").split("/")[-2:])
            calls[f"{found[1]} {re.sub(r'[0-9a-f]*[0-9][0-9a-f]*', 'N', end)}"] += 1
    return calls
