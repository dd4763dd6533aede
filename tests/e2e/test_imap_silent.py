"""Sessions of every kind change flags in turns, mostly with .SILENT; each must know, from what it was told and what it did
itself, what FETCH says. HELIO_SEED repeats a run's choices."""

import os
import random
import unittest

from harness import LONG, USER, SiteCase
from imap_model import Client, World

KINDS = [(), ("CONDSTORE",), ("QRESYNC",), ("UIDONLY",), ("IMAP4rev2",)]
FLAGS = [b"\\Seen", b"\\Flagged", b"\\Answered", b"\\Draft", b"one", b"two"]
ROUNDS = 40 if LONG else 6
STEPS = 25


class Silent(Client):
    def open(self, kind):
        if kind:
            self.command("ENABLE " + " ".join(kind))
            self.enabled = set(kind) | ({"CONDSTORE"} if kind == ("QRESYNC",) else set())
        self.select("INBOX")
        self.fetch_all()

    def store(self, chance):
        """With .SILENT the own change is what the client knows, unless the answer says more."""
        chosen = [message for message in self.view.messages if message.uid and chance.random() < 0.4]
        if not chosen:
            return
        sign = chance.choice(["+", "-", ""])
        flags = set(chance.sample(FLAGS, chance.randint(1, 3)))
        silent = chance.random() < 0.7
        for message in chosen:
            if silent and message.flags is not None:
                message.flags = {"+": message.flags | flags, "-": message.flags - flags, "": flags}[sign]
        uids = ",".join(str(message.uid) for message in chosen)
        names = b" ".join(sorted(flags)).decode()
        self.command(f"UID STORE {uids} {sign}FLAGS{'.SILENT' if silent else ''} ({names})")

    def step(self, chance):
        kind = chance.random()
        if kind < 0.8:
            self.store(chance)
        elif kind < 0.9:
            self.command("NOOP")
        elif kind < 0.95:
            self.command("APPEND INBOX (two) %s", [b"a: b\r\n\r\nc"])
        elif self.view.count() > 4 and self.view.messages:
            uid = chance.choice(self.view.messages).uid
            if uid:
                self.command(f"UID STORE {uid} +FLAGS (\\Deleted)")
                self.command(f"UID EXPUNGE {uid}")


class ImapSilent(SiteCase):
    def test_what_was_left_out_was_known(self):
        seed = int(os.environ.get("HELIO_SEED", random.randrange(1 << 30)))
        print("HELIO_SEED", seed)
        chance = random.Random(seed)
        world = World()
        sessions = []
        for kind in KINDS:
            session = Silent(world, self.imap_socket(), kind[0] if kind else "plain")
            session.command(f"LOGIN {USER['alice'].address} {USER['alice'].password}")
            sessions.append(session)
        for _ in range(8):
            sessions[0].command("APPEND INBOX %s", [b"a: b\r\n\r\nc"])
        for session, kind in zip(sessions, KINDS):
            session.open(kind)
        for _ in range(ROUNDS):
            for _ in range(STEPS):
                chance.choice(sessions).step(chance)
            for session in sessions:
                session.command("NOOP")
                session.fetch_all(quiet=True)
        for session in sessions:
            session.logout()


if __name__ == "__main__":
    unittest.main()
