"""One child process of the site: started, awaited until ready, stopped, killed."""

import os
import pwd
import signal
import subprocess
import time
import urllib.error
import urllib.request


class SiteError(Exception):
    """Something did not start or did not work; the text says what and what to do."""


class Account:
    """The unprivileged user that daemons run as when we are root; else we ourselves."""

    def __init__(self, name=None):
        self.entry = pwd.getpwnam(name) if name else None

    def popen_arguments(self):
        if not self.entry:
            return {}
        return {"user": self.entry.pw_uid, "group": self.entry.pw_gid, "extra_groups": []}

    def owner(self):
        """User and group id."""
        return (self.entry.pw_uid, self.entry.pw_gid) if self.entry else (os.geteuid(), os.getegid())

    def give(self, path):
        """Makes `path` and all below it the account's own."""
        if not self.entry:
            return
        owner = self.owner()
        os.chown(path, *owner, follow_symlinks=False)
        if os.path.isdir(path) and not os.path.islink(path):
            for folder, folders, files in os.walk(path):
                for name in folders + files:
                    os.chown(os.path.join(folder, name), *owner, follow_symlinks=False)

    def can_reach(self, path):
        """True when the account may enter every folder above `path`."""
        if not self.entry:
            return True
        child = os.fork()
        if child == 0:
            try:
                os.setgroups([])
                os.setgid(self.entry.pw_gid)
                os.setuid(self.entry.pw_uid)
                os._exit(0 if os.access(os.path.dirname(os.path.abspath(path)), os.X_OK) else 1)
            finally:
                os._exit(2)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


# What is started dies with who started it. Not by a preexec_fn: a thread's lock that was held at the fork stays held.
_DIES_WITH_PARENT = ["setpriv", "--pdeathsig", "KILL", "--"]


class Process:
    """A daemon. `admin` is its admin endpoint (host, port) or None; `probe` answers True when it is ready."""

    def __init__(self, name, command, log_path, account=None, admin=None, probe=None, environment=None):
        self.name = name
        self.command = command
        self.log_path = log_path
        self.admin = admin
        self._account = account or Account()
        self._probe = probe or self._readyz
        self._environment = environment
        self._child = None

    @property
    def pid(self):
        return self._child.pid if self._child else None

    def running(self):
        return self._child is not None and self._child.poll() is None

    def start(self):
        self._started = time.monotonic()
        with open(self.log_path, "ab") as log:
            self._child = subprocess.Popen(
                _DIES_WITH_PARENT + list(self.command), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, **(self._environment or {})},
                **self._account.popen_arguments())
        self._account.give(self.log_path)

    def wait_ready(self, seconds=30):
        """Until the probe says yes. Raises SiteError with the log's end when the process ends or time is up."""
        deadline = self._started + seconds
        while True:
            if self._child.poll() is not None:
                raise SiteError(f"{self.name} ended with status {self._child.returncode} while starting; "
                                f"its last lines in {self.log_path}:\n{self.log_tail()}")
            if self._probe():
                return
            if time.monotonic() > deadline:
                raise SiteError(f"{self.name} is not ready after {seconds} s; "
                                f"its last lines in {self.log_path}:\n{self.log_tail()}")
            try:
                self._child.wait(0.02)
            except subprocess.TimeoutExpired:
                pass

    def stop(self, seconds=20):
        """SIGTERM, then SIGKILL; the exit status, or None when it did not run."""
        if self._child is None:
            return None
        if self.running():
            self._child.send_signal(signal.SIGCONT)
            self._child.send_signal(signal.SIGTERM)
        try:
            status = self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            self._child.kill()
            status = self._child.wait()
        return status

    def signal(self, number):
        self._child.send_signal(number)

    def kill(self):
        """kill -9, and waits for the end."""
        self._child.kill()
        self._child.wait()

    def wait(self, seconds=None):
        return self._child.wait(seconds)

    def log_tail(self, lines=15):
        try:
            with open(self.log_path, "rb") as log:
                log.seek(max(0, os.path.getsize(self.log_path) - 8192))
                return "\n".join("  " + line for line in log.read().decode("utf-8", "replace").splitlines()[-lines:])
        except OSError as error:
            return f"  ({error})"

    def get(self, path, seconds=5):
        """Status and body of GET `path` on the admin port."""
        try:
            with urllib.request.urlopen(f"http://{self.admin[0]}:{self.admin[1]}{path}", timeout=seconds) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def metrics(self):
        """The Prometheus metrics as {"name{labels}": value}."""
        values = {}
        for line in self.get("/metrics")[1].splitlines():
            if line and not line.startswith("#"):
                key, _, value = line.rpartition(" ")
                values[key] = float(value)
        return values

    def _readyz(self):
        try:
            return self.get("/readyz", 2)[0] == 200
        except OSError:
            return False
