"""Measures the portal against its budgets on this machine and prints what it saw; a missed budget is no failure.

    python -m tools.bench              everything, some minutes
    python -m tools.bench pages many   these alone: pages, many, saving, papers, served

Ratios and counts, ours and the plain thing in turn. What they mean: docs/decisions/008-budgets.md.
"""

import sys
import time

from tools.bench import many, pages, papers, saving, served, world
from tools.bench.measure import Seen

SUBJECTS = {"pages": pages, "many": many, "saving": saving, "papers": papers, "served": served}


def main(chosen: list[str]) -> None:
    if unknown := set(chosen) - SUBJECTS.keys():
        sys.exit(f"Not known: {', '.join(unknown)}.\n{__doc__}")
    began, missed = time.monotonic(), 0
    with world.portal() as portal:
        for name in chosen or SUBJECTS:
            for seen in SUBJECTS[name].measure(portal):
                missed += not seen.is_ok
                print(line(seen), flush=True)
    print(f"{missed} missed, after {time.monotonic() - began:.0f} seconds")


def line(seen: Seen) -> str:
    return f"{seen.budget:<60} {seen.limit:>12} {seen.seen:>12}  {'ok' if seen.is_ok else 'missed'}"


if __name__ == "__main__":
    main(sys.argv[1:])
