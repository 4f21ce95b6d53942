"""How long a segment's preview takes with a million people: ``python -m tests.bench.segments_bench [people]``.

One line of JSON per job, as in ``people_bench``: median, 95th percentile and the bound, in milliseconds. Half of the
people have spoken about commercial e-mail, a third asked something, all have a line on their timeline.
"""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIMES = int(os.environ.get("BENCH_TIMES", "10"))
BOUND_MS = 2000
CONSENTS = """
INSERT INTO people_consent (person_id, purpose, channel, decision, wording_version, language, at, source, proof)
SELECT id, 'commercial', 'email', CASE WHEN id %% 5 = 0 THEN 'withdrawn' ELSE 'granted' END, 'commercial-2026-1', 'ca',
       now() - (id %% 900) * interval '1 day', 'bench', ''
FROM people_person WHERE id %% 2 = 0 AND NOT EXISTS (SELECT FROM people_consent WHERE source = 'bench')
"""
CONTACTS = """
INSERT INTO people_touchpoint (at, person_id, channel, direction, kind, summary, is_two_way, about_kind, emotion,
    campaign)
SELECT now() - (id %% 400) * interval '1 day', id, 'email', 'out', 'bench.written', '', false, '', '', ''
FROM people_person WHERE NOT EXISTS (SELECT FROM people_touchpoint WHERE kind = 'bench.written')
"""
ENQUIRIES = """
INSERT INTO enquiries_enquiry (uuid, person_id, state, channel, language, message, source, medium, utm, page_url,
    referrer, answers, received_at, lost_reason, lost_to, lost_note, is_history, external_key)
SELECT gen_random_uuid(), id, (ARRAY['received', 'contacted', 'lost'])[1 + id %% 3], 'web', 'ca', '', 'bench', '', '{}',
       '', '', '{}', now() - (id %% 700) * interval '1 day', CASE WHEN id %% 3 = 2 THEN 'budget' ELSE '' END, '', '',
       false, ''
FROM people_person WHERE id %% 3 = 0 AND NOT EXISTS (SELECT FROM enquiries_enquiry WHERE source = 'bench')
"""


def _rule(code, **values):
    return {"criterion": code, "values": values}


RULES = {
    "version": 1,
    "op": "all",
    "rules": [
        _rule("people.language", languages=["ca", "es"]),
        _rule("people.age", least=20, most=60),
        _rule("people.consent", answer="granted", purpose="commercial", channels=["email"]),
        {"op": "any", "rules": [_rule("enquiries.asked", days=365), _rule("people.address", channels=["phone"])]},
        {**_rule("contact_centre.contact", days=60), "not": True},
    ],
}


def main() -> int:
    if len(sys.argv) > 1:
        os.environ["BENCH_PEOPLE"] = sys.argv[1]
    from tests.bench.people_bench import PEOPLE, measured, timed

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
    from django.utils import timezone

    from contact_centre import phases, segments
    from contact_centre.segments import rules
    from tests.bench import crowd

    call_command("migrate", verbosity=0, interactive=False)
    crowd.make(people=PEOPLE)
    with connection.cursor() as cursor:
        for statement in (CONSENTS, CONTACTS, ENQUIRIES):
            cursor.execute(statement, ())
        cursor.execute("VACUUM ANALYZE people_person, people_identity, people_consent, enquiries_enquiry")
        cursor.execute("ANALYZE people_touchpoint")
    at = timezone.now()
    jobs = {
        "preview of five rules": lambda: segments.preview(RULES, at=at),
        "list of five rules, counted": lambda: rules.people(RULES, at=at).count(),
        "phase nurturing, counted": lambda: phases.people_in("nurturing", at=at).count(),
    }
    counted = segments.preview(RULES, at=at)
    if counted.total != rules.people(RULES, at=at).count():
        raise RuntimeError("The preview counts others than the list holds.")
    for name, act in jobs.items():
        waits = [timed(act) for _time in range(TIMES)]
        sys.stdout.write(json.dumps(measured(f"segments: {name}", BOUND_MS, lambda waits=waits: waits)) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
