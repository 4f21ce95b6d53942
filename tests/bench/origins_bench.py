"""How long the report of a campaign with a million enquiries takes: ``python -m tests.bench.origins_bench [number]``.

One line of JSON per job, as in ``people_bench``: median, 95th percentile and the bound, in milliseconds; and before
them how many enquiries a second are counted when all are counted anew. All belong to one campaign, come over two years
from twelve sources for thirty programmes, and one in ten has a touch before the one that led to it.
"""

import json
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIMES = int(os.environ.get("BENCH_TIMES", "10"))
BOUND_MS = 500
PEOPLE = 50_000
ENQUIRIES = """
INSERT INTO enquiries_enquiry (uuid, person_id, state, channel, language, message, source, medium, utm, page_url,
    referrer, answers, received_at, lost_reason, lost_to, lost_note, is_history, external_key, campaign_id,
    programme_id)
SELECT gen_random_uuid(), people.ids[1 + n %% array_length(people.ids, 1)],
       (ARRAY['received', 'contacted', 'applied', 'enrolled'])[1 + n %% 4], 'web', 'ca', '', 'source-' || n %% 12,
       (ARRAY['search', 'social', 'email', 'press'])[1 + n %% 4], '{}', '', '', '{}',
       now() - (n %% 700) * interval '1 day', '', '', '', false, 'bench-origins:' || n, %(campaign)s,
       programmes.ids[1 + n %% array_length(programmes.ids, 1)]
FROM generate_series(1, %(enquiries)s) AS n,
     (SELECT array_agg(id) AS ids FROM (SELECT id FROM people_person ORDER BY id LIMIT %(people)s) AS few) AS people,
     (SELECT array_agg(id) AS ids FROM (SELECT id FROM programmes_programme ORDER BY id LIMIT 30) AS few) AS programmes
ON CONFLICT DO NOTHING
"""
TOUCHES = """
INSERT INTO enquiries_touch (person_id, enquiry_id, at, kind, source, medium, campaign_id, marks, referrer, landing)
SELECT person_id, id, received_at - before * interval '2 days', 'link', source || before, medium, campaign_id, '{}',
       '', ''
FROM enquiries_enquiry, generate_series(0, 1) AS before
WHERE external_key LIKE 'bench-origins:%%' AND id %% 10 = 0
  AND NOT EXISTS (SELECT FROM enquiries_touch WHERE campaign_id = %(campaign)s)
"""


def main() -> int:
    enquiries = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    from tests.bench.people_bench import measured, timed

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

    from enquiries.models import Campaign
    from enquiries.origins import counting, figures, staleness
    from programmes.models import Programme
    from tests.bench import crowd
    from tests.factories.programmes import ProgrammeFactory

    call_command("migrate", verbosity=0, interactive=False)
    crowd.make(people=min(PEOPLE, enquiries))
    for number in range(30 - Programme.objects.count()):
        ProgrammeFactory(code=f"bench-origins-{number}", title=f"Programme {number}")
    campaign, _made = Campaign.objects.get_or_create(slug="bench-origins", defaults={"name": "Bench"})
    facts = {"campaign": campaign.pk, "enquiries": enquiries, "people": PEOPLE}
    with connection.cursor() as cursor:
        for statement in (ENQUIRIES, TOUCHES):
            cursor.execute(statement, facts)
        cursor.execute("VACUUM ANALYZE enquiries_enquiry")
        cursor.execute("VACUUM ANALYZE enquiries_touch")
    at = timezone.now()
    staleness.mark_all(at=at)
    begun = time.perf_counter()
    days = counting.count_stale(at=at, at_most=100_000)
    seconds = time.perf_counter() - begun
    rate = {"job": "origins: counted anew", "days": days, "seconds": round(seconds, 1)}
    _say(rate | {"enquiries_per_second": round(enquiries / seconds)})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE enquiries_originfigure")
    since, until = at.date().replace(year=at.year - 3), at.date()
    for model in ("linear", "last"):
        if not figures.check(model=model, since=since, until=until).holds:
            raise RuntimeError(f"Not everything is credited under the model {model}.")
    jobs = {
        "report of a campaign": lambda: figures.total(figures.of_campaign(campaign, model="linear")),
        "all by source": lambda: figures.report("source", model="decay", since=since, until=until),
        "all by programme": lambda: figures.report("programme", model="last", since=since, until=until),
    }
    for name, act in jobs.items():
        waits = [timed(act) for _time in range(TIMES)]
        _say(measured(f"origins: {name}", BOUND_MS, lambda waits=waits: waits))
    return 0


def _say(line: dict) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
