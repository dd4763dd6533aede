"""Rounds: each case at each server in turns, so that a slow minute of the machine meets all of them alike."""

import json
import os
import subprocess

from comparison import probes
from comparison.cases import CASES, GROUP
from comparison.figures import DISK, OURS

PATIENCE_SECONDS = 600


class Runner:
    """Results go to `self.results`, a JSON line for each run."""

    def __init__(self, build, folder, seconds):
        self.results = os.path.join(folder, "results.json")
        self._program = os.path.join(build, "tests/bench/helio-bench")
        self._folder = folder
        self._seconds = seconds
        open(self.results, "w", encoding="utf-8").close()

    def run(self, names, servers, rounds):
        """`servers(case name)` says which of them a case has. Cases that start servers anew come last: what then lacks in
        the caches is no other case's cost."""
        self._fill_mailboxes(names, servers)
        for is_fresh in (False, True):
            chosen = [name for name in names if CASES[name].is_fresh == is_fresh]
            for _ in range(rounds if chosen else 0):
                self._note_disk()
                for name in chosen:
                    for server in servers(name):
                        self._run_case(name, server)

    def _fill_mailboxes(self, names, servers):
        """What the cases want to find: mailboxes that exist, as many messages in each at every server."""
        held = {}
        for name in names:
            case = CASES[name]
            for server in servers(name):
                if server.arguments(case.service, case.tls) is None:
                    continue
                group = (server, case.users)
                held[group] = max(held.get(group, 0), case.holds)
                if "imap-commands" in case.arguments:
                    self._bench(case, server, [*case.arguments.split(), "--duration", "0"])
        for (server, first_user), messages in held.items():
            self._deliver(server, first_user, messages * GROUP, "--in-turn", "yes")

    def _deliver(self, server, first_user, count, *more):
        """`count` messages to the users of a group."""
        target = server.arguments("lmtp")
        if target is None or count == 0:
            return
        self._call([*target, "--mode", "lmtp", "--connections", "16", "--users", str(GROUP), "--first-user",
                    str(first_user), "--count", str(count), "--duration", str(PATIENCE_SECONDS), *more, "--label",
                    f"{server.name} fill"])

    def _run_case(self, name, server):
        case = CASES[name]
        if server.arguments(case.service, case.tls) is None:
            return
        trace = probes.SyncTrace(self._folder) if case.counts_syncs else None
        if case.is_fresh:
            server.restart(trace.command() if trace else [])
        if trace:
            self._deliver(server, case.users, GROUP, "--in-turn", "yes")  # users are known again
            trace.begin()
        if name == "store":
            self._note_disk()
        if case.logs_in:
            self._bench(case, server, [*case.arguments.split(), "--messages", "0", "--deletes", "0", "--in-turn", "yes",
                                       "--count", str(GROUP)])
        synced_before = server.log_syncs() if "log-syncs" in case.rows else None
        done = self._bench(case, server, [*case.arguments.split(), "--duration", str(self._duration(case))],
                           "" if trace else name)
        if trace and done:
            self._note_syncs(server, name, trace.end(), done)
        if synced_before is not None and done:
            self._note(server.name, "log-syncs", syncs=(server.log_syncs() - synced_before) / done)
        if case.deletes and done:
            self._deliver(server, case.users, case.deletes * done)

    def _duration(self, case):
        return max(1, round(self._seconds * case.seconds))

    def _bench(self, case, server, arguments, record_as=""):
        """Runs helio-bench; how many operations it did."""
        target = server.arguments(case.service, case.tls)
        if target is None:
            return 0
        name = record_as or "unrecorded"
        users = ["--users", str(GROUP), "--first-user", str(case.users)]
        lines = self._call([*target, *users, *arguments, "--label", f"{server.name} {name}", "--pid",
                            str(server.pid(case.service))], bool(record_as))
        return sum(line.get("operations", 0) for line in lines)

    def _call(self, arguments, keeps_result=False):
        """The lines that helio-bench wrote; with `keeps_result` they are results."""
        path = os.path.join(self._folder, "run.json")
        try:
            subprocess.run([self._program, *arguments, "--json", path], check=False, timeout=PATIENCE_SECONDS + 60)
        except subprocess.TimeoutExpired:
            print("helio-bench did not end: " + " ".join(arguments), flush=True)
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            text = file.read()
        os.unlink(path)
        if keeps_result:
            with open(self.results, "a", encoding="utf-8") as file:
                file.write(text)
        return [json.loads(line) for line in text.splitlines()]

    def _note(self, server, name, **figures):
        with open(self.results, "a", encoding="utf-8") as file:
            file.write(json.dumps({"label": f"{server} {name}", **figures}) + "\n")

    def _note_syncs(self, server, name, calls, done):
        self._note(server.name, name, syncs=sum(calls.values()) / done)
        for what, count in calls.most_common(8):
            print(f"  {count / done:.3f} {what}", flush=True)

    def _note_disk(self):
        self._note(OURS, DISK, p50_ms=probes.fdatasync_ms(self._folder))
