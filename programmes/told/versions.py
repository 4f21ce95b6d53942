"""The history of every fact: each version holds from one instant to the next, without overlap and without a gap."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Greatest

from people.announcements import announce
from people.models import User
from programmes.models import FactVersion, Programme
from programmes.told import facts

# The version that holds, for each fact as the tables have it now. Zero stands for no intake: null equals nothing.
_JOINED = f"""
    FROM ({facts.NOW}) AS n
    LEFT JOIN programmes_factversion v
      ON v.programme_id = n.programme_id AND COALESCE(v.intake_id, 0) = COALESCE(n.intake_id, 0)
      AND v.fact = n.fact AND v.language = n.language AND v.valid_until IS NULL
"""
_FIRST = f"""
    INSERT INTO programmes_factversion (programme_id, intake_id, fact, language, value, valid_from, by_id)
    SELECT n.programme_id, n.intake_id, n.fact, n.language, n.value, %(at)s, %(by)s {_JOINED}
    WHERE v.id IS NULL AND n.value <> '{{}}'::jsonb
"""
_CHANGED = f"SELECT v.id, n.value {_JOINED} WHERE v.value <> n.value"
_MISSED = f"""
    SELECT DISTINCT n.programme_id {_JOINED}
    WHERE v.value <> n.value OR (v.id IS NULL AND n.value <> '{{}}'::jsonb) ORDER BY 1
"""
SWEPT_AT_ONCE = 500  # programmes in one transaction


@dataclass(frozen=True)
class Change:
    """A fact that was ``old`` and is ``new``."""

    old: FactVersion
    new: FactVersion

    @property
    def programme_id(self) -> int:
        return self.new.programme_id


@transaction.atomic
def note(programme_ids: Iterable[int], *, at: datetime, by: User | None = None) -> list[Change]:
    """Write down what the facts of these programmes are from ``at`` on, where that is not what was written last.

    Noting twice changes nothing; what is noted for the first time is no change, so it is not in the list. An ``at``
    before the last change (a clock that went back) counts as that change's instant. Announces
    ``after_facts_changed`` when there is something to tell.
    """
    # Asked first without a lock: mostly there is nothing to note, and whoever answers a case need not wait for that.
    wanted = _missed(sorted(set(programme_ids)))
    if not wanted:
        return []
    # Of two who note at once, the second waits and then sees what the first wrote. Not FOR UPDATE: whoever only
    # points at the programme (a case, an application) need not wait.
    locked = Programme.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
    ids = list(locked.values_list("pk", flat=True))
    asked: dict[str, Any] = {"programmes": ids, "at": at, "by": by.pk if by else None}
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, asked)
        cursor.execute(_CHANGED, asked)
        found = {pk: json.loads(value) for pk, value in cursor.fetchall()}
    changes = _write(found, at=at, by=by)
    if changes:
        announce("after_facts_changed", changes=changes, at=at)
    return changes


def note_missed(*, at: datetime) -> int:
    """Note every programme whose facts changed without anybody noting it; return how many facts had changed."""
    missed = _missed(None)
    batches = [missed[start : start + SWEPT_AT_ONCE] for start in range(0, len(missed), SWEPT_AT_ONCE)]
    return sum(len(note(batch, at=at)) for batch in batches)


def current(programme: Programme, *, at: datetime, language: str) -> dict[tuple[str, int | None], FactVersion]:
    """What held at ``at``, by fact and intake (None for the programme's own); a page's words are of ``language``.

    A fact of which nothing is known is left out. The intakes are at hand.
    """
    held = FactVersion.objects.filter(programme=programme, language__in=["", language[:2]], valid_from__lte=at)
    held = held.filter(Q(valid_until=None) | Q(valid_until__gt=at)).exclude(value={}).select_related("intake")
    return {(version.fact, version.intake_id): version for version in held.order_by("intake__starts_on", "pk")}


def history(programme: Programme) -> QuerySet[FactVersion]:
    """Every version, the newest first, with intake and author at hand."""
    return programme.fact_versions.select_related("intake", "by").order_by("-valid_from", "-pk")


def words(version: FactVersion, language: str) -> str:
    """The fact in the reader's words: “1.950 €”, “1 March 2027”; "" where nothing is known."""
    return facts.words(version.fact, version.value, language)


def _missed(programme_ids: list[int] | None) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_MISSED, {"programmes": programme_ids})
        return [pk for (pk,) in cursor.fetchall()]


def _write(found: dict[int, dict], *, at: datetime, by: User | None) -> list[Change]:
    if not found:
        return []
    held = FactVersion.objects.filter(pk__in=found)
    held.update(valid_until=Greatest(at, "valid_from"))
    closed = list(held.select_related("intake").order_by("programme_id", "intake_id", "pk"))
    opened = FactVersion.objects.bulk_create(
        [
            FactVersion(
                programme_id=old.programme_id,
                intake=old.intake,
                fact=old.fact,
                language=old.language,
                value=found[old.pk],
                valid_from=old.valid_until or at,  # it has just been closed
                by=by,
            )
            for old in closed
        ],
        batch_size=1000,
    )
    return [Change(old, new) for old, new in zip(closed, opened, strict=True)]
