"""An IMAP client that keeps a model of its mailbox view and checks every untagged answer against it, in the manner of
imaptest. A broken promise of the server raises Broken with what was said."""

import re
import socket
import threading
import time

TOKEN = re.compile(rb"X-Token: (\d+)")


class Broken(AssertionError):
    pass


class Gone(Exception):
    """The server closed the connection."""


def parse(data, at=0, end=b")"):
    """IMAP data items up to `end`: bytes (atoms, strings), None (NIL), lists."""
    items = []
    while at < len(data):
        c = data[at:at + 1]
        if c == b" ":
            at += 1
        elif c == b"(":
            inner, at = parse(data, at + 1)
            items.append(inner)
        elif c == b")":
            return items, at + 1
        elif c == b'"':
            text = b""
            at += 1
            while data[at:at + 1] != b'"':
                if data[at:at + 1] == b"\\":
                    at += 1
                text += data[at:at + 1]
                at += 1
            at += 1
            items.append(text)
        elif c == b"{" or data[at:at + 2] == b"~{":
            close = data.index(b"}", at)
            size = int(data[data.index(b"{", at) + 1:close])
            start = close + 3
            items.append(data[start:start + size])
            at = start + size
        else:
            depth = 0
            start = at
            while at < len(data) and (depth or data[at:at + 1] not in b" ()"):
                if data[at:at + 1] == b"[":
                    depth += 1
                elif data[at:at + 1] == b"]":
                    depth -= 1
                at += 1
            atom = data[start:at]
            items.append(None if atom == b"NIL" else atom)
    return items, at


def numbers(text):
    """The numbers of a sequence set."""
    found = []
    for part in text.split(b",") if text else []:
        first, _, last = part.partition(b":")
        found.extend(range(int(first), int(last or first) + 1))
    return found


class World:
    """What all clients together know: which UID had which content, how far MODSEQ and UIDs have come."""

    def __init__(self):
        self.lock = threading.Lock()
        self.tokens = {}       # (mailbox, uidvalidity, uid) -> token
        self.modseq = {}       # mailbox -> greatest seen
        self.uid_next = {}     # mailbox -> greatest UID seen + 1
        self.commands = 0

    def saw_modseq(self, mailbox, modseq):
        with self.lock:
            self.modseq[mailbox] = max(self.modseq.get(mailbox, 0), modseq)

    def saw_uid(self, mailbox, uid):
        with self.lock:
            self.uid_next[mailbox] = max(self.uid_next.get(mailbox, 1), uid + 1)

    def saw_token(self, key, token):
        with self.lock:
            known = self.tokens.setdefault(key, token)
        if known != token:
            raise Broken(f"UID reused: {key} was message {known} and is {token}")


class Message:
    def __init__(self, uid=None):
        self.uid = uid
        self.flags = None
        self.modseq = 0


class View:
    """The selected mailbox as this client was told of it."""

    def __init__(self, mailbox, read_only):
        self.mailbox = mailbox
        self.read_only = read_only
        self.messages = []
        self.keywords = set()
        self.uid_validity = None
        self.uid_next = None
        self.highest_modseq = 0
        self.recent = 0
        self.gone = set()   # UIDs that vanished since SELECT

    def uids(self):
        return [message.uid for message in self.messages]

    def by_uid(self, uid):
        return next((message for message in self.messages if message.uid == uid), None)

    def count(self):
        return len(self.messages)

    def take_count(self, count):
        self.messages.extend(Message() for _ in range(count - len(self.messages)))

    def all_known(self):
        return all(message.uid and message.flags is not None for message in self.messages)


class UidView(View):
    """With UIDONLY nothing numbers the messages. EXISTS counts them, only answers by UID tell which they are: `messages`
    are those that are known, `unnamed` how many more there are."""

    def __init__(self, mailbox, read_only):
        super().__init__(mailbox, read_only)
        self.unnamed = 0

    def count(self):
        return len(self.messages) + self.unnamed

    def take_count(self, count):
        self.unnamed += count - self.count()

    def all_known(self):
        return self.unnamed == 0 and super().all_known()

    def name(self, uid):
        """The message `uid`, that is one of the unnamed from now on known; None when there is none left."""
        if self.unnamed == 0:
            return None
        self.unnamed -= 1
        self.messages.append(Message(uid))
        self.messages.sort(key=lambda message: message.uid)
        return self.by_uid(uid)


