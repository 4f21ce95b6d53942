"""How fast the ground floor is with a million people, in a database of its own: ``python -m tests.bench.people_bench``.

``BENCH_PEOPLE`` (1,000,000) changes the size, ``BENCH_ONLY`` measures the jobs whose name contains it. One line of
JSON per job: the median and the 95th percentile in milliseconds, and the bound that the p95 must keep.
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


@job("match or create, known", bound=5)
def match_known():
    from people.identity import identities

    for number in _numbers():
        yield timed(identities.match_or_create, at=_now(), email=f"p{number}@crowd.example")


@job("match or create, new", bound=5)
def match_new():
    from people.identity import identities
    from people.models import Person

    names = {"given_name": "Núria", "family_name": "Puig"}
    for number in _numbers():
        facts = {"email": f"new{number}@bench.example", "phone": f"+349{number:08}", **names, "source": "bench"}
        yield timed(identities.match_or_create, at=_now(), **facts)
    Person.objects.filter(source="bench").delete()


@job("match or create, shared address", bound=15)
def match_shared():
    from people.identity import identities
    from people.models import Person

    for number in _numbers():
        facts = {"email": f"p{number}@crowd.example", "given_name": "Wolfgang", "source": "bench"}
        yield timed(identities.match_or_create, at=_now(), **facts)
    Person.objects.filter(source="bench").delete()


SEARCHES = {
    "whole e-mail": lambda n: f"p{n}@crowd.example",
    "beginning of an e-mail": lambda n: f"p{n}"[:-2],
    "whole number": lambda n: f"6{n:08}",
    "end of a number": lambda n: f"{n:08}"[-6:],
    "three digits": lambda n: f"{n % 900 + 100}",
    "frequent word": lambda n: ["maria", "GARCIA", "martinez", "jordi"][n % 4],
    "two frequent words": lambda n: ["maria garcia", "lópez josep", "jordi maria", "marc sanchez"][n % 4],
    "one letter": lambda n: "abcdefghijlmnopqrsuvwxyz"[n % 24],
    "two letters": lambda n: f"{'abcdefghijlmnopqrsuvwxyz'[n % 24]} {'gmpsvzqwy'[n % 9]}",
    "beginning of a word": lambda n: ["mon", "garc", "ba", "cri", "zap", "hu", "que", "ni"][n % 8],
    "letter and word": lambda n: ["m zapata", "garcia w", "x quer", "j hugo"][n % 4],
    "rare words": lambda n: ["ninona roca", "bababa", "wei ymbert", "cocaba lica"][n % 4],
    "word nobody has": lambda n: f"zzq{n}",
    "one word nobody has": lambda n: f"maria zzq{n}",
}


def _searching(typed: Callable[[int], str]):
    def search():
        from people.identity import identities

        for number in _numbers():
            yield timed(identities.find, typed(number))

    return search


for kind, typed in SEARCHES.items():
    job(f"search: {kind}", bound=50)(_searching(typed))


ERASED = 5
TOUCHPOINTS = 50_000
LONG_LIFE = """
INSERT INTO people_touchpoint (at, person_id, channel, direction, kind, summary, is_two_way, about_kind, emotion,
    campaign)
SELECT now() - n * interval '1 hour', %s, 'web', 'in', 'bench.said', 'What was said the time number ' || n, n %% 7 = 0,
       '', 'calm', ''
