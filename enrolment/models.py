"""Applications, payments, the ledger, receipts and enrolments. Money is integer minor units with its currency."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Language, Relationship
from programmes.models import Programme


class ApplicationQuerySet(models.QuerySet):
    def awaiting_decision(self):
        return self.filter(state=Application.State.SUBMITTED)

    def visible_to(self, user):
        """All, for whoever may see applications; a teacher sees who applied to what they teach, once handed in."""
        if user.has_perm("enrolment.view_application"):
            return self
        if not user.has_perm("enrolment.see_own_applicants"):
            return self.none()
        handed_in = self.exclude(state__in=[Application.State.DRAFT, Application.State.WAITING])
        return handed_in.filter(intake__programme__in=Programme.objects.taught_by(user))


class Application(models.Model):
    """A person's request to join an intake, and the school's decision."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        WAITING = "waiting", _("Waiting for a guardian")
        SUBMITTED = "submitted", _("Submitted")
        ADMITTED = "admitted", _("Admitted")
        REJECTED = "rejected", _("Not admitted")
        ENROLLED = "enrolled", _("Enrolled")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    MOVES = {
        State.DRAFT: {State.WAITING, State.SUBMITTED, State.WITHDRAWN},
        State.WAITING: {State.DRAFT, State.SUBMITTED, State.WITHDRAWN},
        State.SUBMITTED: {State.ADMITTED, State.REJECTED, State.WITHDRAWN},
        State.ADMITTED: {State.ENROLLED, State.WITHDRAWN},
        State.REJECTED: set(),
        State.ENROLLED: set(),
        State.WITHDRAWN: set(),
    }
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="applications")
    intake = models.ForeignKey("programmes.Intake", models.PROTECT, related_name="applications")
    enquiry = models.ForeignKey(
        "enquiries.Enquiry", models.SET_NULL, null=True, blank=True, related_name="applications"
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    motivation = models.TextField(_("why this programme"), blank=True)
    education = models.CharField(_("studies and experience"), max_length=250, blank=True)
    weekly_hours = models.PositiveSmallIntegerField(_("hours a week you can study"), null=True, blank=True)
    price_minor = models.PositiveIntegerField(_("price in minor units"), null=True, blank=True)  # of that day
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    created_at = models.DateTimeField(_("created at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decision_note = models.TextField(_("note on the decision"), blank=True)
    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        permissions = [
            ("decide_application", _("Can admit or reject an applicant")),
            ("see_own_applicants", _("Can see who applied to what they teach")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "intake"],
                name="application_one_live_per_intake",
                condition=~Q(state__in=["withdrawn", "rejected"]),
            )
        ]
        indexes = [models.Index(fields=["state", "submitted_at"], name="application_by_state")]

    def __str__(self):
        return f"application:{self.pk}"


class GuardianRequest(models.Model):
    """A guardian whom an applicant under age named, asked to agree to the application, and what they answered."""

    class Answer(models.TextChoices):
        AGREED = "agreed", _("Agreed")
        DECLINED = "declined", _("Declined")
        REPLACED = "replaced", _("Somebody was asked anew")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="guardian_requests")
    guardian = models.ForeignKey("people.Person", models.CASCADE, related_name="guardian_requests")
    kind = models.CharField(_("who they are"), max_length=10, choices=Relationship.Kind.choices)
    asked_at = models.DateTimeField(_("asked at"))
    expires_at = models.DateTimeField(_("link opens until"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, blank=True)

    class Meta:
        verbose_name = _("question to a guardian")
        verbose_name_plural = _("questions to guardians")
        constraints = [
            models.UniqueConstraint(fields=["application"], name="guardian_one_open", condition=Q(answered_at=None))
        ]

    def __str__(self):
        return f"guardian_request:{self.pk}"


class PaymentQuerySet(models.QuerySet):
    def under_way(self):
        """Those whose page may still be paid on; each holds a seat."""
        return self.filter(state__in=Payment.UNDER_WAY)

    def paid(self):
        return self.filter(state__in=[Payment.State.SETTLED, Payment.State.REFUNDED])


class Payment(models.Model):
    """An attempt to collect money through the provider; its state is only what the provider's API answered."""

    class State(models.TextChoices):
        STARTED = "started", _("Started")  # ours, before the provider answered
        OPEN = "open", _("Open")  # a hosted page exists
        SETTLED = "settled", _("Settled")
        EXPIRED = "expired", _("Expired")
        REFUNDED = "refunded", _("Refunded")

    UNDER_WAY = (State.STARTED, State.OPEN)
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="payments")
    amount_minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, choices=State.choices, default=State.STARTED)
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.CATALAN)
    session_id = models.CharField(max_length=255, blank=True)
    page_url = models.CharField(max_length=1000, blank=True)
    intent_id = models.CharField(max_length=255, blank=True)
    card = models.CharField(max_length=40, blank=True)  # "visa 4242", never more
    last_error = models.CharField(max_length=250, blank=True)  # code of the last decline: "insufficient_funds"
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()  # from then on the sweep closes it and the seat is free again
    settled_at = models.DateTimeField(null=True, blank=True)
    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        permissions = [("refund_payment", _("Can give a payment back"))]
        constraints = [
            models.UniqueConstraint(fields=["session_id"], name="payment_session_unique", condition=~Q(session_id="")),
            # One page to pay on at a time. Two that were paid all the same are both booked: money is never ignored.
            models.UniqueConstraint(
                fields=["application"], name="payment_one_open", condition=Q(state__in=["started", "open"])
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_amount_positive"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="payment_open", condition=Q(state__in=["started", "open"]))]

    def __str__(self):
        return f"payment:{self.pk}"


class LedgerEntry(models.Model):
    """One line of the append-only ledger: positive is owed to the school, negative is money in or debt forgiven."""

    class Kind(models.TextChoices):
        CHARGE = "charge", _("Charge")
        SETTLEMENT = "settlement", _("Payment")
        REFUND = "refund", _("Refund")
        WAIVER = "waiver", _("Debt forgiven")

    application = models.ForeignKey(Application, models.PROTECT, related_name="ledger")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, blank=True, related_name="ledger")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()
    key = models.CharField(max_length=200, unique=True)  # what caused it: the same cause is booked once
    note = models.CharField(max_length=250, blank=True)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        indexes = [models.Index(fields=["at"], name="ledger_by_time")]

    def __str__(self):
        return self.key


class ProviderEvent(models.Model):
    """A webhook as it came, stored before it is understood."""

    event_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=120)
    payload = models.JSONField()
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=250, blank=True)

    class Meta:
        verbose_name = _("provider event")
        verbose_name_plural = _("provider events")
        indexes = [models.Index(fields=["received_at"], name="event_pending", condition=Q(processed_at=None))]

    def __str__(self):
        return self.event_id


