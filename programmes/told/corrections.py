"""Corrections: what somebody who was told an old fact is owed, drafted for an adviser to send or to set aside.

Who is owed one follows from the tables alone: whoever was last told a version that no longer holds, of an intake that
has not begun. So the sweep finds what a change and a telling at the same instant left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.log_actions import log

from people.announcements import announce
from people.models import OutgoingMessage, Person, User
from programmes.models import Correction, FactVersion, Telling, ToldFact
from programmes.told import correction_texts, tellings
from programmes.told.correction_texts import Owed

State = Correction.State
SWEPT_BACK = timedelta(days=2)  # a change older than that has been looked at by many sweeps
_OWED = """
    SELECT told.id, now.id, telling.person_id
    FROM programmes_factversion old
    JOIN programmes_toldfact told ON told.version_id = old.id
    JOIN programmes_telling telling ON telling.id = told.telling_id
    JOIN people_person person
      ON person.id = telling.person_id AND person.erased_at IS NULL AND person.merged_into_id IS NULL
    JOIN programmes_factversion now
      ON now.programme_id = old.programme_id AND COALESCE(now.intake_id, 0) = COALESCE(old.intake_id, 0)
      AND now.fact = old.fact AND now.language = old.language
      AND now.valid_until IS NULL AND now.value <> old.value
    JOIN programmes_programme programme ON programme.id = old.programme_id
    LEFT JOIN programmes_intake intake ON intake.id = old.intake_id
    WHERE old.programme_id = ANY(%(programmes)s) AND old.valid_until IS NOT NULL
      AND (%(person)s::bigint IS NULL OR telling.person_id = %(person)s::bigint)
      -- An intake that has begun is over as far as promises go; so is a programme none of whose intakes is to come.
      AND CASE WHEN intake.id IS NOT NULL THEN intake.starts_on IS NULL OR intake.starts_on > %(on)s
          ELSE programme.is_open AND (
            NOT EXISTS (SELECT 1 FROM programmes_intake any_one WHERE any_one.programme_id = programme.id)
            OR EXISTS (SELECT 1 FROM programmes_intake next_one WHERE next_one.programme_id = programme.id
                       AND (next_one.starts_on IS NULL OR next_one.starts_on > %(on)s))) END
      -- They were told this fact again later, whatever they were told then.
      AND NOT EXISTS (
        SELECT 1 FROM programmes_telling later
        JOIN programmes_toldfact again ON again.telling_id = later.id
        JOIN programmes_factversion other ON other.id = again.version_id
        WHERE later.person_id = telling.person_id AND (later.told_at, later.id) > (telling.told_at, telling.id)
          AND other.programme_id = old.programme_id AND COALESCE(other.intake_id, 0) = COALESCE(old.intake_id, 0)
          AND other.fact = old.fact AND other.language = old.language)
      -- Somebody has decided since the last change that they need not be told.
      AND NOT EXISTS (
        SELECT 1 FROM programmes_correction decided
        JOIN programmes_correction_told of ON of.correction_id = decided.id AND of.toldfact_id = told.id
        WHERE decided.state = 'set_aside' AND decided.decided_at >= now.valid_from)
    ORDER BY telling.person_id, old.programme_id, old.id
