"""The result as Markdown: a line for each row of the cases that was measured, with the goal and whether it is met."""

import statistics

from comparison.cases import ROWS
from comparison.figures import DISK, MEMORY, NOTICE, OURS, Figures

HEAD = ["work", "ours", "others", "times better", "CPU ms", "of the others", "goal", "verdict"]


def render(rows):
    """`rows` as figures.read_rows() gives them."""
    sync_ms = None
    if DISK in rows:
        sync_ms = statistics.median(run["p50_ms"] for run in rows[DISK][OURS])
    lines = ["| " + " | ".join(HEAD) + " |", "|" + " --- |" * len(HEAD)]
    missed, judged = [], 0
    for name, row in ROWS.items():
        if name not in rows:
            continue
        figures = Figures(rows[name], row.unit, sync_ms)
        verdicts = [goal(figures) for goal in row.goals] if OURS in figures.runs else []
        verdicts = [verdict for verdict in verdicts if verdict]
        judged += len(verdicts)
        misses = [f"{verdict.actual} (goal: {verdict.goal})" for verdict in verdicts if not verdict.met]
        missed += [f"{row.title}: {miss}" for miss in misses]
        lines.append("| " + " | ".join(_cells(row, figures, verdicts)) + " |")
    lines.append("")
    if sync_ms:
        lines.append(f"One fdatasync of 4 KiB over written blocks took {sync_ms:.3f} ms (median).")
    lines.append(f"{judged - len(missed)} of {judged} goals are met." + (" Missed:" if missed else ""))
    lines += [f"- {miss}" for miss in missed]
    return "\n".join(lines)


def _cells(row, figures, verdicts):
    peers = figures.peers()
    ratios = [(figures.ratio(server), server) for server in peers]
    return [row.title,
            _figure(row.unit, figures, OURS) if OURS in figures.runs else "",
            "; ".join(f"{_figure(row.unit, figures, server)} {server}" for server in peers),
            "; ".join(_short(ratio) for ratio, _ in ratios if ratio is not None),
            _cpu(figures, OURS) if OURS in figures.runs else "",
            "; ".join(filter(None, (_cpu(figures, server) for server in peers))),
            "; ".join(verdict.goal for verdict in verdicts),
            _verdict(verdicts)]


def _short(ratio):
    return f"{ratio:.1f}" if ratio < 100 else f"{ratio:.0f}"


def _verdict(verdicts):
    misses = [verdict.actual for verdict in verdicts if not verdict.met]
    if misses:
        return "**missed**: " + "; ".join(misses)
    return "met" if verdicts else ""


def _figure(unit, figures, server):
    """The median, the least and most of several rounds, and what belongs to it."""
    values = figures.values(server)
    text = unit.format(statistics.median(values)) + unit.text
    notes = []
    if len(values) > 1:
        notes.append(f"{unit.format(min(values))}-{unit.format(max(values))}")
    if unit is MEMORY:
        notes.append(f"with pages of mapped files {figures.middle('pss_kib_per_connection', server):.1f}")
    failures = sum(run.get("failures", 0) for run in figures.runs[server])
    if failures:
        notes.append(f"{failures} failures")
    return text + (f" ({', '.join(notes)})" if notes else "")


def _cpu(figures, server):
    if figures.unit in (MEMORY, NOTICE):
        return ""
    cpu = figures.middle("server_cpu_ms", server)
    return "" if cpu is None else f"{cpu:.3f}"
