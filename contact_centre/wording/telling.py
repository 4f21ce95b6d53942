"""What a letter that leaves told: the versions of its facts are noted, for one or for thousands."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Model

from contact_centre.wording.rendering import Rendered
from people.models import OutgoingMessage, User
from programmes.models import Telling, ToldFact
from programmes.told import tellings
from programmes.told import versions as told_versions


def note(
    rendered: Rendered, message: OutgoingMessage, *, at: datetime, by: User | None = None, about: Model | None = None
) -> None:
    """Write down that ``message`` told the facts of ``rendered``; noting twice changes nothing."""
    if rendered.versions and rendered.programme:
        tellings.note(
            programme=rendered.programme,
            support=Telling.Support.MESSAGE,
            key=key_of(message, rendered),
            versions=rendered.versions,
            at=at,
            language=rendered.language,
            person=message.person,
            message=message,
            by=by,
            about=about,
        )


@transaction.atomic
def note_many(pairs: Iterable[tuple[OutgoingMessage, Rendered]], *, at: datetime) -> int:
    """The same for messages queued together, in four queries; return how many told something.

    Nobody is told of each: whoever drafts corrections finds what was told at the next change of a fact.
    """
    told = {
        key_of(message, rendered): (message, rendered)
        for message, rendered in pairs
        if rendered.versions and rendered.programme
    }
    Telling.objects.bulk_create(
        [
            Telling(
                key=key,
                support=Telling.Support.MESSAGE,
                programme=rendered.programme,
                person_id=message.person_id,
                message=message,
                language=rendered.language[:2],
                told_at=at,
            )
            for key, (message, rendered) in told.items()
        ],
        ignore_conflicts=True,
    )
    rows = Telling.objects.filter(key__in=told).values_list("key", "pk")
    ToldFact.objects.bulk_create(
        [
            ToldFact(telling_id=pk, version=version, words=told_versions.words(version, rendered.language)[:250])
            for key, pk in rows
            for rendered in (told[key][1],)
            for version in rendered.versions
        ],
        ignore_conflicts=True,
        batch_size=5_000,
    )
    return len(told)


def key_of(message: OutgoingMessage, rendered: Rendered) -> str:
    """The key under which ``answering`` notes it as well, so that a letter is never noted twice."""
    return f"message:{message.pk}:{rendered.programme.pk if rendered.programme else 0}"
