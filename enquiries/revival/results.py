"""Who came back, written down for both parts of a play alike: whether somebody was asked plays no role in it."""

from datetime import datetime

from django.db import connection

from enquiries.models import Play, PlayMember

# Back is whoever's enquiry was opened again, or who asked anew, after the play began and until it no longer counts.
_REVIVED = """
UPDATE enquiries_playmember m SET revived_at = back.at
FROM (
    SELECT m.id, least(
        (SELECT min(v.at) FROM enquiries_enquirymove v
         WHERE v.enquiry_id = m.enquiry_id AND v.from_state = 'lost' AND v.why <> 'undone'
             AND v.at > p.started_at AND v.at <= least(p.ends_at, %(at)s)),
        (SELECT min(n.received_at) FROM enquiries_enquiry n
         WHERE n.person_id = e.person_id AND n.id <> m.enquiry_id AND NOT n.is_history AND n.state <> 'invalid'
             AND n.received_at > p.started_at AND n.received_at <= least(p.ends_at, %(at)s))
    ) AS at
    FROM enquiries_playmember m
    JOIN enquiries_play p ON p.id = m.play_id
    JOIN enquiries_enquiry e ON e.id = m.enquiry_id
    WHERE m.revived_at IS NULL AND p.state IN ('running', 'halted') AND p.started_at IS NOT NULL
) back WHERE back.id = m.id AND back.at IS NOT NULL
"""
_ENROLLED = """
UPDATE enquiries_playmember m SET enrolled_at = back.at, revived_at = coalesce(m.revived_at, back.at)
FROM (
    SELECT m.id, (SELECT min(n.enrolled_at) FROM enquiries_enquiry n
        WHERE n.person_id = e.person_id AND n.enrolled_at > p.started_at
            AND n.enrolled_at <= least(p.ends_at, %(at)s)) AS at
    FROM enquiries_playmember m
    JOIN enquiries_play p ON p.id = m.play_id
    JOIN enquiries_enquiry e ON e.id = m.enquiry_id
    WHERE m.enrolled_at IS NULL AND p.state IN ('running', 'halted') AND p.started_at IS NOT NULL
) back WHERE back.id = m.id AND back.at IS NOT NULL
"""


def note(*, at: datetime) -> int:
    """Write down who came back and who enrolled since the last time; return how many came back. Two statements."""
    with connection.cursor() as cursor:
        cursor.execute(_REVIVED, {"at": at})
        revived = cursor.rowcount
        cursor.execute(_ENROLLED, {"at": at})
    return revived


def note_enrolment(person_id: int, *, at: datetime) -> None:
    """Somebody enrolled, with or without an enquiry about it: whatever play they are in has that much to show."""
    theirs = PlayMember.objects.filter(
        enquiry__person=person_id,
        enrolled_at=None,
        play__state__in=[Play.State.RUNNING, Play.State.HALTED],
        play__started_at__lt=at,
        play__ends_at__gte=at,
    )
    theirs.filter(revived_at=None).update(revived_at=at)
    theirs.update(enrolled_at=at)


def end_due(*, at: datetime) -> int:
    """End the plays whose days are over, once what came of them is written down; return how many."""
    over = Play.objects.filter(state__in=[Play.State.RUNNING, Play.State.HALTED], ends_at__lte=at)
    PlayMember.objects.filter(play__in=over, state=PlayMember.State.WAITING, is_held_out=False).update(
        state=PlayMember.State.EXCLUDED, why="late"
    )
    return over.filter(state=Play.State.RUNNING).update(state=Play.State.DONE)
