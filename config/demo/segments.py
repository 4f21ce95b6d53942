"""The groups of people whom Escola Llevant writes to and calls."""

from datetime import datetime

from contact_centre.models import Segment
from contact_centre.segments import writing
from people.models import User


def _rule(code: str, *, turned: bool = False, **values) -> dict:
    return {"criterion": code, "values": values} | ({"not": True} if turned else {})


AGREED = _rule("people.consent", answer="granted", purpose="commercial", channels=["email"])
WANTED = [  # name, what for, all/any, rules, fixed
    (
        "Van demanar el preu i no s’hi han decidit",
        "Els expliquem les beques i el pagament a terminis.",
        "all",
        [
            AGREED,
            {
                "op": "any",
                "rules": [
                    _rule("enquiries.lost", reasons=["budget", "undecided"], days=365),
                    _rule("contact_centre.asked", topics=["price", "grants"], days=365),
                ],
            },
            _rule("contact_centre.phase", phases=["loyalty"], turned=True),
        ],
        False,
    ),
    (
        "Van acceptar notícies i fa dos mesos que no en saben res",
        "Una carta abans que ens oblidin.",
        "all",
        [AGREED, _rule("people.known_for", least=60), _rule("contact_centre.contact", days=60, turned=True)],
        False,
    ),
    (
        "Estudiants que ens recomanarien",
        "Els demanem que ho expliquin a un amic.",
        "all",
        [_rule("tutoring.score", least=9), _rule("contact_centre.complaints", days=180, turned=True)],
        False,
    ),
    (
        "Els vam contestar tard",
        "El cap del servei els truca per disculpar-se.",
        "all",
        [_rule("contact_centre.late", days=30), _rule("people.address", channels=["phone", "email"])],
        False,
    ),
    ("Exestudiants, per a la trobada de primavera", "Llista tancada el dia de la convocatòria.", "all",
     [_rule("people.stage", stages=["alumnus"])], True),
]  # fmt: skip


def make_segments(*, at: datetime, by: User | None = None) -> int:
    """Write down the school's segments as they stand at ``at``; those that are there stay. Returns how many are new."""
    made = 0
    for name, note, op, inside, is_fixed in WANTED:
        if Segment.objects.filter(name=name).exists():
            continue
        document = {"version": 1, "op": op, "rules": inside}
        writing.save(None, name=name, note=note, document=document, is_fixed=is_fixed, at=at, by=by)
        made += 1
    return made
