"""The price of the day: what an applicant was quoted when they applied holds for their application.

What the page and our letters told them of the intake is noted, so that they hear of it when it changes.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import models
from django.utils import timezone

from enrolment.models import Application
from people.models import OutgoingMessage, Person
from programmes.models import Fact, FactVersion, Telling
from programmes.told import facts, tellings, versions

State = Application.State
OVER = (State.REJECTED, State.WITHDRAWN)
THE_START = (Fact.STARTS_ON, Fact.PLACE)
THE_OFFER = (*facts.PRICES, *THE_START)


def keep(application: Application, *, to: Iterable[Person], at: datetime) -> None:
    """Fix the price of the day, once, and note that the people in ``to`` were told it; nothing without a price.

    The application must be locked.
    """
    price_minor = application.intake.price_minor_on(timezone.localdate(at))
    if application.price_minor is not None or price_minor is None:
        return
    application.price_minor, application.currency = price_minor, application.intake.currency
    application.save(update_fields=["price_minor", "currency"])
    for person in to:
        key = f"quote:{application.uuid}:{person.pk}:{at.isoformat()}"
        _note(application, person, THE_OFFER, support=Telling.Support.QUOTE, key=key, at=at)


def give_up(application: Application) -> None:
    """Let the price go: the application is a draft again, and costs what it costs when it is handed in."""
    application.price_minor = None
    application.save(update_fields=["price_minor"])


def note_letter(application: Application, message: OutgoingMessage, told: Iterable[Fact], *, at: datetime) -> None:
    """Note which facts of the intake a letter told whom it went to; a letter that may not leave told nothing."""
    if message.state != OutgoingMessage.State.REFUSED:
        key = f"letter:{message.pk}"
        _note(application, message.person, told, support=Telling.Support.LETTER, key=key, at=at, message=message)


def that_hold(programme_ids: Iterable[int]) -> Iterator[tuple[int, int, str]]:
    """For whom which fact stands although it changed, as (person, intake, fact).

    The price holds for whoever has applied and whoever was told it for them; what is over needs no correction.
    """
    applications = Application.objects.filter(intake__programme__in=programme_ids).exclude(price_minor=None)
    rows = list(applications.values_list("pk", "person", "intake", "state"))
    live = {(person, intake) for _pk, person, intake, state in rows if state not in OVER}
    told = _told_about([pk for pk, *_rest in rows])
    for pk, applicant, intake, state in rows:
        kept = facts.PRICES if state not in OVER else facts.OF_INTAKES
        people = {applicant, *told.get(pk, ())}
        if state in OVER and (applicant, intake) in live:
            continue  # they applied again
        yield from ((person, intake, fact) for person in people for fact in kept)


def _told_about(application_ids: list[int]) -> dict[int, set[int]]:
    tellings_about = Telling.objects.filter(
        about_kind=Application._meta.label_lower, about_id__in=application_ids, person__isnull=False
    )
    people: dict[int, set[int]] = {}
    for application_id, person_id in tellings_about.values_list("about_id", "person"):
        if application_id is not None and person_id is not None:
            people.setdefault(application_id, set()).add(person_id)
    return people


def _note(
    application: Application,
    person: Person,
    told: Iterable[Fact],
    *,
    support: str,
    key: str,
    at: datetime,
    message: OutgoingMessage | None = None,
) -> None:
    programme, language = application.intake.programme, person.language
    versions.note([programme.pk], at=at)
    held = versions.current(programme, at=at, language=language)
    of_intake = [held[fact, application.intake_id] for fact in told if (fact, application.intake_id) in held]
    prices = [version for version in of_intake if version.fact in facts.PRICES]
    stated = [version for version in of_intake if version not in prices]
    if set(facts.PRICES) & set(told):
        stated += _quoted(application, prices)
    if stated:
        tellings.note(
            programme=programme,
            support=support,
            key=key,
            versions=stated,
            at=at,
            language=language,
            person=person,
            message=message,
            about=application,
        )


def _quoted(application: Application, prices: list[FactVersion]) -> list[FactVersion]:
    """The version of a price that the application was quoted: one that holds, else the last that was so."""
    quoted = models.Q(value__minor=application.price_minor, value__currency=application.currency)
    held = [one for one in prices if one.value.get("minor") == application.price_minor]
    if held:
        return held[:1]
    earlier = FactVersion.objects.filter(quoted, intake=application.intake_id, fact__in=facts.PRICES)
    return list(earlier.order_by("-valid_from", "-pk")[:1])
