"""Sessions as such: compression through the proxy, the orderly end of a daemon, crowds, slow and half-closed peers."""

import signal
import socket
import time
import unittest
import zlib

from harness import LONG, USER, SiteCase, clients, messages, resident_kib

PLAIN = [("[imap]\n", '[imap]\nplaintext_from = ["127.0.0.0/8"]\n'),
         ("[limits]\n", "[limits]\nsessions_per_user = 20000\n")]
CROWD = 10_000 if LONG else 1_000
KIB_PER_SESSION = 12
KIB_PER_TLS_SESSION = 30
PROMPTLY = 10  # seconds; the drain may last 30


class Compressed:
    """Puts DEFLATE (RFC 4978) under an imaplib client."""

    def __init__(self, imap):
        self._socket = imap.sock
        self._inflate = zlib.decompressobj(-15)
        self._deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
        self._buffer = b""
        self.received = 0
        imap.send, imap.read, imap.readline = self.send, self.read, self.readline

    def send(self, data):
        self._socket.sendall(self._deflate.compress(data) + self._deflate.flush(zlib.Z_SYNC_FLUSH))

    def _fill(self):
        part = self._socket.recv(65536)
        if not part:
            raise EOFError
        self.received += len(part)
        self._buffer += self._inflate.decompress(part)

    def read(self, size):
        while len(self._buffer) < size:
            self._fill()
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def readline(self):
        while b"\n" not in self._buffer:
            self._fill()
        end = self._buffer.index(b"\n") + 1
        return self.read(end)


class RawImap:
    """A connection that knows lines; with STARTTLS when it gets a context."""

    def __init__(self, at, context=None):
        self.socket = socket.create_connection((at["host"], at["port"]), 60)
        self._buffer = b""
        self.line()
        if context:
            self.ask("t", "STARTTLS")
            self.socket = context.wrap_socket(self.socket, server_hostname=at["host"])

    def line(self):
        while b"\n" not in self._buffer:
            part = self.socket.recv(65536)
            if not part:
                return b""
            self._buffer += part
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line + b"\n"

    def send(self, text):
        self.socket.sendall(text.encode() + b"\r\n")

    def ask(self, tag, text):
        """Sends a command and returns its tagged line."""
        self.send(f"{tag} {text}")
        line = self.line()
        while line and not line.startswith(tag.encode() + b" "):
            line = self.line()
        return line

    def login(self, user):
        return self.ask("l", f"LOGIN {user.address} {user.password}")

    def rest(self):
        """All that comes until the peer closes."""
        parts = [self._buffer]
        while parts[-1] or len(parts) == 1:
            parts.append(self.socket.recv(65536))
        self.socket.close()
        return b"".join(parts)


