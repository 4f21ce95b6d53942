"""What stands around campaigns and is about people: whom we talk to at partners, and who said what of us."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from enquiries.models import Partner
from people.models import Identity, Person
from people.privacy.personal_data import CARE, NAMELESS, Field, Table

TABLES = [
    Table(
        model="enquiries.MarketingPlan",
        links="owner",
        nameless="id year name objectives audience message tactics campaigns",
    ),
    Table(model="enquiries.PlanTarget", nameless="id plan quarter metric target"),
    Table(
        model="enquiries.PlanReview",
        links="by",
        nameless="id plan quarter reviewed_at figures findings consequences",
    ),
    Table(
        model="enquiries.LeadAgreement",
        links="marketing_by sales_by",
        nameless="id name programme intake profile from_day until_day enquiries fit_percent answer_hours "
        "marketing_signed_at sales_signed_at",
    ),
    Table(
        model="enquiries.MarketStudy",
        links="filed_by",
        nameless="id title supplier on cost_minor currency findings programmes campaigns files",
    ),
    Table(
        model="enquiries.Partner",
        why=CARE,
        kept=_("As long as we work with the partner."),
        personal={
            "contact_name": _("Whom to talk to at a partner"),
            "contact_email": _("Their e-mail"),
            "contact_phone": _("Their telephone"),
        },
        links="owner",
        nameless="id code name kind note is_active",
        reached=_("by the addresses of the person"),
    ),
    Table(model="enquiries.PartnerAgreement", nameless="id partner title from_day until_day terms file"),
    Table(model="enquiries.SocialChannel", links="owner", nameless="id network handle goal posts_per_week"),
    Table(
        model="enquiries.SocialPost",
        links="by",
        nameless="id channel on text address campaign action is_published reach reactions",
    ),
    Table(
        model="enquiries.Mention",
        section=_("What you said of us in public"),
        of=["person"],
        why=CARE,
        personal={
            "author": _("Name you used there"),
            "address": _("Where it stands"),
            "text": _("What you said"),
            "answer": _("What we answered"),
            "said_at": Field(_("When"), NAMELESS),
        },
        links="person by answered_by",
        nameless="id uuid rival network tone reach campaign is_crisis needs_answer due_at answered_at logged_at",
        dated="said_at",
    ),
    Table(model="enquiries.CalendarKey", links="user", nameless="id key_hash made_at read_at"),
]


def forget(*, person: Person, at: datetime) -> None:
    """Forget somebody who was whom we talk to at a partner; the partner stays."""
    known = Identity.objects.filter(person=person).values_list("value", flat=True)
    Partner.objects.filter(contact_email__in=known).update(contact_name="", contact_email="", contact_phone="")
