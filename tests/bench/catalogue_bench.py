"""How fast the catalogue is with 3,000 programmes, in a database of its own: ``python -m tests.bench.catalogue_bench``.

``BENCH_PROGRAMMES`` (3,000) changes the size, ``BENCH_ONLY`` measures the jobs whose name contains it. One line of
JSON per job: median and 95th percentile in milliseconds, the bound that the p95 must keep, the mean of what this
process itself worked, and how busy the machine was. Whole requests in this process, none answered from the page cache.
"""

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMMES = int(os.environ.get("BENCH_PROGRAMMES", "3000"))
ONLY = os.environ.get("BENCH_ONLY", "")
TIMES = int(os.environ.get("BENCH_TIMES", "200"))
CATALOGUES = ("/ca/programmes/", "/es/programmes/", "/en/programmes/")
CHOICES = {
    "field": ["tech", "health", "languages", "business", "law"],
    "level": ["course", "specialisation", "master"],
    "modality": ["online", "on_site", "blended"],
    "language": ["ca", "es", "en"],
    "price": ["eur-0-250", "eur-500-1000", "eur-2000-5000"],
    "sort": ["title", "price", "start"],
}
WORDS = {"ca": "infermeria", "es": "enfermería", "en": "nursing"}
SLIPS = {"ca": ["imfermeria", "pastiseria", "fotografai"], "es": ["enfermeira"], "en": ["fotography", "acountin"]}


def filters() -> Iterable[tuple[str, dict]]:
    draw = random.Random(1)
    for turn in range(TIMES):
        names = draw.sample(list(CHOICES), draw.choice([0, 1, 1, 2, 2, 3]))
        yield CATALOGUES[turn % 3], {name: draw.choice(CHOICES[name]) for name in names} | {"page": draw.choice("1123")}


def searches() -> Iterable[tuple[str, dict]]:
    for address, query in filters():
        yield address, {"q": WORDS[address[1:3]]} | {name: query[name] for name in ("level",) if name in query}


def slips() -> Iterable[tuple[str, dict]]:
    draw = random.Random(2)
    for turn in range(TIMES):
        address = CATALOGUES[turn % 3]
        yield address, {"q": draw.choice(SLIPS[address[1:3]])}


def comparisons() -> Iterable[tuple[str, dict]]:
    draw = random.Random(3)
    for turn in range(TIMES):
        codes = [f"bench-{number}" for number in draw.sample(range(PROGRAMMES), 3)]
        yield f"{CATALOGUES[turn % 3]}compare/", {"p": codes}


def website() -> Iterable[tuple[str, dict]]:
    for turn in range(TIMES):
        language = CATALOGUES[turn % 3][1:3]
        yield f"/{language}/search/", {"q": WORDS[language]}


def changes() -> Iterable[tuple[str, dict]]:
    """The first reader after something changed: everything on offer is read again."""
    from programmes.catalogue.shelf import forget

    for address, query in list(filters())[:20]:
        forget()
        yield address, query


JOBS: list[tuple[str, float, Callable[[], Iterable[tuple[str, dict]]]]] = [
    ("filter page", 120, filters),
    ("search in the catalogue", 120, searches),
    ("misspelt search", 120, slips),
    ("comparison of three", 120, comparisons),
    ("search of the website", 120, website),
    ("filter page after a change", 1500, changes),
]


def main() -> int:
    var = Path(os.environ.get("MATRICULA_VAR", ROOT / "var")).resolve() / "bench-catalogue"
    var.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "MATRICULA_ENV": "demo",
        "MATRICULA_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "config.settings.demo",
    }
    import django
    from django.conf import settings

    settings.CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from tests.bench import offer

    made = offer.make(programmes=PROGRAMMES, at=timezone.now())
    sys.stderr.write(f"{made} programmes added\n")
    for name, bound, requests in JOBS:
        if ONLY in name:
            sys.stdout.write(json.dumps(measured(name, bound, requests)) + "\n")
            sys.stdout.flush()
    return 0


def measured(name: str, bound: float, requests: Callable[[], Iterable[tuple[str, dict]]]) -> dict:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    for address in CATALOGUES:
        client.get(address)  # what is read once for each process
    waits, worked = [], time.process_time()
    for address, query in requests():
        started = time.perf_counter()
        response = client.get(address, query)
        waits.append(1000 * (time.perf_counter() - started))
        if response.status_code != 200:
            raise SystemExit(f"{address} {query}: {response.status_code}")
    waits.sort()
    return {
        "job": f"{name}, {PROGRAMMES} programmes",
        "median_ms": round(statistics.median(waits), 1),
        "p95_ms": round(waits[min(len(waits) - 1, int(len(waits) * 0.95))], 1),
        "bound_ms": bound,
        "cpu_ms": round(1000 * (time.process_time() - worked) / max(len(waits), 1), 1),
        "times": len(waits),
        "load": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    raise SystemExit(main())
