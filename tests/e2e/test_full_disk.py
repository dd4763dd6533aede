"""A full disk of a store and of a relay: temporary errors, nothing damaged, and it heals when there is space again."""

import os
import smtplib
import ssl
import subprocess
import unittest

from harness import STRANGER, USER, SiteCase, clients, messages

DISK_BYTES = 768 * 1024 * 1024


class FullDisk(SiteCase):
    disks = ("store-a", "mta-inbound")
    settings = {"mta-inbound": [("[queue]\n", '[queue]\nsegment = "16MiB"\n')]}

    @classmethod
    def before_start(cls):
        for name in cls.disks:
            folder = cls.site.data_folder(name)
            os.makedirs(folder)
            done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=0700", "helio-test", folder],
                                  capture_output=True, text=True)
            if done.returncode != 0:
                raise unittest.SkipTest(f"can't mount a tmpfs here: {done.stderr.strip()}")
            cls.addClassCleanup(subprocess.run, ["umount", "-l", folder], check=False)

    def filler(self, name):
        return os.path.join(self.site.data_folder(name), "filler")

    def fill(self, name):
        """Takes all space that is left."""
        with open(self.filler(name), "wb") as file:
            try:
                while True:
                    file.write(bytes(1024 * 1024))
            except OSError:
                pass

    def free(self, name):
        os.unlink(self.filler(name))

    def lmtp(self):
        context = ssl.create_default_context(cafile=self.ca)
        context.load_cert_chain(*self.site.certificate("mta-inbound"))
        return clients.LmtpOverTls(self.at["stores"][0]["lmtp"], context)

    def deliver_until_full(self, most=400):
        """Delivers by LMTP to alice until the store answers with an error: the idents delivered and the error's code."""
        delivered = []
        with self.lmtp() as lmtp:
            for _ in range(most):
                message = messages.large(STRANGER, [USER["alice"].address], 2 * 1024 * 1024)
                try:
                    lmtp.sendmail(STRANGER, [USER["alice"].address], message.content)
                except smtplib.SMTPDataError as error:
                    return delivered, error.smtp_code
                except smtplib.SMTPRecipientsRefused as error:
                    return delivered, next(iter(error.recipients.values()))[0]
                delivered.append(message)
        self.fail("the disk did not fill up")

    def test_a_store_without_space_answers_temporarily_and_heals(self):
        early = self.send(USER["alice"])
        self.assert_delivered(USER["alice"], early)
        self.fill("store-a")
        delivered, code = self.deliver_until_full()
        self.assertIn(code, (431, 451, 452))
        self.assert_delivered(USER["alice"], early)  # reading goes on
        for message in delivered[-2:]:
            self.assert_delivered(USER["alice"], message)
        waiting = self.send(USER["alice"])  # the relay keeps it
        self.free("store-a")
        self.assert_delivered(USER["alice"], waiting, 60)
        self.assertEqual(self.site.daemons["store-a"].get("/healthz")[0], 200)
        self.site.daemons["store-a"].kill()
        self.site.restart("store-a")
        for message in [early, waiting, *delivered[-2:]]:
            self.assert_delivered(USER["alice"], message)

    def test_a_relay_without_space_answers_temporarily_and_heals(self):
        self.site.daemons["store-b"].stop()
        self.fill("mta-inbound")
        code = 0
        queued = []
        for _ in range(400):
            message = messages.large(STRANGER, [USER["carol"].address], 2 * 1024 * 1024)
            try:
                self.send(USER["carol"], message)
                queued.append(message)
            except smtplib.SMTPDataError as error:
                code = error.smtp_code
                break
            except smtplib.SMTPResponseException as error:
                code = error.smtp_code
                break
            except smtplib.SMTPRecipientsRefused as error:
                code = next(iter(error.recipients.values()))[0]
                break
        self.assertIn(code, (431, 451, 452))
        self.assert_delivered(USER["bob"], self.send(USER["bob"]))  # cut-through needs no queue
        self.free("mta-inbound")
        later = self.eventually(self.can_send, 30)
        self.assertTrue(later, "the relay does not take mail again")
        self.site.restart("store-b")
        for message in queued[-2:] + [later]:
            self.assert_delivered(USER["carol"], message, 90)

    def can_send(self):
        try:
            return self.send(USER["carol"])
        except smtplib.SMTPException:
            return None


if __name__ == "__main__":
    unittest.main()
