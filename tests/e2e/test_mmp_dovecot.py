"""The proxy in front of a foreign store: Debian's Dovecot, with certificates on both sides and a master user."""

import imaplib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from harness import BUILD, ROOT, clients, messages
from helio.directory import BASE_DN, SERVICE_DN, SERVICE_PASSWORD, Directory
from helio.ports import FreePorts
from helio.process import Account, Process
from helio.site import User

DOVECOT = "/usr/sbin/dovecot"
HOST = "127.0.0.1"
ALICE = User("alice@example.test", "store-a.example.test")

DOVECOT_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = helio-e2e
log_path = {folder}/dovecot.log
protocols = imap pop3
listen = 127.0.0.1
ssl = required
ssl_cert = <{ca}/store-a.pem
ssl_key = <{ca}/store-a.key
ssl_ca = <{ca}/ca.pem
ssl_verify_client_cert = yes
auth_ssl_require_client_cert = yes
ssl_require_crl = no
login_trusted_networks = 127.0.0.1
auth_mechanisms = plain
mail_location = sdbox:~/sdbox
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
first_valid_gid = 1
default_vsz_limit = 0
passdb {{
  driver = static
  master = yes
  args = password=secret-master
}}
passdb {{
  driver = static
  args = nopassword=y
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
"""

MMP_CONFIG = """
[admin]
listen = "127.0.0.1:{admin}"
[listeners.imap]
listen = "127.0.0.1:{mmp_imap}"
[listeners.imaps]
listen = "127.0.0.1:{mmp_imaps}"
tls = "implicit"
[listeners.pop3]
listen = "127.0.0.1:{mmp_pop3}"
[listeners.pop3s]
listen = "127.0.0.1:{mmp_pop3s}"
tls = "implicit"
[tls]
certificate = "{ca}/mmp.pem"
key = "{ca}/mmp.key"
[site_tls]
certificate = "{ca}/mmp.pem"
key = "{ca}/mmp.key"
ca = "{ca}/ca.pem"
[ldap]
urls = ["{ldap_url}"]
bind_dn = "{bind_dn}"
bind_password = "{bind_password}"
base_dn = "{base_dn}"
default_domain = "example.test"
[auth]
delay = "300ms"
[runtime]
drain = "300ms"
[stores]
password_file = "{folder}/master"
[mailhosts."store-a.example.test"]
imap = "127.0.0.1:{imap}"
pop3 = "127.0.0.1:{pop3}"
[mailhosts."store-b.example.test"]
imap = "127.0.0.1:{imap}"
tls_name = "another.example.test"
"""


@unittest.skipUnless(os.path.exists(DOVECOT) and os.geteuid() == 0, "needs Dovecot and root")
class ProxyBeforeDovecot(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="helio-e2e-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        os.chmod(cls.folder, 0o755)
        cls.ca = os.path.join(cls.folder, "ca")
        for name in ("ldap", "mmp", "store-a"):
            subprocess.run([os.path.join(ROOT, "deploy/make-ca"), cls.ca, name, name + ".example.test", HOST],
                           check=True)
        ports = FreePorts()
        cls.port = {name: ports.get(name) for name in (
            "ldap", "imap", "pop3", "admin", "mmp_imap", "mmp_imaps", "mmp_pop3", "mmp_pop3s")}
        cls.directory = Directory(os.path.join(ROOT, "deploy/ldap"), os.path.join(cls.folder, "ldap"),
                                  cls.port["ldap"], Account(), cls.ca, cls.folder, sync=False)
        cls.directory.prepare()
        cls.dovecot = cls.start_dovecot()
        cls.mmp = cls.start_mmp()

    @classmethod
    def start_dovecot(cls):
        cls.directory.start()
        cls.addClassCleanup(cls.directory.process.stop)
        os.mkdir(os.path.join(cls.folder, "mail"))
        os.chmod(os.path.join(cls.folder, "mail"), 0o777)
        config = os.path.join(cls.folder, "dovecot.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(DOVECOT_CONFIG.format(folder=cls.folder, ca=cls.ca, **cls.port))
        process = Process("dovecot", [DOVECOT, "-F", "-c", config], os.path.join(cls.folder, "dovecot.out"),
                          probe=lambda: accepts(cls.port["imap"]) and accepts(cls.port["pop3"]))
        process.start()
        cls.addClassCleanup(process.stop)
        process.wait_ready()
        return process

    @classmethod
    def start_mmp(cls):
        cls.directory.wait_ready()
        with open(os.path.join(cls.folder, "master"), "w", encoding="utf-8") as file:
            file.write("secret-master\n")
        config = os.path.join(cls.folder, "mmp.toml")
        cls.write_mmp_config("another.example.test")
        process = Process("mmp", [os.path.join(BUILD, "mmp/helio-mmp"), "--config", config],
                          os.path.join(cls.folder, "mmp.log"), admin=(HOST, cls.port["admin"]))
        process.start()
        cls.addClassCleanup(process.stop)
        process.wait_ready()
        return process

    @classmethod
    def write_mmp_config(cls, tls_name_of_store_b):
        text = MMP_CONFIG.format(folder=cls.folder, ca=cls.ca, ldap_url=cls.directory.url, bind_dn=SERVICE_DN,
                                 bind_password=SERVICE_PASSWORD, base_dn=BASE_DN, **cls.port)
        with open(os.path.join(cls.folder, "mmp.toml"), "w", encoding="utf-8") as file:
            file.write(text.replace("another.example.test", tls_name_of_store_b))

    def endpoint(self, name):
        return {"host": HOST, "port": self.port[name]}

    def imap(self, user=ALICE):
        imap = clients.imap_login(self.endpoint("mmp_imaps"), os.path.join(self.ca, "ca.pem"), user)
        self.addCleanup(imap.shutdown)
        return imap

    def raw(self, name, tls=True, source=HOST):
        plain = socket.create_connection((HOST, self.port[name]), 20, source_address=(source, 0))
        self.addCleanup(plain.close)
        return Raw(self.secured(plain) if tls else plain)

    def secured(self, plain):
        secured = clients.tls_context(os.path.join(self.ca, "ca.pem")).wrap_socket(plain, server_hostname=HOST)
        self.addCleanup(secured.close)
        return secured

    def logged(self, event, **fields):
        """Lines of the proxy's log with that event and those fields."""
        return lines_with(self.mmp.log_path, f"event={event} ", *(f"{key}={value}" for key, value in fields.items()))

    def logged_by_dovecot(self, *words):
        return lines_with(os.path.join(self.folder, "dovecot.log"), *words)

    def test_messages_go_through_unchanged_by_imap_and_pop3(self):
        imap = self.imap()
        small = messages.plain("friend@elsewhere.test", [ALICE.address])
        big = b"Subject: big\r\nMessage-ID: <big@elsewhere.test>\r\n\r\n" + b"0123456789abcde\r\n" * 300_000
        for content in (small.content, big):
            status, _ = imap.append("INBOX", None, None, content)
            self.assertEqual(status, "OK")
        self.assertIn(small.content, clients.imap_find(imap, small.ident))
        self.assertEqual(clients.imap_find(imap, "big@elsewhere.test"), [big])
        ca_file = os.path.join(self.ca, "ca.pem")
        self.assertEqual(clients.pop_read(self.endpoint("mmp_pop3s"), ca_file, ALICE, "big@elsewhere.test"), [big])

    def test_the_store_sees_the_true_client_and_the_session(self):
        client = self.raw("mmp_imaps", source="127.0.0.9")
        client.expect(rb"\* OK ")
        client.say(b"a1 LOGIN alice@example.test secret-alice")
        client.expect(rb"a1 OK \[CAPABILITY IMAP4rev1 .*\] Logged in\r\n")
        client.say(b"a2 LOGOUT")
        client.expect(rb"(?s).*a2 OK")
        session = re.search(r"session=(\w+)", self.logged("imap.login", client="127.0.0.9")[0])[1]
        logins = self.logged_by_dovecot("imap-login", f"session=<{session}>")
        self.assertEqual(len(logins), 1)
        self.assertIn("rip=127.0.0.9", logins[0])
        client = self.raw("mmp_pop3s", source="127.0.0.10")
        client.expect(rb"\+OK ")
        client.say(b"USER alice@example.test\r\nPASS secret-alice\r\nQUIT")
        client.expect(rb"(\+OK.*\r\n){3}")
        self.assertTrue(self.logged_by_dovecot("pop3-login", "rip=127.0.0.10"))

    def test_pipelined_commands_survive_the_hand_over(self):
        client = self.raw("mmp_imaps")
        client.expect(rb"\* OK ")
        client.say(b"a1 LOGIN alice@example.test secret-alice\r\na2 SELECT INBOX\r\na3 NOOP\r\na4 LOGOUT")
        client.expect(rb"(?s)a1 OK .*a2 OK .*a3 OK .*\* BYE .*a4 OK ")

    def test_plain_text_behind_starttls_is_dropped(self):
        for port, upgrade, injected, probe, answer in (
                ("mmp_imap", b"a1 STARTTLS", b"a2 LOGIN alice@example.test secret-alice", b"a3 NOOP", rb"a3 OK NOOP"),
                ("mmp_pop3", b"STLS", b"USER alice@example.test\r\nPASS secret-alice", b"PASS x", rb"-ERR USER first")):
            plain = socket.create_connection((HOST, self.port[port]), 20)
            self.addCleanup(plain.close)
            before = Raw(plain)
            before.expect(rb".* OK |\+OK ")
            before.say(upgrade + b"\r\n" + injected)
            before.expect(rb"(a1 OK|\+OK) Begin TLS.*\r\n")
            after = Raw(self.secured(plain))
            after.say(probe)
            after.expect(answer)

    def test_no_password_without_tls(self):
        client = self.raw("mmp_imap", tls=False)
        client.expect(rb"\* OK \[CAPABILITY [^]]*STARTTLS[^]]*LOGINDISABLED")
        client.say(b"a1 LOGIN alice@example.test secret-alice")
        client.expect(rb"a1 NO \[PRIVACYREQUIRED\]")
        client = self.raw("mmp_pop3", tls=False)
        client.expect(rb"\+OK")
        client.say(b"USER alice@example.test")
        client.expect(rb"-ERR TLS needed")

    def test_a_store_with_another_name_in_its_certificate_gets_no_login(self):
        carol = User("carol@example.test", "store-b.example.test")
        with self.assertRaises(imaplib.IMAP4.error) as refused:
            self.imap(carol)
        self.assertIn("UNAVAILABLE", str(refused.exception))
        self.assertTrue(self.logged("imap.login", user=carol.address, result="unavailable"))

    def test_wrong_password_and_unknown_user_are_answered_alike(self):
        answers = set()
        for name in ("alice@example.test", "nobody@example.test", "*)(uid=*"):
            client = self.raw("mmp_imaps")
            client.expect(rb"\* OK ")
            client.say(b'a1 LOGIN "' + name.encode() + b'" wrong')
            answers.add(client.expect(rb"a1 NO .*\r\n"))
        self.assertEqual(answers, {b"a1 NO [AUTHENTICATIONFAILED] Authentication failed\r\n"})

    def test_logins_come_back_when_the_store_does(self):
        self.dovecot.stop()
        for _ in range(5):
            with self.assertRaises(imaplib.IMAP4.error) as refused:
                self.imap()
            self.assertIn("UNAVAILABLE", str(refused.exception))
        self.dovecot.start()
        self.dovecot.wait_ready()
        self.wait_until_probed()
        self.imap()

    def test_reload_takes_new_mailhosts_and_keeps_sessions(self):
        imap = self.imap()
        self.write_mmp_config("store-a.example.test")
        self.mmp.signal(signal.SIGHUP)
        self.wait_until_probed(User("carol@example.test", "store-b.example.test"))
        self.assertEqual(imap.noop()[0], "OK")
        self.write_mmp_config("another.example.test")
        self.mmp.signal(signal.SIGHUP)

    def test_sigterm_drains_and_ends_with_status_0(self):
        self.imap()
        idle = self.raw("mmp_pop3", tls=False)
        idle.expect(rb"\+OK")
        self.assertEqual(self.mmp.stop(), 0)
        self.assertTrue(self.logged("imap.close", user=ALICE.address, reason="interrupted"))
        self.mmp.start()
        self.mmp.wait_ready()

    def wait_until_probed(self, user=ALICE):
        """The proxy leaves a dead store alone for a second."""
        for _ in range(100):
            try:
                self.imap(user)
                return
            except imaplib.IMAP4.error:
                time.sleep(0.1)
        self.fail("no login after the store came back")


class Raw:
    """A connection that shows each byte."""

    def __init__(self, stream):
        self._stream = stream
        self._seen = b""

    def say(self, line):
        self._stream.sendall(line + b"\r\n")

    def expect(self, pattern):
        """Reads until the pattern matches at the start of what came; takes the match out and returns it."""
        while True:
            found = re.match(pattern, self._seen)
            if found and found.end() > 0:
                rest = self._seen[found.end():]
                end = 0 if found[0].endswith(b"\n") else rest.find(b"\n") + 1
                if end or found[0].endswith(b"\n"):
                    self._seen = rest[end:]
                    return found[0]
            more = self._stream.recv(65536)
            if not more:
                raise AssertionError(f"closed while waiting for {pattern!r}; got {self._seen!r}")
            self._seen += more


def lines_with(path, *words):
    """Lines of a log with all the words; who writes it may do so a moment after the answer."""
    for _ in range(100):
        with open(path, encoding="utf-8") as log:
            found = [line for line in log if all(word in line for word in words)]
        if found:
            return found
        time.sleep(0.1)
    return []


def accepts(port):
    try:
        socket.create_connection((HOST, port), 1).close()
        return True
    except OSError:
        return False


if __name__ == "__main__":
    unittest.main(verbosity=2)
