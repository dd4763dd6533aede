"""The servers that are measured, each as something that starts, restarts and says how helio-bench reaches it."""

import json
import os
import signal
import subprocess
import sys

from helio.ports import FreePorts
from helio.site import Site

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Ours:
    """A site whose users are all on store-a. LMTP is plain as the peers' is, from a network that the store lists; IMAP
    and POP3 as the case says."""

    name = "heliograph"

    def __init__(self, build, folder, users):
        self.site = Site(build, folder, FreePorts(), sync_directory=False)
        plain = 'plaintext_from = ["127.0.0.0/8"]\n'
        self.site.settings["store-a"] = [
            ('tls = "implicit"', 'tls = "none"'), ("[lmtp]\n", '[lmtp]\nplain_from = ["127.0.0.0/8"]\n'),
            ("[imap]\n", "[imap]\n" + plain), ("[pop3]\n", "[pop3]\n" + plain),
            ("[limits]\n", "[limits]\nsessions_per_user = 2000\n")]
        self.site.settings["mta-inbound"] = [('[stores]\ntls = "implicit"', '[stores]\ntls = "none"')]
        self._store_command = self.site.daemons["store-a"].command
        self.site.prepare()
        try:
            self.site.start()
            self.site.directory.add_users([f"user{n}" for n in range(users)], "store-a.example.test")
        except BaseException:
            self.site.stop()
            raise

    def arguments(self, service, tls=False):
        """helio-bench's arguments for `service` (lmtp, smtp, imap, pop3, notify), or None when there is none."""
        if service == "notify":
            return ["--server", self.site.endpoint("store-a.imap"), "--deliver", self.site.endpoint("store-a.lmtp")]
        if service == "smtp":
            return ["--server", self.site.endpoint("mta-inbound.smtp")]
        trust = ["--ca", self.site.ca_file, "--tls-name", "localhost"]
        return ["--server", self.site.endpoint("store-a." + service), *(["--security", "starttls", *trust] if tls else [])]

    def pid(self, service):
        return self.site.daemons["mta-inbound" if service == "smtp" else "store-a"].pid

    def log_syncs(self):
        """How often the store's log was synced since its start."""
        return self.site.daemons["store-a"].metrics()["helio_storage_log_sync_seconds_count"]

    def restart(self, runner=()):
        """`runner`: a command that runs the store."""
        store = self.site.daemons["store-a"]
        store.stop()
        store.command = [*runner, *self._store_command]
        self.site.restart("store-a")

    def stop(self):
        self.site.stop()


class Peer:
    """One of peers/: a script that prints a JSON line with its pid and ports."""

    services = ()

    def __init__(self, name, command):
        self.name = name
        self._command = [os.path.join(BENCH, "peers", command[0]), *command[1:]]
        self._start()

    def _start(self, runner=()):
        self._process = subprocess.Popen([*runner, *self._command], stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} did not start")
        self.at = json.loads(line)

    def arguments(self, service, tls=False):
        if service not in self.services:
            return None
        if service == "notify":
            return ["--server", f"127.0.0.1:{self.at['imap']}", "--deliver", f"127.0.0.1:{self.at['lmtp']}"]
        port = self.at[service + "s" if tls else service]
        return ["--server", f"127.0.0.1:{port}", *(["--security", "tls"] if tls else [])]

    def pid(self, _service):
        return self.at["pid"]

    def log_syncs(self):
        return None

    def restart(self, runner=()):
        self.stop()
        self._start(runner)

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)


class Dovecot(Peer):
    services = ("lmtp", "imap", "pop3", "notify")


class Cyrus(Peer):
    services = ("lmtp", "imap", "notify")


class Postfix(Peer):
    services = ("smtp",)


DOVECOT_PORTS = {"sdbox": 30000, "mdbox": 28000, "maildir": 29000}
NAMES = ["heliograph", "dovecot", "dovecot-mdbox", "dovecot-maildir", "cyrus", "postfix"]


def start_server(name, build, folder, users):
    """`folder` is for all of them; the peers' certificate is made there when it is missing."""
    if name == "heliograph":
        return Ours(build, os.path.join(folder, "ours"), users)
    own = ["--folder", os.path.join(folder, name)]
    if name == "postfix":
        return Postfix("postfix hold", ["postfix", *own, "--hold"])
    ca = os.path.join(folder, "ca")
    if not os.path.exists(ca + "/peer.pem"):
        subprocess.run([os.path.join(BENCH, "../../deploy/make-ca"), ca, "peer", "127.0.0.1"], check=True)
        os.chmod(ca, 0o755)
    own += ["--users", str(users), "--certificate", ca + "/peer.pem", "--key", ca + "/peer.key"]
    if name == "cyrus":
        return Cyrus("cyrus", ["cyrus", *own])
    if name.startswith("dovecot"):
        kind = name.partition("-")[2] or "sdbox"
        return Dovecot("dovecot " + kind, ["dovecot", *own, "--format", kind, "--base-port", str(DOVECOT_PORTS[kind])])
    sys.exit(f"no server is called {name}: there are {', '.join(NAMES)}")
