"""For whom commercial slots may be meant, as far as enrolments tell."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from enrolment.models import Enrolment
from programmes.slots.audiences import Reader


def audiences() -> dict[str, tuple[Any, Any]]:
    """Prospects have never had a place, students have one, former students had one and have none now."""
    return {
        "prospects": (_("Known people who have not enrolled yet"), lambda reader: not _states(reader)),
        "students": (_("Students"), lambda reader: Enrolment.State.ACTIVE in _states(reader)),
        "alumni": (
            _("Former students"),
            lambda reader: bool(_states(reader)) and Enrolment.State.ACTIVE not in _states(reader),
        ),
    }


def _states(reader: Reader) -> set[str]:
    """The states of the reader's enrolments. One query for each reader."""
    person = reader.person
    if person is None:
        return set()
    if "_enrolment_states" not in person.__dict__:
        states = Enrolment.objects.filter(person=person).values_list("state", flat=True)
        person.__dict__["_enrolment_states"] = set(states)
    return person.__dict__["_enrolment_states"]
