"""What the demo's advisers promised: kept, still to be kept, and one that was forgotten."""

from datetime import datetime, timedelta

from config.demo.cast import staff
from contact_centre import promises
from contact_centre.models import Case
from people.models import Person

TEXTS = {
    "ca": ["Respondre sobre la beca", "Enviar el pla d’estudis en anglès", "Mirar si hi ha grup de tarda"],
    "es": ["Responder sobre la beca", "Enviar el plan de estudios en inglés", "Mirar si hay grupo de tarde"],
    "en": ["Answer about the grant", "Send the syllabus in English", "See whether there is an evening group"],
}


def make_promises(*, at: datetime) -> None:
    """Some people wait for something that was promised: one today, one this week, one too long."""
    laia, marc = staff("adviser"), staff("adviser2")
    waiting = Person.objects.filter(cases__in=Case.objects.open(), merged_into=None).distinct().order_by("pk")
    plan = [
        (laia, 0, timedelta(days=3), timedelta(hours=20), None),
        (laia, 1, timedelta(days=1), timedelta(days=4), None),
        (laia, 2, timedelta(days=6), timedelta(days=-1), None),
        (marc, 0, timedelta(days=2), timedelta(days=2), None),
        (laia, 1, timedelta(days=20), timedelta(days=-15), timedelta(days=-16)),
        (marc, 2, timedelta(days=12), timedelta(days=-8), timedelta(days=-7)),
    ]
    for person, (owner, text, made_before, due_after, kept_after) in zip(waiting[: len(plan)], plan, strict=False):
        made_at = at - made_before
        due_at = max(promises.by_the_end_of((at + due_after).date()), made_at + timedelta(hours=1))
        words = TEXTS[person.language][text]
        promise = promises.make(person, words=words, due_at=due_at, by=owner, at=made_at)
        if kept_after is not None:
            promises.note_broken(at=at + kept_after)
            promises.keep(promise, by=owner, at=at + kept_after)
    promises.note_broken(at=at)
    promises.remind_due(at=at)
