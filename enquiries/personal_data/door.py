"""What stands of things sent in: each as a row of counting, and what a suspect wrote until somebody has decided."""

from datetime import datetime

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from enquiries.models import Submission
from people.models import Person
from people.privacy import erasure
from people.privacy.personal_data import ASKED, NAMELESS, Field, Table

SUSPECTS = "suspects"  # the retention rule

TABLES = [
    Table(
        model="enquiries.Submission",
        section=_("What you sent through our forms"),
        of=["enquiry__person"],
        reached=_("by the enquiry it became; a suspect by the addresses of the person"),
        why=ASKED,
        personal={
            "at": Field(_("Sent"), NAMELESS),
            "door": Field(_("Way in"), NAMELESS),
            "page_url": _("Page"),
            "outcome": Field(_("Outcome"), NAMELESS),
            "key": _("Number of the sending"),
            "network": Field(_("Network address, as a hash"), kept=_("For one day."), is_secret=True),
            "payload": Field(_("What was set aside for somebody to look at"), kept=SUSPECTS),
        },
        links="decided_by",
        nameless="id uuid form variant enquiry reasons score decision decided_at",
        dated="at",
    ),
    Table(model="enquiries.SpamWord", nameless="id word spam real"),
    Table(
        model="enquiries.LeadDoor",
        nameless="id uuid name kind campaign partner secret fields purposes is_open made_at last_at",
    ),
]


def forget(*, person: Person, at: datetime) -> None:
    """Empty what suspects wrote who gave an address of the person; no lookup leads to them."""
    words = erasure.words_of([person])
    named = Q(pk__in=[])
    for word in words:
        named |= Q(text__icontains=word)
    suspects = (
        Submission.objects.filter(outcome="suspect", decision="")
        .annotate(text=Cast("payload", TextField()))
        .filter(named)
    )
    suspects.update(payload=None, key="", page_url="")
