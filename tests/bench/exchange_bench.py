"""How long a catalogue of 3,000 programmes takes in, again and out: ``python -m tests.bench.exchange_bench``.

``BENCH_PROGRAMMES`` (3,000) changes the size. One line of JSON per job with its seconds, its bound and the load of
the machine beside it. Works in a database of its own and leaves nothing behind.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMMES = int(os.environ.get("BENCH_PROGRAMMES", "3000"))
BOUND = 60.0
VAR = Path(os.environ.get("MATRICULA_VAR", ROOT / "var")).resolve() / "exchange-bench"


def main() -> int:
    VAR.mkdir(parents=True, exist_ok=True)
    os.environ |= {"MATRICULA_VAR": str(VAR), "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    import django

    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            return _measure(Path(folder))
    finally:
        connection.creation.destroy_test_db("postgres", verbosity=0)


def _measure(folder: Path) -> int:
    from django.utils import timezone

    from people.importing import imports
    from people.models import ImportRun
    from programmes import catalogue_import, exports

    path = folder / "feed.jsonld"
    path.write_text(json.dumps(_feed()), encoding="utf-8")
    reports = []

    def take(source: Path, **more):
        reports.append(catalogue_import.import_catalogue(source, at=timezone.now(), **more))

    _job("import", lambda: take(path))
    _job("import again", lambda: take(path))
    assert (reports[0]["created"], reports[1]["unchanged"]) == (PROGRAMMES, PROGRAMMES), reports
    for code, found in exports.FORMATS.items():
        target = folder / f"out.{found.suffix}"
        pieces = exports.write(code, reports[0]["collection"], on=timezone.localdate())
        _job(f"export {code}", lambda t=target, p=pieces: t.write_text("".join(p), encoding="utf-8"))
    path.write_text(json.dumps(_feed(price="999")), encoding="utf-8")
    _job("import, all prices changed", lambda: take(path))
    for name, report in (("undo of the changes", reports[-1]), ("undo of the import", reports[0])):
        run = ImportRun.objects.get(uuid=report["import_id"])
        _job(name, lambda r=run: imports.undo(r, at=timezone.now()))
    return 0


def _job(name: str, work) -> None:
    began, busy = time.perf_counter(), time.process_time()
    work()
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    load = os.getloadavg()[0]
    told = {"job": name, "seconds": round(seconds, 1), "cpu_seconds": round(busy, 1), "bound": BOUND}
    print(json.dumps(told | {"load": round(load, 1)}), flush=True)


def _feed(price: str = "450") -> list[dict]:
    words = "<p>" + " ".join(f"word{number}" for number in range(120)) + "</p>"
    return [
        {
            "@type": "Course",
            "identifier": f"C{number}",
            "name": f"Invented course number {number}",
            "provider": {"@type": "Organization", "name": "Bench University"},
            "inLanguage": "en",
            "abstract": f"What course {number} is good for",
            "description": words + f"<p>On subject {number % 97} and subject {number % 31}.</p>",
            "coursePrerequisites": "<p>A degree.</p>",
            "educationalLevel": "Master" if number % 3 else "Postgraduate",
            "hasCourseInstance": [
                {
                    "@type": "CourseInstance",
                    "identifier": f"C{number}-{start}",
                    "startDate": f"2028-{1 + number % 9:02}-1{start}",
                    "courseMode": "online",
                    "offers": {"@type": "Offer", "price": price, "priceCurrency": "EUR"},
                }
                for start in range(2)
            ],
        }
        for number in range(PROGRAMMES)
    ]


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
