"""What the end-to-end tests share: a site of real daemons on free ports, load, and the count of what arrived.

Run a file by hand with HELIO_BUILD=build/release python3 -B tests/e2e/test_delivery.py. HELIO_LONG=1 runs more rounds;
HELIO_KEEP=1 keeps the temporary folder with all logs.
"""

import os
import random
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "deploy/lib"))

from helio import clients, messages  # noqa: E402
from helio.ports import FreePorts  # noqa: E402
from helio.site import USERS, Site  # noqa: E402

BUILD = os.environ.get("HELIO_BUILD", os.path.join(ROOT, "build/release"))
LONG = os.environ.get("HELIO_LONG") == "1"
USER = {user.name: user for user in USERS}
STRANGER = "friend@elsewhere.test"

LDAP = ("[ldap]\n", '[ldap]\ntimeout = "2s"\ncache_ttl = "2s"\nnegative_ttl = "1s"\nbind_cache_ttl = "1s"\n')
RETRY = [("[queue]\n", '[queue]\nfirst_retry = "500ms"\nlongest_retry = "2s"\n'),
         ("", '\n[delivery]\nstore_rest = "300ms"\nremote_rest = "1s"\n')]

# Shorter than an operator would want, so that a test sees a retry or an expired cache entry in seconds.
NO_DELAY = ("", '\n[auth]\ndelay = "0s"\nfailures_per_address = 0\nfailures_per_user = 0\n')
QUICK = {"mta-inbound": [LDAP, *RETRY], "mta-outbound": [LDAP, *RETRY, NO_DELAY], "mmp": [LDAP, NO_DELAY],
         "store-a": [LDAP, NO_DELAY], "store-b": [LDAP, NO_DELAY]}


class SiteCase(unittest.TestCase):
    """A test case with a running site of its own in cls.site; cls.settings changes the daemons' configuration."""

    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="helio-e2e-")
        os.chmod(cls.folder, 0o711)
        cls.addClassCleanup(cls._remove_folder)
        ports = FreePorts()
        cls.addClassCleanup(ports.close)
        cls.site = Site(BUILD, os.path.join(cls.folder, "site"), ports, sync_directory=False)
        for name in cls.site.daemons:
            cls.site.settings[name] = QUICK.get(name, []) + cls.settings.get(name, [])
        cls.before_start()
        cls.addClassCleanup(cls._stop_site)
        cls.site.prepare()
        cls.site.start()
        cls.at = cls.site.endpoints()
        cls.ca = cls.site.ca_file

    @classmethod
    def before_start(cls):
        """For mounts and the like; the site's folder is cls.folder/site."""

    @classmethod
    def _stop_site(cls):
        cls.site.stop()

    @classmethod
    def _remove_folder(cls):
        if os.environ.get("HELIO_KEEP"):
            print("kept:", cls.folder)
        else:
            shutil.rmtree(cls.folder, ignore_errors=True)

    def setUp(self):
        self.addCleanup(self._show_logs_of_failure)

    def _show_logs_of_failure(self):
        outcome = getattr(self, "_outcome", None)
        result = getattr(outcome, "result", None)
        if result and any(test is self for test, _ in result.failures + result.errors):
            for process in self.site.processes():
                print(f"--- {process.name}\n{process.log_tail(8)}", file=sys.stderr)

    # -- doing things

    def send(self, user, message=None, sender=STRANGER):
        message = message or messages.plain(sender, [user.address])
        clients.send(self.at["smtp_inbound"][0], sender, [user.address], message)
        return message

    def submit(self, sender, recipients, message=None, implicit=False):
        addresses = [getattr(r, "address", r) for r in recipients]
        message = message or messages.plain(sender.address, addresses)
        service = "submissions" if implicit else "submission"
        clients.submit(self.at[service][0], self.ca, sender, addresses, message, implicit)
        return message

    def offline(self, name, option):
        """Runs the stopped daemon's program with --verify or --rebuild: exit status and what it printed."""
        done = subprocess.run([self.site.binaries[name], "--config", self.site.config_path(name), option],
                              capture_output=True, text=True, timeout=120, check=False)
        return done.returncode, done.stdout + done.stderr

    def imap(self, user):
        """A logged-in imaplib client through the MMP; logs out at the test's end."""
        imap = clients.imap_login(self.at["imaps"][0], self.ca, user)
        self.addCleanup(_quietly(imap.logout))
        return imap

    def imap_socket(self):
        """A connection to the MMP's IMAP over TLS, for clients of a test's own."""
        at = self.at["imaps"][0]
        plain = socket.create_connection((at["host"], at["port"]), 30)
        secure = clients.tls_context(self.ca).wrap_socket(plain, server_hostname="localhost")
        secure.settimeout(60)
        self.addCleanup(secure.close)
        return secure

    def assert_delivered(self, user, message, seconds=30):
        """`user` has the message exactly once and as it was sent."""
        found = self.eventually(
            lambda: clients.imap_read(self.at["imaps"][0], self.ca, user, message.ident), seconds)
        self.assertEqual(len(found or []), 1, f"copies of the {message.kind} message at {user.address}")
        self.assertEqual(messages.difference(message.content, found[0]), "")

    def eventually(self, probe, seconds=30):
        """Asks until the answer is true: what it was at last."""
        deadline = time.monotonic() + seconds
        while True:
            answer = probe()
            if answer or time.monotonic() > deadline:
                return answer
            time.sleep(0.1)

    def run_tool(self, *command, seconds=60, **options):
        """Runs a program and returns its standard output; fails the test with its errors."""
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, stdin=subprocess.DEVNULL,
                              **options)
        self.assertEqual(done.returncode, 0, f"{command[0]}: {done.stdout}\n{done.stderr}")
        return done.stdout


