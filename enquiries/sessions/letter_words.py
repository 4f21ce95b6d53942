"""The word of a letter by which its reader books an hour with whoever signs."""

from collections.abc import Sequence, Set

from django.utils.translation import gettext_lazy as _

from contact_centre.wording.spelling import Value
from contact_centre.wording.words import Known, Letter, Source, Word
from enquiries.models import BookableHours
from enquiries.sessions import tickets
from people.own_data.links import absolute

WORD = "appointment.url"


def _fill(letters: Sequence[Letter], wanted: Set[str]) -> list[Known]:
    """With whoever signs, where they can be booked, else with anybody. One query."""
    signing = {letter.by.pk for letter in letters if letter.by}
    bookable = set(BookableHours.objects.filter(user__in=signing).values_list("user", flat=True)) if signing else set()
    return [
        {
            WORD: Value(
                absolute(
                    tickets.booking_url(
                        letter.person,
                        user_id=letter.by.pk if letter.by and letter.by.pk in bookable else None,
                        programme=letter.programme,
                    )
                )
            )
        }
        for letter in letters
    ]


SOURCE = Source(_("Appointments"), {WORD: Word(_("Address where the reader books an hour with whoever signs"))}, _fill)
