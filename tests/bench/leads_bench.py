"""How fast leads of a file come in beside many known people: ``python -m tests.bench.leads_bench``.

``BENCH_LEADS`` (100,000) rows, a fifth of them from people who are known, among ``BENCH_PEOPLE`` (1,000,000): the look
that finds duplicates, the taking in, and the undo. ``BENCH_ONLY`` measures the jobs whose name contains it. One line of
JSON per job, in seconds.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "1000000"))
LEADS = int(os.environ.get("BENCH_LEADS", "100000"))
ONLY = os.environ.get("BENCH_ONLY", "")
NAME = f"{LEADS} leads of a file, {PEOPLE} people"
BOUND = 180  # seconds, duplicates checked
CAMPAIGN = "bench-leads"


def main() -> int:
    if ONLY not in NAME:
        return 0
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
    call_command("createcachetable", verbosity=0)
    from tests.bench import crowd

    crowd.make(people=PEOPLE)
    with TemporaryDirectory() as folder:
        for step, seconds, bound in steps(file_of_leads(Path(folder))):
            told = {"job": f"{step} {NAME}", "seconds": round(seconds, 1), "bound": bound}
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
    return 0


def file_of_leads(folder: Path) -> Path:
    """A fifth from people who are known, one in a hundred sharing somebody's address under another name."""
    from people.models import Person

    path = folder / "leads.csv"
    crowd = Person.objects.filter(source="crowd").order_by("pk")
    known = crowd.values_list("pk", "given_name", "family_name")[: LEADS // 5]
    with path.open("w") as file:
        file.write("Given name,Family name,Email,Phone,Message,Source\n")
        for pk, given, family in known:
            file.write(f"{given},{family},p{pk}@crowd.example,,What does it cost?,fair\n")
        for number in range(LEADS - len(known)):
            phone = f"7{number:08d}" if number % 10 < 7 else ""
            address = f"p{1 + number}@crowd.example" if number % 100 == 0 else f"ona{number}@leads.example"
            file.write(f"Ona {number % 997},Grau {number % 1009},{address},{phone},When does it begin?,portal\n")
    return path


def steps(path: Path) -> Iterator[tuple[str, float, int]]:
    from django.core.files import File
    from django.utils import timezone

    from enquiries.models import Campaign
    from people.importing import imports, uploads

    campaign, _is_new = Campaign.objects.get_or_create(slug=CAMPAIGN, defaults={"name": "Bench"})
    with path.open("rb") as file:
        upload = uploads.receive(File(file), kind="leads", file_name=path.name, source="bench", at=timezone.now())
    document = uploads.guess(upload, uploads.table(upload)) | {"belongs": {"campaign": campaign.slug, "partner": ""}}
    upload = uploads.map_columns(upload, document, at=timezone.now())
    started = time.perf_counter()
    uploads.look_now(upload, at=timezone.now())
    yield "look through", time.perf_counter() - started, BOUND
    upload = uploads.queue(upload, at=timezone.now(), by=None)
    started = time.perf_counter()
    uploads.work_due(at=timezone.now(), seconds=3_600)
    yield "take in", time.perf_counter() - started, BOUND
    upload.refresh_from_db()
    if upload.state != upload.State.DONE or upload.run is None or upload.run.created != LEADS:
        raise RuntimeError(f"The import went wrong: {upload.state} {upload.why}")
    started = time.perf_counter()
    imports.undo(upload.run, at=timezone.now())
    yield "undo", time.perf_counter() - started, BOUND
    upload.run.delete()
    campaign.delete()


if __name__ == "__main__":
    raise SystemExit(main())
