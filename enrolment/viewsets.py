"""The lists of applications and payments in the back office. Read only: each act is a view of its own."""

import django_filters
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn

from enrolment import incidents, ledger, receipts, roles, seats, words
from enrolment.forms import DecisionForm, RefundForm
from enrolment.models import Application, Payment
from people.back_office import ReadOnlyIndexView, ReadOnlyInspectView, ReadOnlyViewSet
from programmes import money
from programmes.models import Programme

NOTES = ("education", "motivation")  # words of the applicant: for those who speak with them or teach them


class ApplicationFilterSet(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=Application.State.choices)
    programme = django_filters.ModelChoiceFilter(
        label=_("Programme"),
        field_name="intake__programme",
        queryset=Programme.objects.filter(intakes__applications__isnull=False).distinct().order_by("title"),
    )
    submitted_at = django_filters.DateFromToRangeFilter(label=_("Handed in"), widget=DateRangePickerWidget)

    class Meta:
        model = Application
        fields = ["state", "programme", "submitted_at"]


class ApplicationIndexView(ReadOnlyIndexView):
    page_title = _("Applications")
    also_for = (roles.SEE_OWN_APPLICANTS,)

    def get_base_queryset(self):
        return self.visible_rows().select_related("person", "intake__programme")

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not roles.reads_notes(request.user):
            self.list_export = [field for field in self.list_export if field not in NOTES]


class ApplicationInspectView(ReadOnlyInspectView):
    template_name = "enrolment/admin/application.html"
    page_title = _("Application")
    also_for = (roles.SEE_OWN_APPLICANTS,)
    audited_person = "person"

    def get_page_subtitle(self):
        return str(self.object.person)

    def get_context_data(self, **kwargs):
        application, user = self.object, self.request.user
        may_decide = user.has_perm("enrolment.decide_application")
        return super().get_context_data(**kwargs) | {
            "application": application,
            "steps": words.steps(application),
            "places_left": seats.left(application.intake),
            "balance": ledger.balance(application),
            "entries": application.ledger.order_by("at", "pk"),
            "payments": application.payments.select_related("receipt").order_by("created_at"),
            "may_decide": may_decide and application.state == Application.State.SUBMITTED,
            "may_see_payments": user.has_perm("enrolment.view_payment"),
            "may_see_money": user.has_perm(roles.SEE_APPLICATIONS),
            "may_read_notes": roles.reads_notes(user),
            "form": DecisionForm(),
        }


class ApplicationViewSet(ReadOnlyViewSet):
    search_backend_name = None
    model = Application
    name = "applications"
    url_prefix = "applications"
    url_namespace = "applications"
    icon = "form"
    menu_label = _("Applications")
    index_view_class = ApplicationIndexView
    inspect_view_class = ApplicationInspectView
    inspect_template_name = "enrolment/admin/application.html"
    filterset_class = ApplicationFilterSet
    form_fields = ["decision_note"]  # no form is served; a viewset wants one to be named
    search_fields = ["person__given_name", "person__family_name", "intake__programme__title"]
    ordering = [F("submitted_at").desc(nulls_last=True), "-pk"]  # drafts come last
    list_display = [
        TitleColumn("person", label=_("Person"), url_name="applications:inspect"),
        StatusTagColumn(
            "get_state_display",
            label=_("State"),
            sort_key="state",
            primary=lambda application: application.state == Application.State.SUBMITTED,
        ),
        Column("programme", label=_("Programme"), accessor=lambda application: application.intake.programme),
        Column("intake", label=_("Intake"), accessor=lambda application: application.intake.label()),
        DateColumn("submitted_at", label=_("Handed in"), sort_key="submitted_at"),
        DateColumn("decided_at", label=_("Decided"), sort_key="decided_at"),
    ]
    list_export = [
        "uuid", "person.name", "intake.programme", "intake.code", "state", "submitted_at", "decided_at",
        "price_minor", "currency", "weekly_hours", "education", "motivation",
    ]  # fmt: skip
    export_filename = "applications"


