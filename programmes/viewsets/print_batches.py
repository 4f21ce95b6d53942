"""Print batches in the back office: what was printed, its short address and QR code, and what came of it."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import path
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log

from programmes import money
from programmes.forms import AmountField, AmountsForm
from programmes.models import PrintBatch, PrintBatchCount
from programmes.printed import print_batches, qr_codes
from programmes.views import print_desk
from programmes.viewsets.slots import percent


class PrintBatchForm(AmountsForm):
    """A batch with its cost in units; its code stays as it was printed."""

    amount_fields = ("cost_minor",)
    cost_minor = AmountField(label=_("Cost"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.required = False
        code.help_text = _("Letters and digits; leave it empty and it is given one that is easy to type.")
        if self.instance.pk:
            code.disabled = True
            code.help_text = _("It stays as it was printed.")

    def clean_code(self):
        if self.instance.pk:
            return self.instance.code
        code = self.cleaned_data["code"].strip().lower()
        if code and not print_batches.CODE.fullmatch(code):
            raise ValidationError(_("Three to twelve letters and digits, without accents or spaces."))
        if code and PrintBatch.objects.filter(code=code).exists():
            raise ValidationError(_("Another batch has this code."))
        return code

    def clean_copies(self):
        copies = self.cleaned_data["copies"]
        if copies == 0:
            raise ValidationError(_("At least one copy, or leave it empty."))
        return copies


class PrintBatchFilterSet(WagtailFilterSet):
    class Meta:
        model = PrintBatch
        fields = ["kind", "language"]


def _counted(column: str):
    sums = PrintBatchCount.objects.filter(batch=OuterRef("pk")).order_by().values("batch")
    return Coalesce(Subquery(sums.annotate(sum=models.Sum(column)).values("sum")), 0)


class PrintBatchIndexView(generic.IndexView):
    results_template_name = "programmes/admin/print_batches_results.html"

    def get_base_queryset(self):
        batches = super().get_base_queryset().select_related("programme")
        return batches.annotate(visits=_counted("visits"), enquiries=_counted("enquiries"))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        rows = list(self.object_list.order_by())
        total = sum((figures_of(row) for row in rows), print_batches.Figures())
        return context | {"total": total, "share": percent(total.enquiry_share), "number": len(rows)}


def figures_of(row) -> print_batches.Figures:
    return print_batches.Figures(row.visits, row.enquiries)


class PrintBatchCreateView(generic.CreateView):
    def save_instance(self):
        batch = print_batches.make(self.form.instance, at=timezone.now(), by=self.request.user)
        log(instance=batch, action="wagtail.create", user=self.request.user)
        return batch

    def get_success_url(self):
        return self.get_edit_url().replace("/edit/", "/inspect/")


class PrintBatchDeleteView(generic.DeleteView):
    """What was already followed hangs somewhere: its address must go on answering."""

    def form_valid(self, form):
        if self.object.counts.exists():
            form.add_error(None, _("People follow this address already. It stays, so that the paper goes on working."))
            return self.form_invalid(form)
        return super().form_valid(form)


class PrintBatchInspectView(generic.InspectView):
    page_title = _("Print batch")

    def get_context_data(self, **kwargs):
        batch = self.object
        figures = print_batches.figures([batch.pk])[batch.pk]
        address = print_batches.short_address(batch)
        page = print_batches.destination(batch)
        weeks = print_batches.by_week(batch)
        return super().get_context_data(**kwargs) | {
            "batch": batch,
            "address": address,
            "qr": mark_safe(qr_codes.svg(address, label=batch.name)),  # noqa: S308 -- drawn here, its label escaped
            "destination": page,
            "destination_url": page.get_url(self.request) if page else "",
            "brochure_url": print_desk.brochure_url(batch, self.request),
            "figures": figures,
            "share": percent(figures.enquiry_share),
            "cost": money.show(batch.cost_minor, batch.currency) if batch.cost_minor is not None else "",
            "cost_of_enquiry": _each(batch, figures.enquiries),
            "cost_of_visit": _each(batch, figures.visits),
            "weeks": weeks,
            "most": max((week.visits for _monday, week in weeks), default=0),
            "may_change": self.request.user.has_perm("programmes.change_printbatch"),
        }


def _each(batch: PrintBatch, number: int) -> str:
    if batch.cost_minor is None or not number:
        return "–"
    return money.show(round(batch.cost_minor / number), batch.currency)


class PrintBatchViewSet(ModelViewSet):
    model = PrintBatch
    name = url_namespace = "programmes_print_batches"
    icon = "print"
    menu_label = _("Print batches")
    url_prefix = "programmes/print-batches"
    inspect_view_enabled = True
    copy_view_enabled = False
    inspect_template_name = "programmes/admin/print_batch.html"
    index_view_class = PrintBatchIndexView
    add_view_class = PrintBatchCreateView
    delete_view_class = PrintBatchDeleteView
    inspect_view_class = PrintBatchInspectView
    filterset_class = PrintBatchFilterSet
    search_backend_name = None
    search_fields = ["name", "code", "campaign", "place", "programme__title"]
    ordering = ["-made_at", "-pk"]
    list_per_page = 30
    list_display = [
        TitleColumn("name", label=_("Name"), url_name="programmes_print_batches:inspect", sort_key="name"),
        Column("code", label=_("Code"), sort_key="code"),
        Column("get_kind_display", label=_("Kind"), sort_key="kind"),
        Column("programme", label=_("Programme"), accessor=lambda batch: batch.programme or "–"),
        Column("copies", label=_("Copies"), accessor=lambda batch: batch.copies or "–", sort_key="copies"),
        NumberColumn("visits", label=_("Visits"), sort_key="visits"),
        NumberColumn("enquiries", label=_("Enquiries"), sort_key="enquiries"),
        NumberColumn(
            "enquiry_share", label=_("Enquiries of visits"), accessor=lambda row: percent(figures_of(row).enquiry_share)
        ),
    ]
    list_export = [
        "code", "name", "kind", "programme", "language", "campaign", "copies", "cost_minor", "currency", "printed_on",
        "place", "visits", "enquiries",
    ]  # fmt: skip
    export_filename = "print-batches"
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("name"),
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("language")]),
                    FieldPanel("programme"),
                    FieldPanel("page"),
                ],
                heading=_("What it is and where it leads"),
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("code"), FieldPanel("campaign")])],
                heading=_("Short address"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("copies"), FieldPanel("printed_on")]),
                    FieldRowPanel([FieldPanel("cost_minor"), FieldPanel("currency")]),
                    FieldPanel("place"),
                ],
                heading=_("The print run"),
            ),
        ],
        base_form_class=PrintBatchForm,
    )


VIEWSETS = [PrintBatchViewSet()]
DESK_URLS = [
    path("programmes/print-batches/<int:pk>/code.svg", print_desk.qr_svg, name="programmes_print_batch_svg"),
    path("programmes/print-batches/<int:pk>/code.png", print_desk.qr_png, name="programmes_print_batch_png"),
    path("programmes/print-batches/<int:pk>/poster.pdf", print_desk.poster, name="programmes_print_batch_poster"),
]
