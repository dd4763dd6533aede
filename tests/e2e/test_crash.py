"""kill -9 of each daemon under load: nothing acknowledged is lost, nothing is there twice."""

import os
import unittest

from harness import LONG, USER, MailLoad, SiteCase, check_exactly_once, clients, inventory, messages

ROUNDS = 10 if LONG else 3
RECIPIENTS = [USER[name] for name in ("alice", "bob", "carol", "dave")]


class Crash(SiteCase):
    def storm(self, victim):
        """Kills `victim` in the middle of the load, several times."""
        with MailLoad(self.at["smtp_inbound"][0], RECIPIENTS) as load:
            for number in range(ROUNDS):
                self.assertTrue(load.wait_for(40), f"no progress before round {number}; "
                                f"refused {load.refused}, broken {load.broken}")
                self.site.daemons[victim].kill()
                self.site.restart(victim)
            self.assertTrue(load.wait_for(40), "no progress after the last restart")
        return load

    def test_killed_store_keeps_what_was_acknowledged(self):
        with MailLoad(self.at["smtp_inbound"][0], RECIPIENTS) as load:
            load.wait_for(40)
        before = check_exactly_once(self, load, RECIPIENTS)
        load = self.storm("store-a")
        after = check_exactly_once(self, load, RECIPIENTS)
        for name, found in before.items():
            for ident, uids in found.items():
                self.assertEqual(after[name].get(ident), uids, "a message's UID changed")
        for name, found in after.items():
            uids = [uid for each in found.values() for uid in each]
            self.assertEqual(len(uids), len(set(uids)), f"{name} has a UID twice")

    def test_killed_inbound_relay_keeps_what_was_acknowledged(self):
        check_exactly_once(self, self.storm("mta-inbound"), RECIPIENTS)

    def test_killed_proxy_loses_nothing_and_clients_reconnect(self):
        check_exactly_once(self, self.storm("mmp"), RECIPIENTS)

    def test_killed_outbound_relay_keeps_what_was_acknowledged(self):
        addresses = [user.address for user in (USER["carol"], USER["dave"])]
        sent = []
        for number in range(4 * ROUNDS):
            message = messages.plain(USER["alice"].address, addresses)
            try:
                clients.submit(self.at["submission"][0], self.ca, USER["alice"], addresses, message)
                sent.append(message)
            except (OSError, clients.smtplib.SMTPException):
                pass
            if number % 4 == 3:
                self.site.daemons["mta-outbound"].kill()
                self.site.restart("mta-outbound")
        self.assertGreater(len(sent), ROUNDS)
        for user in (USER["carol"], USER["dave"]):
            def all_there():
                there = inventory(self.at["imaps"][0], self.ca, user)
                return there if all(message.ident in there for message in sent) else None
            there = self.eventually(all_there, 60)
            self.assertTrue(there, f"{user.name} lacks a message that was acknowledged")
            self.assertEqual([ident for ident, uids in there.items() if len(uids) > 1], [])

    def test_relay_killed_while_its_store_is_down_delivers_from_its_queue(self):
        self.site.daemons["store-b"].kill()
        sent = [self.send(USER["carol"]) for _ in range(5)]  # acknowledged: queued
        self.site.daemons["mta-inbound"].kill()
        self.lose_index_of("mta-inbound")
        self.site.restart("mta-inbound")
        self.site.restart("store-b")
        for message in sent:
            self.assert_delivered(USER["carol"], message, 60)

    def lose_index_of(self, relay):
        """The stopped relay's queue is found whole, then damaged; then its index is made anew."""
        status, printed = self.offline(relay, "--verify")
        self.assertEqual(status, 0, printed)
        with open(os.path.join(self.site.data_folder(relay), "queue/index/data.mdb"), "r+b") as index:
            index.write(b"\xff" * 16384)
        status, printed = self.offline(relay, "--verify")
        self.assertNotEqual(status, 0, printed)
        self.assertIn("--rebuild", printed)
        status, printed = self.offline(relay, "--rebuild")
        self.assertEqual(status, 0, printed)


if __name__ == "__main__":
    unittest.main()
