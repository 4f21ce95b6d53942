"""What happened between a person and the school, in the order it happened."""

from datetime import datetime

from django.db.models import Model, Q
from wagtail import hooks

from people.models import Person, Touchpoint, User


def record(
    person: Person,
    *,
    at: datetime,
    channel: str,
    direction: str,
    kind: str,
    summary: str = "",
    by: User | None = None,
    about: Model | None = None,
    campaign: str = "",
    is_two_way: bool = False,
    identity_id: int | None = None,
    emotion: str = "",
    sentiment: float | None = None,
) -> Touchpoint:
    """Write one line on the person's timeline; ``is_two_way`` says that both sides spoke.

    ``identity_id`` is the address or number through which they came, so that a merge can be undone; ``sentiment`` goes
    from −1 (bitter) to 1 (delighted), and is None where nobody knows.
    """
    return Touchpoint.objects.create(
        person=person,
        at=at,
        channel=channel,
        direction=direction,
        kind=kind,
        # PostgreSQL cannot keep a NUL, which some mail programs send.
        summary=summary.replace("\x00", ""),
        by=by,
        about_kind=about._meta.label_lower if about is not None else "",
        about_id=about.pk if about is not None else None,
        campaign=campaign,
        is_two_way=is_two_way,
        identity_id=identity_id,
        emotion=emotion,
        sentiment=sentiment,
    )


def kinds() -> dict[str, str]:
    """What each kind of touchpoint is called; floors name theirs with the hook ``register_touchpoint_kinds``."""
    named: dict[str, str] = {}
    for name_kinds in hooks.get_hooks("register_touchpoint_kinds"):
        named |= name_kinds()
    return named


def page(person: Person, *, before: Touchpoint | None = None, size: int = 50) -> list[Touchpoint]:
    """``size`` touchpoints, the newest first; ``before`` is the last one of the page above."""
    touchpoints = Touchpoint.objects.filter(person=person).select_related("by")
    if before is not None:
        touchpoints = touchpoints.filter(Q(at__lt=before.at) | Q(at=before.at, pk__lt=before.pk))
    return list(touchpoints.order_by("-at", "-pk")[:size])
