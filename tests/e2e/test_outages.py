"""Parts of the site are away for a while: temporary errors where nothing better is possible, and then all is well."""

import imaplib
import os
import signal
import smtplib
import time
import unittest

from harness import STRANGER, USER, SiteCase, clients


class StoreAway(SiteCase):
    def test_mail_waits_in_the_relay_and_logins_get_a_temporary_error(self):
        self.send(USER["alice"])
        self.site.daemons["store-a"].stop()
        waiting = [self.send(USER["alice"]) for _ in range(3)]
        other = self.send(USER["carol"])
        self.assert_delivered(USER["carol"], other)  # the other store is not concerned
        with self.assertRaises(clients.imaplib.IMAP4.error) as refused:
            self.imap(USER["alice"])
        self.assertIn("UNAVAILABLE", str(refused.exception))
        pop = clients.poplib.POP3_SSL(self.at["pop3s"][0]["host"], self.at["pop3s"][0]["port"], timeout=30,
                                      context=clients.tls_context(self.ca))
        pop.user(USER["alice"].address)
        with self.assertRaises(clients.poplib.error_proto) as refused:
            pop.pass_(USER["alice"].password)
        self.assertIn("SYS/TEMP", str(refused.exception))
        pop.close()
        self.site.restart("store-a")
        for message in waiting:
            self.assert_delivered(USER["alice"], message, 60)

    def test_a_user_moved_by_the_directory_gets_new_mail_and_logins_at_the_new_store(self):
        dn = self.site.directory.dn_of("bob")
        before = self.send(USER["bob"])
        self.assert_delivered(USER["bob"], before)
        self.site.directory.move_user(dn, "store-b.example.test")
        self.addCleanup(self.site.directory.move_user, dn, "store-a.example.test")

        def arrives_at_b():
            message = self.send(USER["bob"])
            return self.eventually(lambda: self.read_at_store("store-b", message.ident), 2)
        self.assertTrue(self.eventually(arrives_at_b, 90), "new mail still goes to the old store")

        def login_lands_at_b():
            imap = clients.imap_login(self.at["imaps"][0], self.ca, USER["bob"])
            try:
                return not clients.imap_find(imap, before.ident)
            finally:
                imap.logout()
        self.assertTrue(self.eventually(login_lands_at_b, 90), "logins still go to the old store")

    def read_at_store(self, store, ident):
        """By direct login to a store, past the proxy."""
        imap = self.direct_imap(store, USER["bob"])
        try:
            return clients.imap_find(imap, ident)
        finally:
            imap.logout()

    def direct_imap(self, store, user):
        at = next(entry["imap"] for entry in self.at["stores"] if entry["name"] == store)
        return clients.direct_imap_login(at, self.ca, user)


class DirectoryAway(SiteCase):
    def warm(self):
        """Everybody the daemons know is in their caches."""
        self.assert_delivered(USER["alice"], self.send(USER["alice"]))

    def check_while_away(self):
        self.assert_found_in_cache()
        began = time.monotonic()
        code = self.rcpt(f"new-{os.urandom(6).hex()}@example.test")  # no other test has put it into a cache
        self.assertIn(code, range(400, 500), "unknown must be a temporary error")
        self.assertLess(time.monotonic() - began, 30)
        began = time.monotonic()
        with self.assertRaises(clients.imaplib.IMAP4.error) as refused:
            self.imap(USER["dave"])
        self.assertIn("UNAVAILABLE", str(refused.exception))
        self.assertLess(time.monotonic() - began, 30)
        for daemon in self.site.daemons.values():
            self.assertEqual(daemon.get("/healthz")[0], 200, daemon.name)

    def assert_found_in_cache(self):
        self.assertEqual(self.rcpt(USER["alice"].address), 250)

    def rcpt(self, address):
        at = self.at["smtp_inbound"][0]
        with smtplib.SMTP(at["host"], at["port"], timeout=60) as smtp:
            smtp.ehlo("relay.elsewhere.test")
            smtp.mail(STRANGER)
            return smtp.rcpt(address)[0]

    def test_a_hung_directory_server_stops_nobody_who_is_cached(self):
        self.warm()
        self.site.directory.process.signal(signal.SIGSTOP)
        try:
            self.check_while_away()
        finally:
            self.site.directory.process.signal(signal.SIGCONT)
        self.assertTrue(self.eventually(lambda: self.rcpt("somebody-new@example.test") == 550, 60))
        self.assert_delivered(USER["dave"], self.send(USER["dave"]))

    def test_a_dead_directory_server_comes_back(self):
        self.warm()
        self.site.directory.process.kill()
        try:
            self.check_while_away()
        finally:
            self.site.directory.start()
            self.site.directory.wait_ready()
        self.assertTrue(self.eventually(lambda: self.rcpt("somebody-new@example.test") == 550, 60))
        self.assertTrue(self.eventually(lambda: self.rcpt(USER["erin"].address) == 250, 60))
        self.assertTrue(self.eventually(lambda: self.can_log_in(USER["erin"]), 60))  # the proxy looks for itself
        self.assert_delivered(USER["erin"], self.send(USER["erin"]))

    def can_log_in(self, user):
        try:
            self.imap(user)
        except imaplib.IMAP4.error:
            return False
        return True


if __name__ == "__main__":
    unittest.main()
