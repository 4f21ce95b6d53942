"""What a rule may ask about who somebody is: the criteria of the people floor, which knows no segments."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks

from contact_centre.segments.criteria import PEOPLE, BadValue, Criterion, Field, Text, lately, people_with, since
from people import ages
from people.contact.contact_statement import REACHED_BY
from people.models import Channel, Consent, Identity, Language, Person, PersonScore, Purpose, Relationship, Touchpoint

OLDEST = 130
CONTACT = (Channel.EMAIL, Channel.PHONE, Channel.WHATSAPP, Channel.SMS)
ANSWERS = {  # what is looked for in the ledger; silence is a decision too
    "granted": gettext_lazy("Agreed"),
    "refused": gettext_lazy("Said no, or not any more"),
    "silent": gettext_lazy("Said nothing"),
}
NO = (Consent.Decision.DENIED, Consent.Decision.WITHDRAWN)


def criteria() -> list[Criterion]:
    """Language, place, age, phase, where they came from, how they are reached, what they agreed to, scores, family."""
    return [
        Criterion(
            "people.language",
            PEOPLE,
            gettext_lazy("Language"),
            lambda values, at: Q(language__in=values["languages"]),
            (Field("languages", gettext_lazy("one of"), options=lambda: Language.choices, is_required=True),),
        ),
        Criterion(
            "people.country",
            PEOPLE,
            gettext_lazy("Country"),
            lambda values, at: Q(country__iexact=values["country"]),
            (Field("country", gettext_lazy("as it is written"), kind="text", is_required=True),),
        ),
        Criterion(
            "people.age",
            PEOPLE,
            gettext_lazy("Age"),
            _aged,
            (
                Field("least", gettext_lazy("at least"), kind="number", most=OLDEST, unit=gettext_lazy("years")),
                Field("most", gettext_lazy("at most"), kind="number", most=OLDEST, unit=gettext_lazy("years")),
            ),
            help=gettext_lazy("Only those whose date of birth we know."),
            whole=_in_order,
        ),
        Criterion(
            "people.stage",
            PEOPLE,
            gettext_lazy("Stage"),
            lambda values, at: Q(phase__in=values["stages"]),
            (Field("stages", gettext_lazy("one of"), options=lambda: Person.Phase.choices, is_required=True),),
        ),
        Criterion(
            "people.source",
            PEOPLE,
            gettext_lazy("First heard of us through"),
            lambda values, at: Q(source__icontains=values["words"]),
            (Field("words", gettext_lazy("contains"), kind="text", is_required=True),),
        ),
        Criterion(
            "people.known_for",
            PEOPLE,
            gettext_lazy("Known to us"),
            _known_for,
            (
                Field("least", gettext_lazy("for at least"), kind="days", most=36_500),
                Field("most", gettext_lazy("for at most"), kind="days", most=36_500),
            ),
            whole=_in_order,
        ),
        *_of_contact(),
        Criterion(
            "people.score",
            PEOPLE,
            gettext_lazy("Score"),
            _scored,
            (
                Field("metric", gettext_lazy("of"), kind="choice", options=metrics, is_required=True),
                Field("least", gettext_lazy("at least"), kind="number", most=100, unit="%"),
                Field("most", gettext_lazy("at most"), kind="number", most=100, unit="%"),
            ),
            whole=_in_order,
        ),
        Criterion(
            "people.relative",
            PEOPLE,
            gettext_lazy("Stands by somebody"),
            _stands_by,
            (Field("as_who", gettext_lazy("as"), options=lambda: STANDS_BY.items()),),
        ),
    ]


def _of_contact() -> list[Criterion]:
    return [
        Criterion(
            "people.address",
            PEOPLE,
            gettext_lazy("Can be reached by"),
            lambda values, at: people_with(_addresses(values["channels"])),
            (Field("channels", gettext_lazy("one of"), options=lambda: _channels(), is_required=True),),
            help=gettext_lazy("An address or number that has not come back as undeliverable."),
        ),
        Criterion(
            "people.consent",
            PEOPLE,
            gettext_lazy("Consent"),
            _said,
            (
                Field("answer", gettext_lazy("they"), kind="choice", options=lambda: ANSWERS.items(), is_required=True),
                Field("purpose", gettext_lazy("to"), kind="choice", options=_purposes, is_required=True),
                Field("channels", gettext_lazy("by"), options=lambda: _channels()),
            ),
            help=gettext_lazy("By any channel if none is chosen. Whether a message may leave is asked again for each."),
        ),
        Criterion(
            "people.preferred_channel",
            PEOPLE,
            gettext_lazy("Prefers"),
            lambda values, at: Q(preferred_channel__in=values["channels"]),
            (Field("channels", gettext_lazy("one of"), options=lambda: _channels(), is_required=True),),
        ),
        Criterion(
            "people.paused",
            PEOPLE,
            gettext_lazy("Asked us to pause"),
            lambda values, at: Q(paused_until__gt=at),
        ),
        Criterion(
            "people.signed_in",
            PEOPLE,
            gettext_lazy("Signed in"),
            lambda values, at: people_with(
                Touchpoint.objects.filter(since(at, values.get("days"), column="at"), kind="people.signed_in")
            ),
            (lately(),),
        ),
    ]


def metrics() -> list[tuple[str, Text]]:
    """The scores that may be asked for; floors name theirs with the hook ``register_person_metrics``: code, label."""
    named: dict[str, Text] = {"conversion": gettext_lazy("Chance to enrol")}
    for register in hooks.get_hooks("register_person_metrics"):
        named |= register()
    return list(named.items())


def agreed(purpose: str, channels: list[str]) -> Q:
    """Those whose newest word on ``purpose`` is yes on one of ``channels``; all channels if none is named."""
    return people_with(_newest(purpose, channels).filter(decision=Consent.Decision.GRANTED))


def _newest(purpose: str, channels: list[str]):
    """The lines of the ledger that hold: those with no newer one; what was only asked for replaces nothing."""
    lines = Consent.objects.filter(purpose=purpose).exclude(decision=Consent.Decision.REQUESTED)
    if channels:
        lines = lines.filter(channel__in=channels)
    newer = Consent.objects.filter(
        Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")),
        person=OuterRef("person"),
        purpose=OuterRef("purpose"),
        channel=OuterRef("channel"),
    ).exclude(decision=Consent.Decision.REQUESTED)
    return lines.filter(~Exists(newer))


def _said(values: Mapping, at: datetime) -> Q:
    purpose, channels = values["purpose"], values.get("channels", [])
    if values["answer"] == "granted":
        return agreed(purpose, channels)
    if values["answer"] == "refused":
        return people_with(_newest(purpose, channels).filter(decision__in=NO))
    said = Consent.objects.filter(person=OuterRef("pk"), purpose=purpose)
    return Q(~Exists(said.filter(channel__in=channels) if channels else said))


def _channels() -> list[tuple[str, Text]]:
    return [(one.value, one.label) for one in CONTACT]


def _purposes() -> list[tuple[str, Text]]:
    wanted = (Purpose.COMMERCIAL, Purpose.SURVEY, Purpose.PROFILING, Purpose.PHOTOGRAPHS)
    return [(one.value, one.label) for one in wanted]


def _addresses(channels: list[str]):
    kinds = {kind for channel in channels for kind in REACHED_BY[channel]}
    return Identity.objects.filter(kind__in=sorted(kinds), is_undeliverable=False)


def _aged(values: Mapping, at: datetime) -> Q:
    """Whole years by the school's calendar, as everywhere (``people.ages``)."""
    today, born = timezone.localdate(at), Q(birth_date__isnull=False)
    if "least" in values:
        born &= Q(birth_date__lte=_birth_limit(today, values["least"]))
    if "most" in values:
        born &= Q(birth_date__gt=_birth_limit(today, values["most"] + 1))
    return born


