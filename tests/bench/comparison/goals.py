"""Goals of a row. Each is a function of its Figures (ours are there) that returns a Verdict, or None when what it
compares with was not measured."""

import collections

# `goal` as a reader wants it, `actual` in the same terms, and whether it is met.
Verdict = collections.namedtuple("Verdict", "goal actual met")


def times(factor, kind):
    """At least `factor` times better than the best server of `kind`, whichever way the unit goes."""
    def judge(figures):
        ratio = figures.worst_ratio(kind)
        if ratio is None:
            return None
        goal = f"{factor:g}x {kind}" if factor != 1 else f"no slower than {kind}"
        return Verdict(goal, f"{ratio:.2f}x", ratio >= factor)
    return judge


def at_most(limit):
    return lambda figures: _limited(figures, f"{limit:g}{figures.unit.text}", figures.value(), figures.value() <= limit)


def below(limit):
    return lambda figures: _limited(figures, f"below {limit:g}{figures.unit.text}", figures.value(),
                                    figures.value() < limit)


def at_least(limit):
    return lambda figures: _limited(figures, f"{limit:g}{figures.unit.text}", figures.value(), figures.value() >= limit)


def _limited(figures, goal, value, met):
    return Verdict(goal, figures.unit.format(value) + figures.unit.text, met)


def cpu_at_most(milliseconds):
    def judge(figures):
        cpu = figures.middle("server_cpu_ms")
        return None if cpu is None else Verdict(f"{milliseconds:g} ms CPU", f"{cpu:.3f} ms", cpu <= milliseconds)
    return judge


def cpu_share(divisor, kind):
    """At most 1/`divisor` of the CPU that the thriftiest server of `kind` takes."""
    def judge(figures):
        theirs = [cpu for server in figures.peers(kind) if (cpu := figures.middle("server_cpu_ms", server)) is not None]
        cpu = figures.middle("server_cpu_ms")
        if cpu is None or not theirs:
            return None
        share = min(theirs) / max(cpu, 1e-9)
        return Verdict(f"1/{divisor} of {kind}'s CPU", f"1/{share:.2f}", share >= divisor)
    return judge


def syncs_of_disk(most):
    """At most the time of `most` syncs of the same run."""
    def judge(figures):
        if not figures.sync_ms:
            return None
        syncs = figures.value() / figures.sync_ms
        return Verdict(f"{most:g} syncs of {figures.sync_ms:.3f} ms", f"{syncs:.2f} syncs", syncs <= most)
    return judge