class PaymentFilterSet(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=Payment.State.choices)
    programme = django_filters.ModelChoiceFilter(
        label=_("Programme"),
        field_name="application__intake__programme",
        queryset=Programme.objects.filter(intakes__applications__payments__isnull=False).distinct().order_by("title"),
    )
    created_at = django_filters.DateFromToRangeFilter(label=_("Started"), widget=DateRangePickerWidget)

    class Meta:
        model = Payment
        fields = ["state", "programme", "created_at"]


class PaymentIndexView(ReadOnlyIndexView):
    page_title = _("Payments")

    def get_base_queryset(self):
        return Payment.objects.select_related("application__person", "application__intake__programme", "receipt")


class PaymentInspectView(ReadOnlyInspectView):
    template_name = "enrolment/admin/payment.html"
    page_title = _("Payment")
    audited_person = "application.person"

    def get_page_subtitle(self):
        return str(self.object.application.person)

    def get_context_data(self, **kwargs):
        payment = self.object
        may_refund = self.request.user.has_perm("enrolment.refund_payment")
        may_see_kept = self.request.user.has_perm(receipts.SEE_KEPT)
        return super().get_context_data(**kwargs) | {
            "payment": payment,
            "application": payment.application,
            "receipt": getattr(payment, "receipt", None),
            "may_open_receipt": payment.application.person.erased_at is None or may_see_kept,
            "decline": words.decline(payment.last_error),
            "entries": payment.application.ledger.order_by("at", "pk"),
            "balance": ledger.balance(payment.application),
            "incidents": incidents.open_ones().filter(about_id=payment.pk),
            "may_refund": may_refund and payment.state == Payment.State.SETTLED,
            "form": RefundForm(),
        }


class ReceiptColumn(Column):
    cell_template_name = "enrolment/admin/receipt_cell.html"

    def get_value(self, payment):
        receipt = getattr(payment, "receipt", None)
        return receipt.number if receipt else ""

    def get_cell_context_data(self, instance, parent_context):
        number = self.get_value(instance)
        url = reverse("enrolment:receipt", args=[number]) if number else ""
        return super().get_cell_context_data(instance, parent_context) | {"number": number, "url": url}


class PaymentViewSet(ReadOnlyViewSet):
    search_backend_name = None
    model = Payment
    name = "payments"
    url_prefix = "payments"
    url_namespace = "payments"
    icon = "payment"
    menu_label = _("Payments")
    index_view_class = PaymentIndexView
    inspect_view_class = PaymentInspectView
    inspect_template_name = "enrolment/admin/payment.html"
    filterset_class = PaymentFilterSet
    form_fields = ["card"]  # as above
    search_fields = ["application__person__given_name", "application__person__family_name", "receipt__number"]
    ordering = ["-created_at", "-pk"]
    list_display = [
        TitleColumn(
            "person",
            label=_("Person"),
            accessor=lambda payment: payment.application.person,
            url_name="payments:inspect",
        ),
        Column(
            "amount",
            label=_("Amount"),
            accessor=lambda payment: money.show(payment.amount_minor, payment.currency),
            sort_key="amount_minor",
        ),
        StatusTagColumn(
            "get_state_display",
            label=_("State"),
            sort_key="state",
            primary=lambda payment: payment.state == Payment.State.SETTLED,
        ),
        Column("programme", label=_("Programme"), accessor=lambda payment: payment.application.intake.programme),
        DateColumn("settled_at", label=_("Paid"), sort_key="settled_at"),
        ReceiptColumn("receipt", label=_("Receipt")),
    ]
    list_export = [
        "uuid", "application.person.name", "application.intake.programme", "amount_minor", "currency", "state",
        "card", "created_at", "settled_at", "session_id", "intent_id",
    ]  # fmt: skip
    export_filename = "payments"


applications = ApplicationViewSet()
payments = PaymentViewSet()
