"""How long people who asked are kept."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from enquiries.models import Enquiry
from people.models import Person
from people.privacy.retention_rules import PersonRule, Rule, inactive_since, months_before


def enquirers() -> QuerySet[Person]:
    return Person.objects.filter(Exists(Enquiry.objects.filter(person=OuterRef("pk"))))


def due(at: datetime, months: int) -> QuerySet[Person]:
    """Those with whom nothing has happened since, neither an enquiry nor anything else."""
    since = months_before(at, months)
    later = Enquiry.objects.filter(person=OuterRef("pk"), received_at__gt=since)
    return inactive_since(since).filter(Exists(Enquiry.objects.filter(person=OuterRef("pk"))), ~Exists(later))


def rules() -> list[Rule]:
    return [
        PersonRule(
            code="enquiries",
            name=_("Enquirers"),
            rank=20,
            months=24,
            what=_("People who asked and never applied."),
            kept=ngettext_lazy(
                "%(months)s month after the last contact.", "%(months)s months after the last contact.", "months"
            ),
            source=_("GDPR art. 5.1.e (storage limitation)."),
            concerns=enquirers,
            due=due,
        )
    ]
