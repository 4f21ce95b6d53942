"""The number by which a school knows a student: given with the first place, theirs for good."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from enrolment.models import Enrolment
from people.identity import identities
from people.models import Identity

SOURCE = "enrolment"
AT_MOST = 500  # in one sweep
KIND = Identity.Kind.STUDENT_NUMBER


def give(enrolment: Enrolment, *, at: datetime) -> Identity:
    """Give the person a number such as 2027-00042, of the year in which they start; who has one keeps it.

    It is made of the enrolment's own key, so that no two can be equal and nobody waits for a counter.
    """
    known = Identity.objects.filter(person=enrolment.person_id, kind=KIND).order_by("created_at", "pk").first()
    if known is not None:
        return known
    begins = enrolment.intake.starts_on or at  # one may begin on any day
    number = f"{begins.year}-{enrolment.pk:05d}"

    def add(value: str) -> Identity:
        return identities.add(enrolment.person, KIND, value, at=at, source=SOURCE, verified_at=at)

    try:
        return add(number)
    except identities.IdentityTaken:  # somebody came with that number from another system
        return add(f"{number}-{enrolment.person_id}")


def give_missing(*, at: datetime) -> int:
    """Give one to those who were enrolled before there were numbers; return how many."""
    numbers = Identity.objects.filter(person=OuterRef("person"), kind=KIND)
    without = Enrolment.objects.filter(~Exists(numbers), person__erased_at=None)
    enrolments = list(without.select_related("person", "intake").order_by("pk")[:AT_MOST])
    for enrolment in enrolments:
        give(enrolment, at=at)
    return len(enrolments)
