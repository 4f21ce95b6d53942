"""Who else has a case before them this moment, looking or writing: said every few seconds, gone after a minute."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from contact_centre.models import Case, Presence
from people.models import User

LASTS = timedelta(seconds=60)
KEPT = timedelta(minutes=10)


def see(case: Case, *, by: User, doing: str, at: datetime) -> None:
    """Note that ``by`` has the case open, ``doing`` one of Presence.Doing; the last word counts."""
    Presence.objects.bulk_create(
        [Presence(case=case, user=by, doing=doing, seen_at=at)],
        update_conflicts=True,
        unique_fields=["case", "user"],
        update_fields=["doing", "seen_at"],
    )


def others(case: Case, *, but: User, at: datetime) -> list[Presence]:
    """Who else is at the case, those who write first."""
    return [one for one in on([case], at=at).get(case.pk, []) if one.user_id != but.pk]


def on(cases: Iterable[Case], *, at: datetime) -> dict[int, list[Presence]]:
    """Who is at each of the cases, by case, those who write first; one query."""
    here = Presence.objects.filter(case__in=[case.pk for case in cases], seen_at__gt=at - LASTS, seen_at__lte=at)
    found: dict[int, list[Presence]] = {}
    for one in here.select_related("user").order_by("-doing", "user"):
        found.setdefault(one.case_id, []).append(one)
    return found


def forget(*, at: datetime) -> int:
    """Delete what is over; return how many."""
    return Presence.objects.filter(seen_at__lte=at - KEPT).delete()[0]
