"""What enrolment holds about a person: to hand over, and to forget. Books are kept, words are not."""

from datetime import datetime

from django.core.files.storage import storages

from enrolment.models import Application, Enrolment, LedgerEntry, Payment, ProviderEvent, Receipt
from people.models import Person

# Commercial Code (Spain), art. 30: six years; the ledger and the receipts stay, the person on them is nameless.


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
    """Forget what the person wrote and what the provider told about them; take back what was never decided."""
    own = Application.objects.filter(person=person)
    own.update(motivation="", education="", weekly_hours=None, decision_note="")
    own.filter(state__in=[Application.State.DRAFT, Application.State.SUBMITTED]).update(
        state=Application.State.WITHDRAWN
    )
    payments = Payment.objects.filter(application__person=person)
    references = [str(uuid) for uuid in payments.values_list("uuid", flat=True)]
    sessions = list(payments.exclude(session_id="").values_list("session_id", flat=True))
    payments.update(card="", page_url="")
    for field, values in (("metadata__payment", references), ("id", sessions)):
        ProviderEvent.objects.filter(**{f"payload__data__object__{field}__in": values}).update(payload={})
    _forget_papers(person)


def _forget_papers(person: Person) -> None:
    """Receipts carry the name: the number stays, the paper goes and is written again without it."""
    for receipt in Receipt.objects.filter(payment__application__person=person).exclude(paper=""):
        storages["private"].delete(receipt.paper)
        receipt.paper = ""
        receipt.save(update_fields=["paper"])
