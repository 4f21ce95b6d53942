"""What marketing does on which day: campaigns, actions, sends, sessions, posts and intakes, read together."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contact_centre.models import Send
from enquiries.campaigns import tree
from enquiries.models import Campaign, CampaignAction, Session, SocialPost
from programmes.models import Intake

OFF = (Send.State.STOPPED,)


class Kind(models.TextChoices):
    CAMPAIGN = "campaign", _("Campaigns")
    ACTION = "action", _("Actions")
    SEND = "send", _("Sends")
    SESSION = "session", _("Sessions")
    POST = "post", _("Posts")
    INTAKE = "intake", _("Intakes")


@dataclass(frozen=True)
class Entry:
    """One thing in the calendar, of whole days or, with ``starts_at``, of a stretch of time."""

    kind: str
    key: str  # which row it is, the same for ever
    title: str
    first_day: date
    last_day: date
    row: int | str  # by which its own page is found
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    note: str = ""
    is_off: bool = False
    is_planned: bool = False  # not yet certain

    @property
    def kind_label(self) -> str:
        return str({
            Kind.CAMPAIGN: _("Campaign"), Kind.ACTION: _("Action"), Kind.SEND: _("Send"),
            Kind.SESSION: _("Session"), Kind.POST: _("Post"), Kind.INTAKE: _("Intake"),
        }[Kind(self.kind)])  # fmt: skip

    @property
    def is_long(self) -> bool:
        return self.last_day > self.first_day

    def touches(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


def between(
    first: date, last: date, *, kinds: Collection[str] = Kind.values, campaign: int | None = None
) -> list[Entry]:
    """What falls on any day from ``first`` to ``last``, in order of time; one query for each kind.

    With ``campaign``, only what belongs to it and to its parts. Nothing in an entry is about a person.
    """
    readers = {
        Kind.CAMPAIGN: _campaigns,
        Kind.ACTION: _actions,
        Kind.SEND: _sends,
        Kind.SESSION: _sessions,
        Kind.POST: _posts,
        Kind.INTAKE: _intakes,
    }
    among = tree.below(campaign) if campaign else None
    found = [entry for kind, read in readers.items() if kind in kinds for entry in read(first, last, among)]
    return sorted(found, key=_in_order)


def _in_order(entry: Entry) -> tuple:
    begins = entry.starts_at or _midnight(entry.first_day)
    return entry.first_day, not entry.is_long, entry.starts_at is not None, begins, entry.kind, entry.key


def _campaigns(first: date, last: date, among: list[int] | None) -> Iterator[Entry]:
    found = Campaign.objects.exclude(starts_on=None).annotate(until=Coalesce("ends_on", "starts_on"))
    found = found.filter(starts_on__lte=last, until__gte=first)
    if among is not None:
        found = found.filter(pk__in=among)
    for row in found:
        yield Entry(
            Kind.CAMPAIGN, f"campaign-{row.pk}", row.name, row.starts_on, row.until, row.pk,
            note=row.get_state_display(), is_planned=row.state == Campaign.State.PLANNED,
        )  # fmt: skip


def _actions(first: date, last: date, among: list[int] | None) -> Iterator[Entry]:
    found = CampaignAction.objects.annotate(until=Coalesce("ends_on", "starts_on")).select_related("campaign")
    found = found.filter(starts_on__lte=last, until__gte=first)
    if among is not None:
        found = found.filter(campaign__in=among)
    for row in found:
        yield Entry(
            Kind.ACTION, f"action-{row.pk}", row.name, row.starts_on, row.until, row.campaign_id,
            note=f"{row.campaign.name} · {row.get_kind_display()}",
            is_off=row.state == CampaignAction.State.CANCELLED,
            is_planned=row.state == CampaignAction.State.PLANNED,
        )  # fmt: skip


def _dated_sends():
    """Sends with the instant at which they leave or left; a draft without an hour has none."""
    return Send.objects.annotate(leaves_at=Coalesce("due_at", "listed_at", "approved_at")).exclude(leaves_at=None)


def _sends(first: date, last: date, among: list[int] | None) -> Iterator[Entry]:
    found = _dated_sends().filter(leaves_at__gte=_midnight(first), leaves_at__lt=_midnight(last + timedelta(days=1)))
    if among is not None:
        slugs = Campaign.objects.filter(pk__in=among).values("slug")
        of_action = CampaignAction.objects.filter(campaign__in=among).values("send")
        found = found.filter(Q(campaign__in=slugs) | Q(pk__in=of_action))
    for row in found:
        day = timezone.localdate(row.leaves_at)
        yield Entry(
            Kind.SEND, f"send-{row.pk}", row.name, day, day, str(row.uuid),
            starts_at=row.leaves_at, ends_at=row.leaves_at,
            note=f"{row.get_channel_display()} · {row.get_state_display()}",
            is_off=row.state in OFF, is_planned=row.state == Send.State.DRAFT,
        )  # fmt: skip


def _sessions(first: date, last: date, among: list[int] | None) -> Iterator[Entry]:
    found = Session.objects.exclude(state=Session.State.DRAFT).select_related("campus")
    found = found.filter(starts_at__lt=_midnight(last + timedelta(days=1)), ends_at__gte=_midnight(first))
    if among is not None:
        found = found.filter(campaign__in=among)
    for row in found:
        where = ", ".join(str(part) for part in (row.campus, row.room) if part) or row.get_way_display()
        yield Entry(
            Kind.SESSION, f"session-{row.pk}", row.title,
            timezone.localdate(row.starts_at), timezone.localdate(row.ends_at), str(row.uuid),
            starts_at=row.starts_at, ends_at=row.ends_at, note=f"{row.get_kind_display()} · {where}",
            is_off=row.state == Session.State.CANCELLED,
        )  # fmt: skip


def _posts(first: date, last: date, among: list[int] | None) -> Iterator[Entry]:
    found = SocialPost.objects.filter(on__gte=first, on__lte=last).select_related("channel")
    if among is not None:
        found = found.filter(campaign__in=among)
    for row in found:
        words = " ".join(row.text.split())
        yield Entry(
            Kind.POST, f"post-{row.pk}", words[:80] + ("…" if len(words) > 80 else ""), row.on, row.on, row.pk,
            note=str(row.channel), is_planned=not row.is_published,
        )  # fmt: skip


def _intakes(first: date, last: date, among: list[int] | None) -> Iterator[Entry]:
    dates = Q(starts_on__gte=first, starts_on__lte=last) | Q(apply_by__gte=first, apply_by__lte=last)
    found = Intake.objects.filter(dates).select_related("programme")
    if among is not None:
        found = found.filter(programme__in=_programmes_of(among))
    for row in found:
        programme = row.programme.title
        for what, on, words in (
            ("starts", row.starts_on, gettext("%(programme)s starts")),
            ("apply", row.apply_by, gettext("%(programme)s: last day to apply")),
        ):
            if on and first <= on <= last:
                title = words % {"programme": programme}
                yield Entry(Kind.INTAKE, f"intake-{what}-{row.pk}", title, on, on, row.programme_id, note=row.code)


def _programmes_of(among: list[int]) -> models.QuerySet:
    return Campaign.objects.filter(pk__in=among).exclude(targets=None).values("targets__programme")


def sends_outside() -> int:
    """How many sends that were approved or left stand on no day of the calendar: none, as long as each has an hour."""
    certain = Send.objects.exclude(state=Send.State.DRAFT)
    return certain.exclude(pk__in=_dated_sends().values("pk")).count()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())
