"""A synthetic school of any size, loaded in bulk: for measuring, and for seeing how screens fare with many people.

Unlike the demo school it does not run the product's verbs; it writes rows that those verbs could have written, with
set-based SQL, and says so in the person's source ("synthetic").
"""

from datetime import datetime

from django.db import connection, transaction

GIVEN = ["Marta", "Jordi", "Laia", "Youssef", "Carmen", "Pol", "Fatima", "Anna", "David", "Lucía", "Omar", "Emma"]
FAMILY = ["Garcia", "Puig", "Serra", "Vila", "El Amrani", "López", "Soler", "Khan", "Roca", "Mas", "Smith", "Ferrer"]

PEOPLE = """
INSERT INTO people_person (uuid, given_name, family_name, language, time_zone, country, phase, preferred_channel,
                           source, created_at, compared_at, frequency, topics_off, links_epoch)
SELECT gen_random_uuid(), (%(given)s::text[])[1 + floor(random() * 12)::int],
       (%(family)s::text[])[1 + floor(random() * 12)::int],
       (ARRAY['ca','ca','es','en'])[1 + floor(random() * 4)::int], 'Europe/Madrid', 'ES', 'prospect', '', 'synthetic',
       arrived_at, arrived_at, '', '[]', 0
FROM (SELECT %(at)s::timestamptz - random() * interval '700 days' AS arrived_at
      FROM generate_series(1, %(people)s)) AS arrivals
"""
IDENTITIES = """
INSERT INTO people_identity (person_id, kind, issuer, value, as_typed, source, created_at, is_undeliverable,
    may_sign_in)
SELECT id, 'email', '', 'p' || id || '.' || %(seed)s || '@synthetic.example', '', 'synthetic', created_at, false, true
FROM people_person WHERE id > %(after)s
"""
CASES = """
INSERT INTO contact_centre_case (uuid, person_id, programme_id, kind, state, channel, language, question,
    adviser_id, priority, opened_at, answer_due_at, rank_at, answered_at, closed_at, about_kind)
SELECT gen_random_uuid(), id,
       (%(programmes)s::bigint[])[1 + floor(random() * cardinality(%(programmes)s::bigint[]))::int],
       'enquiry', CASE WHEN is_open THEN 'waiting' ELSE 'closed' END, 'web', language,
       'What does it cost, and can I pay in instalments?', NULL, 0, opened_at,
       opened_at + interval '24 hours', opened_at + interval '24 hours',
       CASE WHEN is_open THEN NULL ELSE opened_at + interval '5 hours' END,
       CASE WHEN is_open THEN NULL ELSE opened_at + interval '3 days' END, ''
FROM (SELECT id, language, random() < %(open_share)s AS is_open, created_at AS opened_at
      FROM people_person WHERE id > %(after)s) AS asked
"""
ENQUIRIES = """
INSERT INTO enquiries_enquiry (uuid, person_id, programme_id, case_id, state, channel, language, message,
    source, medium, utm, page_url, referrer, answers, received_at, ended_at,
    lost_reason, lost_to, lost_note, is_history, external_key)
SELECT gen_random_uuid(), person_id, programme_id, id, outcome, 'web', language, question,
       'search', 'cpc', '{}', '', '',
       '{}', opened_at, CASE WHEN outcome = 'received' THEN NULL ELSE closed_at END,
       CASE WHEN outcome = 'lost' THEN 'undecided' ELSE '' END, '', '', false, ''
FROM (SELECT *, CASE WHEN state = 'waiting' THEN 'received'
                        WHEN random() < 0.25 THEN 'contacted' ELSE 'lost' END AS outcome
      FROM contact_centre_case WHERE person_id > %(after)s) AS cases
"""
TOUCHPOINTS = """
INSERT INTO people_touchpoint (at, person_id, channel, direction, kind, summary, is_two_way, about_kind,
    campaign, emotion)
SELECT created_at + n * interval '1 hour', id, 'web', CASE WHEN n %% 2 = 1 THEN 'in' ELSE 'out' END,
       CASE WHEN n %% 2 = 1 THEN 'enquiries.received' ELSE 'contact_centre.answered' END,
       'Synthetic', n %% 2 = 0, '', '', ''
FROM people_person, generate_series(1, %(touchpoints)s) AS n WHERE id > %(after)s
"""
TABLES = ["people_person", "people_identity", "contact_centre_case", "enquiries_enquiry", "people_touchpoint"]


def load(*, people: int, at: datetime, seed: int = 1, open_share: float = 0.1, touchpoints: int = 2) -> int:
    """Add ``people`` persons, each with an address, a case, an enquiry and some touchpoints, ending at ``at``.

    ``open_share`` (0-1) of the cases wait for an answer. The same seed gives the same proportions. Returns the number
    of people added.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT setseed(%s)", [1 / (1 + seed)])
        cursor.execute("SELECT coalesce(max(id), 0) FROM people_person")
        facts = {"after": cursor.fetchone()[0], "at": at, "people": people, "given": GIVEN, "family": FAMILY}
        cursor.execute("SELECT coalesce(array_agg(id), '{}') FROM programmes_programme")
        facts |= {"programmes": cursor.fetchone()[0], "open_share": open_share, "touchpoints": touchpoints}
        facts["seed"] = seed
        for statement in (PEOPLE, IDENTITIES, CASES, ENQUIRIES, TOUCHPOINTS):
            cursor.execute(statement, facts)
    with connection.cursor() as cursor:  # the planner needs to know that the tables have grown
        cursor.execute(f"ANALYZE {', '.join(TABLES)}")
    return people
