"""The quick start: builds, starts a site, sends and reads mail, prints the endpoints, stays up (DESIGN.md section 10).

One line per step. Every failure says what to do. Ctrl-C or SIGTERM stops all that was started.
"""

import argparse
import fcntl
import hashlib
import json
import os
import pwd
import re
import selectors
import shutil
import signal
import subprocess
import sys
import time

from helio import build as builder
from helio.check import MailCheck
from helio.newcomer import print_endpoints, write_client_files
from helio.ports import FixedPorts
from helio.process import Account, SiteError
from helio.site import BINARIES, ROOT, Site

ACCOUNT = "heliograph"
MOVED_DATA = "/var/lib/heliograph-quickstart"


class Stopped(Exception):
    """SIGINT, SIGTERM or SIGHUP arrived."""


class Steps:
    """Prints one line per step with its time."""

    def __init__(self):
        self._started = time.monotonic()

    def run(self, title, work):
        before = time.monotonic()
        print(f"  {title:<30}", end="", flush=True)
        try:
            seen = work()
        except BaseException:
            print("FAILED", flush=True)
            raise
        print(f"ok  {time.monotonic() - before:6.1f} s  {seen or ''}".rstrip(), flush=True)

    def total(self):
        return time.monotonic() - self._started


class QuickStart:
    def __init__(self, options):
        self._options = options
        self._state = os.path.abspath(options.state)
        self._steps = Steps()
        self._ports = FixedPorts(options.base_port)
        self._site = None

    def run(self):
        os.makedirs(self._state, exist_ok=True)
        with open(os.path.join(self._state, "lock"), "w", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise SiteError(f"a quick start with the state {self._state} is running already; stop it (Ctrl-C) "
                                "or give this one --state and --base-port of its own") from error
            return self._run_locked()

    def _run_locked(self):
        self._remove(self._path("endpoints.json"))
        print(f"Heliograph quick start: source {ROOT}, state {self._state}", flush=True)
        self._steps.run("build", lambda: builder.build(self._options.build))
        self._steps.run("folders and accounts", self._make_site)
        self._steps.run("free ports", self._check_ports)
        self._steps.run("CA, directory, configuration", self._prepare)
        try:
            self._steps.run("start", self._start)
            check = MailCheck(self._site.endpoints())
            self._steps.run("mail of the last run", lambda: check.kept(self._remembered()))
            self._steps.run("mail in by SMTP", check.inbound)
            self._steps.run("mail in by submission", check.submission)
            self._steps.run("mail read by IMAPS", check.imap)
            self._steps.run("mail read by POP3S", check.pop)
            self._steps.run("open relay", check.stranger_refused)
            self._write_json("mail.json", check.to_remember())
            if self._options.check:
                self._steps.run("stop", self._stop)
                print(f"all is well, {self._steps.total():.0f} s", flush=True)
                return 0
            write_client_files(self._state, self._site.endpoints())
            self._write_json("endpoints.json", self._site.endpoints())
            print_endpoints(self._state, self._site.endpoints())
            self._watch()
        finally:
            self._remove(self._path("endpoints.json"))
            if any(process.running() for process in self._site.processes()):
                ignore_signals()
                print("stopping", flush=True)
                self._site.stop()
        return 0

    # -- steps

    def _make_site(self):
        account = Account(ensure_account()) if os.geteuid() == 0 else Account()
        if os.geteuid() == 0:
            os.chmod(self._state, 0o711)
        data = self._data_folder(account)
        binaries = {name: os.path.join(self._options.build, path) for name, path in BINARIES.items()}
        if not account.can_reach(binaries["mmp"]):
            binaries = self._copy_binaries(binaries, os.path.join(data, "bin"))
        self._site = Site(self._options.build, data, self._ports, account, binaries)
        name = account.entry.pw_name if account.entry else pwd.getpwuid(os.geteuid()).pw_name
        moved = "" if data == self._state else f"; {name} can't enter {self._state}, so its data is in {data}"
        return f"daemons run as {name}{moved}"

    def _data_folder(self, account):
        """The state folder; where the daemons' account can't reach it (a checkout in /root), one that it can."""
        if account.can_reach(os.path.join(self._state, "x")):
            return self._state
        mark = hashlib.sha256(self._state.encode()).hexdigest()[:12]
        target = os.path.join(MOVED_DATA, mark)
        link = self._path("data-folder")
        if not os.path.islink(link):
            shutil.rmtree(target, ignore_errors=True)  # of a state folder that was removed
            os.makedirs(target, mode=0o711)
            os.symlink(target, link)
        os.makedirs(target, mode=0o711, exist_ok=True)
        return target

    def _copy_binaries(self, binaries, folder):
        os.makedirs(folder, exist_ok=True)
        copies = {}
        for name, path in binaries.items():
            copies[name] = os.path.join(folder, os.path.basename(path))
            self._remove(copies[name])
            shutil.copy(path, copies[name])
            os.chmod(copies[name], 0o755)
        return copies

    def _check_ports(self):
        busy = self._ports.busy()
        if busy:
            listed = ", ".join(f"{port} ({name})" for name, port in busy)
            raise SiteError(f"somebody listens on {listed}; give --base-port another number than "
                            f"{self._options.base_port}")
        return f"base {self._options.base_port}"

    def _prepare(self):
        self._site.prepare()
        return "example.test: alice, bob on store-a; carol, dave on store-b; hosted.test: erin"

    def _start(self):
        self._site.start()
        return ", ".join(process.name for process in self._site.processes())

    def _stop(self):
        statuses = self._site.stop()
        bad = {name: status for name, status in statuses.items() if status != 0}
        if bad:
            raise SiteError(f"these did not end orderly at SIGTERM: {bad}; see {self._site.logs}")

    def _watch(self):
        """Until a signal; reports each process that dies and leaves it down."""
        selector = selectors.DefaultSelector()
        for process in self._site.processes():
            selector.register(os.pidfd_open(process.pid), selectors.EVENT_READ, process)
        while True:
            for key, _ in selector.select():
                selector.unregister(key.fd)
                os.close(key.fd)
                process = key.data
                status = process.wait()
                how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
                print(f"{process.name} {how} and stays down; its last lines in {process.log_path}:\n"
                      f"{process.log_tail(5)}\nstart it again by hand: {' '.join(process.command)}", flush=True)

    # -- files

    def _path(self, name):
        return os.path.join(self._state, name)

    def _remembered(self):
        try:
            with open(self._path("mail.json"), encoding="utf-8") as file:
                return json.load(file)
        except FileNotFoundError:
            return []

    def _write_json(self, name, value):
        with open(self._path(name + ".new"), "w", encoding="utf-8") as file:
            json.dump(value, file, indent=2)
            file.write("\n")
        os.rename(self._path(name + ".new"), self._path(name))

    def _remove(self, path):
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass


def ensure_account():
    """The system account of the daemons; made when it is missing and can be made, else nobody."""
    try:
        return pwd.getpwnam(ACCOUNT).pw_name
    except KeyError:
        made = subprocess.run(["/usr/sbin/useradd", "--system", "--user-group", "--no-create-home", "--home-dir",
                               "/nonexistent", "--shell", "/usr/sbin/nologin", ACCOUNT], capture_output=True)
        return ACCOUNT if made.returncode == 0 else "nobody"


def stop_on_signals():
    def stop(_number, _frame):
        raise Stopped
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def ignore_signals():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def parse_options(arguments):
    parser = argparse.ArgumentParser(prog="quickstart")
    parser.add_argument("--state", default="./run", metavar="DIR")
    parser.add_argument("--base-port", type=int, default=20000, metavar="N")
    parser.add_argument("--no-install", action="store_true")
    parser.add_argument("--build", default=os.path.join(ROOT, "build/release"), metavar="DIR")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    highest = 65535 - max(FixedPorts.OFFSETS.values())
    if not 1024 <= options.base_port <= highest:
        parser.error(f"--base-port must be from 1024 to {highest}")
    options.build = os.path.abspath(options.build)
    return options


def main():
    options = parse_options(sys.argv[1:])
    stop_on_signals()
    try:
        return QuickStart(options).run()
    except SiteError as error:
        print(f"quickstart: {re.sub(r'^', '  ', str(error), flags=re.M).strip()}", file=sys.stderr, flush=True)
        return 1
    except Stopped:
        print("stopped", flush=True)
        return 1 if options.check else 0


if __name__ == "__main__":
    sys.exit(main())
