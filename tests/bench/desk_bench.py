"""How fast the desk is with a full queue, in a database of its own: ``python -m tests.bench.desk_bench``.

Claiming by ``BENCH_PROCESSES`` (16) processes on ``BENCH_CASES`` (100,000) open cases; the queue page on
``BENCH_QUEUE`` (1,000,000) cases; the page of a person with two hundred touchpoints; the intake of enquiries over the
web by eight clients for ``BENCH_INTAKE`` (60) seconds. ``BENCH_ONLY`` measures the jobs whose name contains it. One
line of JSON per job.
"""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CASES = int(os.environ.get("BENCH_CASES", "100000"))
QUEUE = int(os.environ.get("BENCH_QUEUE", "1000000"))
PROCESSES = int(os.environ.get("BENCH_PROCESSES", "16"))
INTAKE_SECONDS = float(os.environ.get("BENCH_INTAKE", "60"))
CLAIM_SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
ONLY = os.environ.get("BENCH_ONLY", "")
PORT = int(os.environ.get("BENCH_PORT", "8791"))
INTAKE_CLIENTS = 8
TOUCHPOINTS = 200
SPREAD = 5_000  # people among whom the cases are spread

PEOPLE = """
INSERT INTO people_person (uuid, given_name, family_name, language, time_zone, country, phase, preferred_channel,
    frequency, topics_off, source, created_at, links_epoch, compared_at)
SELECT gen_random_uuid(), 'Maria', 'Puig ' || n, 'ca', 'Europe/Madrid', 'ES', 'prospect', '', '', '[]', 'desk-bench',
    now(), 0, now()
FROM generate_series(1, %s) AS n
"""
LINES = """
INSERT INTO people_touchpoint (at, person_id, channel, direction, kind, summary, is_two_way, about_kind, campaign,
    emotion)
SELECT now() - n * interval '3 hours', %(person)s, 'email', CASE WHEN n %% 2 = 1 THEN 'in' ELSE 'out' END,
    CASE WHEN n %% 2 = 1 THEN 'enquiries.received' ELSE 'contact_centre.answered' END,
    'When does it start, and what does it cost? ' || n, n %% 2 = 0, '', '', ''
FROM generate_series(1, %(count)s) AS n
"""
# Due within a day, worth different things: the order of the queue is not that of the rows.
WAITING = """
WITH who AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM people_person WHERE source = 'desk-bench')
INSERT INTO contact_centre_case (uuid, person_id, kind, state, channel, language, question, priority, opened_at,
    answer_due_at, work_due_at, resolution_due_at, unowned_due_at, rank_at, escalation_level, about_kind)
SELECT gen_random_uuid(), who.id, 'enquiry', 'waiting',
    'web', (ARRAY['ca', 'es', 'en'])[1 + n %% 3], 'When does it start, and what does it cost?', 0,
    %(at)s - (n %% 1440) * interval '1 minute', %(at)s + (1 + n %% 1440) * interval '1 minute',
    %(at)s + interval '1 day',
    %(at)s + interval '9 days', %(at)s + interval '15 minutes',
    %(at)s + (1 + (n::bigint * 7919) %% 2000) * interval '1 minute', 0, ''
FROM generate_series(1, %(count)s) AS n JOIN who ON who.place = n %% %(spread)s
"""


def claim_until(user_id: int, at, ready, go, claimed) -> None:
    """One process that claims for some seconds, with a connection of its own."""
    from django.db import connection

    from contact_centre import queue
    from people.models import User

    adviser = User.objects.get(pk=user_id)
    connection.ensure_connection()
    ready.release()
    go.wait()
    until, taken = time.monotonic() + CLAIM_SECONDS, []
    while time.monotonic() < until and (case := queue.claim_next(by=adviser, at=at)):
        taken.append(case.pk)
    claimed.put((time.monotonic(), taken))


def claims() -> dict:
    """So many processes claim for so many seconds; every claimed case is counted once, or the job fails."""
    from django.db import connections
    from django.utils import timezone

    from contact_centre.models import Case
    from people.models import User

    fill(CASES)
    users = [
        User.objects.get_or_create(email=f"claimer{n}@bench.example", defaults={"first_name": "Bench"})[0]
        for n in range(PROCESSES)
    ]
    # Forked, so that a process is there at once; none of them inherits a connection.
    connections.close_all()
    forked = multiprocessing.get_context("fork")
    ready, go, results = forked.Semaphore(0), forked.Event(), forked.Queue()
    at = timezone.now()
    running = [forked.Process(target=claim_until, args=(user.pk, at, ready, go, results)) for user in users]
    for one in running:
        one.start()
    for _one in running:
        ready.acquire()
    started = time.monotonic()
    go.set()
    done = [results.get() for _one in running]
    for one in running:
        one.join()
    took = max(ended for ended, _taken in done) - started
    claimed = [pk for _ended, taken in done for pk in taken]
    held = Case.objects.filter(adviser__in=users, person__source="desk-bench").count()
    if len(set(claimed)) != len(claimed) or held != len(claimed):
        raise SystemExit(f"claimed {len(claimed)}, of these {len(set(claimed))} different, held {held}")
    rate = round(len(claimed) / took, 1)
    return {"claims_per_second": rate, "bound": 300, "claims": len(claimed), "twice": 0, "processes": PROCESSES}


def queue_page() -> dict:
    """The page of the queue as a lead reads it, in this process: what the database and the templates cost."""
    fill(QUEUE)
    return {**read_often("/admin/queue/"), "bound_ms": 80, "cases": QUEUE}


