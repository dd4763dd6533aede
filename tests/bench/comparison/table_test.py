"""The verdicts of the comparison on made-up figures."""

import json
import unittest

from comparison.cases import CASES, ROWS
from comparison.figures import read_rows
from comparison.probes import calls_in
from comparison.table import render


def line(label, **figures):
    return json.dumps({"label": label, **figures})


def mail(server, case, rate, cpu=1.0):
    return line(f"{server} {case}", rate=rate, server_cpu_ms=cpu, failures=0)


def row_of(table, title):
    return next(text for text in table.splitlines() if text.startswith(f"| {title} |"))


class TableTest(unittest.TestCase):
    def test_a_figure_is_the_median_of_the_rounds(self):
        table = render(read_rows([mail("heliograph", "lmtp-1", rate) for rate in (900, 5000, 1000)]))
        self.assertIn("1,000/s (900-5,000)", row_of(table, "LMTP 4 KiB, 1 connection"))

    def test_a_rate_goal_is_met_at_the_factor_and_missed_below_it(self):
        for rate, verdict in ((1000, "| met |"), (999, "| **missed**: 2.00x |")):
            table = render(read_rows([mail("heliograph", "lmtp-1", rate), mail("dovecot sdbox", "lmtp-1", 500)]))
            self.assertTrue(row_of(table, "LMTP 4 KiB, 1 connection").endswith(verdict), table)

    def test_the_best_of_several_formats_counts(self):
        table = render(read_rows([mail("heliograph", "lmtp-1", 1000), mail("dovecot sdbox", "lmtp-1", 400),
                                  mail("dovecot maildir", "lmtp-1", 600)]))
        self.assertIn("**missed**: 1.67x", table)

    def test_a_goal_without_its_peer_is_not_judged(self):
        table = render(read_rows([mail("heliograph", "lmtp-32", 1000, 0.1)]))
        self.assertTrue(row_of(table, "LMTP 4 KiB, 32 connections").endswith("| 0.25 ms CPU | met |"), table)
        self.assertIn("1 of 1 goals are met.", table)

    def test_a_share_of_the_peers_cpu(self):
        runs = [mail("heliograph", "imap", 4000, 0.5), mail("dovecot sdbox", "imap", 500, 2.5)]
        self.assertIn("**missed**: 1/5.00", render(read_rows(runs)))

    def test_commands_are_rows_and_times_go_the_other_way(self):
        runs = [line(f"{server} commands", case="noop", p50_ms=ms, server_cpu_ms=0.1, bytes=10)
                for server, ms in (("heliograph", 0.05), ("dovecot sdbox", 0.1))]
        row = row_of(render(read_rows(runs)), "NOOP")
        self.assertIn("| 2.0 |", row)
        self.assertTrue(row.endswith("| met |"), row)

    def test_a_stored_flag_is_held_against_the_disk_of_the_same_run(self):
        for ms, verdict in ((0.5, "| met |"), (0.6, "| **missed**: 3.00 syncs |")):
            runs = [line("heliograph store", case="store", p50_ms=ms, server_cpu_ms=0.1, bytes=10),
                    line("heliograph disk", p50_ms=0.2)]
            self.assertTrue(row_of(render(read_rows(runs)), "STORE one flag").endswith(verdict))

    def test_streams_over_tls_are_rows_of_their_own(self):
        runs = [line("heliograph commands-tls", case="stream", p50_ms=100, server_cpu_ms=1, bytes=14_000_000)]
        self.assertIn("**missed**: 140 MB/s", row_of(render(read_rows(runs)), "stream 2,000 x 4 KiB over TLS"))

    def test_missed_goals_are_listed_at_the_end(self):
        table = render(read_rows([mail("heliograph", "lmtp-1", 600), mail("dovecot sdbox", "lmtp-1", 500)]))
        self.assertTrue(table.endswith("0 of 1 goals are met. Missed:\n"
                                       "- LMTP 4 KiB, 1 connection: 1.20x (goal: 2x dovecot)"), table)

    def test_no_row_is_of_two_cases(self):
        self.assertEqual(len(ROWS), sum(len(case.rows) for case in CASES.values()))

    def test_calls_are_counted_by_the_kind_of_file_and_split_ones_once(self):
        trace = ("12 fdatasync(7</data/log/00000001.seg>) = 0\n"
                 "12 fdatasync(7</data/log/00000002.seg> <unfinished ...>\n"
                 "13 msync(0x7f0000000000, 4096, MS_SYNC) = 0\n"
                 "12 <... fdatasync resumed>) = 0\n"
                 "14 fsync(9</data/index/data.mdb>) = 0\n")
        self.assertEqual(calls_in(trace), {"fdatasync log/N.seg": 2, "msync ": 1, "fsync index/data.mdb": 1})


if __name__ == "__main__":
    unittest.main()
