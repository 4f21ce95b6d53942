"""This floor's retention rules, and for whom time does not run."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from wagtail.models import ModelLogEntry

from people.models import (
    AuditEntry,
    Consent,
    ConsentRequest,
    Identity,
    ImportRun,
    OutgoingMessage,
    Person,
    Relationship,
)
from people.privacy.retention_rules import PersonRule, RowRule, Rule, inactive_since, months_before

BATCH = 2_000  # rows ended in one transaction
RUNS = 50  # imports with all their lines
SAME_CALL = timedelta(minutes=5)  # a person made by a subscription came with it
LIMITATION = _("GDPR art. 5.1.e (storage limitation).")


def keep_for_now(at: datetime) -> QuerySet[Person]:
    """Staff, and those who stand by somebody we know: they go when the other goes."""
    dependants = Relationship.objects.standing(at=at).filter(relative=OuterRef("pk"), person__erased_at=None)
    return Person.objects.filter(user__is_staff=True) | Person.objects.filter(Exists(dependants))


def unproved() -> QuerySet[Person]:
    """Those who came with a subscription that nobody ever confirmed, and of whom nothing else is known to hold."""
    mine = {"person": OuterRef("pk")}
    asked = ConsentRequest.objects.filter(**mine, asked_at__lte=OuterRef("created_at") + SAME_CALL, confirmed_at=None)
    confirmed = ConsentRequest.objects.filter(**mine, confirmed_at__isnull=False)
    granted = Consent.objects.filter(**mine, decision=Consent.Decision.GRANTED)
    proved = Identity.objects.filter(**mine, verified_at__isnull=False)
    return Person.objects.filter(Exists(asked), ~Exists(confirmed), ~Exists(granted), ~Exists(proved), user=None)


def rules() -> list[Rule]:
    return [
        PersonRule(
            code="subscriptions",
            name=_("Unconfirmed subscriptions"),
            rank=15,
            months=1,
            what=_("People who asked for news and never confirmed their address."),
            kept=ngettext_lazy("%(months)s month after they asked.", "%(months)s months after they asked.", "months"),
            source=_("GDPR art. 7.1: without a confirmation there is no proof of a consent."),
            concerns=unproved,
            due=lambda at, months: unproved().filter(pk__in=inactive_since(months_before(at, months))),
        ),
        PersonRule(
            code="contacts",
            name=_("Other contacts"),
            rank=10,
            months=24,
            what=_("People who never asked about a programme, such as imported contacts."),
            kept=ngettext_lazy(
                "%(months)s month after the last contact.", "%(months)s months after the last contact.", "months"
            ),
            source=LIMITATION,
            concerns=Person.objects.all,
            due=lambda at, months: inactive_since(months_before(at, months)),
        ),
        RowRule(
            code="messages",
            name=_("Messages"),
            months=36,
            what=_("The texts of messages we wrote; when, to whom and about what stays."),
            kept=ngettext_lazy(
                "%(months)s month after they were written.", "%(months)s months after they were written.", "months"
            ),
            source=_("Civil Code art. 1964.2 (five years for claims), shortened by GDPR art. 5.1.e."),
            count=lambda at, months: _old_messages(at, months).count(),
            end=_end_messages,
        ),
        RowRule(
            code="audit",
            name=_("Audit trail"),
            months=24,
            what=_("The audit trail: who read or changed what, and the back office’s log of changes."),
            kept=ngettext_lazy("%(months)s month after the act.", "%(months)s months after the act.", "months"),
            source=_("GDPR art. 5.2 and 32; LOPDGDD art. 72 (infringements expire after three years at the latest)."),
            count=lambda at, months: _old_entries(at, months).count() + _old_log(at, months).count(),
            end=_end_audit,
        ),
        RowRule(
            code="uploads",
            name=_("Imports"),
            months=1,
            what=_(
                "Words about lines of imported files that were not taken in; the files themselves go after 30 days."
            ),
            kept=ngettext_lazy("%(months)s month after the import.", "%(months)s months after the import.", "months"),
            source=LIMITATION,
            count=lambda at, months: _old_runs(at, months).count(),
            end=_end_uploads,
        ),
    ]


def _old_messages(at: datetime, months: int):
    waiting = [OutgoingMessage.State.QUEUED, OutgoingMessage.State.SENDING]
    old = OutgoingMessage.objects.filter(created_at__lte=months_before(at, months)).exclude(body="")
    return old.exclude(state__in=waiting)


def _end_messages(at: datetime, months: int) -> int:
    ids = list(_old_messages(at, months).order_by("created_at").values_list("pk", flat=True)[:BATCH])
    return OutgoingMessage.objects.filter(pk__in=ids).update(body="", action_url="", action_label="")


def _old_entries(at: datetime, months: int):
    return AuditEntry.objects.filter(at__lte=months_before(at, months))


def _old_log(at: datetime, months: int):
    return ModelLogEntry.objects.filter(timestamp__lte=months_before(at, months))


def _end_audit(at: datetime, months: int) -> int:
    ended = 0
    for old, instant in ((_old_entries(at, months), "at"), (_old_log(at, months), "timestamp")):
        ids = list(old.order_by(instant).values_list("pk", flat=True)[:BATCH])
        old.model._base_manager.filter(pk__in=ids).delete()
        ended += len(ids)
    return ended


def _old_runs(at: datetime, months: int):
    """Runs of which some line still has its words."""
    old = ImportRun.objects.filter(finished_at__lte=months_before(at, months)).exclude(rejected=[])
    return old.exclude(rejected__0__why="")


def _end_uploads(at: datetime, months: int) -> int:
    runs = list(_old_runs(at, months).order_by("finished_at")[:RUNS])
    for run in runs:
        run.rejected = [{"line": row.get("line"), "why": ""} for row in run.rejected]
        run.save(update_fields=["rejected"])
    return len(runs)
