"""What becomes of the answers of a form: some fill in the person, some the enquiry, the rest stays beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from enquiries.asking import calling, library
from enquiries.models import Enquiry, Form, FormField, TopicInterest
from people.identity import merging
from people.models import Person
from programmes.models import Topic

Kind = FormField.Kind
BESIDE = ("answers", "appointment", "topics")
LONGEST = 5_000
OLDEST = 120  # years


@dataclass(frozen=True)
class Answer:
    """One question with its answer, in the reader's language."""

    label: str
    value: str


def beside(form: Form, said: Mapping[str, str]) -> dict[str, str]:
    """What was said that the question itself has no place for: it goes with the enquiry."""
    found = {}
    for row in form.fields.all():
        known = None if row.is_own else library.FIELDS.get(row.key)
        if (known is None and not row.is_own) or not said.get(row.key):
            continue
        if known is None or known.stays in BESIDE or known.key == "birth_date":
            found[row.key] = said[row.key][:LONGEST].replace("\x00", "")
    return found


def settle(enquiry: Enquiry, form: Form, *, at: datetime) -> None:
    """Put what came beside the question where it belongs: the date of birth on the person, the topic among theirs.

    Nothing known of the person is replaced: whoever typed their address is not proved to be them.
    """
    keys = {row.key for row in form.fields.all() if not row.is_own}
    person = merging.current(enquiry.person)
    if "topic" in keys and enquiry.answers.get("topic"):
        note_topic(person, str(enquiry.answers["topic"]), form=form, at=at)
    if "birth_date" in keys and "birth_date" in enquiry.answers:
        born = _day(str(enquiry.answers["birth_date"]), at)
        if born and person.birth_date is None:
            person.birth_date = born
            person.save(update_fields=["birth_date"])
            enquiry.answers = {key: value for key, value in enquiry.answers.items() if key != "birth_date"}
            enquiry.save(update_fields=["answers"])


def note_topic(person: Person, slug: str, *, form: Form, at: datetime) -> TopicInterest | None:
    """Note that somebody is interested in a topic; said again, it is newer. None for a topic we do not have."""
    topic = Topic.objects.filter(slug=slug).first()
    if topic is None:
        return None
    interest, _is_new = TopicInterest.objects.update_or_create(
        person=person, topic=topic, defaults={"form": form, "said_at": at}
    )
    return interest


def shown(enquiry: Enquiry) -> list[Answer]:
    """The answers of an enquiry with the questions they answer, in the reader's language; one query."""
    language = (get_language() or "ca")[:2]
    rows = {row.key: row for row in FormField.objects.filter(form=enquiry.form_id)} if enquiry.form_id else {}
    found = []
    for key, value in enquiry.answers.items():
        row = rows.get(key)
        label = library.label_of(row, language) if row else key.replace("_", " ").replace("-", " ").capitalize()
        found.append(Answer(label, in_words(row, value, language)))
    return found


def in_words(row: FormField | None, value: object, language: str) -> str:
    """An answer as it is read: what was ticked by the words that stood there."""
    text = ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
    if row is None:
        return text
    kind = library.kind_of(row)
    if kind == Kind.YES_NO:
        return _("Yes") if text else _("No")
    if row.key == "call_at" and not row.is_own:
        return calling.in_words(text)
    if kind in (Kind.CHOICE, Kind.CHOICES):
        words = dict(library.choices_of(row, language))
        chosen = text.split(",") if kind == Kind.CHOICES else [text]
        return ", ".join(str(words.get(one, one)) for one in chosen)
    return text


def _day(text: str, at: datetime) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if at.year - OLDEST <= day.year and day < at.date() else None