def person_page() -> dict:
    """The page of somebody with two hundred lines on their timeline and some cases, as a lead reads it."""
    from django.db import connection

    from contact_centre.models import Case
    from people.models import Person

    fill(CASES)
    person = Person.objects.filter(source="desk-bench").earliest("pk")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_touchpoint WHERE person_id = %s", [person.pk])
        cursor.execute(LINES, {"person": person.pk, "count": TOUCHPOINTS})
    figures = read_often(f"/admin/people/{person.uuid}/")
    return {**figures, "bound_ms": 150, "touchpoints": TOUCHPOINTS, "cases": Case.objects.filter(person=person).count()}


def read_often(path: str) -> dict:
    """How long a lead waits for a page, in milliseconds; the first ten times fill what is kept in memory."""
    from django.test import Client

    from tests.bench import load, school

    client = Client()
    client.cookies["sessionid"] = school.session_of_lead()
    waits = []
    for turn in range(60):
        started = time.perf_counter()
        answer = client.get(path)
        waits.append(1000 * (time.perf_counter() - started))
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
        if turn == 9:
            waits.clear()
    return {"median_ms": round(load.percentile(waits, 0.5), 1), "p95_ms": round(load.percentile(waits, 0.95), 1)}


def sweep() -> dict:
    """One sweep of escalation, ownership and order over all open cases, after all has been told once."""
    from django.utils import timezone

    from contact_centre import ranking
    from contact_centre.assignment import escalation

    fill(CASES)
    at, steps = timezone.now(), {}
    for name, act in (("escalate", escalation.escalate), ("rank_again", ranking.rank_again)):
        act(at=at)
        started = time.perf_counter()
        act(at=at)
        steps[f"{name}_ms"] = round(1000 * (time.perf_counter() - started), 1)
    return {**steps, "cases": CASES}


def intake() -> dict:
    """Enquiries by web as fast as eight clients send them; each that was answered must have a case in the queue."""
    from contact_centre.models import Case
    from tests.bench import school

    facts = school.make(cases=0)
    before = Case.objects.count()
    web = subprocess.Popen(
        [str(Path(sys.executable).parent / "gunicorn"), "--config", "config/gunicorn.py", "config.wsgi"],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    try:
        from config.run_demo import wait_for

        wait_for(f"http://127.0.0.1:{PORT}/healthz", web, within=60)
        job = {
            "method": "POST",
            "url": f"http://127.0.0.1:{PORT}/enquire/",
            "expect": 303,
            "clients": INTAKE_CLIENTS,
            "seconds": INTAKE_SECONDS,
            "salt": f"{os.getpid()}x",
            "form": {
                "email": "intake{n}@synthetic.example",
                "message": "What does it cost?",
                "programme": facts["programme"],
            },
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.load"], input=json.dumps(job), capture_output=True, text=True, cwd=ROOT
        )
        if done.returncode:
            raise SystemExit(done.stderr[-2000:])
    finally:
        web.terminate()
        web.wait(20)
    report = json.loads(done.stdout)
    answered = round(report["rate"] * INTAKE_SECONDS) - report["failed"]
    opened = Case.objects.count() - before  # with those of the warm-up, so at least as many
    return {
        "enquiries_per_second": report["rate"],
        "bound": 100,
        "p95_ms": report["p95"],
        "failed": report["failed"],
        "lost": max(0, answered - opened),
        "unqueued": Case.objects.unanswered().filter(rank_at=None).count(),
    }


JOBS: list[tuple[str, Callable[[], dict]]] = [
    ("claim the next case", claims),
    ("sweep of the desk", sweep),
    ("queue page", queue_page),
    ("person page", person_page),
    ("intake of enquiries", intake),
]


def fill(count: int) -> None:
    """A queue of exactly so many waiting cases of this bench."""
    from django.db import connection
    from django.utils import timezone

    from contact_centre.models import Case
    from people.models import Person

    with connection.cursor() as cursor:
        ours = "SELECT id FROM people_person WHERE source = 'desk-bench'"
        for table in ("contact_centre_staffnotice", "contact_centre_caseevent"):
            cursor.execute(
                f"DELETE FROM {table} WHERE case_id IN (SELECT id FROM contact_centre_case WHERE person_id IN ({ours}))"
            )
        cursor.execute(f"DELETE FROM contact_centre_case WHERE person_id IN ({ours})")
        missing = SPREAD - Person.objects.filter(source="desk-bench").count()
        if missing > 0:
            cursor.execute(PEOPLE, [missing])
        cursor.execute(WAITING, {"spread": SPREAD, "count": count, "at": timezone.now()})
        cursor.execute("VACUUM ANALYZE contact_centre_case")
    if Case.objects.waiting().count() < count:
        raise SystemExit("the queue was not filled")


def main() -> int:
    var = Path(os.environ.get("MATRICULA_VAR", ROOT / "var")).resolve() / "bench-desk"
    var.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "MATRICULA_ENV": "demo",
        "MATRICULA_VAR": str(var),
        "PORT": str(PORT),
        "WEB_WORKERS": "2",
        "INTAKE_PER_NETWORK": "0",  # all come from this machine
        "DJANGO_SETTINGS_MODULE": "config.settings.demo",
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    for name, measure in JOBS:
        if ONLY in name:
            sys.stdout.write(json.dumps({"job": name, **measure()}) + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
