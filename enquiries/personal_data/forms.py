"""What forms hold: the forms themselves, which are nobody's, and what people left through them."""

from datetime import datetime

from django.core.files.storage import storages
from django.utils.translation import gettext_lazy as _

from enquiries.models import AnswerFile
from people.models import Person
from people.privacy.personal_data import ASKED, CONSENT, DELETE, Field, Table

LEFT = _("What you left in our forms")

TABLES = [
    Table(
        model="enquiries.Form",
        links="by notified",
        nameless=(
            "id uuid slug name kind campaign programme document thanks_page asks_at_once purposes planned_sample "
            "is_live made_at changed_at"
        ),
    ),
    Table(model="enquiries.FormWords", nameless="id form language title intro button thanks_title thanks"),
    Table(
        model="enquiries.FormField",
        nameless=(
            "id form key is_own kind step position is_required label_ca label_es label_en help_ca help_es help_en "
            "choices"
        ),
    ),
    Table(model="enquiries.FormVariant", nameless="id form letter share words left_out is_live"),
    Table(model="enquiries.FormCount", nameless="id form variant on shown begun"),
    Table(model="enquiries.FormFieldCount", nameless="id form key on filled refused left"),
    Table(
        model="enquiries.AnswerFile",
        section=LEFT,
        of=["enquiry__person"],
        why=ASKED,
        erasure=DELETE,
        personal={
            "field": Field(_("Question")),
            "name": _("File"),
            "content_type": _("Kind of file"),
            "size": Field(_("Bytes")),
            "why_refused": _("Why it was not kept"),
            "came_at": Field(_("When")),
        },
        nameless="id uuid enquiry submission kept_as",
        dated="came_at",
    ),
    Table(
        model="enquiries.Download",
        section=LEFT,
        of=["person"],
        why=ASKED,
        erasure=DELETE,
        personal={"form": Field(_("Guide you asked for"), shown_as="form__name"), "at": Field(_("When"))},
        links="person",
        nameless="id enquiry",
        dated="at",
    ),
    Table(
        model="enquiries.TopicInterest",
        section=LEFT,
        of=["person"],
        why=ASKED,
        erasure=DELETE,
        personal={
            "topic": Field(_("Topic you are interested in"), shown_as="topic__name_en"),
            "said_at": Field(_("When")),
        },
        links="person",
        nameless="id form",
        dated="said_at",
    ),
    Table(
        model="enquiries.Basket",
        section=LEFT,
        of=["person"],
        why=CONSENT,
        erasure=DELETE,
        personal={
            "title": _("What you had begun"),
            "url": _("Where it goes on"),
            "to": _("Address to remind you at"),
            "language": Field(_("Language")),
            "begun_at": Field(_("Begun")),
            "state": Field(_("State")),
        },
        links="person",
        nameless="id uuid form key due_at ended_at",
        dated="begun_at",
    ),
]


def forget(*, person: Person, at: datetime) -> None:
    """Delete the files that came with their answers; the registry takes care of the rows."""
    for file in AnswerFile.objects.filter(enquiry__person=person).exclude(kept_as=""):
        storages["private"].delete(file.kept_as)
