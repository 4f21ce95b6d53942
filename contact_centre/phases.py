"""Where somebody stands with the school: everybody is in exactly one phase of life at any instant.

Floors claim people for a phase with the hook ``register_life_phases() -> {phase: [claim, ...]}``; a claim is a
function ``(at) -> Q`` on ``Person``, as for the criteria of segments. Of two claims the phase further on wins; whom
nobody claims is in the first.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from wagtail import hooks

from contact_centre.models import MessageTemplate
from contact_centre.segments import rules
from people.models import Person

Phase = MessageTemplate.Phase
Claim = Callable[[datetime], Q]
FURTHEST_FIRST = (Phase.LOYALTY, Phase.NURTURING)  # acquisition is whoever is in neither
PHASES = (Phase.ACQUISITION, Phase.NURTURING, Phase.LOYALTY)


def people_in(phase: str, *, at: datetime) -> QuerySet[Person]:
    """Those of the people we know who are in ``phase`` at ``at``."""
    return Person.objects.known().filter(condition(phase, at=at))


def condition(phase: str, *, at: datetime) -> Q:
    """The same as a condition on ``Person``. Raises ValueError for a phase that does not exist."""
    if phase not in PHASES:
        raise ValueError(phase)
    claims = _claims()
    further = FURTHEST_FIRST[: FURTHEST_FIRST.index(phase)] if phase in FURTHEST_FIRST else FURTHEST_FIRST
    inside = Q()
    if phase in FURTHEST_FIRST:
        inside &= rules.either([claim(at) for claim in claims[phase]])
    for one in further:
        inside &= rules.turned(rules.either([claim(at) for claim in claims[one]]))
    return inside


def of(person: Person, *, at: datetime) -> str:
    """The phase ``person`` is in at ``at``. One query for each claim, and one more."""
    return of_many([person.pk], at=at).get(person.pk, Phase.ACQUISITION)


def of_many(ids: Iterable[int], *, at: datetime) -> dict[int, str]:
    """The phase of each of those people whom we know, in as many queries as for one."""
    known = dict.fromkeys(Person.objects.known().filter(pk__in=list(ids)).values_list("pk", flat=True))
    claims = _claims()
    for phase in FURTHEST_FIRST:
        for claim in claims[phase]:
            left = [pk for pk, found in known.items() if found is None]
            claimed = Person.objects.filter(pk__in=left).filter(claim(at)).values_list("pk", flat=True)
            known |= dict.fromkeys(claimed, str(phase))
    return {pk: found or str(Phase.ACQUISITION) for pk, found in known.items()}


def _claims() -> dict[str, list[Claim]]:
    claims: dict[str, list[Claim]] = {phase: [] for phase in FURTHEST_FIRST}
    for register in hooks.get_hooks("register_life_phases"):
        for phase, claimed in register().items():
            claims[phase] += claimed
    return claims
