"""A case kept for the adviser who spoke with the person last, for some minutes of working time."""

from datetime import datetime

from contact_centre.assignment import eligibility
from contact_centre.clocks import calendars
from contact_centre.clocks.working_time import add
from contact_centre.models import Case, DeskSettings
from people.models import User


def for_last_adviser(case: Case, adviser_id: int, *, at: datetime) -> dict:
    """The fields that keep a case for its person's last adviser; none if they are not at the desk or cannot take it."""
    user = User.objects.select_related("adviser_profile__team").filter(pk=adviser_id, is_active=True).first()
    minutes = DeskSettings.of_school().meant_minutes
    if user is None or not minutes or not user.has_perm("contact_centre.take_case"):
        return {}
    ability = eligibility.may_and_can(user, at)
    if not ability.on_shift or not ability.takes(case):
        return {}
    return {"meant_for": user, "meant_until": add(at, minutes, calendars.week_of(case.team)).at}
