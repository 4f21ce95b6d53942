"""What a rule of a segment may ask about enquiries, and whom an enquiry puts in which phase of life."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from contact_centre.segments.criteria import INTEREST, Criterion, Field, at_least, lately, people_with, since, times
from enquiries.models import Campaign, Download, Enquiry, Session, SessionPlace, TopicInterest, Touch
from people.models import Channel
from programmes.models import Field as StudyField
from programmes.models import Programme, Topic

# How somebody comes to our website, and not to our telephone or counter.
VISITS = tuple(
    Touch.Kind(kind) for kind in ("link", "ad", "search", "referral", "direct", "short", "print", "send", "partner")
)


def criteria() -> list[Criterion]:
    """Interest, where it came from, how it ended, and what was done besides asking."""
    return [*_of_enquiries(), *_of_behaviour()]


def _of_behaviour() -> list[Criterion]:
    return [
        Criterion(
            "enquiries.visited",
            INTEREST,
            _("Came to our website"),
            _visited,
            (
                Field("kinds", _("by"), options=lambda: [(one.value, one.label) for one in VISITS]),
                Field("campaigns", _("campaign"), options=_campaigns),
                Field("page", _("first page"), kind="text"),
                times(),
                lately(),
            ),
            help=_("Of those who let us remember their browser."),
        ),
        Criterion(
            "enquiries.session",
            INTEREST,
            _("Has or had a place at a session"),
            _in_session,
            (
                Field("kinds", _("kind"), options=lambda: Session.Kind.choices),
                Field("states", _("state"), options=lambda: SessionPlace.State.choices),
                Field("programmes", _("about"), options=programmes),
                times(),
                lately(),
            ),
        ),
        Criterion(
            "enquiries.downloaded",
            INTEREST,
            _("Fetched a guide"),
            lambda values, at: at_least(
                Download.objects.filter(since(at, values.get("days"), column="at")), values.get("times")
            ),
            (times(), lately()),
        ),
        Criterion(
            "enquiries.topics",
            INTEREST,
            _("Said to be interested in"),
            _interested,
            (Field("topics", _("topics"), options=_topics, is_required=True), lately()),
        ),
    ]


def _of_enquiries() -> list[Criterion]:
    return [
        Criterion(
            "enquiries.asked",
            INTEREST,
            _("Enquired"),
            _asked,
            (
                Field("programmes", _("about"), options=programmes),
                Field("fields", _("in the field"), options=fields),
                Field("states", _("now"), options=lambda: Enquiry.State.choices),
                times(),
                lately(),
            ),
        ),
        Criterion(
            "enquiries.came_from",
            INTEREST,
            _("An enquiry came from"),
            _came_from,
            (
                Field("campaigns", _("campaign"), options=_campaigns),
                Field("channels", _("channel"), options=lambda: Channel.choices),
                Field("source", _("source"), kind="text"),
                lately(),
            ),
        ),
        Criterion(
            "enquiries.lost",
            INTEREST,
            _("An enquiry was lost"),
            _lost,
            (
                Field("reasons", _("because"), options=lambda: Enquiry.LostReason.choices),
                Field("programmes", _("about"), options=programmes),
                lately(),
            ),
        ),
        Criterion(
            "enquiries.dead",
            INTEREST,
            _("An open enquiry was left lying"),
            lambda values, at: people_with(
                Enquiry.objects.live().open().exclude(pk__in=_recent(at, values["days"]).values("pk"))
            ),
            (Field("days", _("received more than"), kind="days", least=1, most=36_500, is_required=True, start=180),),
        ),
    ]


def life_phases() -> dict:
    """Whoever has an enquiry under way is being nurtured."""
    return {"nurturing": [lambda at: people_with(Enquiry.objects.live().open().filter(received_at__lte=at))]}


def programmes() -> list[tuple[str, str]]:
    return [(str(pk), title) for pk, title in Programme.objects.order_by("title").values_list("pk", "title")]


def fields() -> list[tuple[str, str]]:
    return [(str(one.pk), str(one)) for one in StudyField.objects.order_by("slug")]


def _recent(at: datetime, days: int | None) -> QuerySet[Enquiry]:
    return Enquiry.objects.filter(since(at, days, column="received_at"))


def _asked(values: Mapping, at: datetime) -> Q:
    asked = _recent(at, values.get("days")).exclude(state=Enquiry.State.INVALID)
    if "programmes" in values:
        asked = asked.filter(programme__in=values["programmes"])
    if "fields" in values:
        asked = asked.filter(programme__field__in=values["fields"])
    if "states" in values:
        asked = asked.filter(state__in=values["states"])
    return at_least(asked, values.get("times"))


def _came_from(values: Mapping, at: datetime) -> Q:
    came = _recent(at, values.get("days"))
    if "campaigns" in values:
        came = came.filter(campaign__in=values["campaigns"])
    if "channels" in values:
        came = came.filter(channel__in=values["channels"])
    if "source" in values:
        came = came.filter(source__icontains=values["source"])
    return people_with(came)


def _lost(values: Mapping, at: datetime) -> Q:
    lost = Enquiry.objects.filter(since(at, values.get("days"), column="ended_at"), state=Enquiry.State.LOST)
    if "reasons" in values:
        lost = lost.filter(lost_reason__in=values["reasons"])
    if "programmes" in values:
        lost = lost.filter(programme__in=values["programmes"])
    return people_with(lost)


def _visited(values: Mapping, at: datetime) -> Q:
    came = Touch.objects.filter(since(at, values.get("days"), column="at"), kind__in=values.get("kinds", VISITS))
    if "campaigns" in values:
        came = came.filter(campaign__in=values["campaigns"])
    if "page" in values:
        came = came.filter(landing__icontains=values["page"])
    # A browser is somebody's once they said who they are, also for the visits before.
    return at_least(came.annotate(whose=Coalesce("person", "visitor__person")), values.get("times"), "whose")


def _in_session(values: Mapping, at: datetime) -> Q:
    places = SessionPlace.objects.filter(since(at, values.get("days"), column="booked_at"))
    if "kinds" in values:
        places = places.filter(session__kind__in=values["kinds"])
    if "states" in values:
        places = places.filter(state__in=values["states"])
    if "programmes" in values:
        places = places.filter(session__programme__in=values["programmes"])
    return at_least(places, values.get("times"))


def _interested(values: Mapping, at: datetime) -> Q:
    said = TopicInterest.objects.filter(since(at, values.get("days"), column="said_at"))
    return people_with(said.filter(topic__in=values["topics"]))


def _topics() -> list[tuple[str, str]]:
    return [(str(one.pk), str(one)) for one in Topic.objects.order_by("slug")]


def _campaigns() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in Campaign.objects.order_by("name").values_list("pk", "name")]
