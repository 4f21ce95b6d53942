"""What enrolment holds about a person: declared, handed over, and forgotten. Books are kept, words are not."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from enrolment import receipts
from enrolment.models import Application, Enrolment, LedgerEntry, Payment, ProviderEvent, Receipt
from people.models import Person
from people.privacy.personal_data import BOOKS, CONTRACT, DELETE, DUTY, LAW, NAMELESS, Field, Table

STUDIES, MONEY = _("Your applications and studies"), _("Your payments")

TABLES = [
    Table(
        model="enrolment.Application",
        section=STUDIES,
        of=["person"],
        why=CONTRACT,
        personal={
            "intake": Field(_("Programme"), NAMELESS, shown_as="intake__programme__title"),
            "state": Field(_("State"), NAMELESS),
            "motivation": _("Why this programme"),
            "education": _("Studies and experience"),
            "weekly_hours": _("Hours a week you can study"),
            "price_minor": Field(_("Price in minor units"), NAMELESS),
            "currency": Field(_("Currency"), NAMELESS),
            "created_at": Field(_("Begun"), NAMELESS),
            "submitted_at": Field(_("Handed in"), NAMELESS),
            "decided_at": Field(_("Decided"), NAMELESS),
            "decision_note": _("Note on the decision"),
        },
        links="person decided_by",
        nameless="id uuid enquiry",
        dated="created_at",
    ),
    Table(
        model="enrolment.GuardianRequest",
        section=STUDIES,
        of=["application__person", "guardian"],
        why=CONTRACT,
        erasure=DELETE,
        personal={
            "kind": _("Who they are to each other"),
            "asked_at": _("A guardian was asked to agree"),
            "answered_at": _("Answered"),
            "answer": _("Answer"),
        },
        links="guardian",
        nameless="id uuid application expires_at",
        dated="asked_at",
    ),
    Table(
        model="enrolment.Enrolment",
        section=STUDIES,
        of=["person"],
        why=CONTRACT,
        personal={
            "intake": Field(_("Programme"), NAMELESS, shown_as="intake__programme__title"),
            "state": Field(_("State"), NAMELESS),
            "enrolled_at": Field(_("Enrolled"), NAMELESS),
            "ended_at": Field(_("Ended"), NAMELESS),
        },
        links="person",
        nameless="id uuid application",
        dated="enrolled_at",
    ),
    # Commercial Code (Spain) art. 30 and General Tax Act art. 66: the books stay, and say nobody's name by themselves.
    Table(
        model="enrolment.Payment",
        section=MONEY,
        of=["application__person"],
        why=BOOKS,
        kept="receipts",
        personal={
            "amount_minor": Field(_("Amount in minor units"), NAMELESS),
            "currency": Field(_("Currency"), NAMELESS),
            "state": Field(_("State"), NAMELESS),
            "card": _("Card"),
            "session_id": Field(_("Number of the payment at the provider"), LAW, is_secret=True),
            "intent_id": Field(_("Number of the charge at the provider"), LAW, is_secret=True),
            "page_url": Field(_("Page to pay on"), is_secret=True),
            "last_error": _("Why it was declined"),
            "created_at": Field(_("Begun"), NAMELESS),
            "settled_at": Field(_("Paid"), NAMELESS),
        },
        nameless="id uuid application language expires_at",
        dated="created_at",
    ),
    Table(
        model="enrolment.LedgerEntry",
        section=MONEY,
        of=["application__person"],
        why=BOOKS,
        kept=_("For good, without your name once you are forgotten: the books must add up."),
        personal={
            "kind": Field(_("Entry"), NAMELESS),
            "amount_minor": Field(_("Amount in minor units"), NAMELESS),
            "currency": Field(_("Currency"), NAMELESS),
            "at": Field(_("When"), NAMELESS),
            "note": _("Note"),
        },
        nameless="id application payment key",
        dated="at",
    ),
    Table(
        model="enrolment.Receipt",
        section=MONEY,
        of=["payment__application__person"],
        why=BOOKS,
        kept="receipts",
        erasure=LAW,
        personal={
            "number": Field(_("Number of the receipt"), NAMELESS),
            "issued_at": Field(_("Issued"), NAMELESS),
            "payer_name": _("Paid by"),
            "payer_tax_number": _("Tax number"),
            "paper": Field(_("The receipt on paper"), is_secret=True),
        },
        nameless="id payment",
        dated="issued_at",
    ),
    Table(
        model="enrolment.ProviderEvent",
        why=DUTY,
        personal={"payload": _("What the payment provider told us")},
        nameless="id event_id kind received_at processed_at outcome",
        reached=_("by the number of the payment and of its page at the provider"),
    ),
    Table(model="enrolment.ReceiptYear", nameless="year last"),
]


def export(person: Person) -> dict:
    """Applications, enrolments, ledger, payments and receipts of the person."""
    applications = Application.objects.filter(person=person).order_by("created_at", "pk")
    return {
        "applications": list(
            applications.values(
                "uuid", "intake__programme__title", "intake__code", "state", "motivation", "education", "weekly_hours",
                "price_minor", "currency", "created_at", "submitted_at", "decided_at",
            )
        ),
        "enrolments": list(
            Enrolment.objects.filter(person=person)
            .order_by("enrolled_at")
            .values("uuid", "intake__programme__title", "intake__code", "state", "enrolled_at", "ended_at")
        ),
        "ledger": list(
            LedgerEntry.objects.filter(application__person=person)
            .order_by("at", "pk")
            .values("kind", "amount_minor", "currency", "at", "note")
        ),
        "payments": list(
            Payment.objects.filter(application__person=person)
            .order_by("created_at")
            .values("uuid", "amount_minor", "currency", "state", "card", "created_at", "settled_at")
        ),
        "receipts": list(
            Receipt.objects.filter(payment__application__person=person).order_by("number").values("number", "issued_at")
        ),
    }  # fmt: skip


def erase(person: Person, *, at: datetime) -> None:
    """Take back what was never decided, and forget what the provider told about the person; books and papers stay."""
    states = Application.State
    undecided = Application.objects.filter(person=person, state__in=[states.DRAFT, states.WAITING, states.SUBMITTED])
    undecided.update(state=states.WITHDRAWN)
    payments = Payment.objects.filter(application__person=person)
    references = [str(uuid) for uuid in payments.values_list("uuid", flat=True)]
    sessions = list(payments.exclude(session_id="").values_list("session_id", flat=True))
    for field, values in (("metadata__payment", references), ("id", sessions)):
        if values:
            ProviderEvent.objects.filter(**{f"payload__data__object__{field}__in": values}).update(payload={})
    # What the law still asks for has its payer's name on itself; a paper without one has no reason to stay.
    for receipt in Receipt.objects.filter(payment__application__person=person, payer_name="").exclude(paper=""):
        receipts.forget_paper(receipt)
