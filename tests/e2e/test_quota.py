"""Quotas with a real directory: a warning once, mail over the quota held by the relay, then returned to its sender."""

import unittest

from harness import USER, SiteCase, messages


class Quota(SiteCase):
    def set_config(self, name, old, new):
        path = self.site.config_path(name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertIn(old, text)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(old, new, 1))
        self.site.daemons[name].stop()
        self.site.restart(name)

    def subjects(self, user):
        imap = self.imap(user)
        imap.select("INBOX", readonly=True)
        numbers = imap.search(None, "ALL")[1][0].split()
        found = [imap.fetch(number, "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1][0][1].decode() for number in numbers]
        imap.logout()
        return found

    def test_over_quota_is_warned_of_once_then_held_then_returned(self):
        self.set_config("mta-inbound", 'longest_retry = "2s"\n', 'longest_retry = "2s"\nlongest_store_retry = "2s"\n')
        self.set_config("store-a", "[limits]\n", '[quota]\ngrace = "1h"\n\n[limits]\n')
        self.site.directory.modify(f"dn: {self.site.directory.dn_of('alice')}\nchangetype: modify\n"
                                   "replace: mailMsgQuota\nmailMsgQuota: 3\n")
        for _ in range(3):
            self.assert_delivered(USER["alice"], self.send(USER["alice"]))
        warnings = [subject for subject in self.subjects(USER["alice"]) if "100 % full" in subject]
        self.assertEqual(len(warnings), 1)

        bob = USER["bob"].address
        held = self.send(USER["alice"], messages.plain(bob, [USER["alice"].address]), sender=bob)
        self.assertTrue(self.eventually(lambda: "452 4.2.2" in self.site.daemons["store-a"].log_tail(200)))
        self.assertEqual(len(self.subjects(USER["alice"])), 4)  # three and the warning

        self.set_config("store-a", 'grace = "1h"', 'grace = "0s"')
        report = self.eventually(lambda: self.report_to(USER["bob"], USER["alice"].address), 60)
        self.assertTrue(report, "no report came back")
        self.assertIn(b"Status: 5.2.2", report)
        self.assertIn(held.ident.encode(), report)
        self.assertEqual(len(self.subjects(USER["alice"])), 4)

        imap = self.imap(USER["alice"])
        shown = imap.getquotaroot("INBOX")[1]
        self.assertTrue(any(b"MESSAGE 4 3" in line for line in shown[1]), shown)
        self.assertEqual(imap.append("INBOX", None, None, b"Subject: x\r\n\r\n")[0], "NO")

    def report_to(self, user, recipient):
        imap = self.imap(user)
        imap.select("INBOX", readonly=True)
        numbers = imap.search(None, "BODY", f'"{recipient}"')[1][0].split()
        texts = [imap.fetch(number, "(BODY.PEEK[])")[1][0][1] for number in numbers]
        imap.logout()
        return next((text for text in texts if b"multipart/report" in text), None)


if __name__ == "__main__":
    unittest.main()
