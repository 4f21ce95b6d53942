"""Applications that were begun and left: whoever agreed to news and offers is reminded of theirs once."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from enquiries.asking.baskets import Baskets, Begun
from enrolment.models import Application

KEY = "application:"


def begun(since: datetime, until: datetime) -> list[Begun]:
    """Drafts begun between two instants whose intake has yet to start."""
    drafts = Application.objects.filter(
        state=Application.State.DRAFT,
        created_at__gt=since,
        created_at__lte=until,
        intake__starts_on__gt=timezone.localdate(until),
        person__erased_at=None,
    ).select_related("person", "intake__programme")
    return [
        Begun(
            key=f"{KEY}{draft.uuid}",
            person_id=draft.person_id,
            title=draft.intake.programme.title_in(draft.person.language),
            url=reverse("enrolment:application", args=[draft.uuid]),
            language=draft.person.language,
            begun_at=draft.created_at,
        )
        for draft in drafts.order_by("created_at", "pk")
    ]


def finished(keys: Iterable[str]) -> set[str]:
    """Those of ``keys`` that are no drafts any more."""
    named = {key: key.removeprefix(KEY) for key in keys if key.startswith(KEY)}
    drafts = Application.objects.filter(state=Application.State.DRAFT, uuid__in=list(named.values()))
    waiting = {str(uuid) for uuid in drafts.values_list("uuid", flat=True)}
    return {key for key, uuid in named.items() if uuid not in waiting}


def baskets() -> Baskets:
    return Baskets(begun=begun, finished=finished)