class Client:
    """One connection. `numbered`: a command with sequence numbers runs, no message may go."""

    def __init__(self, world, connection, name):
        self.world = world
        self.connection = connection
        self.name = name
        self.buffer = b""
        self.view = None
        self.enabled = set()
        self.tag = 0
        self.running = None       # name of the command under way
        self.numbered = False
        self.selecting = False
        self.collected = []
        self.uids_at_search = []
        self.count_at_search = 0
        self.history = []         # the last lines, for the report
        self.closed = False
        self.read_response()

    # -- wire

    def broken(self, text):
        raise Broken(f"{self.name}: {text}\n" + "\n".join(self.history[-40:]))

    def _more(self):
        data = self.connection.recv(65536)
        if not data:
            self.closed = True
            raise Gone()
        self.buffer += data

    def _line(self):
        while b"\r\n" not in self.buffer:
            self._more()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def read_response(self):
        """One response with its literals, without the last CRLF."""
        whole = b""
        while True:
            line = self._line()
            whole += line
            literal = re.search(rb"\{(\d+)\}$", line)
            if not literal:
                break
            size = int(literal.group(1))
            while len(self.buffer) < size:
                self._more()
            whole += b"\r\n" + self.buffer[:size]
            self.buffer = self.buffer[size:]
        self.history.append("S: " + repr(whole[:300]))
        del self.history[:-80]
        return whole

    def send(self, data):
        self.history.append("C: " + repr(data[:300]))
        self.connection.sendall(data)

    def command(self, text, literals=(), numbered=False, expect=(b"OK",)):
        """Runs one command; `text` has %s where literals stand. Returns (status, rest) and leaves untagged lines in
        self.collected."""
        self.tag += 1
        tag = b"%d" % self.tag
        text = text.encode() if isinstance(text, str) else text
        self.running = text.split(b" ", 1)[0]
        self.numbered = numbered
        self.collected = []
        pieces = (tag + b" " + text).split(b"%s")
        for piece, literal in zip(pieces, literals):
            sync = self.tag % 2 == 0
            self.send(piece + (b"{%d}\r\n" if sync else b"{%d+}\r\n") % len(literal))
            if sync:
                response = self.read_until_continuation(tag)
                if response is not None:
                    return response
            self.send(literal)
        self.send(pieces[-1] + b"\r\n")
        status, rest = self.finish(tag)
        if status not in expect:
            self.broken(f"{text!r} was answered {status!r} {rest!r}")
        if status == b"NO" and not rest.startswith(b"[EXPUNGEISSUED]"):
            self.broken(f"{text!r} was answered {rest!r}")
        return status, rest

    def read_until_continuation(self, tag):
        while True:
            response = self.read_response()
            if response.startswith(b"+"):
                return None
            if response.startswith(tag + b" "):
                self.running = None
                self.numbered = False
                return tuple(response.split(b" ", 2)[1:])
            self.untagged(response)

    def finish(self, tag):
        while True:
            response = self.read_response()
            if response.startswith(tag + b" "):
                self.running = None
                self.numbered = False
                self.world.commands += 1
                _, status, rest = (response + b" ").split(b" ", 2)
                self.codes(rest)
                return status, rest
            self.untagged(response)

    # -- what the server says

    def untagged(self, response):
        if not response.startswith(b"* "):
            self.broken(f"neither untagged nor ours: {response!r}")
        self.collected.append(response)
        first, _, rest = response[2:].partition(b" ")
        if first.isdigit():
            word, _, rest = rest.partition(b" ")
            handler = getattr(self, "on_" + word.decode().lower(), None)
            if handler is None or self.view is None:
                self.broken(f"unexpected {response!r}")
            handler(int(first), rest)
        elif first in (b"OK", b"NO"):
            self.codes(rest)
        elif first == b"BYE" and self.running != b"LOGOUT":
            self.broken(f"sent away: {response!r}")
        elif first == b"VANISHED":
            self.on_vanished(rest)
        elif first == b"SEARCH":
            self.uids_at_search = self.view.uids()
            self.count_at_search = self.view.count()
        elif first == b"FLAGS" and self.view:
            self.view.keywords = {flag for flag in parse(rest)[0][0] if not flag.startswith(b"\\")}

    def codes(self, text):
        view = self.view
        if view is None:
            return
        number = re.match(rb"\[(UIDVALIDITY|UIDNEXT|HIGHESTMODSEQ) (\d+)\]", text)
        if not number:
            return
        value = int(number.group(2))
        if number.group(1) == b"UIDVALIDITY":
            view.uid_validity = value
        elif number.group(1) == b"UIDNEXT":
            view.uid_next = value
        else:
            if value < view.highest_modseq:
                self.broken(f"HIGHESTMODSEQ went back from {view.highest_modseq} to {value}")
            view.highest_modseq = value
            self.world.saw_modseq(view.mailbox, value)

    def on_exists(self, count, _):
        if count < self.view.count():
            self.broken(f"EXISTS went down from {self.view.count()} to {count}")
        self.view.take_count(count)

    def on_recent(self, count, _):
        if count > self.view.count():
            self.broken(f"{count} RECENT of {self.view.count()}")
        self.view.recent = count

    def may_lose(self):
        if self.numbered:
            self.broken(f"messages go during {self.running!r}")
        if self.running is None:
            self.broken("messages go while no command runs")

    def on_expunge(self, number, _):
        self.may_lose()
        if self.enabled & {"QRESYNC", "UIDONLY"}:
            self.broken("EXPUNGE after ENABLE QRESYNC")
        if not 1 <= number <= len(self.view.messages):
            self.broken(f"EXPUNGE {number} of {len(self.view.messages)}")
        del self.view.messages[number - 1]

    def on_vanished(self, rest):
        earlier = rest.startswith(b"(EARLIER) ")
        gone = set(numbers(rest[10:] if earlier else rest))
        if not earlier:
            self.may_lose()
            if not self.enabled & {"QRESYNC", "UIDONLY"}:
                self.broken("VANISHED without ENABLE")
        known = set(self.view.uids())
        if earlier and gone & known - {None} and not self.selecting:
            self.broken(f"VANISHED (EARLIER) of messages that exist: {gone & known}")
        if earlier:
            self.vanished_earlier |= gone
            return
        if gone & self.view.gone:
            self.broken(f"VANISHED for the second time: {gone & self.view.gone}")
        self.view.gone |= gone
        strangers = gone - known
        if "UIDONLY" in self.enabled:
            if len(strangers) > self.view.unnamed:
                self.broken(f"VANISHED of unknown UIDs {strangers}, {self.view.unnamed} are without a name")
            self.view.unnamed -= len(strangers)
            self.view.messages = [message for message in self.view.messages if message.uid not in gone]
            return
        dropped = set()
        for uid in sorted(strangers):
            found = self.nameless_for(uid, dropped)
            if found is None:
                self.broken(f"VANISHED of unknown UIDs {strangers}")
            dropped.add(id(found))
        self.view.messages = [message for message in self.view.messages
                              if message.uid not in gone and id(message) not in dropped]

    def nameless_for(self, uid, taken):
        """A message whose UID is not known and, by its neighbours' UIDs, may be `uid`. Which of several does not
        matter: nothing is known of any."""
        after = 0
        for message in self.view.messages:
            if message.uid is not None:
                after = message.uid
            if after > uid:
                return None
            named = (m.uid for m in self.view.messages[self.view.messages.index(message):] if m.uid is not None)
            if message.uid is None and id(message) not in taken and next(named, uid + 1) > uid:
                return message
        return None

    vanished_earlier = set()

    def on_fetch(self, number, rest):
        if "UIDONLY" in self.enabled:
            self.broken("FETCH after ENABLE UIDONLY")
        if not 1 <= number <= len(self.view.messages):
            self.broken(f"FETCH {number} of {len(self.view.messages)}")
        self.learn(number - 1, parse(rest, 1)[0])

    def on_uidfetch(self, uid, rest):
        if "UIDONLY" not in self.enabled:
            self.broken("UIDFETCH without ENABLE UIDONLY")
        if uid in self.view.gone:
            self.broken(f"UIDFETCH of {uid}, which vanished")
        message = self.view.by_uid(uid) or self.view.name(uid)
        if message is None:
            self.broken(f"UIDFETCH of {uid}, all {self.view.count()} messages have other UIDs")
        self.world.saw_uid(self.view.mailbox, uid)
        self.learn(self.view.messages.index(message), parse(rest, 1)[0])

    def learn(self, place, items):
        view = self.view
        message = view.messages[place]
        values = dict(zip(items[::2], items[1::2], strict=True))
        if b"UID" in values:
            uid = int(values[b"UID"])
            if message.uid not in (None, uid):
                self.broken(f"message {place + 1} had UID {message.uid} and has {uid}")
            if message.uid is None:
                message.uid = uid
                self.check_order(place)
                self.world.saw_uid(view.mailbox, uid)
        if b"FLAGS" in values:
            self.check_flags(message, set(values[b"FLAGS"]))
            flags = set(values[b"FLAGS"]) - {b"\\Recent"}
            unknown = {flag for flag in flags if not flag.startswith(b"\\")} - view.keywords
            if unknown:
                self.broken(f"keywords that no FLAGS named: {unknown}")
            message.flags = flags
        if b"MODSEQ" in values:
            modseq = int(values[b"MODSEQ"][0])
            if modseq < message.modseq or modseq == 0:
                self.broken(f"MODSEQ of UID {message.uid} went from {message.modseq} to {modseq}")
            message.modseq = modseq
            self.world.saw_modseq(view.mailbox, modseq)
        for name, value in values.items():
            if name.startswith(b"BODY[") and value and message.uid:
                token = TOKEN.search(value)
                if token:
                    self.world.saw_token((view.mailbox, view.uid_validity, message.uid), token.group(1))

    def check_flags(self, message, flags):
        """For what a test knows of flags beside the model."""

    def check_order(self, place):
        known = [uid for uid in self.view.uids() if uid is not None]
        if any(a >= b for a, b in zip(known, known[1:])):
            self.broken(f"UIDs do not ascend: {known}")

    # -- mailboxes

    def select(self, mailbox, read_only=False, cache=None):
        """`cache`: a View to start from by QRESYNC."""
        with self.world.lock:
            least_modseq = self.world.modseq.get(mailbox, 0)
            least_uid_next = self.world.uid_next.get(mailbox, 1)
        self.view = (UidView if "UIDONLY" in self.enabled else View)(mailbox, read_only)
        self.vanished_earlier = set()
        parameter = ""
        if cache:
            parameter = f" (QRESYNC ({cache.uid_validity} {cache.highest_modseq}))"
        self.selecting = True
        self.command(f"{'EXAMINE' if read_only else 'SELECT'} {mailbox}{parameter}")
        self.selecting = False
        view = self.view
        if view.highest_modseq < least_modseq:
            self.broken(f"HIGHESTMODSEQ {view.highest_modseq} of {mailbox} is below {least_modseq}, seen before")
        if view.uid_next < least_uid_next:
            self.broken(f"UIDNEXT {view.uid_next} of {mailbox} is below {least_uid_next}, seen before")
        return view

    def items(self):
        return "(UID FLAGS MODSEQ)" if "CONDSTORE" in self.enabled else "(UID FLAGS)"

    def fetch_all(self, quiet=False):
        """Asks for the flags of all until all are known. `quiet`: nobody changes anything, so what the untagged news
        had said must be the same. Returns {uid: flags}; without those that came at the very end."""
        before = {message.uid: message.flags for message in self.view.messages}
        for _ in range(100):
            if self.view.count() == 0:
                break
            uid = "UID " if "UIDONLY" in self.enabled else ""
            self.command(f"{uid}FETCH 1:* {self.items()}", numbered=not uid, expect=(b"OK", b"NO"))
            if self.view.all_known():
                break
            self.command("NOOP")
        if quiet and not self.view.all_known():
            self.broken(f"of {self.view.count()} messages {self.view.uids()} are told")
        for message in self.view.messages:
            told = before.get(message.uid)
            if quiet and told is not None and told != message.flags:
                self.broken(f"UID {message.uid}: the client was told {told}, it is {message.flags}")
        return {message.uid: frozenset(message.flags) for message in self.view.messages
                if message.uid and message.flags is not None}

    def logout(self):
        try:
            self.command("LOGOUT")
        except (Gone, OSError):
            pass
        self.connection.close()
