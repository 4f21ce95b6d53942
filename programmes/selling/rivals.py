"""What may be written down of a rival: the rules, in words for whoever writes."""

from datetime import date

from django.utils.translation import gettext as _

from programmes import amounts, dates
from programmes.models import Rival


def problems(rival: Rival, *, on: date) -> dict[str, str]:
    """What is wrong with ``rival`` as somebody writes it down on ``on``: field → a kind message."""
    found: dict[str, str] = {}
    if not amounts.is_in_use(rival.currency):
        found["currency"] = amounts.unknown_currency(rival.currency)
    if rival.seen_on and rival.seen_on > on:
        found["seen_on"] = _("It cannot have been seen after today, %(today)s.") % {"today": dates.show(on)}
    if rival.hours == 0:
        found["hours"] = _("Leave the hours empty when nobody says how many they are.")
    if rival.kind == Rival.Kind.COMPETITOR and rival.competitor_id is None:
        found["competitor"] = _("Say whose offer it is, or choose that it stands in for ours.")
    if _is_written_already(rival):
        found["name"] = _("This rival is written down already for this programme.")
    return found


def _is_written_already(rival: Rival) -> bool:
    same = Rival.objects.filter(programme=rival.programme_id, competitor=rival.competitor_id, name=rival.name)
    return same.exclude(pk=rival.pk).exists()