class Compression(SiteCase):
    def test_a_compressed_session_through_the_proxy(self):
        message = messages.plain("friend@elsewhere.test", [USER["alice"].address], text="the same words " * 5000)
        self.assert_delivered(USER["alice"], self.send(USER["alice"], message))
        imap = self.imap(USER["alice"])
        self.assertIn("COMPRESS=DEFLATE", imap.capability()[1][0].decode())
        self.assertEqual(imap.xatom("COMPRESS", "DEFLATE")[0], "OK")
        wire = Compressed(imap)
        self.assertNotIn("COMPRESS=DEFLATE", imap.capability()[1][0].decode())
        status, answer = imap.xatom("COMPRESS", "DEFLATE")
        self.assertEqual((status, b"COMPRESSIONACTIVE" in answer[0]), ("NO", True))
        before = wire.received
        found = clients.imap_find(imap, message.ident)
        self.assertEqual(len(found), 1)
        self.assertEqual(messages.difference(message.content, found[0]), "")
        self.assertLess(wire.received - before, len(message.content) // 5)

    def test_a_bomb_ends_its_own_session_only(self):
        imap = self.imap(USER["alice"])
        before = resident_kib(self.site.daemons["store-a"].pid)
        self.assertEqual(imap.xatom("COMPRESS", "DEFLATE")[0], "OK")
        wire = Compressed(imap)
        try:
            for _ in range(10):  # 640 MiB of one line in 640 KiB
                wire.send(b"A" * (64 << 20))
            self.assertRegex(wire.readline(), rb"^\* (BAD|BYE)|BAD")
        except (EOFError, OSError):
            pass
        imap.sock.close()
        self.assertLess(resident_kib(self.site.daemons["store-a"].pid) - before, 64 * 1024)
        self.assert_delivered(USER["alice"], self.send(USER["alice"]))


def holds_back(pid, number):
    """The process has blocked that signal."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        mask = next(line.split()[1] for line in status if line.startswith("SigBlk:"))
    return bool(int(mask, 16) >> (number - 1) & 1)


class Starting(SiteCase):
    def test_a_reload_during_the_start_is_carried_out_after_it(self):
        store = self.site.daemons["store-a"]
        self.assertEqual(store.stop(), 0)
        store.start()
        until = time.monotonic() + 5
        while not holds_back(store.pid, signal.SIGHUP) and time.monotonic() < until:
            pass  # the start takes some milliseconds only
        store.signal(signal.SIGHUP)
        store.wait_ready()
        self.assertTrue(self.eventually(lambda: "event=daemon.reloaded" in store.log_tail(30)))

    def test_a_running_store_is_no_damage(self):
        self.assertEqual(self.site.daemons["store-a"].running(), True)
        status, printed = self.offline("store-a", "--verify")
        self.assertEqual(status, 78, printed)
        self.assertIn("another process has it open", printed)


class Drain(SiteCase):
    settings = {"store-a": PLAIN}

    def end_of(self, name):
        """Sends SIGTERM; the function waits for the daemon's end and returns its exit status and the seconds."""
        daemon = self.site.daemons[name]
        began = time.monotonic()
        daemon.signal(signal.SIGTERM)

        def wait():
            status = daemon.wait(60)
            self.site.restart(name)
            return status, time.monotonic() - began
        return wait

    def assert_prompt(self, ended):
        status, seconds = ended()
        self.assertEqual(status, 0)
        self.assertLess(seconds, PROMPTLY)

    def test_idle_sessions_of_a_store_are_told_and_a_command_is_finished(self):
        at = self.at["stores"][0]
        waiting, idling, busy = RawImap(at["imap"]), RawImap(at["imap"]), RawImap(at["imap"])
        for imap in (waiting, idling, busy):
            self.assertIn(b"l OK", imap.login(USER["alice"]))
        idling.ask("s", "SELECT INBOX")
        idling.send("i IDLE")
        self.assertTrue(idling.line().startswith(b"+"))
        busy.send("a APPEND INBOX {19}")
        self.assertTrue(busy.line().startswith(b"+"))
        ended = self.end_of("store-a")
        self.assertIn(b"* BYE", waiting.rest())
        self.assertIn(b"* BYE", idling.rest())
        busy.send("Subject: last\r\n\r\nx\r\n")
        rest = busy.rest()
        self.assertIn(b"a OK", rest)
        self.assertIn(b"* BYE", rest)
        self.assert_prompt(ended)

    def test_idle_clients_of_a_relay_get_421_and_a_transaction_is_finished(self):
        at = self.at["smtp_inbound"][0]
        idle = clients.smtplib.SMTP(at["host"], at["port"], local_hostname="idle.elsewhere.test", timeout=30)
        busy = clients.smtplib.SMTP(at["host"], at["port"], local_hostname="busy.elsewhere.test", timeout=30)
        idle.ehlo()
        busy.ehlo()
        self.assertEqual(busy.mail("friend@elsewhere.test")[0], 250)
        ended = self.end_of("mta-inbound")
        self.assertEqual(idle.getreply()[0], 421)
        message = messages.plain("friend@elsewhere.test", [USER["bob"].address])
        self.assertEqual(busy.rcpt(USER["bob"].address)[0], 250)
        self.assertEqual(busy.data(message.content)[0], 250)
        self.assertEqual(busy.getreply()[0], 421)
        self.assert_prompt(ended)
        self.assert_delivered(USER["bob"], message)

    def test_clients_of_the_proxy_before_login_are_told(self):
        imap = RawImap(self.at["imap"][0])
        pop = RawImap(self.at["pop3"][0])
        ended = self.end_of("mmp")
        self.assertIn(b"* BYE", imap.rest())
        self.assertIn(b"-ERR [SYS/TEMP]", pop.rest())
        self.assert_prompt(ended)


class CrowdCase(SiteCase):
    settings = {"store-a": PLAIN}

    def store(self):
        return self.at["stores"][0]["imap"]

    def logged_in(self, context=None):
        imap = RawImap(self.store(), context)
        self.addCleanup(imap.socket.close)
        self.assertIn(b"l OK", imap.login(USER["alice"]))
        return imap

    def idle_crowd(self, count, context=None):
        """So many sessions in IDLE, and what each of them costs the store in KiB."""
        def idle():
            imap = self.logged_in(context)
            imap.ask("s", "SELECT INBOX")
            imap.send("i IDLE")
            self.assertTrue(imap.line().startswith(b"+"))
            return imap
        first = [idle() for _ in range(100)]  # what these cost is the daemon's
        pid = self.site.daemons["store-a"].pid
        before = resident_kib(pid)
        crowd = [idle() for _ in range(count)]
        each = (resident_kib(pid) - before) / count
        print(f"{each:.1f} KiB per idle session of {count}{' with TLS' if context else ''}")
        return first + crowd, each

    def assert_all_hear(self, crowd):
        self.assert_delivered(USER["alice"], self.send(USER["alice"]))
        for imap in crowd:
            self.assertIn(b"EXISTS", imap.line())


class Crowds(CrowdCase):
    def test_idle_sessions_cost_little_and_hear_of_a_message(self):
        crowd, each = self.idle_crowd(CROWD)
        self.assertLess(each, KIB_PER_SESSION)
        self.assert_all_hear(crowd)

    def test_slow_readers_cost_no_more_than_a_buffer_each(self):
        text = "".join(f"line {number} of a long message\r\n" for number in range(150_000))
        message = messages.plain("friend@elsewhere.test", [USER["alice"].address], text=text)
        self.assert_delivered(USER["alice"], self.send(USER["alice"], message))
        pid = self.site.daemons["store-a"].pid
        before = resident_kib(pid)
        for number in range(100):
            imap = self.logged_in()
            imap.ask("s", "EXAMINE INBOX")
            for tag in range(5):
                imap.send(f"f{number}x{tag} FETCH 1:* BODY.PEEK[]")
        self.assert_delivered(USER["alice"], self.send(USER["alice"]))
        self.assertLess(resident_kib(pid) - before, 100 * 512)

    def test_a_client_that_closed_its_half_gets_all_answers(self):
        imap = self.logged_in()
        imap.send("a SELECT INBOX\r\nb NOOP\r\nc STATUS INBOX (MESSAGES)")
        imap.socket.shutdown(socket.SHUT_WR)
        rest = imap.rest()
        for tag in (b"a OK", b"b OK", b"c OK"):
            self.assertIn(tag, rest)


class TlsCrowds(CrowdCase):  # a site of its own: memory that others gave back would hide the cost
    def test_idle_sessions_under_tls_cost_little_and_hear_of_a_message(self):
        crowd, each = self.idle_crowd(CROWD // 2, clients.tls_context(self.ca))
        self.assertLess(each, KIB_PER_TLS_SESSION)
        self.assert_all_hear(crowd)


if __name__ == "__main__":
    unittest.main()
