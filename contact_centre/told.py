"""Which facts of which programme an adviser told: found in what they wrote, or ticked after a call."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from contact_centre.models import Case
from people.models import OutgoingMessage, Person, Touchpoint, User
from programmes.models import Fact, FactVersion, Programme, Telling
from programmes.told import stated, tellings, versions

ASKED_ABOUT_LATELY = timedelta(days=365)
PROGRAMMES_READ = 10
INTAKES_OFFERED = 3
ON_THE_PHONE = (
    Fact.PRICE, Fact.EARLY_PRICE, Fact.LATE_PRICE, Fact.STARTS_ON, Fact.APPLY_BY, Fact.SEATS, Fact.PLACE,
    Fact.TIMETABLE, Fact.CREDITS, Fact.LENGTH, Fact.WEEKLY_HOURS, Fact.REQUIREMENTS,
)  # fmt: skip


def note_letter(case: Case, text: str, *, message: OutgoingMessage, by: User, at: datetime) -> list[Telling]:
    """Write down the facts that an answer states, of the programme of the case or of those the letter names."""
    noted = [
        tellings.note_text(
            text,
            programme=programme,
            support=Telling.Support.MESSAGE,
            key=f"message:{message.pk}:{programme.pk}",
            at=at,
            language=case.language,
            person=case.person,
            message=message,
            by=by,
            about=case,
        )
        for programme in _programmes(case.person, case, text, at=at)
    ]
    return [telling for telling in noted if telling is not None]


def note_call(
    touchpoint: Touchpoint, *, case: Case | None, note: str, ticked: Iterable[int], by: User, at: datetime
) -> list[Telling]:
    """Write down the facts told in a call: the versions that were ticked, and those that the note states."""
    person = touchpoint.person
    language = case.language if case else person.language
    versions_ticked = FactVersion.objects.filter(pk__in=list(ticked), programme=case.programme_id if case else None)
    chosen = list(versions_ticked.select_related("intake", "programme"))
    programmes = {version.programme_id: version.programme for version in chosen}
    programmes |= {programme.pk: programme for programme in _programmes(person, case, note, at=at)}
    noted = []
    for programme in programmes.values():
        told = [version for version in chosen if version.programme_id == programme.pk]
        slots = {(version.fact, version.intake_id) for version in told}
        versions.note([programme.pk], at=at)
        found = tellings.found_in(note, programme=programme, language=language, at=at)
        told += [version for version in found if (version.fact, version.intake_id) not in slots]
        if told:
            noted.append(
                tellings.note(
                    programme=programme,
                    support=Telling.Support.CALL,
                    key=f"call:{touchpoint.pk}:{programme.pk}",
                    versions=told,
                    at=at,
                    language=language,
                    person=person,
                    by=by,
                    about=case,
                )
            )
    return noted


def choices(programme: Programme | None, *, at: datetime) -> list[tuple[str, list[tuple[int, str]]]]:
    """The facts an adviser may have told on the telephone, grouped by intake, in the words of the reader."""
    if programme is None:
        return []
    language, on = get_language() or "ca", timezone.localdate(at)
    held = versions.current(programme, at=at, language=language).values()
    groups: dict[str, list[tuple[int, str]]] = {}
    intakes: list[int] = []
    for version in sorted(held, key=lambda one: (one.intake is None, _start(one), _order(one))):
        intake = version.intake
        if version.fact not in ON_THE_PHONE or (intake and intake.starts_on and intake.starts_on < on):
            continue
        if intake is not None and intake.pk not in intakes:
            intakes.append(intake.pk)
        if intake is not None and intake.pk not in intakes[:INTAKES_OFFERED]:
            continue
        label = f"{version.get_fact_display()}: {_short(versions.words(version, language))}"
        groups.setdefault(intake.label() if intake else str(programme), []).append((version.pk, label))
    return list(groups.items())


def _programmes(person: Person, case: Case | None, text: str, *, at: datetime) -> Sequence[Programme]:
    """Of which programmes a text speaks: that of the case, else those the person asked about that it names."""
    if case is not None and case.programme is not None:
        return [case.programme]
    about = Q(cases__person=person, cases__opened_at__gt=at - ASKED_ABOUT_LATELY) | Q(tellings__person=person)
    asked = list(Programme.objects.filter(about).with_sheets().distinct().order_by("-pk")[:PROGRAMMES_READ])
    if len(asked) == 1:
        return asked
    read = stated.plain(text)
    return [programme for programme in asked if any(stated.plain(name) in read for name in _names(programme))]


def _names(programme: Programme) -> set[str]:
    return {programme.title, *(page.title for page in programme.pages.all())}


def _start(version: FactVersion) -> str:
    return str(version.intake.starts_on or "9") if version.intake else ""


def _order(version: FactVersion) -> int:
    return ON_THE_PHONE.index(version.fact) if version.fact in ON_THE_PHONE else len(ON_THE_PHONE)


def _short(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:59]}…"
