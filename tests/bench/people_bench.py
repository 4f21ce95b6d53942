"""How fast the ground floor is with a million people, in a database of its own: ``python -m tests.bench.people_bench``.

``BENCH_PEOPLE`` (1,000,000) changes the size, ``BENCH_ONLY`` measures the jobs whose name contains it. One line of
JSON per job: the median and the 95th percentile in milliseconds, and the bound that the p95 must keep.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "1000000"))
ONLY = os.environ.get("BENCH_ONLY", "")
TIMES = int(os.environ.get("BENCH_TIMES", "200"))
JOBS: list[tuple[str, float, Callable[[], Iterable[float]]]] = []


def job(name: str, *, bound: float):
    """Register a function that does its work some times and yields how long each took, in seconds.

    ``bound`` is what the 95th percentile must keep, in milliseconds. The people are there before the first job; what
    a job makes besides, it takes away again.
    """

    def register(function):
        JOBS.append((name, bound, function))
        return function

    return register


def main() -> int:
    var = Path(os.environ.get("MATRICULA_VAR", ROOT / "var")).resolve() / "bench-people"
    var.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "MATRICULA_ENV": "demo",
        "MATRICULA_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "config.settings.demo",
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from tests.bench import crowd

    made = crowd.make(people=PEOPLE)
    sys.stderr.write(f"{made} people added\n")
    for name, bound, function in JOBS:
        if ONLY in name:
            sys.stdout.write(json.dumps(measured(name, bound, function)) + "\n")
            sys.stdout.flush()
    return 0


def measured(name: str, bound: float, function: Callable[[], Iterable[float]]) -> dict:
    waits = sorted(1000 * wait for wait in function())
    p95 = waits[min(len(waits) - 1, int(len(waits) * 0.95))]
    return {
        "job": f"{name}, {PEOPLE} people",
        "median_ms": round(statistics.median(waits), 2),
        "p95_ms": round(p95, 2),
        "bound_ms": bound,
        "times": len(waits),
    }


def timed(act: Callable[[], object]) -> float:
    """How long one call takes, in seconds."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


if __name__ == "__main__":
    from tests.bench.people_bench import main as run  # the jobs register in the module of that name, not in __main__

    raise SystemExit(run())
