"""Mail programs that people use work against the site: mutt, mbsync, curl, swaks, imaplib's IDLE."""

import os
import pty
import re
import select
import shutil
import subprocess
import time
import unittest

from harness import STRANGER, USER, SiteCase, inventory, messages


class Programs(SiteCase):
    def test_curl_sends_and_reads(self):
        message = messages.plain(USER["alice"].address, [USER["carol"].address])
        path = os.path.join(self.folder, "message")
        with open(path, "wb") as file:
            file.write(message.content)
        account = f"{USER['alice'].address}:{USER['alice'].password}"
        self.run_tool("curl", "-sS", "--cacert", self.ca, "--ssl-reqd", "--user", account, "--mail-from",
                      USER["alice"].address, "--mail-rcpt", USER["carol"].address, "--upload-file", path,
                      f"smtp://localhost:{self.at['submission'][0]['port']}")
        self.assert_delivered(USER["carol"], message)
        uid = self.uid_of(USER["carol"], message)
        got = subprocess.run(
            ["curl", "-sS", "--cacert", self.ca, "--user", f"{USER['carol'].address}:{USER['carol'].password}",
             f"imaps://localhost:{self.at['imaps'][0]['port']}/INBOX;UID={uid}"], capture_output=True, timeout=60)
        self.assertEqual(got.returncode, 0, got.stderr)
        self.assertEqual(messages.difference(message.content, got.stdout), "")
        listing = self.run_tool("curl", "-sS", "--cacert", self.ca, "--user",
                                f"{USER['carol'].address}:{USER['carol'].password}",
                                f"pop3s://localhost:{self.at['pop3s'][0]['port']}/")
        self.assertRegex(listing, r"^1 \d+")

    def test_swaks_delivers_and_submits(self):
        subject = f"swaks {os.urandom(6).hex()}"
        self.run_tool("swaks", "--server", f"localhost:{self.at['smtp_inbound'][0]['port']}", "--from", STRANGER,
                      "--to", USER["dave"].address, "--header", f"Subject: {subject}")
        self.run_tool("swaks", "--server", f"localhost:{self.at['submission'][0]['port']}", "-tls", "--auth", "PLAIN",
                      "--auth-user", USER["alice"].address, "--auth-password", USER["alice"].password, "--from",
                      USER["alice"].address, "--to", USER["dave"].address, "--header", f"Subject: {subject}")
        imap = self.imap(USER["dave"])

        def count():
            imap.select("INBOX")
            return len(imap.search(None, "SUBJECT", f'"{subject}"')[1][0].split()) == 2
        self.assertTrue(self.eventually(count))

    def test_mbsync_twice_finds_nothing_to_do_the_second_time(self):
        user = USER["bob"]
        sent = [self.send(user, make(STRANGER, [user.address]))
                for make in (messages.plain, messages.multipart, messages.eight_bit)]
        for message in sent:
            self.assert_delivered(user, message)
        maildir = os.path.join(self.folder, "mbsync")
        os.makedirs(maildir, exist_ok=True)
        config = os.path.join(self.folder, "mbsyncrc")
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"""
IMAPAccount site
Host localhost
Port {self.at['imaps'][0]['port']}
User {user.address}
Pass {user.password}
SSLType IMAPS
SystemCertificates no
CertificateFile {self.ca}

IMAPStore far
Account site

MaildirStore near
Path {maildir}/
Inbox {maildir}/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
""")
        self.mbsync(config)
        bodies = []
        for part in ("new", "cur"):
            folder = os.path.join(maildir, "INBOX", part)
            for name in os.listdir(folder):
                with open(os.path.join(folder, name), "rb") as file:
                    bodies.append(file.read().replace(b"\r\n", b"\n"))
        for message in sent:
            wanted = message.content.replace(b"\r\n", b"\n")
            # mbsync puts an X-TUID header below the others while a message is under way
            self.assertTrue(any(re.sub(rb"X-TUID: .*\n", b"", body).endswith(wanted) for body in bodies), message.kind)
        before, at_server = self.maildir_state(maildir), inventory(self.at["imaps"][0], self.ca, user)
        self.mbsync(config)
        self.assertEqual(self.maildir_state(maildir), before)
        self.assertEqual(inventory(self.at["imaps"][0], self.ca, user), at_server)

    def maildir_state(self, maildir):
        """Every message's name (its flags are in it) and mbsync's own record of what is in step."""
        state = {}
        for folder, _, files in os.walk(maildir):
            for name in files:
                path = os.path.join(folder, name)
                if name == ".mbsyncstate":
                    with open(path, encoding="ascii") as file:
                        state[path] = file.read()
                else:
                    state[path] = os.path.getsize(path)
        return state

    def mbsync(self, config):
        done = subprocess.run(["mbsync", "-c", config, "-a"], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout + done.stderr

    def test_mutt_reads_and_sends(self):
        marker = f"mutt {os.urandom(6).hex()}"
        self.send(USER["alice"], messages.plain(STRANGER, [USER["alice"].address], text=marker))
        rc = os.path.join(self.folder, "muttrc")
        home = os.path.join(self.folder, "home")
        os.makedirs(home, exist_ok=True)
        with open(rc, "w", encoding="utf-8") as file:
            file.write(f"""
set from="{USER['alice'].address}"
set imap_user="{USER['alice'].address}"
set imap_pass="{USER['alice'].password}"
set smtp_url="smtps://alice%40example.test@localhost:{self.at['submissions'][0]['port']}/"
set smtp_pass="{USER['alice'].password}"
set smtp_authenticators="plain"
set folder="imaps://localhost:{self.at['imaps'][0]['port']}/"
set spoolfile="+INBOX"
set record=""
set ssl_force_tls=yes
set ssl_ca_certificates_file="{self.ca}"
set wait_key=no
set confirmcreate=no
set confirmappend=no
set quit=yes
""")
        text = os.path.join(self.folder, "text")
        with open(text, "w", encoding="utf-8") as file:
            file.write("from mutt\n")
        environment = {**os.environ, "HOME": home, "TERM": "vt100"}
        with open(text, encoding="utf-8") as body:
            done = subprocess.run(["mutt", "-n", "-F", rc, "-s", marker, "--", USER["carol"].address], stdin=body,
                                  capture_output=True, text=True, timeout=60, env=environment)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        imap = self.imap(USER["carol"])

        def arrived():
            imap.select("INBOX")
            return imap.search(None, "SUBJECT", f'"{marker}"')[1][0].split()
        self.assertTrue(self.eventually(arrived), "carol has no message from mutt")
        copy = os.path.join(self.folder, "mutt-copy")
        self.drive_mutt(["mutt", "-n", "-F", rc, "-e", "set mbox_type=mbox", "-e",
                         f"push <tag-pattern>~A<enter><tag-prefix><copy-message>{copy}<enter><exit>"], environment)
        with open(copy, "rb") as file:
            self.assertIn(marker.encode(), file.read())

    def drive_mutt(self, command, environment):
        """Runs mutt on a terminal of its own until it ends."""
        child, terminal = pty.fork()
        if child == 0:
            os.environ.update(environment)
            os.execvp(command[0], command)
        screen = b""
        deadline = time.monotonic() + 60
        try:
            while time.monotonic() < deadline:
                if select.select([terminal], [], [], 0.2)[0]:
                    screen += os.read(terminal, 65536)
                    if screen.rstrip().endswith((b"([yes]/no): ", b"(no/[yes]):")):
                        os.write(terminal, b"y")
                if os.waitpid(child, os.WNOHANG)[0]:
                    return
        except OSError:  # the terminal closes with mutt
            os.waitpid(child, 0)
            return
        os.kill(child, 9)
        os.waitpid(child, 0)
        self.fail(f"mutt did not end; its screen: {screen[-2000:]!r}")

    def test_imap_idle_tells_of_a_new_message_without_polling(self):
        user = USER["dave"]
        imap = self.imap(user)
        imap.select("INBOX")
        imap.send(b"i1 IDLE\r\n")
        line = imap.readline()
        while not line.startswith(b"+"):
            line = imap.readline()
        began = time.monotonic()
        self.send(user)
        line = imap.readline()
        took = time.monotonic() - began
        self.assertRegex(line, rb"^\* \d+ EXISTS")
        self.assertLess(took, 2)
        imap.send(b"DONE\r\n")
        while not line.startswith(b"i1 "):
            line = imap.readline()
        self.assertTrue(line.startswith(b"i1 OK"), line)

    def test_folders_flags_and_expunge_through_the_proxy(self):
        imap = self.imap(USER["erin"])
        name = "Reports"
        self.assertEqual(imap.create(name)[0], "OK")
        message = messages.utf8_headers(STRANGER, [USER["erin"].address])
        self.assertEqual(imap.append(name, r"(\Seen Project)", None, message.content)[0], "OK")
        self.assertEqual(imap.select(name)[1], [b"1"])
        self.assertIn(b"Project", imap.fetch("1", "(FLAGS)")[1][0])
        self.assertEqual(imap.fetch("1", "(BODY.PEEK[])")[1][0][1], message.content)
        imap.store("1", "+FLAGS", r"(\Deleted)")
        self.assertEqual(imap.expunge()[1], [b"1"])
        self.assertEqual(imap.close()[0], "OK")
        self.assertEqual(imap.rename(name, "Old")[0], "OK")
        self.assertEqual(imap.delete("Old")[0], "OK")

    def uid_of(self, user, message):
        imap = self.imap(user)
        imap.select("INBOX", readonly=True)
        _, found = imap.uid("SEARCH", "HEADER", "Message-ID", f"<{message.ident}>")
        return found[0].split()[0].decode()


for tool in ("curl", "swaks", "mbsync", "mutt"):
    if not shutil.which(tool):
        raise SystemExit(f"{tool} is missing: run deploy/install-packages")

if __name__ == "__main__":
    unittest.main()
