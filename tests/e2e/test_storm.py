"""kill -9 of a store with 32 delivering and 32 reading sessions: nothing acknowledged is lost or doubled, no UID is given
twice, and the log and the index are whole. HELIO_LONG=1 goes on for three minutes."""

import threading
import time
import unittest

from harness import LONG, USER, MailLoad, SiteCase, check_exactly_once, clients, inventory

SESSIONS = 32
SECONDS = 180 if LONG else 4
USERS = [USER["alice"], USER["bob"]]


class Readers:
    """Threads that read the mailboxes over and over, and remember which message had which UID."""

    def __init__(self, endpoint, ca_file):
        self._endpoint = endpoint
        self._ca = ca_file
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self.seen = {}      # (user, uid) -> ident
        self.changed = []
        self.rounds = 0
        self._threads = [threading.Thread(target=self._work, args=(n,), daemon=True) for n in range(SESSIONS)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stopping.set()
        for thread in self._threads:
            thread.join(90)

    def _work(self, number):
        user = USERS[number % len(USERS)]
        while not self._stopping.is_set():
            try:
                found = inventory(self._endpoint, self._ca, user)
            except (OSError, clients.imaplib.IMAP4.error):
                self._stopping.wait(0.2)  # killed just now
                continue
            self._note(user.name, found)

    def _note(self, name, found):
        with self._lock:
            self.rounds += 1
            for ident, uids in found.items():
                for uid in uids:
                    if self.seen.setdefault((name, uid), ident) != ident:
                        self.changed.append((name, uid))


class Storm(SiteCase):
    def test_a_store_killed_again_and_again_beside_writers_and_readers(self):
        end = time.monotonic() + SECONDS
        kills = 0
        with MailLoad(self.at["smtp_inbound"][0], USERS, SESSIONS) as load:
            with Readers(self.at["imaps"][0], self.ca) as readers:
                while time.monotonic() < end:
                    self.assertTrue(load.wait_for(30), f"no progress after {kills} kills")
                    self.site.daemons["store-a"].kill()
                    self.site.restart("store-a")
                    kills += 1
                self.assertTrue(load.wait_for(30), "no progress after the last kill")
        after = check_exactly_once(self, load, USERS, 400)
        readers._note("alice", after["alice"])
        readers._note("bob", after["bob"])
        self.assertEqual(readers.changed, [], "UIDs that were given twice")
        self.assertGreater(readers.rounds, 0)
        self.assertGreater(kills, 1)
        self.site.daemons["store-a"].stop()
        status, printed = self.offline("store-a", "--verify")
        self.assertEqual(status, 0, printed)


if __name__ == "__main__":
    unittest.main()
