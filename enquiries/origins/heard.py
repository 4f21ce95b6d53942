"""What tells where people come from without an address: the number they called, what they said, our own letters."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.utils import timezone

from contact_centre.models import MessageSignal, Send
from enquiries.models import Campaign, CampaignAction, CampaignNumber, Enquiry, Medium, SpokenSource, Touch
from enquiries.origins import touches
from people.models import Channel

Kind = Touch.Kind
CALLS_BACK = timedelta(days=2)  # how long after a call its number and its source may still be written down
LETTERS = {Channel.EMAIL: Medium.EMAIL, Channel.POST: Medium.MAIL}
_COLUMNS = (
    "person_id, enquiry_id, at, kind, source, medium, campaign_id, action_id, marks, referrer, landing"  # of a touch
)
# The person who called, through which enquiry, and when; the number that was dialled says of which campaign.
_CALLED = f"""
    WITH told AS (
        INSERT INTO enquiries_touch ({_COLUMNS})
        SELECT call.person_id, enquiry.id, call.started_at, 'phone', number.number, number.medium,
               number.campaign_id, number.action_id, jsonb_build_object('call', call.uuid), '', ''
        FROM contact_centre_call AS call
        JOIN enquiries_campaignnumber AS number
          ON number.number = call.our_number
         AND number.from_day <= (call.started_at AT TIME ZONE %(zone)s)::date
         AND (number.until_day IS NULL OR number.until_day >= (call.started_at AT TIME ZONE %(zone)s)::date)
        LEFT JOIN enquiries_enquiry AS enquiry
          ON enquiry.case_id = call.case_id AND enquiry.person_id = call.person_id
        WHERE call.started_at > %(since)s AND call.direction = 'in' AND call.person_id IS NOT NULL
          AND NOT EXISTS (
              SELECT FROM enquiries_touch AS touch
              WHERE touch.person_id = call.person_id AND touch.kind = 'phone'
                AND touch.marks ->> 'call' = call.uuid::text)
        RETURNING enquiry_id, campaign_id, action_id
    ), credited AS (
        UPDATE enquiries_enquiry AS enquiry SET campaign_id = told.campaign_id, action_id = told.action_id
        FROM told WHERE enquiry.id = told.enquiry_id AND enquiry.campaign_id IS NULL
    )
    SELECT count(*) FROM told
"""  # noqa: S608 -- only names of ours
_SAID = f"""
    WITH told AS (
        INSERT INTO enquiries_touch ({_COLUMNS})
        SELECT call.person_id, enquiry.id, call.started_at, 'spoken', call.source, coalesce(spoken.medium, 'other'),
               NULL, NULL, jsonb_build_object('call', call.uuid), '', ''
        FROM contact_centre_call AS call
        LEFT JOIN enquiries_spokensource AS spoken ON spoken.code = call.source
        LEFT JOIN enquiries_enquiry AS enquiry
          ON enquiry.case_id = call.case_id AND enquiry.person_id = call.person_id
        WHERE call.started_at > %(since)s AND call.source <> '' AND call.person_id IS NOT NULL
          AND NOT EXISTS (
              SELECT FROM enquiries_touch AS touch
              WHERE touch.person_id = call.person_id AND touch.kind = 'spoken'
                AND touch.marks ->> 'call' = call.uuid::text)
        RETURNING 1
    )
    SELECT count(*) FROM told
"""  # noqa: S608 -- likewise


class NumberTaken(Exception):
    """The number stands in another campaign in those days, so that a call would not say which."""

    def __init__(self, campaign: Campaign):
        super().__init__(campaign.name)
        self.campaign = campaign


def refuse_taken(number: CampaignNumber) -> None:
    """Raises NumberTaken if another campaign has the number on one of its days."""
    others = CampaignNumber.objects.filter(number=number.number).exclude(pk=number.pk).select_related("campaign")
    if number.until_day is not None:
        others = others.filter(from_day__lte=number.until_day)
    for other in others:
        if other.until_day is None or other.until_day >= number.from_day:
            raise NumberTaken(other.campaign)


@transaction.atomic
def note_calls(*, at: datetime) -> int:
    """Write a touch for each call to a number of a campaign, and for each caller who said how they heard of us.

    An enquiry made with the call takes the campaign of its number. Each call once, however often it is looked at.
    """
    facts: dict[str, Any] = {"since": at - CALLS_BACK, "zone": str(timezone.get_default_timezone())}
    found = 0
    with connection.cursor() as cursor:
        # Of two who look at the same calls, the second waits and then finds them noted.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('enquiries.origins.heard'))")
        for statement in (_CALLED, _SAID):
            cursor.execute(statement, facts)
            found += cursor.fetchone()[0]
    return found


def offered() -> list[SpokenSource]:
    """The answers an adviser may choose from, in their order."""
    return list(SpokenSource.objects.filter(is_offered=True).order_by("position", "pk"))


def said_about(enquiry: Enquiry) -> str:
    """The code of what was said; empty if nothing was."""
    spoken = Touch.objects.filter(enquiry=enquiry, kind=Kind.SPOKEN).order_by("-at", "-pk")
    return spoken.values_list("source", flat=True).first() or ""


@transaction.atomic
def say(enquiry: Enquiry, source: SpokenSource | None, *, at: datetime) -> Touch | None:
    """Write down how they heard of us; another answer, or none, takes the place of the one before."""
    Enquiry.objects.select_for_update(no_key=True).get(pk=enquiry.pk)
    before = Touch.objects.filter(enquiry=enquiry, kind=Kind.SPOKEN)
    if source is not None and list(before.values_list("source", flat=True)) == [source.code]:
        return before.get()
    before.delete()
    if source is None:
        return None
    facts = {"person_id": enquiry.person_id, "kind": Kind.SPOKEN, "source": source.code, "medium": source.medium}
    return Touch.objects.create(enquiry=enquiry, at=at, **facts)


def note_click(signal: MessageSignal, *, at: datetime) -> Touch | None:
    """The first click of a person in a letter of a send is a touch of its campaign and its action."""
    message = signal.message
    if signal.kind != MessageSignal.Kind.CLICKED or not signal.is_human:
        return None
    if message.about_kind != Send._meta.label_lower or message.about_id is None:
        return None
    letter = {"message": str(message.uuid)}
    if Touch.objects.filter(person_id=message.person_id, kind=Kind.SEND, marks__contains=letter).exists():
        return None
    action = CampaignAction.objects.filter(send=message.about_id).select_related("campaign").first()
    slug = Send.objects.filter(pk=message.about_id).values_list("campaign", flat=True).first()
    campaign = action.campaign if action else Campaign.objects.filter(slug=slug).first() if slug else None
    return Touch.objects.create(
        person_id=message.person_id,
        at=signal.at,
        kind=Kind.SEND,
        source=touches.OUR_LETTER,
        medium=LETTERS.get(Channel(message.channel), Medium.OTHER),
        campaign=campaign,
        action=action,
        marks=letter,
        landing=urlsplit(signal.url).path[:300],
    )
