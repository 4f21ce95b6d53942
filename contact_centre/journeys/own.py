"""What this desk itself can tell the journeys of: answers, what became of messages, silence, segments."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from contact_centre import segments
from contact_centre.journeys.triggers import Happening
from contact_centre.models import Case, Journey, MessageSignal
from people.models import Person, Touchpoint

SILENCES = (30, 60, 90, 180)  # days


def _silence(days: int) -> Happening:
    def search(journey: Journey, *, at: datetime) -> QuerySet[Person]:
        """Those with whom there was something once, and nothing since."""
        all_of_them = Touchpoint.objects.filter(person=OuterRef("pk"), at__lte=at)
        since = all_of_them.filter(at__gt=at - timedelta(days=days))
        return Person.objects.known().filter(Exists(all_of_them), ~Exists(since))

    label = format_lazy(_("Nothing to or from them for {days} days"), days=days)
    return Happening(f"silence_{days}", label, search=search)


def _in_segment(journey: Journey, *, at: datetime) -> QuerySet[Person]:
    return segments.people_of(journey.only_for, at=at) if journey.only_for else Person.objects.none()


def _signals(kind: str):
    return lambda: MessageSignal.objects.filter(kind=kind, is_human=True)


HAPPENINGS = [
    Happening(
        "case_answered",
        _("An adviser answered them"),
        rows=lambda: Case.objects.exclude(answered_at=None),
        moment="answered_at",
        programme="programme",
        announced="after_case_answered",
        told_as="case",
    ),
    Happening(
        "clicked",
        _("They followed a link in our message"),
        rows=_signals(MessageSignal.Kind.CLICKED),
        person="message__person",
        letter="message",
        begins=False,
    ),
    Happening(
        "replied",
        _("They replied to our message"),
        rows=_signals(MessageSignal.Kind.REPLIED),
        person="message__person",
        letter="message",
        begins=False,
    ),
    Happening(
        "spoke",
        _("They spoke with us or wrote to us"),
        rows=lambda: Touchpoint.objects.filter(is_two_way=True),
        begins=False,
    ),
    Happening("segment_entered", _("They come into the segment"), search=_in_segment),
    *[_silence(days) for days in SILENCES],
]
