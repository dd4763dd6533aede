"""Mail to other sites: MX look-ups at a real DNS server, delivery by SMTP, and reports of what could not be delivered."""

import unittest

from harness import USER, SiteCase, messages
from outside import Dns, Exchanger

ZONES = {"elsewhere.test": "@ MX 10 mx\nmx A 127.0.0.1", "nullmx.test": "@ MX 0 ."}


class Outbound(SiteCase):
    @classmethod
    def before_start(cls):
        ports = cls.site.ports
        cls.exchanger = Exchanger(ports.get("exchanger"))
        cls.addClassCleanup(cls.exchanger.close)
        cls.dns = Dns(cls.folder + "/dns", ports.get_for_udp("dns"), ZONES)
        cls.addClassCleanup(cls.dns.stop)
        cls.dns.start()
        cls.site.outside = {"dns": f"127.0.0.1@{cls.dns.port}", "smtp_port": ports.get("exchanger")}

    def test_submitted_mail_reaches_the_exchanger_of_another_site(self):
        before = len(self.exchanger.messages)
        message = messages.multipart(USER["alice"].address, ["friend@elsewhere.test"])
        self.submit(USER["alice"], ["friend@elsewhere.test", USER["carol"]], message)
        self.assertTrue(self.exchanger.wait_for(before + 1), "nothing arrived outside")
        sender, recipients, content = self.exchanger.messages[before]
        self.assertEqual((sender, recipients), (USER["alice"].address, ["friend@elsewhere.test"]))
        self.assertEqual(messages.difference(message.content, content), "")
        self.assert_delivered(USER["carol"], message)

    def test_a_refused_recipient_comes_back_as_a_report(self):
        self.exchanger.refuse["gone@elsewhere.test"] = "550 5.1.1 no such user"
        self.submit(USER["bob"], ["gone@elsewhere.test"])
        self.assert_report(USER["bob"], "gone@elsewhere.test", "5.1.1")

    def test_a_domain_without_mail_comes_back_as_a_report(self):
        self.submit(USER["dave"], ["x@nullmx.test"])
        self.assert_report(USER["dave"], "x@nullmx.test", "5.1.10")

    def assert_report(self, user, recipient, status):
        imap = self.imap(user)

        def found():
            imap.select("INBOX", readonly=True)
            numbers = imap.search(None, "BODY", f'"{recipient}"')[1][0].split()
            return [imap.fetch(number, "(BODY.PEEK[])")[1][0][1] for number in numbers]
        reports = self.eventually(found, 60)
        self.assertEqual(len(reports), 1, "reports about the recipient")
        self.assertIn(b"multipart/report", reports[0])
        self.assertIn(f"Status: {status}".encode(), reports[0])


if __name__ == "__main__":
    unittest.main()
