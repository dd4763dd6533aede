"""Mechanisms with a challenge by other people's clients: gsasl, curl, swaks, imaplib, smtplib, poplib."""

import http.server
import imaplib
import json
import poplib
import smtplib
import subprocess
import threading
import time
import unittest
import urllib.parse

from harness import USER, SiteCase, clients

MECHANISMS = '["PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", ' \
             '"SCRAM-SHA-256-PLUS"]'
SASL = ("", f'\n[sasl]\nmechanisms = {MECHANISMS}\nhost = "localhost"\n')
ALICE, BOB, CAROL = USER["alice"], USER["bob"], USER["carol"]


class Mechanisms(SiteCase):
    settings = {"mmp": [SASL], "mta-outbound": [SASL], "store-a": [SASL], "store-b": [SASL]}

    @classmethod
    def before_start(cls):
        cls.site.directory.passwords_readable = True

    def gsasl(self, kind, service, mechanism, password, *more):
        """True when GNU SASL's own client gets in."""
        port = self.at[service][0]["port"]
        done = subprocess.run(
            ["gsasl", "--client", f"--{kind}", f"--connect=localhost:{port}", "--mechanism", mechanism,
             f"--x509-ca-file={self.ca}", f"--authentication-id={ALICE.address}", "--authorization-id=",
             f"--password={password}", "--hostname=localhost", "--realm=localhost", "--quiet",
             # Bound to the channel or not, as the mechanism says: its client would say "y" else, a downgrade.
             *([] if mechanism.endswith("-PLUS") else ["--no-cb"]), *more],
            capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
        self.log = done.stdout + done.stderr
        return done.returncode == 0

    def test_gsasl_by_each_mechanism_at_the_proxy_and_at_submission(self):
        for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-256-PLUS", "PLAIN"):
            for kind, service in (("imap", "imap"), ("smtp", "submission")):
                with self.subTest(mechanism=mechanism, service=service):
                    self.assertTrue(self.gsasl(kind, service, mechanism, ALICE.password), self.log)
                    self.assertFalse(self.gsasl(kind, service, mechanism, "guess"), self.log)

    def test_gsasl_with_scram_keys_in_the_directory(self):
        keys = self.run_tool("gsasl", "--mkpasswd", "--mechanism", "SCRAM-SHA-256", "--password", "erin's own",
                             "--iteration-count", "5000").strip()
        self.site.directory.add_users(["scram"], "store-a.example.test")
        self.site.directory.modify(f"dn: {self.site.directory.dn_of('scram')}\nchangetype: modify\n"
                                   f"replace: userPassword\nuserPassword: {keys}\n")
        port = self.at["imap"][0]["port"]
        for password, fine in (("erin's own", True), ("guess", False)):
            done = subprocess.run(
                ["gsasl", "--client", "--imap", f"--connect=localhost:{port}", "--mechanism", "SCRAM-SHA-256",
                 f"--x509-ca-file={self.ca}", "--authentication-id=scram@example.test", "--authorization-id=",
                 f"--password={password}", "--quiet", "--no-cb"],
                capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
            self.assertEqual(done.returncode == 0, fine, done.stdout + done.stderr)

    def test_access_filters_by_host_name(self):
        """The DNS calls us localhost, and localhost has our address."""
        filters = {"named": "+imap:localhost", "strange": "+imap:.example.test", "denied": "-imap:localhost"}
        self.site.directory.add_users(list(filters), "store-a.example.test")
        for name, rule in filters.items():
            self.site.directory.modify(f"dn: {self.site.directory.dn_of(name)}\nchangetype: modify\n"
                                       f"replace: mailAllowedServiceAccess\nmailAllowedServiceAccess: {rule}\n")
            imap = imaplib.IMAP4_SSL("localhost", self.at["imaps"][0]["port"],
                                     ssl_context=clients.tls_context(self.ca))
            with self.subTest(rule=rule):
                if name == "named":
                    imap.login(f"{name}@example.test", f"secret-{name}")
                else:
                    with self.assertRaisesRegex(imaplib.IMAP4.error, "AUTHENTICATIONFAILED"):
                        imap.login(f"{name}@example.test", f"secret-{name}")
            imap.shutdown()

    def test_imaplib_and_smtplib_by_cram_md5(self):
        imap = imaplib.IMAP4_SSL("localhost", self.at["imaps"][0]["port"], ssl_context=clients.tls_context(self.ca))
        self.assertIn("AUTH=CRAM-MD5", imap.capabilities)
        imap.login_cram_md5(BOB.address, BOB.password)
        self.assertEqual(imap.select("INBOX")[0], "OK")
        imap.logout()
        imap = imaplib.IMAP4_SSL("localhost", self.at["imaps"][0]["port"], ssl_context=clients.tls_context(self.ca))
        with self.assertRaises(imaplib.IMAP4.error):
            imap.login_cram_md5(BOB.address, "guess")
        imap.shutdown()
        with smtplib.SMTP("localhost", self.at["submission"][0]["port"], timeout=60) as smtp:
            smtp.starttls(context=clients.tls_context(self.ca))
            smtp.ehlo()
            smtp.user, smtp.password = BOB.address, BOB.password
            self.assertEqual(smtp.auth("CRAM-MD5", smtp.auth_cram_md5)[0], 235)

    def test_curl_by_cram_md5_and_swaks(self):
        account = f"{ALICE.address}:{ALICE.password}"
        for url in (f"imaps://localhost:{self.at['imaps'][0]['port']}/INBOX?ALL",
                    f"pop3s://localhost:{self.at['pop3s'][0]['port']}/"):
            self.run_tool("curl", "-sS", "--cacert", self.ca, "--login-options", "AUTH=CRAM-MD5", "--user", account,
                          url)
        self.run_tool("swaks", "--server", f"localhost:{self.at['submission'][0]['port']}", "-tls", "--auth",
                      "CRAM-MD5", "--auth-user", ALICE.address, "--auth-password", ALICE.password, "--from",
                      ALICE.address, "--to", BOB.address, "--quit-after", "AUTH")

    def test_a_user_kept_out_of_pop_by_his_filter_still_reads_by_imap(self):
        self.site.directory.modify(f"dn: {self.site.directory.dn_of('carol')}\nchangetype: modify\n"
                                   "replace: mailAllowedServiceAccess\nmailAllowedServiceAccess: +imap:ALL$-pop:*\n")

        def pop():
            client = poplib.POP3_SSL("localhost", self.at["pop3s"][0]["port"], context=clients.tls_context(self.ca))
            try:
                client.user(CAROL.address)
                return client.pass_(CAROL.password)
            except poplib.error_proto as error:
                return str(error)
            finally:
                client.quit()
        # The proxy sees the change once its cache of the entry has passed.
        self.assertTrue(self.eventually(lambda: "[AUTH]" in str(pop())))
        self.imap(CAROL)


class Introspection(http.server.BaseHTTPRequestHandler):
    """An authorization server's endpoint of RFC 7662: "good-USER" is a token of that user."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        token = form["token"][0]
        answer = {"active": False}
        if token.startswith("good-"):
            answer = {"active": True, "email": f"{token[5:]}@example.test", "exp": int(time.time()) + 60}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Tokens(SiteCase):
    @classmethod
    def before_start(cls):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Introspection)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        text = ('\n[sasl]\nmechanisms = ["PLAIN", "OAUTHBEARER", "XOAUTH2"]\n[oauth]\n'
                f'introspection_url = "http://127.0.0.1:{server.server_port}/introspect"\n'
                'discovery_url = "https://id.example.test/.well-known/openid-configuration"\n')
        for name in ("mmp", "mta-outbound"):
            cls.site.settings[name] = cls.site.settings[name] + [("", text)]

    def curl(self, url, user, token, *more):
        return subprocess.run(["curl", "-sS", "--cacert", self.ca, "--user", f"{user}:", "--oauth2-bearer", token,
                               *more, url], capture_output=True, text=True, timeout=60).returncode

    def test_curl_by_token_at_the_proxy_and_at_submission(self):
        imaps = f"imaps://localhost:{self.at['imaps'][0]['port']}/INBOX?ALL"
        pop3s = f"pop3s://localhost:{self.at['pop3s'][0]['port']}/"
        for mechanism in ("OAUTHBEARER", "XOAUTH2"):
            for url in (imaps, pop3s):
                with self.subTest(mechanism=mechanism, url=url):
                    option = ("--login-options", f"AUTH={mechanism}")
                    self.assertEqual(self.curl(url, ALICE.address, "good-alice", *option), 0)
                    self.assertNotEqual(self.curl(url, ALICE.address, "forged", *option), 0)
                    self.assertNotEqual(self.curl(url, BOB.address, "good-alice", *option), 0)

    def test_imaplib_by_xoauth2_and_smtplib_by_oauthbearer(self):
        imap = imaplib.IMAP4_SSL("localhost", self.at["imaps"][0]["port"], ssl_context=clients.tls_context(self.ca))
        imap.authenticate("XOAUTH2", lambda _: f"user={BOB.address}\1auth=Bearer good-bob\1\1".encode())
        self.assertEqual(imap.select("INBOX")[0], "OK")
        imap.logout()
        with smtplib.SMTP("localhost", self.at["submission"][0]["port"], timeout=60) as smtp:
            smtp.starttls(context=clients.tls_context(self.ca))
            smtp.ehlo()

            def message(_=None):
                return f"n,a={BOB.address},\1host=localhost\1port=587\1auth=Bearer good-bob\1\1"
            self.assertEqual(smtp.auth("OAUTHBEARER", message)[0], 235)


if __name__ == "__main__":
    unittest.main()