"""


class NotADraft(Exception):
    """The correction was sent, set aside or withdrawn meanwhile."""


class NeedsReason(Exception):
    """A correction is set aside for a reason, which is kept."""


@dataclass(frozen=True)
class Redrafted:
    """What became of the drafts: made or rewritten, and withdrawn because nothing is left to correct."""

    drafted: list[Correction]
    withdrawn: list[Correction]


@transaction.atomic
def redraft(programme_ids: Iterable[int], *, at: datetime, person: Person | None = None) -> Redrafted:
    """Bring the drafts for these programmes, or for one person, to what is owed now; doing it again changes nothing.

    One draft for each person and programme, in the person's language. A later change rewrites it; a change back, a
    newer telling or the start of the intake withdraws it. Announces ``after_corrections_drafted`` and
    ``after_corrections_withdrawn``.
    """
    ids = sorted(set(programme_ids))
    standing = Correction.objects.filter(programme__in=ids, state=State.DRAFTED)
    if person is not None:
        standing = standing.filter(person=person)
    drafts = {(draft.person_id, draft.programme_id): draft for draft in _locked(standing)}
    owed = _owed(ids, at=at, person=person)
    drafted = [
        correction for slot, facts in owed.items() if (correction := _write(facts, drafts.get(slot), at=at)) is not None
    ]
    withdrawn = [_withdraw(draft, at=at) for slot, draft in drafts.items() if slot not in owed]
    if drafted:
        announce("after_corrections_drafted", corrections=drafted, at=at)
    if withdrawn:
        announce("after_corrections_withdrawn", corrections=withdrawn, at=at)
    return Redrafted(drafted, withdrawn)


def redraft_missed(*, at: datetime) -> int:
    """Look again at what changed lately and at what lies drafted; return how many drafts are new or different."""
    changed = FactVersion.objects.filter(valid_until__gt=at - SWEPT_BACK, told__telling__person__isnull=False)
    lying = Correction.objects.filter(state=State.DRAFTED)
    ids = set(changed.values_list("programme", flat=True)) | set(lying.values_list("programme", flat=True))
    done = redraft(ids, at=at)
    return len(done.drafted) + len(done.withdrawn)


def look_again(*, telling: Telling, at: datetime) -> None:
    """After somebody was told something: a draft may not be needed any more, or what was told was already old."""
    if telling.person is None:
        return
    drafts = Correction.objects.filter(person=telling.person, programme=telling.programme_id, state=State.DRAFTED)
    if drafts.exists() or telling.facts.exclude(version__valid_until=None).exists():
        redraft([telling.programme_id], at=at, person=telling.person)


@transaction.atomic
def sent(correction: Correction, *, message: OutgoingMessage, at: datetime, by: User | None) -> Correction:
    """Mark the correction sent by ``message``, and note that the person was told what holds now. Raises NotADraft."""
    correction = held(correction)
    if correction.state != State.DRAFTED:
        raise NotADraft(correction.pk)
    now = {(fact.now.fact, fact.now.intake_id): fact.now for fact in _facts_of(correction)}
    # The adviser may have added something to the draft, whose own lines say the old facts beside the new ones.
    added = message.body
    for line in lines(correction):
        added = added.replace(line, "")
    also = tellings.found_in(added, programme=correction.programme, language=correction.language, at=at)
    correction.state, correction.decided_at, correction.message, correction.by = State.SENT, at, message, by
    correction.save(update_fields=["state", "decided_at", "message", "by"])
    tellings.note(
        programme=correction.programme,
        support=Telling.Support.MESSAGE,
        key=f"correction:{correction.uuid}",
        versions=({(one.fact, one.intake_id): one for one in also} | now).values(),
        at=at,
        language=correction.language,
        person=correction.person,
        message=message,
        by=by,
        about=correction,
    )
    log(instance=correction, action="programmes.send_correction", user=by, timestamp=at)
    return correction


@transaction.atomic
def set_aside(correction: Correction, *, why: str, at: datetime, by: User | None) -> Correction:
    """Decide that the person need not be told, and keep why; a later change of the fact drafts a new one.

    Raises NeedsReason without a reason, NotADraft if it is decided already.
    """
    if not why.strip():
        raise NeedsReason(correction.pk)
    correction = held(correction)
    if correction.state != State.DRAFTED:
        raise NotADraft(correction.pk)
    _decide(correction, why=why, at=at, by=by)
    log(instance=correction, action="programmes.set_correction_aside", user=by, timestamp=at)
    return correction


def held(correction: Correction) -> Correction:
    """The correction as the database has it, kept from everybody else until the transaction ends."""
    rows = Correction.objects.select_for_update(of=("self",)).select_related("person", "programme")
    return rows.get(pk=correction.pk)


def lines(correction: Correction) -> list[str]:
    """What has changed, one line for each fact, in the language of the correction."""
    facts = sorted(_facts_of(correction), key=correction_texts.place)
    return [correction_texts.line(fact, correction.language) for fact in facts]


def holding(programme_ids: list[int]) -> set[tuple[int, int, str]]:
    """Facts that hold for somebody although they changed, as (person, intake, fact): what upper floors promised.

    They say so with the hook ``register_facts_that_hold``: whoever has applied keeps the price of that day.
    """
    return {kept for say in hooks.get_hooks("register_facts_that_hold") for kept in say(programme_ids)}


def _owed(ids: list[int], *, at: datetime, person: Person | None) -> dict[tuple[int, int], list[Owed]]:
    """What is owed to whom, by person and programme."""
    with connection.cursor() as cursor:
        on = timezone.localdate(at)
        cursor.execute(_OWED, {"programmes": ids, "person": person.pk if person else None, "on": on})
        rows = cursor.fetchall()
    if not rows:
        return {}
    told = ToldFact.objects.select_related("version", "telling__person", "telling__programme")
    told_by_id = told.in_bulk([told_id for told_id, _now, _person in rows])
    now = FactVersion.objects.select_related("intake").in_bulk([now_id for _told, now_id, _person in rows])
    kept = holding(ids)
    found = [Owed(told_by_id[told_id], now[now_id]) for told_id, now_id, _person in rows]
    found = [fact for fact in found if (fact.person_id, fact.now.intake_id, fact.now.fact) not in kept]
    by_slot = groupby(found, key=lambda fact: (fact.person_id, fact.now.programme_id))
    return {slot: list(facts) for slot, facts in by_slot}


def _write(facts: list[Owed], draft: Correction | None, *, at: datetime) -> Correction | None:
    """Draft or rewrite; None where the draft says it already."""
    person, programme = facts[0].person, facts[0].told.telling.programme
    subject, body = correction_texts.compose(person, programme, facts)
    text = {"subject": subject, "body": body, "language": person.language, "drafted_at": at}
    if draft is None:
        draft, is_new = Correction.objects.get_or_create(
            person=person, programme=programme, state=State.DRAFTED, defaults=text
        )
        if not is_new:  # somebody else drafted it this instant
            return None
    elif (draft.subject, draft.body) == (subject, body):
        return None
    else:
        Correction.objects.filter(pk=draft.pk).update(**text)
        for name, value in text.items():
            setattr(draft, name, value)
    draft.told.set([fact.told for fact in facts])
    return draft


def _withdraw(draft: Correction, *, at: datetime) -> Correction:
    _decide(draft, why=_("There is nothing left to correct."), at=at, by=None)
    draft.told.clear()  # nobody decided anything about them: if the fact changes again, they count again
    return draft


def _decide(draft: Correction, *, why: str, at: datetime, by: User | None) -> None:
    draft.state, draft.why, draft.decided_at, draft.by = State.SET_ASIDE, why.strip()[:250], at, by
    draft.save(update_fields=["state", "why", "decided_at", "by"])


def _locked(drafts) -> list[Correction]:
    # In one order, so that two who redraft the same wait for each other and do not deadlock.
    return list(drafts.select_for_update(of=("self",)).select_related("person", "programme").order_by("pk"))


def _facts_of(correction: Correction) -> list[Owed]:
    """Each told fact of the correction with the version that holds now."""
    told = list(correction.told.select_related("version"))
    slots = Q(pk=None)
    for one in told:
        version = one.version
        slots |= Q(intake=version.intake_id, fact=version.fact, language=version.language)
    now = FactVersion.objects.filter(slots, programme=correction.programme_id, valid_until=None)
    now = now.select_related("intake")
    by_slot = {(one.intake_id, one.fact, one.language): one for one in now}
    slot_of = [(one, (one.version.intake_id, one.version.fact, one.version.language)) for one in told]
    return [Owed(one, by_slot[slot]) for one, slot in slot_of if slot in by_slot]
