"""Who is in a segment: for all, for one, and written down as a fixed list."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from wagtail.log_actions import log

from contact_centre.models import Segment, SegmentMember
from contact_centre.segments import rules
from people.models import Person, User

FIXED = """
INSERT INTO contact_centre_segmentmember (segment_id, person_id, added_at)
SELECT %s, id, %s FROM ({people}) AS met ON CONFLICT DO NOTHING
"""


def people_of(segment: Segment, *, at: datetime) -> QuerySet[Person]:
    """The people of ``segment`` at ``at``, each once; nobody forgotten or merged away. Raises rules.BadRules."""
    if segment.kind == Segment.Kind.STATIC:
        members = SegmentMember.objects.filter(segment=segment).values("person")
        return Person.objects.known().filter(pk__in=members)
    return rules.people(segment.rules, at=at)


def holds(segment: Segment, person: Person, *, at: datetime) -> bool:
    """Whether ``person`` is in ``segment`` at ``at``. One query."""
    return people_of(segment, at=at).filter(pk=person.pk).exists()


@transaction.atomic
def fix(segment: Segment, *, at: datetime, by: User | None) -> int:
    """Write down who meets the rules at ``at``: a fixed list from now on. Returns how many are on it.

    A list fixed before is made anew; its rules stay as a note of how it came about. Raises rules.BadRules.
    """
    segment = Segment.objects.select_for_update().get(pk=segment.pk)
    met = rules.people(segment.rules, at=at)
    SegmentMember.objects.filter(segment=segment).delete()
    sql, params = met.order_by().values("id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(FIXED.format(people=sql), [segment.pk, at, *params])
        fixed = cursor.rowcount
    segment.kind, segment.changed_at, segment.counted, segment.counted_at = Segment.Kind.STATIC, at, fixed, at
    segment.save(update_fields=["kind", "changed_at", "counted", "counted_at"])
    log(instance=segment, action="contact_centre.fix_segment", user=by, data={"people": fixed}, timestamp=at)
    return fixed
