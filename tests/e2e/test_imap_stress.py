"""Many sessions do random commands on the same mailboxes; each checks every untagged answer against its own model
(imap_model.py), and from time to time all stop and compare what they see. HELIO_LONG=1: minutes instead of seconds;
HELIO_SEED repeats a run's choices."""

import os
import random
import re
import threading
import time
import unittest

from harness import LONG, USER, SiteCase
from imap_model import Broken, Client, Gone, World, numbers

SESSIONS = 12 if LONG else 6
SECONDS = 300 if LONG else 12
ROUNDS = 10 if LONG else 2
SYSTEM = ["\\Seen", "\\Flagged", "\\Answered", "\\Draft", "\\Deleted"]
MAILBOXES = ["INBOX", "stress"]


class Stress(Client):
    """A client with random commands. Its keyword is its own: nobody else changes it, so it is checked exactly."""

    def __init__(self, world, connection, name, chance):
        self.random = chance
        self.keyword = b"$own" + name.encode()
        self.own = {}        # (mailbox, uid) -> keyword set
        self.unsure = set()  # under change by the command that runs
        self.caches = {}     # mailbox -> View, for QRESYNC
        super().__init__(world, connection, name)

    def login(self, user):
        self.command(f"LOGIN {user.address} {user.password}")
        self.command("CAPABILITY")
        able = b" ".join(self.collected).decode().split()
        kinds = [("CONDSTORE",), ("QRESYNC",), ("QRESYNC",), ("UIDONLY",), ("UIDONLY", "QRESYNC")]
        kind = self.random.choice([(), (), *(k for k in kinds if set(k) <= set(able))])
        if kind:
            self.command("ENABLE " + " ".join(kind))
            self.enabled = {*kind, "CONDSTORE"} if kind != ("UIDONLY",) else set(kind)
        if "NOTIFY" in able and self.random.random() < 0.3:
            # News comes between commands; messages go with the commands that allow it, as without NOTIFY.
            self.command("NOTIFY SET (selected-delayed (MessageNew (UID FLAGS) MessageExpunge FlagChange)) "
                         "(personal (MessageNew MessageExpunge FlagChange MailboxName))")

    # -- checks

    def check_flags(self, message, flags):
        key = (self.view.mailbox, message.uid)
        if message.uid is None or key in self.unsure or key not in self.own:
            return
        if (self.keyword in flags) != self.own[key]:
            self.broken(f"{self.keyword} of UID {message.uid} is {not self.own[key]}, was stored {self.own[key]}")

    def uids_of(self, messages):
        return [message.uid for message in messages if message.uid is not None]

    # -- choices

    def some(self):
        """Some known messages, and the set that names them: (messages, set, uid form)."""
        known = [message for message in self.view.messages if message.uid is not None]
        if not known:
            return None
        picked = self.random.sample(known, self.random.randint(1, min(5, len(known))))
        uid = "UIDONLY" in self.enabled or self.random.random() < 0.5
        names = [message.uid if uid else self.view.messages.index(message) + 1 for message in picked]
        self.random.shuffle(names)
        return picked, ",".join(map(str, names)), uid

    def open(self):
        mailbox = self.random.choice(MAILBOXES)
        cache = self.caches.get(mailbox) if "QRESYNC" in self.enabled else None
        view = self.select(mailbox, self.random.random() < 0.2, cache)
        told = {message.uid: message.flags for message in view.messages if message.uid is not None}
        self.fetch_all()
        if cache is None or cache.uid_validity != view.uid_validity:
            return
        # What the cache held, less what vanished, with what changed: the mailbox as it is now.
        kept = {message.uid: message.flags for message in cache.messages}
        for uid in self.vanished_earlier | view.gone:
            kept.pop(uid, None)
            told.pop(uid, None)
        now = {message.uid: message.flags for message in view.messages}
        phantoms = kept.keys() - now.keys()
        if phantoms:
            self.broken(f"not told that {phantoms} vanished since {cache.highest_modseq}")
        kept.update(told)
        for uid, flags in kept.items():
            # Between SELECT and FETCH others may have changed it: then an untagged FETCH says so.
            if flags is not None and uid in now and flags != now[uid] and view.by_uid(uid).modseq <= view.highest_modseq:
                self.broken(f"UID {uid}: cache and QRESYNC say {flags}, it is {now[uid]}")

    def close(self):
        view = self.view
        if "QRESYNC" in self.enabled and view.all_known():
            self.caches[view.mailbox] = view
        if self.random.random() < 0.5:
            self.command("UNSELECT")
        else:
            self.caches.pop(view.mailbox, None)
            self.command("CLOSE")
        self.view = None

    def learn_new(self):
        if "UIDONLY" in self.enabled:
            if self.view.unnamed:
                self.command(f"UID FETCH {self.last_uid() + 1}:* {self.items()[:-1]} BODY.PEEK[HEADER.FIELDS (X-Token)])",
                             expect=(b"OK", b"NO"))
            if self.view.unnamed:
                self.fetch_all()
            return
        new = [place for place, message in enumerate(self.view.messages, 1) if message.uid is None]
        if new:
            self.command(f"FETCH {new[0]}:{new[-1]} {self.items()[:-1]} BODY.PEEK[HEADER.FIELDS (X-Token)])", numbered=True,
                         expect=(b"OK", b"NO"))

    def last_uid(self):
        return max(self.uids_of(self.view.messages), default=0)

    # -- commands

    def message(self):
        with self.world.lock:
            self.world.commands += 1
            token = self.world.commands * 100 + self.random.randint(0, 99)
        body = "x" * self.random.choice([0, 10, 1000, 5000])
        return f"Subject: stress\r\nX-Token: {token}\r\n\r\n{body}\r\n".encode()

    def do_append(self):
        mailbox = self.random.choice(MAILBOXES)
        with self.world.lock:
            least = self.world.uid_next.get(mailbox, 1)
        texts = [self.message() for _ in range(self.random.choice([1, 1, 3]))]
        flags = " ".join(self.random.sample(SYSTEM[:4], 2))
        _, rest = self.command(f"APPEND {mailbox}" + f" ({flags}) %s" * len(texts), texts)
        uids = numbers(re.match(rb"\[APPENDUID \d+ ([0-9:,]+)\]", rest).group(1))
        if len(uids) != len(texts) or uids[0] < least:
            self.broken(f"APPENDUID {uids}; {least} was the next UID before")
        self.world.saw_uid(mailbox, uids[-1])

    def do_store(self):
        some = self.some()
        if not some or self.view.read_only:
            return
        picked, names, uid = some
        flag = self.random.choice(SYSTEM + [self.keyword.decode()] * 3)
        sign = self.random.choice("+-")
        silent = self.random.random() < 0.3
        since = ""
        if "CONDSTORE" in self.enabled and self.random.random() < 0.3:
            since = f"(UNCHANGEDSINCE {self.view.highest_modseq}) "
        keys = {(self.view.mailbox, message.uid) for message in picked}
        self.unsure = keys
        status, rest = self.command(
            f"{'UID ' if uid else ''}STORE {names} {since}{sign}FLAGS{'.SILENT' if silent else ''} ({flag})",
            numbered=not uid, expect=(b"OK", b"NO"))
        self.unsure = set()
        modified = re.match(rb"\[MODIFIED ([0-9:,]+)\]", rest)
        refused = set(numbers(modified.group(1))) if modified else set()
        for message, name in zip(picked, [int(n) for n in self.names_of(picked, uid)]):
            if silent:
                message.flags = None
            if flag.encode() == self.keyword and name not in refused:
                self.own[(self.view.mailbox, message.uid)] = sign == "+"
        if status == b"OK" and not refused and not silent and not uid:
            told = {int(line[2:].split(b" ")[0]) for line in self.collected if b" FETCH (" in line}
            if not set(map(int, names.split(","))) <= told:
                self.broken(f"STORE {names} told only of {told}")

    def names_of(self, picked, uid):
        return [message.uid if uid else self.view.messages.index(message) + 1 if message in self.view.messages else 0
                for message in picked]

    def do_fetch(self):
        some = self.some()
        if not some:
            return
        _, names, uid = some
        items = self.random.choice(["FLAGS", "(UID FLAGS MODSEQ)", "ENVELOPE", "BODYSTRUCTURE", "FULL", "(FLAGS BODY[])",
                                    "BODY.PEEK[TEXT]<3.5>", "(UID BODY.PEEK[HEADER.FIELDS (X-Token)])", "RFC822.SIZE",
                                    "BODY.PEEK[HEADER.FIELDS.NOT (Subject)]", "(INTERNALDATE BINARY.SIZE[1])"])
        if "MODSEQ" in items and "CONDSTORE" not in self.enabled:
            self.enabled.add("CONDSTORE")
        self.command(f"{'UID ' if uid else ''}FETCH {names} {items}", numbered=not uid, expect=(b"OK", b"NO"))

    def do_search(self):
        uid = "UIDONLY" in self.enabled or self.random.random() < 0.5
        key = self.random.choice(["ALL", "UNSEEN", "DELETED", "OR SEEN FLAGGED", "NOT (DRAFT)", "SUBJECT stress",
                                  "TEXT token", "KEYWORD " + self.keyword.decode(), "SINCE 1-Jan-2020", "LARGER 500"])
        self.command(f"{'UID ' if uid else ''}SEARCH {key}", numbered=not uid)
        line = next((line for line in self.collected if line.startswith(b"* SEARCH")), b"* SEARCH")
        found = [int(n) for n in line.split(b" ")[2:] if n.isdigit()]
        if found != sorted(set(found)):
            self.broken(f"search results do not ascend: {found}")
        known = self.uids_at_search
        if not uid and found and found[-1] > len(known):
            self.broken(f"search found {found[-1]} of {len(known)}")
        if uid and None not in known and len(known) == self.count_at_search and not set(found) <= set(known):
            self.broken(f"search found UIDs that nobody told of: {set(found) - set(known)}")
        if key == "ALL" and len(found) != self.count_at_search:
            self.broken(f"search for all found {len(found)} of {self.count_at_search}")
        if not key.startswith("KEYWORD"):
            return
        for place, number in enumerate(known, 1):
            if self.own.get((self.view.mailbox, number)) is False and (number if uid else place) in found:
                self.broken(f"search found UID {number} for {key}")

    def do_copy(self):
        some = self.some()
        if not some:
            return
        picked, names, uid = some
        verb = self.random.choice(["COPY", "MOVE"]) if not self.view.read_only else "COPY"
        target = self.random.choice(MAILBOXES)
        _, rest = self.command(f"{'UID ' if uid else ''}{verb} {names} {target}", expect=(b"OK", b"NO"))
        code = re.search(rb"\[COPYUID \d+ ([0-9:,]+) ([0-9:,]+)\]", b" ".join(self.collected) + b" " + rest)
        if not code:
            return
        source, copies = numbers(code.group(1)), numbers(code.group(2))
        if len(source) != len(copies) or copies != sorted(copies):
            self.broken(f"COPYUID {source} {copies}")
        if not set(source) <= set(self.uids_of(picked)):
            self.broken(f"COPYUID names {source}, asked for {names}")

    def do_expunge(self):
        if self.view.read_only:
            return
        if self.random.random() < 0.5:
            self.command("EXPUNGE")
        elif (some := self.some()):
            self.command(f"UID EXPUNGE {','.join(str(message.uid) for message in some[0])}")

    def do_status(self):
        mailbox = self.random.choice(MAILBOXES)
        with self.world.lock:
            least = self.world.uid_next.get(mailbox, 1), self.world.modseq.get(mailbox, 0)
        had_condstore = "CONDSTORE" in self.enabled
        item = " HIGHESTMODSEQ" if had_condstore else ""
        self.command(f"STATUS {mailbox} (MESSAGES UIDNEXT UIDVALIDITY UNSEEN{item})")
        # With NOTIFY older news may come before.
        lines = [line for line in self.collected if line.startswith(b"* STATUS " + mailbox.encode() + b" (MESSAGES ")]
        uid_next = max(int(re.search(rb"UIDNEXT (\d+)", line).group(1)) for line in lines)
        told = [int(found.group(1)) for line in lines if (found := re.search(rb"HIGHESTMODSEQ (\d+)", line))]
        modseq = max(told) if had_condstore else least[1]
        if uid_next < least[0] or modseq < least[1]:
            self.broken(f"{lines!r} is behind UIDNEXT, HIGHESTMODSEQ {least}")

    def do_idle(self):
        self.tag += 1
        tag = b"%d" % self.tag
        self.running = b"IDLE"
        self.collected = []
        self.send(tag + b" IDLE\r\n")
        while not self.read_idle():
            pass
        self.send(b"DONE\r\n")
        self.finish(tag)

    def read_idle(self):
        response = self.read_response()
        if response.startswith(b"+"):
            time.sleep(self.random.random() * 0.05)
            return True
        self.untagged(response)
        return False

    def do_pipeline(self):
        """Two commands in one packet; the answers come one after the other."""
        first, second = b"%d" % (self.tag + 1), b"%d" % (self.tag + 2)
        self.tag += 2
        self.running = b"NOOP"
        self.collected = []
        self.send(first + b" NOOP\r\n" + second + b" CHECK\r\n")
        self.finish(first)
        self.running = b"CHECK"
        self.finish(second)

    def do_noop(self):
        self.command(self.random.choice(["NOOP", "CHECK"]))

    def step(self):
        if self.view is None:
            return self.open()
        if self.random.random() < 0.03:
            return self.close()
        weights = {self.do_append: 3, self.do_store: 6, self.do_fetch: 5, self.do_search: 3, self.do_copy: 2,
                   self.do_expunge: 2, self.do_status: 1, self.do_idle: 1, self.do_pipeline: 1, self.do_noop: 2}
        # A mailbox stays small enough to be looked at often.
        if len(self.view.messages) > 60 and not self.view.read_only:
            some = self.some()
            self.command("UID STORE 1:* +FLAGS.SILENT (\\Deleted)", expect=(b"OK", b"NO"))
            for message in self.view.messages:
                message.flags = None
            return self.do_expunge() if some else None
        self.random.choices(list(weights), list(weights.values()))[0]()
        if self.view:
            self.learn_new()


