"""Bad input at every port: the protocol's error or a closed connection, bounded memory, and the next client is served."""

import os
import socket
import ssl
import unittest

from harness import USER, SiteCase, clients, resident_kib

GROWTH_KIB = 96 * 1024


class Hostile(SiteCase):
    def connect(self, service, tls=False):
        at = self.at[service][0]
        plain = socket.create_connection((at["host"], at["port"]), 30)
        self.addCleanup(plain.close)
        if not tls:
            return plain
        secure = clients.tls_context(self.ca).wrap_socket(plain, server_hostname="localhost")
        self.addCleanup(secure.close)
        return secure

    def talk(self, connection, data, most=65536):
        """Sends `data` and reads what comes until the peer is silent for a moment or closes."""
        connection.settimeout(20)
        try:
            connection.sendall(data)
        except OSError:
            pass  # the peer has seen enough
        connection.settimeout(1.5)
        answer = b""
        try:
            while len(answer) < most:
                part = connection.recv(65536)
                if not part:
                    break
                answer += part
        except OSError:
            pass
        return answer

    def assert_all_serve(self):
        for name, daemon in self.site.daemons.items():
            self.assertTrue(daemon.running(), f"{name} died: {daemon.log_tail()}")
            self.assertEqual(daemon.get("/healthz")[0], 200, name)
        self.assert_delivered(USER["alice"], self.send(USER["alice"]))

    def test_long_lines_and_endless_streams_do_not_grow_memory(self):
        before = {name: resident_kib(daemon.pid) for name, daemon in self.site.daemons.items()}
        for service, tls in (("smtp_inbound", False), ("submission", False), ("imap", False), ("imaps", True),
                             ("pop3", False), ("pop3s", True)):
            with self.subTest(service=service):
                self.talk(self.connect(service, tls), b"A" * (4 * 1024 * 1024))
        for name, daemon in self.site.daemons.items():
            self.assertLess(resident_kib(daemon.pid) - before[name], GROWTH_KIB, name)
        self.assert_all_serve()

    def test_garbage_gets_an_error_and_the_daemon_lives(self):
        garbage = [os.urandom(20_000), b"\x00" * 5000 + b"\r\n", b"\r\n" * 2000, b"\n\r\n\r" * 500,
                   b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(600), b"GET / HTTP/1.1\r\n\r\n" * 50]
        for service in ("smtp_inbound", "submission", "imap", "pop3", "imaps", "pop3s", "submissions"):
            for data in garbage:
                with self.subTest(service=service, data=data[:8]):
                    self.talk(self.connect(service), data, 4096)
        self.assert_all_serve()

    def test_smtp_smuggling_and_bare_line_ends_are_not_taken_for_the_end(self):
        for end in (b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r"):
            with self.subTest(end=end), self.smtp() as smtp:
                smtp.mail("friend@elsewhere.test")
                smtp.rcpt("bob@example.test")
                self.assertEqual(smtp.docmd("DATA")[0], 354)
                answer = self.talk(smtp.sock, b"Subject: one\r\n\r\nbody" + end +
                                   b"MAIL FROM:<evil@elsewhere.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n"
                                   b"Subject: smuggled\r\n\r\nsmuggled\r\n.\r\n")
                self.assertNotIn(b"354", answer, "a command was read inside the message")
                smtp.close()

    def smtp(self):
        at = self.at["smtp_inbound"][0]
        smtp = clients.smtplib.SMTP(at["host"], at["port"], local_hostname="relay.elsewhere.test", timeout=30)
        smtp.ehlo()
        return smtp

    def test_huge_literals_are_refused_before_they_are_read(self):
        connection = self.connect("imaps", tls=True)
        answer = self.talk(connection, b"a1 LOGIN {99999999999}\r\n")
        self.assertNotRegex(answer, rb"(?m)^\+")
        self.assertRegex(answer, rb"a1 (BAD|NO)|BYE")
        imap = self.imap(USER["alice"])
        imap.send(b"a2 APPEND INBOX {9999999999}\r\n")
        self.assertNotRegex(imap.readline(), rb"^\+")
        self.assert_all_serve()

    def test_ldap_filters_can_not_be_injected_by_user_names(self):
        for name in ("*", "alice*", "*)(uid=*", "alice)(|(uid=*", "al\\69ce", "alice\x00", "ali\xffce"):
            with self.subTest(name=name):
                imap = clients.imaplib.IMAP4_SSL(self.at["imaps"][0]["host"], self.at["imaps"][0]["port"],
                                                 ssl_context=clients.tls_context(self.ca), timeout=30)
                literal = name.encode("latin-1")
                imap.send(b"a1 LOGIN {%d+}\r\n%s secret-alice\r\n" % (len(literal), literal))
                answer = imap.readline()
                while answer.startswith(b"* "):
                    answer = imap.readline()
                self.assertRegex(answer, rb"^a1 (NO|BAD)")
                imap.shutdown()
        for address in ("*@example.test", "al*@example.test", "*)(mail=*@example.test"):
            with self.subTest(address=address), self.smtp() as smtp:
                smtp.mail("friend@elsewhere.test")
                self.assertIn(smtp.rcpt(address)[0], range(500, 600))

    def test_starttls_discards_what_was_sent_before_it(self):
        connection = self.connect("submission")
        self.talk(connection, b"")
        answer = self.talk(connection, b"EHLO x.test\r\n")
        self.assertIn(b"STARTTLS", answer)
        connection.sendall(b"STARTTLS\r\nMAIL FROM:<injected@example.test>\r\n")
        connection.settimeout(10)
        answer = connection.recv(4096)
        if answer.startswith(b"220"):
            context = clients.tls_context(self.ca)
            try:
                secure = context.wrap_socket(connection, server_hostname="localhost")
                answer = self.talk(secure, b"NOOP\r\n")
                self.assertEqual(answer.count(b"\r\n"), 1, answer)
            except ssl.SSLError:
                pass  # refusing to go on is fine too

    def test_many_connections_that_say_nothing_stop_nobody(self):
        silent = [self.connect(service) for service in ("smtp_inbound", "imap", "imaps", "pop3") for _ in range(50)]
        self.assert_all_serve()
        for connection in silent:
            connection.close()


if __name__ == "__main__":
    unittest.main()
