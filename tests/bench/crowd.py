"""A million people to search among: names as unevenly spread as real ones, an address each, a number for most."""

from django.db import connection

GIVEN = [
    "Maria", "Montserrat", "Núria", "Marta", "Laia", "Anna", "Carmen", "Jordi", "Josep", "Joan", "Marc", "David",
    "Pol", "Youssef", "Fatima", "Lucía", "Omar", "Emma", "Antonio", "Manuel", "José", "Francisco", "Laura",
    "Cristina", "Àlex", "Arnau", "Biel", "Martina", "Júlia", "Paula", "Aina", "Èric", "Pau", "Jan", "Nil", "Ona",
    "Mireia", "Sergi", "Xavier", "Ramon", "Pere", "Miquel", "Albert", "Oriol", "Gerard", "Roger", "Clàudia",
    "Carla", "Sara", "Irene", "Ingrid", "Olga", "Wei", "Zoe", "Quim", "Hugo",
]  # fmt: skip
FAMILY = [
    "García", "Martínez", "López", "Sánchez", "Rodríguez", "Fernández", "Pérez", "González", "Gómez", "Ruiz",
    "Martín", "Puig", "Serra", "Vila", "Soler", "Roca", "Mas", "Ferrer", "Font", "Bosch", "Vidal", "Pujol", "Casas",
    "Sala", "Costa", "Ribas", "Torres", "Moreno", "Navarro", "Castro", "Díaz", "Álvarez", "Muñoz", "Khan", "Smith",
    "Singh", "Chen", "Haddad", "Popescu", "Núñez", "Ortega", "Gil", "Molina", "Blanco", "Prats", "Camps", "Rovira",
    "Miró", "Tort", "Valls", "Ymbert", "Zapata", "Quer",
]  # fmt: skip
SYLLABLES = [
    "ba", "be", "bi", "bo", "bu", "ca", "ce", "ci", "co", "cu", "da", "de", "di", "do", "du", "fa", "fe", "fi",
    "ga", "ge", "la", "le", "li", "lo", "ma", "me", "mi", "mo", "na", "ne", "ni", "no",
]  # fmt: skip
BATCH = 100_000

# The n-th name of a list is about n times rarer than the first; four in ten are from 32³ that hardly anybody has.
PEOPLE = """
WITH drawn AS (
    SELECT n, random() AS kind, floor(exp(random() * ln(%(given_count)s)))::int AS g,
           floor(exp(random() * ln(%(family_count)s)))::int AS f,
           floor(exp(random() * ln(%(family_count)s)))::int AS f2,
           1 + floor(random() * 32)::int AS s1, 1 + floor(random() * 32)::int AS s2, 1 + floor(random() * 32)::int AS s3
    FROM generate_series(1, %(people)s) AS n
), named AS (
    SELECT n, kind, (%(given)s::text[])[g] AS given, (%(family)s::text[])[f] AS family,
           (%(family)s::text[])[f2] AS second,
           initcap((%(syllables)s::text[])[s1] || (%(syllables)s::text[])[s2] || (%(syllables)s::text[])[s3]) AS rare
    FROM drawn
)
INSERT INTO people_person (uuid, given_name, family_name, birth_date, language, time_zone, country, phase,
    preferred_channel, frequency, topics_off, source, created_at, links_epoch, compared_at)
SELECT gen_random_uuid(), CASE WHEN kind < 0.2 THEN rare ELSE given END,
       CASE WHEN kind > 0.8 THEN rare ELSE family END || ' ' || second,
       CASE WHEN kind < 0.5 THEN date '1970-01-01' + (random() * 14000)::int END,
       'ca', 'Europe/Madrid', 'ES', 'prospect', '', '', '[]', 'crowd',
       timestamptz '2020-01-01' + (%(after)s + n) * interval '3 minutes', 0, timestamptz '2020-01-01'
FROM named
"""
EMAILS = """
INSERT INTO people_identity (person_id, kind, issuer, value, as_typed, source, created_at, is_undeliverable,
    may_sign_in)
SELECT id, 'email', '', 'p' || id || '@crowd.example', '', 'crowd', created_at, false, true
FROM people_person WHERE id > %(after)s
"""
PHONES = """
INSERT INTO people_identity (person_id, kind, issuer, value, as_typed, source, created_at, is_undeliverable,
    may_sign_in)
SELECT id, 'phone', '', '+346' || lpad(id::text, 8, '0'), '', 'crowd', created_at, false, true
FROM people_person WHERE id > %(after)s AND id %% 10 < 7
"""


def make(*, people: int) -> int:
    """Add what is missing to ``people`` and tell the planner; returns how many were added."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), coalesce(max(id), 0) FROM people_person")
        there, after = cursor.fetchone()
        cursor.execute("SELECT setseed(0.5)")
        for start in range(there, people, BATCH):
            facts = {
                "people": min(BATCH, people - start), "after": after, "syllables": SYLLABLES,
                "given": GIVEN, "given_count": len(GIVEN) + 1, "family": FAMILY, "family_count": len(FAMILY) + 1,
            }  # fmt: skip
            for statement in (PEOPLE, EMAILS, PHONES):
                cursor.execute(statement, facts)
            cursor.execute("SELECT max(id) FROM people_person")
            (after,) = cursor.fetchone()
        if there < people:
            cursor.execute("VACUUM ANALYZE people_person, people_identity")
    return max(people - there, 0)
