"""How long the grid takes with a million lost enquiries: ``python -m tests.bench.revival_bench [enquiries]``.

Counted anew, as a worker does, and shown from the counts of some minutes ago, as people see it. One line of JSON per
job: how many were counted, in how many statements, and the median and worst of some runs in
milliseconds. Half of the people have agreed to commercial e-mail, a sixth of them took it back.
"""

import json
import os
import sys
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
PROGRAMMES = 20
TIMES = int(os.environ.get("BENCH_TIMES", "3"))
PEOPLE = """
INSERT INTO people_person (uuid, given_name, family_name, language, created_at, country, source, phase, time_zone,
    frequency, preferred_channel, topics_off, links_epoch)
SELECT gen_random_uuid(), 'Bench', n::text, 'ca', now() - interval '3 years', '', 'bench', 'prospect', 'Europe/Madrid',
    '', '', '[]', 0
FROM generate_series(1, %s) AS n
"""
IDENTITIES = """
INSERT INTO people_identity (person_id, kind, issuer, value, as_typed, source, may_sign_in, is_undeliverable,
    created_at)
SELECT id, 'email', '', 'bench' || id || '@example.org', '', 'bench', true, false, created_at FROM people_person
WHERE given_name = 'Bench'
"""
CONSENTS = """
INSERT INTO people_consent (person_id, purpose, channel, decision, wording_version, language, at, source, proof)
SELECT id, 'commercial', 'email', CASE WHEN id %% 12 = 0 THEN 'withdrawn' ELSE 'granted' END, 'commercial-2026-1', 'ca',
       now() - (id %% 900) * interval '1 day', 'bench', ''
FROM people_person WHERE given_name = 'Bench' AND id %% 2 = 0
"""
ENQUIRIES = """
INSERT INTO enquiries_enquiry (uuid, person_id, state, channel, language, message, source, medium, utm, page_url,
    referrer, answers, received_at, ended_at, lost_reason, lost_to, lost_note, is_history, external_key, programme_id)
SELECT gen_random_uuid(), id, 'lost', 'web', 'ca', '', 'bench', '', '{}', '', '', '{}',
    now() - (id %% 700 + 1) * interval '1 day', now() - (id %% 700) * interval '1 day',
    (ARRAY['follow_up', 'undecided', 'budget', 'rival', 'empathy', 'lost_contact'])[1 + id %% 6], '', '', false, '',
    (SELECT (array_agg(p.id ORDER BY p.id))[1 + (q.id %% greatest(count(*), 1))::int] FROM programmes_programme p)
FROM people_person q WHERE given_name = 'Bench'
"""


def main() -> int:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    var = Path(os.environ.get("MATRICULA_VAR", ROOT / "var")).resolve() / "bench-revival"
    var.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "MATRICULA_ENV": "demo",
        "MATRICULA_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "config.settings.demo",
    }
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from enquiries.models import Enquiry
    from enquiries.revival import grid, kept_counts
    from programmes.models import Programme
    from tests.factories.programmes import ProgrammeFactory

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    if Enquiry.objects.filter(source="bench").count() < number:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM enquiries_enquiry WHERE source = 'bench'")
            ProgrammeFactory.create_batch(max(0, PROGRAMMES - Programme.objects.count()))
            cursor.execute(PEOPLE, [number])
            for statement in (IDENTITIES, CONSENTS, ENQUIRIES):
                cursor.execute(statement.replace("%%", "%"))
            cursor.execute("ANALYZE")
    jobs = {"counted anew, by a worker": kept_counts.recount, "shown": kept_counts.latest}
    for job, do in jobs.items():
        took = []
        for _time in range(TIMES):
            began = time.perf_counter()
            with CaptureQueriesContext(connection) as queries:
                do(at=timezone.now())
            took.append((time.perf_counter() - began) * 1_000)
        found = kept_counts.latest(at=timezone.now())
        line = {
            "job": f"grid of lost enquiries, {job}",
            "enquiries": grid.summed(found.counts)[0],
            "cells": len(found.counts),
            "statements": len(queries),
        }
        print(json.dumps(line | {"median_ms": round(median(took)), "worst_ms": round(max(took))}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
