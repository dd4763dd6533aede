"""What is measured: for each case helio-bench's arguments, the servers, and the rows of the table with their goals."""

import dataclasses

from comparison.figures import MEMORY, NOTICE, RATE, STREAM, SYNCS, TIME
from comparison.goals import at_least, at_most, below, cpu_at_most, cpu_share, syncs_of_disk, times

# Users by what happens to their mail, so that one case does not change what another finds: 1,000 each.
READ, POPPED, DELIVERED = 0, 1000, 2000
USERS = 3000
GROUP = 1000

DOVECOT = ("heliograph", "dovecot")
ALL = ("heliograph", "dovecot", "cyrus")


@dataclasses.dataclass(frozen=True)
class Row:
    title: str
    unit: object
    goals: tuple = ()


@dataclasses.dataclass(frozen=True)
class Case:
    service: str              # lmtp, smtp, imap, pop3, notify
    arguments: str            # of helio-bench
    rows: dict                # by their name in the results; the case's own name, or that of a command
    servers: tuple = DOVECOT  # when --only does not say otherwise
    tls: bool = False
    users: int = DELIVERED    # the first of the group
    holds: int = 1            # messages that each of them must have at the beginning
    deletes: int = 0          # messages that an operation takes away; they come back after each run
    logs_in: bool = False     # every user has logged in a moment before: what is cached of logins is there
    is_fresh: bool = False    # the server is started anew before it
    seconds: float = 1        # of --seconds
    counts_syncs: bool = False  # it runs under strace
    by_name: bool = False     # not one of the default ones


def _one(name, service, arguments, title, unit, *goals, **more):
    return {name: Case(service, arguments, {name: Row(title, unit, goals)}, **more)}


def _lmtp(name, arguments, title, *goals, **more):
    return _one(name, "lmtp", "--mode lmtp " + arguments, "LMTP " + title, RATE, *goals, **more)


def _commands(name, rows, **more):
    tail = "-tls" if more.get("tls") else ""
    return {name: Case("imap", "--mode imap-commands --rows " + ",".join(rows),
                       {row + tail: value for row, value in rows.items()}, users=READ, holds=0, seconds=0.25, **more)}


CASES = {
    **_lmtp("lmtp-1", "--connections 1", "4 KiB, 1 connection", times(2, "dovecot"), servers=ALL),
    **_lmtp("lmtp-16", "--connections 16", "4 KiB, 16 connections", servers=ALL),
    "lmtp-32": Case("lmtp", "--mode lmtp --connections 32", {
        "lmtp-32": Row("LMTP 4 KiB, 32 connections", RATE, (times(6, "dovecot"), times(8, "cyrus"), cpu_at_most(0.25))),
        "log-syncs": Row("its syncs of the log per message (metric)", SYNCS, (below(0.2),))}, servers=ALL),
    **_lmtp("lmtp-mix", "--connections 16 --size mix", "mix, 16 connections", servers=ALL, by_name=True),
    **_lmtp("lmtp-mix-32", "--connections 32 --size mix", "mix, 32 connections", times(6, "dovecot"), times(8, "cyrus"),
            servers=ALL),
    **_lmtp("lmtp-one", "--connections 16 --users 1", "4 KiB, 16 connections, all to one user", times(6, "dovecot")),
    **_lmtp("lmtp-5", "--connections 16 --recipients 5", "4 KiB, 16 connections, 5 recipients", times(10, "dovecot")),
    **_one("syncs", "lmtp", "--mode lmtp --connections 32", "all syncs per message at 32 connections (strace)", SYNCS,
           below(0.2), servers=ALL, is_fresh=True, counts_syncs=True),
    **_one("append", "imap", "--mode imap-append --connections 8", "APPEND 4 KiB, 8 connections", RATE,
           times(4, "dovecot")),
    **_one("imap", "imap", "--mode imap-session --connections 16", "IMAP session, 20 messages, 16 connections", RATE,
           times(3.5, "dovecot"), cpu_share(6, "dovecot"), users=READ, holds=20, logs_in=True),
    **_one("imap-tls", "imap", "--mode imap-session --connections 16", "the same over TLS", RATE,
           times(1.8, "dovecot"), cpu_at_most(1.3), users=READ, holds=20, logs_in=True,
           tls=True),
    **_one("pop3", "pop3", "--mode pop3 --connections 16 --messages 10 --deletes 2",
           "POP3 session, RETR 10, DELE 2, 16 connections", RATE, times(4, "dovecot"), users=POPPED, holds=30,
           deletes=2, logs_in=True),
    **_commands("commands", {
        "noop": Row("NOOP", TIME, (times(1, "dovecot"),)),
        "fetch": Row("FETCH one 4 KiB", TIME, (times(1, "dovecot"),)),
        "envelope": Row("FETCH 1:* (FLAGS ENVELOPE) of 2,000", TIME, (at_most(4),)),
        "text": Row("SEARCH TEXT of 2,000", TIME, (at_most(160),)),
        "stream": Row("stream 2,000 x 4 KiB", STREAM, (times(2, "dovecot"),)),
        "stream-mix": Row("stream 1,000 of the mix", STREAM, (times(2, "dovecot"),))}, servers=ALL),
    **_commands("commands-tls", {
        "stream": Row("stream 2,000 x 4 KiB over TLS", STREAM, (at_least(150),)),
        "stream-mix": Row("stream 1,000 of the mix over TLS", STREAM, (at_least(150),))}, tls=True),
    **_commands("store", {"store": Row("STORE one flag", TIME, (syncs_of_disk(2.5),))}, servers=ALL),
    **_commands("commands-large", {
        "select": Row("SELECT of 50,000, warm", TIME, (below(1),)),
        "flags": Row("FETCH 1:* FLAGS of 50,000", TIME, (times(2, "dovecot"),)),
        "subject": Row("SEARCH SUBJECT of 50,000", TIME, (at_most(50),)),
        "store-10000": Row("STORE a flag on 10,000", TIME, (at_most(300),))}),
    **_commands("commands-more", {
        "header": Row("SEARCH HEADER of 2,000", TIME), "unseen": Row("SEARCH UNSEEN of 50,000", TIME),
        "sort": Row("SORT SUBJECT of 50,000", TIME), "thread": Row("THREAD REFERENCES of 50,000", TIME)}, by_name=True),
    **_one("smtp", "smtp", "--mode smtp --connections 16", "SMTP 4 KiB, 16 connections (ours: durable in the store)",
           RATE, servers=("heliograph", "postfix")),
    **_one("notify", "notify", "--mode imap-idle --connections 1000", "LMTP answer to EXISTS, 1,000 mailboxes", NOTICE,
           below(5), servers=("heliograph",)),
    **_one("notify-one", "notify", "--mode imap-idle --connections 1000 --users 1",
           "LMTP answer to EXISTS, 1,000 sessions on one mailbox", NOTICE, below(5), servers=("heliograph",)),
    **_one("idle", "imap", "--mode imap-idle --connections 1000 --base 100", "an idle IMAP session", MEMORY, at_most(12),
           users=READ, is_fresh=True, seconds=0.25),
    **_one("idle-tls", "imap", "--mode imap-idle --connections 1000 --base 100", "an idle IMAP session over TLS", MEMORY,
           at_most(30), users=READ, is_fresh=True, seconds=0.25, tls=True),
}

ROWS = {name: row for case in CASES.values() for name, row in case.rows.items()}