class ImapStress(SiteCase):
    def test_untagged_answers_are_true(self):
        seed = int(os.environ.get("HELIO_SEED", random.randrange(1 << 30)))
        print("HELIO_SEED", seed)
        world = World()
        sessions = []
        for number in range(SESSIONS):
            session = Stress(world, self.imap_socket(), str(number), random.Random(seed + number))
            session.login(USER["alice"])
            sessions.append(session)
        sessions[0].command("CREATE stress")
        for _ in range(ROUNDS):
            self.run_all(sessions, SECONDS / ROUNDS)
            self.checkpoint(sessions)
        for session in sessions:
            session.logout()
        print(world.commands, "commands,", sum(world.uid_next.values()), "messages")
        self.assertGreater(world.commands, 100)

    def run_all(self, sessions, seconds):
        failures = []
        until = time.monotonic() + seconds

        def run(session):
            try:
                while time.monotonic() < until and not failures:
                    session.step()
            except (Broken, Gone, OSError, ValueError, AttributeError, StopIteration) as error:
                failures.append(error if isinstance(error, Broken) else
                                Broken(f"{session.name}: {error!r}\n" + "\n".join(session.history[-40:])))

        threads = [threading.Thread(target=run, args=(session,)) for session in sessions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]

    def checkpoint(self, sessions):
        """Nobody changes anything: all who look at one mailbox see the same, and had been told so."""
        for session in sessions:
            if session.view is None:
                session.open()
        for _ in range(3):
            for session in sessions:
                session.command("NOOP")
                session.learn_new()
        for mailbox in MAILBOXES:
            views = {session.name: session.fetch_all(quiet=True) for session in sessions if session.view.mailbox == mailbox}
            first = next(iter(views.values()), None)
            for name, view in views.items():
                if view != first:
                    raise Broken(f"{mailbox}: {name} sees {sorted(view.items())}, another {sorted(first.items())}")


if __name__ == "__main__":
    unittest.main()