def _birth_limit(today, years: int):
    """The last date of birth with which somebody has completed ``years`` today."""
    if today.year - years < 1:
        return today.min
    limit = ages.birthday(today, -years)
    # Whoever was born on 29 February completes a year on the 28th when there is no 29th.
    after = limit + timedelta(days=1)
    is_leap_day = (after.month, after.day) == (2, 29)
    return after if is_leap_day and ages.has_turned(after, years, on=today) else limit


def _in_order(values: Mapping) -> None:
    if "least" not in values and "most" not in values:
        raise BadValue(_("Say at least how much, or at most."))
    if values.get("least", 0) > values.get("most", values.get("least", 0)):
        raise BadValue(_("“At least” is more than “at most”."))


def _known_for(values: Mapping, at: datetime) -> Q:
    known = Q(created_at__lte=at - timedelta(days=values.get("least", 0)))
    return known & Q(created_at__gte=at - timedelta(days=values["most"])) if "most" in values else known


def _scored(values: Mapping, at: datetime) -> Q:
    scores = PersonScore.objects.filter(metric=values["metric"], as_of__lte=at)
    if "least" in values:
        scores = scores.filter(value__gte=values["least"] / 100)
    if "most" in values:
        scores = scores.filter(value__lte=values["most"] / 100)
    return people_with(scores)


STANDS_BY = {
    "guardian": gettext_lazy("guardian"),
    "payer": gettext_lazy("payer"),
    "reports": gettext_lazy("reader of progress reports"),
}
ROLES = {"guardian": Q(is_guardian=True), "payer": Q(is_payer=True), "reports": Q(gets_reports=True)}


def _stands_by(values: Mapping, at: datetime) -> Q:
    wanted = Q()
    for role in values.get("as_who", []):
        wanted |= ROLES[role]
    return people_with(Relationship.objects.standing(at=at).filter(wanted), "relative")
