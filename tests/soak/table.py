"""The table at the end of a soak."""

from __future__ import annotations

from collections import Counter

from tests.soak.run import Soak


def table(done: Soak) -> str:
    """What was done, what went wrong on purpose, and what came of it."""
    answers, clicks, plan = done.answers, done.clicks, done.plan
    rate = len(clicks) / done.seconds
    middle, late, longest = (_at(answers, share) for share in (0.5, 0.99, 1))
    lines = [
        _line("seed", plan.seed),
        _line(
            "clicks",
            f"{len(clicks)} of {plan.clicks}, {plan.people} people, {plan.portals} portals",
        ),
        _line("time", f"{done.seconds:.0f} s ({rate:.0f} clicks/s)"),
        _line("quiet, and all settled after", f"{done.settling:.0f} s"),
        _line("answers", f"{len(answers)}, median {middle}, p99 {late}, longest {longest}"),
        "",
        *_counted("faults met", Counter(click.trouble for click in clicks)),
        *_counted("people did", Counter(click.manner for click in clicks)),
        *_counted("our own damage", done.damage),
        *_counted("people were told", Counter(click.told or "nothing yet" for click in clicks)),
        *_counted("accounts", done.audit.counts),
        *_counted("defects", done.audit.defects or Counter({"none": 0})),
        *done.audit.examples[:10],
    ]
    return "\n".join(lines)


def _line(name: str, value: object) -> str:
    return f"  {name:<40} {value}"


def _counted(title: str, counts: Counter[str]) -> list[str]:
    return [title, *(_line(name, count) for name, count in counts.most_common()), ""]


def _at(ordered: list[float], share: float) -> str:
    return f"{ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000:.0f} ms"
