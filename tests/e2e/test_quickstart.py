"""deploy/quickstart keeps its contract (DESIGN.md section 10)."""

import json
import os
import signal
import subprocess
import tempfile
import time
import unittest

from harness import BUILD, ROOT
from helio import clients
from helio.ports import FixedPorts
from helio.site import User

COMMAND = [os.path.join(ROOT, "deploy/quickstart"), "--no-install", "--build", BUILD]


def free_base():
    for base in range(21000, 60000, 211):
        if not FixedPorts(base).busy():
            return base
    raise RuntimeError("no free base port")


class QuickStart(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="helio-quickstart-", ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        os.chmod(folder.name, 0o711)
        self.state = os.path.join(folder.name, "run")
        self.arguments = [*COMMAND, "--state", self.state, "--base-port", str(free_base())]

    def check(self):
        return subprocess.run([*self.arguments, "--check"], capture_output=True, text=True, timeout=600,
                              stdin=subprocess.DEVNULL)

    def start(self):
        child = subprocess.Popen(self.arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                 stdin=subprocess.DEVNULL)
        self.addCleanup(child.stdout.close)
        self.addCleanup(self.end, child)
        path = os.path.join(self.state, "endpoints.json")
        deadline = time.monotonic() + 300
        while not os.path.exists(path):
            if child.poll() is not None:
                self.fail(child.stdout.read())
            self.assertLess(time.monotonic(), deadline, "no endpoints.json")
            time.sleep(0.1)
        with open(path, encoding="utf-8") as file:
            return child, json.load(file)

    def end(self, child):
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
        return child.wait(60)

    def test_check_sends_mail_through_and_a_second_run_keeps_it(self):
        first = self.check()
        self.assertEqual(first.returncode, 0, first.stdout + first.stderr)
        self.assertFalse(os.path.exists(os.path.join(self.state, "endpoints.json")))
        second = self.check()
        self.assertEqual(second.returncode, 0, second.stdout + second.stderr)
        self.assertRegex(second.stdout, r"[1-9]\d* messages of the last run are still there")

    def test_it_stays_up_tells_its_endpoints_and_reports_a_dead_daemon(self):
        child, at = self.start()
        for key in ("ldap", "smtp_inbound", "submission", "submissions", "imap", "imaps", "pop3", "pop3s", "stores",
                    "admin", "ca_file", "users", "pids", "configs", "binaries"):
            self.assertIn(key, at)
        for name in ("store-a", "store-b", "mmp", "mta-inbound", "mta-outbound"):
            os.kill(at["pids"][name], 0)
            self.assertTrue(os.path.exists(at["configs"][name]))
            self.assertTrue(os.access(at["binaries"][name], os.X_OK))
            if os.geteuid() == 0:
                self.assertNotEqual(os.stat(f"/proc/{at['pids'][name]}").st_uid, 0, f"{name} runs as root")
        entry = at["users"][0]
        clients.imap_login(at["imaps"][0], at["ca_file"], User(entry["address"], entry["mailhost"])).logout()
        os.kill(at["pids"]["store-b"], signal.SIGKILL)
        for line in child.stdout:
            if "store-b was killed by signal 9 and stays down" in line:
                break
        else:
            self.fail("the death of store-b was not reported")
        again = subprocess.Popen([at["binaries"]["store-b"], "--config", at["configs"]["store-b"]],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            dave = User("dave@example.test", "store-b.example.test")
            deadline = time.monotonic() + 30
            while True:
                try:
                    clients.imap_login(at["imaps"][0], at["ca_file"], dave).logout()
                    break
                except clients.imaplib.IMAP4.error:
                    self.assertLess(time.monotonic(), deadline, "store-b does not serve when started by hand")
                    time.sleep(0.1)
        finally:
            again.terminate()
            again.wait(30)
        self.assertEqual(self.end(child), 0)
        for name, pid in at["pids"].items():
            self.assertFalse(os.path.exists(f"/proc/{pid}/exe") and os.readlink(f"/proc/{pid}/exe").endswith(
                os.path.basename(at["binaries"].get(name, "slapd"))), f"{name} still runs")
        self.assertFalse(os.path.exists(os.path.join(self.state, "endpoints.json")))


if __name__ == "__main__":
    unittest.main()
