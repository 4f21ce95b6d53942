"""What advisers say for the demo's programmes, and what they said over the year.

The texts are in ``arguments.toml``: one list for each programme and one for all.
"""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from contact_centre import arguments
from contact_centre.models import Case
from enrolment.models import Enrolment
from programmes.models import Argument, Programme
from programmes.selling import argument_sheet

TEXTS = Path(__file__).with_suffix(".toml")
FOR_ALL = "all"
LOOKED_SHARE = 0.7  # of the answers: the adviser opened the sheet before
USED_SHARE = 0.62
# What convinces a little more often than chance would have it, so that the report has something to say.
CONVINCES = 3.0
OWN = 2.5  # what is said of the programme comes before what holds for all
FIRST = 10  # the place of the argument that convinces


def texts() -> dict[str, list[dict]]:
    """Code of the programme, or ``FOR_ALL`` → its arguments and objections in three languages."""
    return tomllib.loads(TEXTS.read_text())


def write() -> int:
    """Make the arguments of the demo, once; return how many were new."""
    programmes = {programme.code: programme for programme in Programme.objects.filter(collection__is_own=True)}
    made = 0
    for code, listed in texts().items():
        if code != FOR_ALL and code not in programmes:
            continue
        for place, one in enumerate(listed, start=1):
            _argument, is_new = Argument.objects.get_or_create(
                programme=programmes.get(code),
                kind=one["kind"],
                text_ca=one["ca"][0],
                defaults={
                    "answer_ca": one["ca"][1],
                    "text_es": one["es"][0],
                    "answer_es": one["es"][1],
                    "text_en": one["en"][0],
                    "answer_en": one["en"][1],
                    "place": place * 10,
                },
            )
            made += is_new
    return made


def use(*, at: datetime, seed: int = 11) -> int:
    """Advisers looked the sheet up and marked what they used, in the cases answered before ``at``; safe to repeat."""
    if Case.objects.filter(arguments_used__isnull=False).exists():
        return 0
    chance = Random(seed)  # noqa: S311 -- a story, not a secret
    kinds = [Case.Kind.ENQUIRY, Case.Kind.FOLLOW_UP]
    cases = Case.objects.filter(kind__in=kinds, programme__isnull=False, adviser__isnull=False, answered_at__lt=at)
    cases = cases.select_related("programme", "adviser").order_by("pk")
    enrolled = set(Enrolment.objects.values_list("person_id", "intake__programme_id"))
    used = 0
    for case in cases:
        has_enrolled = (case.person_id, case.programme_id) in enrolled
        used += _use_in(case, chance=chance, has_enrolled=has_enrolled)
    return used


def play(*, at: datetime) -> int:
    """The whole scene: the arguments are written, and were used over the year."""
    return write() + use(at=at)


def _use_in(case: Case, *, chance: Random, has_enrolled: bool) -> int:
    by, programme, answered_at = case.adviser, case.programme, case.answered_at
    if by is None or programme is None or answered_at is None:
        return 0
    if chance.random() < LOOKED_SHARE:
        argument_sheet.note_lookup(
            programme,
            by=by,
            at=answered_at - timedelta(minutes=chance.randrange(2, 9)),
            took_ms=int(chance.triangular(60, 420, 110)),
            about_kind="contact_centre.case",
            about_id=case.pk,
        )
    if chance.random() > USED_SHARE:
        return 0
    offered = [one.argument for one in argument_sheet.arguments_of(programme, language=case.language)]
    if not offered:
        return 0
    weights = [_weight(argument, has_enrolled=has_enrolled) for argument in offered]
    chosen = set(chance.choices(offered, weights, k=chance.choice([1, 1, 2, 3])))
    for argument in sorted(chosen, key=lambda one: one.pk):
        arguments.mark(case, argument, by=by, at=answered_at)
    return len(chosen)


def _weight(argument: Argument, *, has_enrolled: bool) -> float:
    if argument.programme_id is None:
        return 1.0
    return OWN * (CONVINCES if has_enrolled and argument.place == FIRST else 1.0)