def _quietly(call):
    def run():
        try:
            call()
        except Exception:  # the connection may be gone, which is the point of some tests
            pass
    return run


class MailLoad:
    """Threads that send messages to the users as fast as they are taken, and remember what was acknowledged."""

    def __init__(self, endpoint, users, threads=4):
        self._endpoint = endpoint
        self._users = users
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self.acknowledged = {}  # ident -> user
        self.refused = 0
        self.broken = 0
        self._threads = [threading.Thread(target=self._work, args=(n,), daemon=True) for n in range(threads)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._stopping.set()
        for thread in self._threads:
            thread.join(90)

    def wait_for(self, count, seconds=60):
        """Until `count` more messages are acknowledged; False when that takes too long."""
        with self._lock:
            goal = len(self.acknowledged) + count
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self._lock:
                if len(self.acknowledged) >= goal:
                    return True
            self._stopping.wait(0.02)
        return False

    def _work(self, number):
        pick = random.Random(number)
        smtp = None
        while not self._stopping.is_set():
            user = pick.choice(self._users)
            message = messages.plain(STRANGER, [user.address], text="load " * pick.randrange(1, 400))
            try:
                if smtp is None:
                    smtp = smtplib.SMTP(self._endpoint["host"], self._endpoint["port"],
                                        local_hostname="load.elsewhere.test", timeout=60)
                smtp.sendmail(STRANGER, [user.address], message.content)
                with self._lock:
                    self.acknowledged[message.ident] = user
            except (smtplib.SMTPDataError, smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused):
                self.refused += 1
                smtp = _close(smtp)
                self._stopping.wait(0.05)
            except (OSError, smtplib.SMTPException):
                self.broken += 1
                smtp = _close(smtp)
                self._stopping.wait(0.05)
        _close(smtp)


def _close(smtp):
    if smtp is not None:
        smtp.close()


def inventory(endpoint, ca_file, user, mailbox="INBOX"):
    """Message-IDs of a mailbox with their UIDs: {ident: [uid, ...]}."""
    imap = clients.imap_login(endpoint, ca_file, user)
    try:
        imap.select(mailbox, readonly=True)
        _, answer = imap.uid("FETCH", "1:*", "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
        found = {}
        for part in answer:
            if isinstance(part, tuple):
                uid = int(part[0].split(b"UID ")[1].split()[0].rstrip(b")"))
                ident = part[1].decode("utf-8", "replace").partition("<")[2].partition(">")[0]
                found.setdefault(ident, []).append(uid)
        return found
    finally:
        _quietly(imap.logout)()
        _quietly(imap.shutdown)()


def check_exactly_once(case, load, users, seconds=120):
    """Everything acknowledged arrives within `seconds`, once; nothing at all is there twice."""
    there = {}

    def all_there():
        for user in users:
            try:
                there[user.name] = inventory(case.at["imaps"][0], case.ca, user)
            except (OSError, clients.imaplib.IMAP4.error):
                return False  # the proxy leaves a store that was down alone for a second
        return not missing()

    def missing():
        return [ident for ident, user in load.acknowledged.items() if ident not in there.get(user.name, {})]

    case.eventually(all_there, seconds)
    lost = missing()
    case.assertEqual(lost, [], f"{len(lost)} of {len(load.acknowledged)} acknowledged messages are lost")
    doubled = [ident for found in there.values() for ident, uids in found.items() if len(uids) > 1]
    case.assertEqual(doubled, [], "messages that are there twice")
    return there


def resident_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0
