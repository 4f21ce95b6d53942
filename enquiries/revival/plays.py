"""Plays: made, started and halted. Who is left alone is drawn once, at the start, and stays so."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from contact_centre.models import CallList, Journey, MessageTemplate
from enquiries.models import Play, PlayMember
from enquiries.revival import cells, closing, grid, guardians
from enquiries.revival.cells import Cell
from people.contact.contact_statement import Part
from people.models import Channel, Person, Purpose, User

State, Kind = Play.State, Play.Kind
ONE_AT_A_TIME = 7_203_611  # of an advisory lock: two starts at once would not see whom the other drew
# By which channels whoever is drawn must be reachable, for each kind.
CHANNELS = {
    Kind.EMAIL: (Channel.EMAIL,),
    Kind.DRIP: (Channel.EMAIL,),
    Kind.CALL: (Channel.PHONE,),
    Kind.OTHER_ADVISER: (Channel.EMAIL, Channel.PHONE),
    Kind.OTHER_CONTACT: (Channel.EMAIL, Channel.PHONE, Channel.WHATSAPP, Channel.SMS),
}
# One enquiry of a person, the newest; those with the smallest hash of the play's own seed are left alone.
_DRAW = """
INSERT INTO enquiries_playmember (play_id, enquiry_id, person_id, is_held_out, state, why)
SELECT %s, enquiry_id, person_id, place <= round(number * %s / 100.0), 'waiting', ''
FROM (
    SELECT enquiry_id, person_id, row_number() OVER (ORDER BY md5(%s || ':' || person_id::text), person_id) AS place,
        count(*) OVER () AS number
    FROM (
        SELECT DISTINCT ON (person_id) id AS enquiry_id, person_id FROM (
"""
_DRAWN = """
        ) lost ORDER BY person_id, id DESC
    ) chosen
) placed ON CONFLICT DO NOTHING
"""


class NotReady(Exception):
    """Something is missing; ``missing`` says what, in words."""

    def __init__(self, missing: list[str]):
        super().__init__("; ".join(missing))
        self.missing = missing


@dataclass(frozen=True)
class Draft:
    """What a play is to be, before it is written down."""

    name: str
    cell: Cell
    kind: str
    template: MessageTemplate | None = None
    journey: Journey | None = None
    held_out_percent: int = 20
    days: int = 90
    claimed_low: int = 5
    claimed_high: int = 35


def make(draft: Draft, *, at: datetime, by: User | None) -> Play:
    """Write a play down; nobody is drawn, and nothing is done, before it is started."""
    return Play.objects.create(
        name=draft.name.strip()[:160],
        reason=draft.cell.reason,
        age=draft.cell.age,
        programme_id=draft.cell.programme_id,
        kind=draft.kind,
        template=draft.template if draft.kind == Kind.EMAIL else None,
        journey=draft.journey if draft.kind == Kind.DRIP else None,
        held_out_percent=draft.held_out_percent,
        days=draft.days,
        claimed_low=draft.claimed_low,
        claimed_high=draft.claimed_high,
        made_at=at,
        by=by,
    )


def missing(play: Play) -> list[str]:
    """What keeps a play from being started, each in words."""
    found = []
    if not play.name.strip():
        found.append(_("It needs a name."))
    if play.kind == Kind.EMAIL:
        if play.template is None:
            found.append(_("Choose the template of the letter."))
        elif play.template.purpose != Purpose.COMMERCIAL:
            found.append(_("The template is not commercial: an offer under another purpose would pass by the ledger."))
        elif play.template.number == 0 or not play.template.is_on:
            found.append(_("The template has no approved version."))
    if play.kind == Kind.DRIP and (play.journey is None or play.journey.state != Journey.State.LIVE):
        found.append(_("Choose a journey that is live."))
    if not 5 <= play.held_out_percent <= 90:
        found.append(_("Leave at least 5 in 100 alone: without them nobody can say what the play brought."))
    if not play.days:
        found.append(_("Say for how many days what happens counts."))
    if closing.of(cells.of_play(play)).exists():
        found.append(_("The cell is closed: nothing more is tried in it."))
    return found


@transaction.atomic
def start(play: Play, *, at: datetime, by: User | None) -> Play:
    """Draw who takes part and who is left alone, and let it run; starting a running play changes nothing.

    Only people who may be asked by the channel of the play, who are in no other play that runs, and for whom nobody is
    waiting already. Raises NotReady; also if nobody can be drawn.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    play = Play.objects.select_for_update(of=("self",)).select_related("template", "journey").get(pk=play.pk)
    if play.state == State.RUNNING:
        return play
    if play.state != State.DRAFT:
        raise NotReady([_("It has been started before: make a new one.")])
    if lacking := missing(play):
        raise NotReady(lacking)
    if not _draw(play, at=at):
        raise NotReady([_("Nobody in this cell may be asked, or all of them are in another play.")])
    if play.kind == Kind.CALL:
        play.call_list = CallList.objects.create(
            name=play.name[:120],
            programme_id=play.programme_id,
            offer=_("They asked us and were lost: %(reason)s. Ask what has changed, and offer to begin again.")
            % {"reason": play.get_reason_display()},
            state=CallList.State.OPEN,
            opened_at=at,
            owner=by,
        )
    play.state, play.started_at, play.ends_at = State.RUNNING, at, at + timedelta(days=play.days)
    play.save(update_fields=["state", "started_at", "ends_at", "call_list"])
    log(instance=play, action="enquiries.start_play", user=by, timestamp=at)
    return play


@transaction.atomic
def halt(play: Play, *, why: str, at: datetime, by: User | None) -> Play:
    """Ask nobody else; what comes of those who were asked still counts. Raises NotReady without a reason in words."""
    play = Play.objects.select_for_update().get(pk=play.pk)
    why = why.replace("\x00", "").strip()[:250]
    if not why:
        raise NotReady([_("Say why it is halted.")])
    if play.state == State.RUNNING:
        play.state, play.why = State.HALTED, why
        play.save(update_fields=["state", "why"])
        if play.call_list_id is not None:
            CallList.objects.filter(pk=play.call_list_id).update(state=CallList.State.CLOSED)
        log(instance=play, action="enquiries.halt_play", user=by, timestamp=at)
    return play


def drawable(play: Play, *, at: datetime) -> Part | None:
    """SQL of the ids and people of the enquiries that may be drawn; None if there can be none."""
    elsewhere = PlayMember.objects.filter(person=OuterRef("person"), play__state=State.RUNNING)
    enquiries = cells.rows(cells.of_play(play), at=at).exclude(Exists(elsewhere))
    people = Person.objects.filter(pk__in=enquiries.values("person"))
    may = grid.lawful_by(people, CHANNELS[Kind(play.kind)], at=at)
    if may is None:
        return None
    if play.kind == Kind.OTHER_CONTACT:
        may = may + Part(" UNION SELECT unnest(%s::bigint[])", list(guardians.askable(people, at=at)))
    sql, params = enquiries.order_by().values("pk", "person_id").query.sql_with_params()
    rows = Part("SELECT id, person_id FROM (") + Part(sql, *params) + Part(") AS cell(id, person_id)")
    return rows + Part(" WHERE person_id IN (") + may + Part(")")


def _draw(play: Play, *, at: datetime) -> int:
    rows = drawable(play, at=at)
    if rows is None:
        return 0
    sql, params = Part(_DRAW, play.pk, play.held_out_percent, str(play.uuid)) + rows + Part(_DRAWN)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount
