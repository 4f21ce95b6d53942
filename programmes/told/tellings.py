"""Who was told which facts, when and how. What was told is noted in the words in which it was told."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction
from django.db.models import QuerySet

from people.announcements import announce
from people.models import OutgoingMessage, Person, User
from programmes.models import FactVersion, Programme, Telling, ToldFact
from programmes.told import stated, versions
from programmes.told.versions import Change

WORDS_KEPT = 250


@transaction.atomic
def note(
    *,
    programme: Programme,
    support: str,
    key: str,
    versions: Iterable[FactVersion],
    at: datetime,
    language: str,
    person: Person | None = None,
    message: OutgoingMessage | None = None,
    by: User | None = None,
    about: models.Model | None = None,
) -> Telling:
    """Write down that ``versions`` of facts were told, once per ``key``: noted again, the first stays as it is.

    ``support`` is one of ``Telling.Support``, ``language`` the one it was told in, ``by`` who told it (None when the
    product did), ``about`` what it was told about. Without ``person`` it is known only that it was told, as with a
    brochure anybody may take. Announces ``after_facts_told`` when a person was told something.
    """
    if first := Telling.objects.filter(key=key).first():
        return first
    telling, is_new = Telling.objects.get_or_create(
        key=key,
        defaults={
            "support": support,
            "programme": programme,
            "person": person,
            "message": message,
            "language": language[:2],
            "told_at": at,
            "by": by,
            "about_kind": about._meta.label_lower if about else "",
            "about_id": about.pk if about else None,
        },
    )
    told = list({version.pk: version for version in versions}.values()) if is_new else []
    ToldFact.objects.bulk_create(
        ToldFact(telling=telling, version=version, words=_words(version, language)) for version in told
    )
    if told and person is not None:
        announce("after_facts_told", telling=telling, at=at)
    return telling


def note_text(
    text: str,
    *,
    programme: Programme,
    support: str,
    key: str,
    at: datetime,
    language: str,
    person: Person | None = None,
    message: OutgoingMessage | None = None,
    by: User | None = None,
    about: models.Model | None = None,
) -> Telling | None:
    """Write down the facts that a text somebody wrote states, as ``note`` does; None if it states none."""
    versions.note([programme.pk], at=at)  # what changed a minute ago is told as it is, not as it was noted last
    told = found_in(text, programme=programme, language=language, at=at)
    if not told:
        return None
    return note(
        programme=programme,
        support=support,
        key=key,
        versions=told,
        at=at,
        language=language,
        person=person,
        message=message,
        by=by,
        about=about,
    )


def found_in(text: str, *, programme: Programme, language: str, at: datetime) -> list[FactVersion]:
    """The facts of ``programme`` that ``text`` states, as they are at ``at``; see ``stated``.

    Where the text still states what a fact was until lately, it is that old version, so that a correction is due.
    """
    return stated.found_in(text, programme=programme, language=language, at=at)


def people_told(changes: Iterable[Change]) -> int:
    """How many people were told what these facts were before they changed."""
    old = [change.old.pk for change in changes]
    told = Telling.objects.filter(versions__in=old, person__in=Person.objects.known())
    return told.values("person").distinct().count()


def told_to(person: Person, programme: Programme) -> QuerySet[ToldFact]:
    """What ``person`` was told about ``programme``, the newest first, with version, intake and telling at hand."""
    told = ToldFact.objects.filter(telling__person=person, telling__programme=programme)
    return told.select_related("telling__by", "version__intake").order_by("-telling__told_at", "-telling_id", "pk")


def _words(version: FactVersion, language: str) -> str:
    words = versions.words(version, language)
    return words if len(words) <= WORDS_KEPT else f"{words[: WORDS_KEPT - 1]}…"
