"""The benchmark in the back office: comparisons, rivals and competitors."""

from django import forms
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from people.back_office import PermittedViewSet
from programmes import money
from programmes.forms import AmountField, AmountsForm
from programmes.models import Competitor, Programme, Rival
from programmes.selling import rivals
from programmes.views import benchmark as views


class BenchmarkViewSet(PermittedViewSet):
    """The list of comparisons, each of them, and the act of having looked at it."""

    name = "programmes_benchmark"
    icon = "crosshairs"
    menu_label = _("Benchmark")
    menu_name = "programmes-benchmark"
    url_prefix = "programmes/benchmark"
    permissions = (views.SEE,)

    def get_urlpatterns(self):
        return [
            path("", views.BenchmarkView.as_view(), name="index"),
            path("benchmark.csv", views.export, name="export"),
            path("<uuid:uuid>/", views.ComparisonView.as_view(), name="comparison"),
            path("<uuid:uuid>/reviewed/", views.review, name="review"),
        ]


class RivalForm(AmountsForm):
    """A rival as somebody saw it. Whoever saves it has looked at it today."""

    amount_fields = ("price_minor",)
    price_minor = AmountField(
        label=_("Price"), help_text=_("As a figure: 1950 or 1.950,00. 0 is free; leave it empty when it is not known.")
    )
    channels = forms.MultipleChoiceField(
        label=_("Where they sell it"),
        choices=Rival.Channel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = Programme.objects.filter(collection__is_own=True).order_by("title")
        if self.instance.seen_on is None:
            self.initial["seen_on"] = timezone.localdate()

    def _post_clean(self):
        # The model's own rules first, so that ours read what was typed in its final shape.
        super()._post_clean()
        for field, message in rivals.problems(self.instance, on=timezone.localdate()).items():
            if field not in self.errors:
                self.add_error(field, message)

    def save(self, commit=True):
        self.instance.reviewed_on = timezone.localdate()
        self.instance.reviewed_by = self.for_user
        return super().save(commit=commit)


class RivalFilterSet(WagtailFilterSet):
    class Meta:
        model = Rival
        fields = ["programme", "competitor", "kind", "modality", "is_gone"]


class RivalIndexView(generic.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("programme", "competitor")


class RivalCreateView(generic.CreateView):
    def get_initial_form_instance(self):
        """From a comparison one comes with the programme chosen."""
        instance = super().get_initial_form_instance() or Rival()
        chosen = self.request.GET.get("programme", "")
        if chosen.isdigit():
            instance.programme = Programme.objects.filter(pk=chosen[:18]).first()
        return instance


def _price_of(rival: Rival) -> str:
    if rival.price_minor is None:
        return rival.price_text
    return money.show(rival.price_minor, rival.currency) if rival.price_minor else gettext("Free")


def _state_of(rival: Rival) -> str:
    return gettext("no longer offered") if rival.is_gone else gettext("offered")


class RivalViewSet(ModelViewSet):
    """What rivals offer, one row for each offer beside each programme of ours."""

    model = Rival
    icon = "crosshairs"
    menu_label = _("Rivals")
    url_prefix = "programmes/rival"
    index_view_class = RivalIndexView
    add_view_class = RivalCreateView
    inspect_view_enabled = True
    inspect_view_fields = [
        *("programme", "competitor", "kind", "name", "price_text", "currency", "modality", "hours", "credits"),
        *("length_text", "strengths", "weaknesses", "source", "seen_on", "reviewed_on", "is_gone"),
    ]
    filterset_class = RivalFilterSet
    search_backend_name = None
    search_fields = ["name", "competitor__name", "programme__title", "source"]
    ordering = ["programme__title", "name"]
    list_per_page = 50
    list_display = [
        "name",
        Column("competitor", label=_("Competitor"), sort_key="competitor__name"),
        Column("programme", label=_("Our programme"), sort_key="programme__title"),
        Column("price", label=_("Price"), accessor=_price_of, sort_key="price_minor"),
        DateColumn("seen_on", label=_("Seen on"), sort_key="seen_on"),
        DateColumn("reviewed_on", label=_("Reviewed on"), sort_key="reviewed_on"),
        Column("is_gone", label=_("State"), accessor=_state_of, sort_key="is_gone"),
    ]
    list_export = [
        *("programme", "competitor", "kind", "name", "price_minor", "currency", "price_text", "modality", "hours"),
        *("credits", "length_text", "source", "seen_on", "reviewed_on", "is_gone"),
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("programme"),
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("competitor")]),
                    FieldPanel("name"),
                ],
                heading=_("Who stands beside what"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("price_minor"), FieldPanel("currency")]),
                    FieldPanel("price_text"),
                    FieldRowPanel([FieldPanel("modality"), FieldPanel("length_text")]),
                    FieldRowPanel([FieldPanel("hours"), FieldPanel("credits")]),
                    FieldPanel("channels"),
                ],
                heading=_("What they offer"),
            ),
            MultiFieldPanel([FieldPanel("strengths"), FieldPanel("weaknesses")], heading=_("How it compares")),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("source"), FieldPanel("seen_on")]), FieldPanel("is_gone")],
                heading=_("From where we know"),
            ),
        ],
        base_form_class=RivalForm,
    )


class CompetitorViewSet(ModelViewSet):
    """The institutions behind the rivals."""

    model = Competitor
    icon = "group"
    menu_label = _("Competitors")
    url_prefix = "programmes/competitor"
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["name", "notes"]
    ordering = "name"
    list_display = ["name", "website"]
    panels = [FieldPanel("name"), FieldPanel("website"), FieldPanel("notes")]


VIEWSETS = [BenchmarkViewSet(), RivalViewSet("rival"), CompetitorViewSet("competitor")]