FROM generate_series(1, %s) AS n
"""


@job(f"erase, {TOUCHPOINTS} touchpoints", bound=2000)
def erasing():
    """Somebody with a long life among the others, forgotten on every floor."""
    from django.db import connection

    from people.identity import identities
    from people.models import Person, Touchpoint
    from people.privacy import erasure

    for number in range(ERASED):
        person, _is_new = identities.match_or_create(at=_now(), email=f"long-life-{number}@bench.example")
        with connection.cursor() as cursor:
            cursor.execute(LONG_LIFE, [person.pk, TOUCHPOINTS])
        yield timed(erasure.erase, person, at=_now())
        Touchpoint.objects.filter(person=person).delete()
        Person.objects.filter(pk=person.pk).delete()


def _numbers() -> list[int]:
    """Persons drawn by chance, the same in every run."""
    return random.Random(7).sample(range(1, PEOPLE + 1), TIMES)


def _now():
    from django.utils import timezone

    return timezone.now()


IMPORTED = 100_000


def _people_to_import(folder: Path) -> Path:
    """A fifth of them known, with something to add for half of those; all with a date of birth, most with a number."""
    from people.models import Person

    path = folder / "people.csv"
    known = Person.objects.filter(source="crowd").order_by("pk").values_list("pk", "given_name", "family_name")
    with path.open("w") as file:
        file.write("Given name,Family name,Email,Phone,Date of birth\n")
        for number, (pk, given, family) in enumerate(known[: IMPORTED // 5]):
            born = f"{1 + number % 28}/{1 + number % 12}/{1960 + number % 40}" if number % 2 else ""
            file.write(f"{given},{family},p{pk}@crowd.example,,{born}\n")
        for number in range(IMPORTED - IMPORTED // 5):
            phone = f"7{number:08d}" if number % 10 < 7 else ""
            born = f"{1 + number % 28}/{1 + number % 12}/{1960 + number % 40}"
            file.write(f"Neus {number % 997},Grau {number % 1009},neus{number}@crowd.example,{phone},{born}\n")
    return path


def _imported() -> tuple[float, float]:
    from tempfile import TemporaryDirectory

    from django.utils import timezone

    from people.importing import imports, kinds, people_files, uploads

    with TemporaryDirectory() as folder:
        path = _people_to_import(Path(folder))
        document = kinds.document_of(people_files.recognised(people_files.look(path)))
        facts = {"kind": "people", "document": document, "source": "bench", "duplicates": "new", "now": timezone.now}
        started = time.perf_counter()
        upload = uploads.take_in(path, **facts)
        taken = time.perf_counter() - started
    if upload.run is None or upload.run.rows_done != IMPORTED or upload.run.rejected:
        raise RuntimeError(f"The import of {path} went wrong: {upload.why}")
    undone = timed(imports.undo, upload.run, at=timezone.now())
    upload.run.delete()
    return taken, undone


@job("import 100,000 people", bound=120_000)
def import_people():
    yield _imported()[0]


@job("undo an import of 100,000 people", bound=60_000)
def undo_import_of_people():
    yield _imported()[1]


LEDGER = """
INSERT INTO people_consent (person_id, purpose, channel, decision, wording_version, language, at, source, proof)
SELECT id, 'commercial', 'email', CASE WHEN id %% 3 = 0 THEN 'withdrawn' ELSE 'granted' END, 'commercial-2026-1', 'ca',
       timestamptz '2024-01-01' + id * interval '1 minute', 'bench', ''
FROM people_person WHERE id %% 10 < 6
"""
DECIDED = 100_000  # people


def _decided(act: Callable[[], object], times: int) -> Iterable[float]:
    """``act`` some times while six in ten have spoken about commercial e-mail."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(LEDGER, ())
        cursor.execute("ANALYZE people_consent")
        try:
            act()
            for _time in range(times):
                yield timed(act)
        finally:
            cursor.execute("DELETE FROM people_consent WHERE source = 'bench'")


@job("may we contact one person", bound=2)
def may_contact_one():
    from people.contact import policy
    from people.models import Person

    people = iter(list(Person.objects.order_by("pk")[: TIMES + 1]))
    at = _now()
    yield from _decided(lambda: policy.may_contact(next(people), channel="email", purpose="commercial", at=at), TIMES)


@job("whom of 100,000 may we contact", bound=2000)
def may_contact_many():
    from people.contact import policy
    from people.models import Person

    last = Person.objects.order_by("pk").values_list("pk", flat=True)[min(DECIDED, PEOPLE) - 1]
    at = _now()
    people = Person.objects.filter(pk__lte=last)
    yield from _decided(lambda: policy.decide(people, channel="email", purpose="commercial", at=at), 5)


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


def timed(act: Callable[..., object], *given, **facts) -> float:
    """How long one call takes, in seconds."""
    started = time.perf_counter()
    act(*given, **facts)
    return time.perf_counter() - started


if __name__ == "__main__":
    from tests.bench.people_bench import main as run  # the jobs register in the module of that name, not in __main__

    raise SystemExit(run())