class ReceiptYear(models.Model):
    """The last number given in a year; whoever locks the row gives the next."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.year}:{self.last}"


class Receipt(models.Model):
    """A numbered receipt for a settled payment; numbers have no gap within a year."""

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="receipt")
    number = models.CharField(max_length=20, unique=True)  # "2027-000123"
    issued_at = models.DateTimeField()
    paper = models.CharField(max_length=200, blank=True)  # path of the PDF in the private storage
    # Who paid, as it was then: the law keeps it when the person is forgotten. Empty once its years are over.
    payer_name = models.CharField(_("paid by"), max_length=301, blank=True)
    payer_tax_number = models.CharField(_("tax number of who paid"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        permissions = [("see_kept_receipt", _("Can open receipts of people who were forgotten"))]

    def __str__(self):
        return self.number


class EnrolmentQuerySet(models.QuerySet):
    def active(self):
        return self.filter(state=Enrolment.State.ACTIVE)


class Enrolment(models.Model):
    """A person's place in an intake."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        COMPLETED = "completed", _("Completed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    application = models.OneToOneField(Application, models.PROTECT, related_name="enrolment")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="enrolments")
    intake = models.ForeignKey("programmes.Intake", models.PROTECT, related_name="enrolments")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ACTIVE)
    enrolled_at = models.DateTimeField(_("enrolled at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [models.UniqueConstraint(fields=["person", "intake"], name="enrolment_once_per_intake")]
        indexes = [models.Index(fields=["enrolled_at"], name="enrolment_by_time")]

    def __str__(self):
        return f"enrolment:{self.pk}"
