"""How long a send takes to be listed and queued: ``python -m tests.bench.sends_bench [people]`` (100,000).

One line of JSON per job, as in ``people_bench``. ``BENCH_WORKERS`` (2) processes queue at once, as workers do.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORKERS = int(os.environ.get("BENCH_WORKERS", "2"))
BOUND_SECONDS = 60
CONSENTS = """
INSERT INTO people_consent (person_id, purpose, channel, decision, wording_version, language, at, source, proof)
SELECT id, 'commercial', 'email', 'granted', 'commercial-2026-1', 'ca', now() - interval '30 days', 'bench', ''
FROM people_person p WHERE NOT EXISTS (
    SELECT FROM people_consent c WHERE c.person_id = p.id AND c.purpose = 'commercial' AND c.channel = 'email')
"""
MEMBERS = """
INSERT INTO contact_centre_segmentmember (segment_id, person_id, added_at)
SELECT %s, id, now() FROM people_person ORDER BY id LIMIT %s
"""
BODY = """Hola, {person.given},

obrim les portes dissabte a les deu. {if language:ca}Vine amb qui vulguis.{else}Ven con quien quieras.{end}

https://llevant.example/ca/jornada/"""
WORK = "from tests.bench.sends_bench import work; work()"


def work() -> None:
    """What a worker does: queue until nothing waits."""
    import django

    django.setup()
    from contact_centre.models import Send
    from contact_centre.sends import queueing

    while any(queueing.queue_batch(send, at=_noon()) for send in Send.objects.filter(state="sending")):
        pass


def main() -> int:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
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
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    from tests.bench import crowd

    crowd.make(people=people)
    _clear()
    with connection.cursor() as cursor:
        cursor.execute(CONSENTS)
        cursor.execute("ANALYZE people_consent")
    _make(people)
    from contact_centre.sends import queueing

    listed = time.perf_counter()
    queueing.start_due(at=_noon())
    listed = time.perf_counter() - listed
    started = time.perf_counter()
    workers = [subprocess.Popen([sys.executable, "-c", WORK], cwd=ROOT) for _number in range(WORKERS)]
    codes = [worker.wait() for worker in workers]
    queued = time.perf_counter() - started
    messages = _messages()
    _clear()
    for job, seconds in (("list a send", listed), ("queue a send", queued), ("list and queue", listed + queued)):
        figures = {"job": f"{job}, {people} people", "seconds": round(seconds, 2), "bound_seconds": BOUND_SECONDS}
        sys.stdout.write(json.dumps({**figures, "messages": messages, "workers": WORKERS}) + "\n")
    return 0 if codes == [0] * WORKERS and messages == people else 1


def _noon():
    from datetime import UTC, datetime

    return datetime.now(UTC).replace(hour=10, minute=0)


def _make(people: int) -> None:
    from django.db import connection

    from contact_centre.models import MessageTemplate, Segment, Send
    from contact_centre.sends import making

    MessageTemplate.objects.get_or_create(
        code="bench", channel="email", language="ca",
        defaults={"title": "Bench", "purpose": "commercial", "subject": "Portes obertes", "body": BODY, "number": 1},
    )  # fmt: skip
    segment = Segment.objects.create(name="Bench", slug="bench", kind="static", changed_at=_noon())
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS, [segment.pk, people])
        cursor.execute("ANALYZE contact_centre_segmentmember")
    send = making.make(
        by=None, at=_noon(), variants=[making.Wording("A", "bench")], name="Bench", segment=segment, due_at=_noon()
    )
    Send.objects.filter(pk=send.pk).update(state=Send.State.APPROVED)


def _messages() -> int:
    from people.models import OutgoingMessage

    return OutgoingMessage.objects.filter(key__startswith="send:").count()


def _clear() -> None:
    """What an earlier run left: children first, all at once."""
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in (
            "DELETE FROM contact_centre_delivery",
            "DELETE FROM people_outgoingmessage WHERE key LIKE 'send:%'",
            "DELETE FROM contact_centre_sendvariant",
            "DELETE FROM contact_centre_send",
            "DELETE FROM contact_centre_segmentmember",
            "DELETE FROM contact_centre_segment WHERE slug = 'bench'",
        ):
            cursor.execute(statement)


if __name__ == "__main__":
    raise SystemExit(main())
