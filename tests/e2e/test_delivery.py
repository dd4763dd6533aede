"""Messages travel both tiers and arrive as they were sent."""

import smtplib
import ssl
import unittest

from harness import STRANGER, USER, SiteCase, clients, messages


class Delivery(SiteCase):
    def test_every_kind_of_message_reaches_users_on_both_stores_unchanged(self):
        for user in (USER["alice"], USER["carol"], USER["erin"]):
            for message in messages.all_kinds(STRANGER, [user.address]):
                with self.subTest(user=user.name, kind=message.kind):
                    self.send(user, message)
                    self.assert_delivered(user, message)

    def test_submission_reaches_users_on_both_stores_at_once(self):
        recipients = [USER["bob"], USER["carol"], USER["dave"], USER["erin"]]
        for implicit in (False, True):
            message = self.submit(USER["alice"], recipients, implicit=implicit)
            for user in recipients:
                with self.subTest(user=user.name, implicit=implicit):
                    self.assert_delivered(user, message)

    def test_pop3_through_the_proxy_gives_the_same_bytes(self):
        for user in (USER["bob"], USER["dave"]):
            message = self.send(user, messages.multipart(STRANGER, [user.address]))
            self.assert_delivered(user, message)
            found = clients.pop_read(self.at["pop3s"][0], self.ca, user, message.ident)
            self.assertEqual(len(found), 1)
            self.assertEqual(messages.difference(message.content, found[0]), "")

    def test_an_alternate_address_and_a_domain_alias_reach_the_user(self):
        for address in ("alice.ashby@example.test", "alice@alias.example.test"):
            message = messages.plain(STRANGER, [address])
            clients.send(self.at["smtp_inbound"][0], STRANGER, [address], message)
            self.assert_delivered(USER["alice"], message)

    def test_a_folder_that_the_sender_names_takes_mail_where_strangers_may_post(self):
        imap = self.imap(USER["alice"])
        for folder, rights in (("Lists", "p"), ("Closed", "lr")):
            self.assertEqual(imap.create(folder)[0], "OK")
            self.assertEqual(imap.setacl(folder, "anyone", rights)[0], "OK")
        # By both relays; what names no folder that is open comes to INBOX.
        addresses = ["alice+Lists@example.test", "alice+Closed@example.test", "alice+Nowhere@example.test"]
        for address, folder in zip(addresses, ("Lists", "INBOX", "INBOX")):
            message = messages.plain(STRANGER, [address])
            clients.send(self.at["smtp_inbound"][0], STRANGER, [address], message)
            posted = self.submit(USER["bob"], [address])
            for each in (message, posted):
                with self.subTest(address=address):
                    found = self.eventually(lambda: clients.imap_find(imap, each.ident, folder))
                    self.assertEqual(len(found), 1)
                    self.assertEqual(messages.difference(each.content, found[0]), "")
        # One transaction for the user and his folder: a copy each.
        message = messages.plain(STRANGER, ["alice@example.test", addresses[0]])
        clients.send(self.at["smtp_inbound"][0], STRANGER, ["alice@example.test", addresses[0]], message)
        for folder in ("INBOX", "Lists"):
            self.assertEqual(len(self.eventually(lambda: clients.imap_find(imap, message.ident, folder))), 1, folder)
        with self.assertRaises(smtplib.SMTPRecipientsRefused) as refused:
            clients.send(self.at["smtp_inbound"][0], STRANGER, ["nobody+Lists@example.test"], message)
        self.assertEqual(refused.exception.recipients["nobody+Lists@example.test"][0], 550)

    def test_one_transaction_for_users_of_both_stores_is_delivered_to_each_once(self):
        addresses = [USER["alice"].address, USER["bob"].address, USER["carol"].address]
        message = messages.plain(STRANGER, addresses)
        clients.send(self.at["smtp_inbound"][0], STRANGER, addresses, message)
        for name in ("alice", "bob", "carol"):
            self.assert_delivered(USER[name], message)

    def test_a_user_who_does_not_exist_is_refused_for_good(self):
        with self.assertRaises(smtplib.SMTPRecipientsRefused) as refused:
            clients.send(self.at["smtp_inbound"][0], STRANGER, ["nobody@example.test"],
                         messages.plain(STRANGER, ["nobody@example.test"]))
        self.assertEqual(refused.exception.recipients["nobody@example.test"][0], 550)

    def test_a_stranger_can_not_relay(self):
        with self.assertRaises(smtplib.SMTPRecipientsRefused) as refused:
            clients.send(self.at["smtp_inbound"][0], STRANGER, ["x@elsewhere.test"],
                         messages.plain(STRANGER, ["x@elsewhere.test"]))
        self.assertIn(refused.exception.recipients["x@elsewhere.test"][0], range(500, 600))

    def test_submission_without_login_or_with_another_sender_is_refused(self):
        at = self.at["submission"][0]
        with smtplib.SMTP(at["host"], at["port"], timeout=30) as smtp:
            smtp.starttls(context=clients.tls_context(self.ca))
            smtp.ehlo()
            self.assertIn(smtp.mail(USER["alice"].address)[0], range(500, 600))
        with smtplib.SMTP(at["host"], at["port"], timeout=30) as smtp:
            smtp.starttls(context=clients.tls_context(self.ca))
            smtp.login(USER["alice"].address, USER["alice"].password)
            codes = [smtp.mail(USER["bob"].address)[0], smtp.rcpt(USER["carol"].address)[0]]
            self.assertTrue(any(code >= 500 for code in codes), codes)

    def test_passwords_are_not_taken_without_tls(self):
        at = self.at["submission"][0]
        with smtplib.SMTP(at["host"], at["port"], timeout=30) as smtp:
            smtp.ehlo()
            self.assertFalse(smtp.has_extn("auth"))
        at = self.at["imap"][0]
        imap = clients.imaplib.IMAP4(at["host"], at["port"], timeout=30)
        with self.assertRaises(clients.imaplib.IMAP4.error):
            imap.login(USER["alice"].address, USER["alice"].password)
        imap.starttls(ssl_context=clients.tls_context(self.ca))
        imap.login(USER["alice"].address, USER["alice"].password)
        imap.logout()

    def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(self):
        answers = []
        for user, password in ((USER["alice"].address, "wrong"), ("nobody@example.test", "wrong")):
            imap = clients.imaplib.IMAP4_SSL(self.at["imaps"][0]["host"], self.at["imaps"][0]["port"],
                                             ssl_context=clients.tls_context(self.ca), timeout=30)
            with self.assertRaises(clients.imaplib.IMAP4.error) as refused:
                imap.login(user, password)
            answers.append(str(refused.exception))
            imap.shutdown()
        self.assertEqual(answers[0], answers[1])

    def test_the_stores_lmtp_port_is_closed_to_strangers(self):
        at = self.at["stores"][0]["lmtp"]
        with self.assertRaises((smtplib.SMTPException, OSError)):
            with smtplib.LMTP(at["host"], at["port"], timeout=30) as lmtp:
                lmtp.sendmail(STRANGER, [USER["alice"].address], messages.plain(STRANGER, ["x"]).content)
        context = ssl.create_default_context(cafile=self.ca)
        context.load_cert_chain(*self.site.certificate("admin"))  # of our CA, but not a relay
        with self.assertRaises((smtplib.SMTPException, OSError)):
            with self.lmtp(context) as lmtp:
                lmtp.sendmail(STRANGER, [USER["alice"].address], messages.plain(STRANGER, ["x"]).content)

    def lmtp(self, context):
        return clients.LmtpOverTls(self.at["stores"][0]["lmtp"], context)


if __name__ == "__main__":
    unittest.main()
