"""How many enquiries a second the public form takes, beside a bare INSERT: ``python -m tests.bench.intake_bench``.

In one run, with two workers and ``BENCH_PEOPLE`` (1,000,000) people in the database: the floor is a plain Django view
that writes one row, without any middleware and with ours, asked in the same way by the same clients; then the form,
with 8 and 32 clients for ``BENCH_INTAKE`` (30) seconds each. All post from one network, of which nobody is refused
(``INTAKE_PER_NETWORK=0``). Afterwards every answered POST must have its person, enquiry, case and sending. One line of
JSON per job.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "1000000"))
SECONDS = float(os.environ.get("BENCH_INTAKE", "30"))
PORT = int(os.environ.get("BENCH_PORT", "8793"))
CLIENTS = (8, 32)

FILL = """
INSERT INTO people_person (uuid, given_name, family_name, language, time_zone, country, phase, preferred_channel,
    frequency, topics_off, source, created_at, links_epoch, compared_at)
SELECT gen_random_uuid(), 'Maria', 'Puig ' || n, 'ca', 'Europe/Madrid', 'ES', 'prospect', '', '', '[]', 'intake-bench',
    now(), 0, now()
FROM generate_series(1, %s) AS n
"""
ADDRESSES = """
INSERT INTO people_identity (person_id, kind, issuer, value, as_typed, source, may_sign_in, is_undeliverable,
    created_at)
SELECT id, 'email', '', 'known' || id || '@synthetic.example', '', 'intake-bench', true, false, now()
FROM people_person WHERE source = 'intake-bench' ON CONFLICT DO NOTHING
"""
# The whole application of the floor: one address, one INSERT. The share that is bound is of the one without middleware.
FLOORS = {"intake_floor": "settings.MIDDLEWARE = []", "intake_floor_with_middleware": ""}
FLOOR = """
import django
django.setup()
from django.conf import settings
{middleware}
settings.ROOT_URLCONF = __name__
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from people.models import Person


@csrf_exempt
def write(request):
    Person.objects.create(given_name=request.POST["email"][:150], source="floor", created_at=timezone.now())
    return HttpResponse(status=303, headers={{"Location": "/"}})


urlpatterns = [path("enquire/", write), path("healthz", lambda request: HttpResponse("ok"))]
application = WSGIHandler()
"""


def fill() -> None:
    """So many people with an address each, made once."""
    from django.db import connection

    from people.models import Person

    missing = PEOPLE - Person.objects.count()
    if missing > 0:
        with connection.cursor() as cursor:
            cursor.execute(FILL, [missing])
            cursor.execute(ADDRESSES)
            cursor.execute("VACUUM ANALYZE people_person")
            cursor.execute("VACUUM ANALYZE people_identity")


def posted(application: str, clients: int, programme: str, var: Path) -> dict:
    """What a server of two workers answers to so many clients."""
    from config.run_demo import wait_for

    web = subprocess.Popen(
        [str(Path(sys.executable).parent / "gunicorn"), "--config", "config/gunicorn.py", application],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{var}:{ROOT}"},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{PORT}/healthz", web, within=60)
        job = {
            "method": "POST",
            "url": f"http://127.0.0.1:{PORT}/enquire/",
            "expect": 303,
            "clients": clients,
            "seconds": SECONDS,
            "salt": f"{os.getpid()}x{clients}x",
            "form": {"email": "intake{n}@synthetic.example", "message": "What does it cost?", "programme": programme},
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.load"], input=json.dumps(job), capture_output=True, text=True, cwd=ROOT
        )
    finally:
        web.terminate()
        web.wait(20)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout)


def counted() -> dict[str, int]:
    """How many rows of each kind there are; the suspects apart."""
    from contact_centre.models import Case
    from enquiries.models import Enquiry, Submission
    from people.models import Person

    return {
        "people": Person.objects.exclude(source="floor").count(),
        "enquiries": Enquiry.objects.count(),
        "cases": Case.objects.count(),
        "sendings": Submission.objects.filter(outcome=Submission.Outcome.ENQUIRY).count(),
    }


def main() -> int:
    var = Path(os.environ.get("MATRICULA_VAR", ROOT / "var")).resolve() / "bench-desk"
    (var / "broker/queue").mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "MATRICULA_ENV": "demo",
        "MATRICULA_VAR": str(var),
        "PORT": str(PORT),
        "WEB_WORKERS": "2",
        "DJANGO_SETTINGS_MODULE": "config.settings.demo",
        "INTAKE_PER_NETWORK": "0",  # all come from this machine
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from programmes.models import Programme
    from tests.bench import school

    if not Programme.objects.filter(code="bench").exists():
        school.make(cases=0)
    fill()
    for name, middleware in FLOORS.items():
        (var / f"{name}.py").write_text(FLOOR.format(middleware=middleware))
    for clients in CLIENTS:
        floor, with_ours = (posted(f"{name}:application", clients, "bench", var)["rate"] for name in FLOORS)
        before = counted()
        ours = posted("config.wsgi", clients, "bench", var)
        made = {name: count - before[name] for name, count in counted().items()}
        answered = round(ours["rate"] * SECONDS) - ours["failed"]
        report = {
            "job": f"enquiries by the form, {clients} clients",
            "enquiries_per_second": ours["rate"],
            "bound": 360,
            **{name: ours[name] for name in ("p50", "p95", "p99", "failed")},
            "bound_p99": 150 if clients == max(CLIENTS) else None,
            "bare_inserts_per_second": floor,
            "share_of_floor": round(ours["rate"] / floor, 2) if floor else None,
            "inserts_with_middleware_per_second": with_ours,
            "share_with_middleware": round(ours["rate"] / with_ours, 2) if with_ours else None,
            "lost": max(0, answered - min(made.values())),
        }
        sys.stdout.write(json.dumps(report) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
