"""Commercial slots in the back office: the plan, its calendar, and what came of each."""

import django_filters
from django import forms
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, NumberColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from programmes.models import LANGUAGES, Programme, Slot
from programmes.slots import audiences, counts, planning, wording
from programmes.views import slot_desk

FIELDS_OF_WORDS = [f"{name}_{code}" for name in ("headline", "text") for code in LANGUAGES]


class SlotForm(WagtailAdminModelForm):
    """The plan of a slot; refuses what would never be shown, and amounts that would grow old."""

    audience = forms.ChoiceField(label=_("Audience"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = [
            (gettext("On pages and in newsletters"), [(one.code, one.label) for one in audiences.audiences().values()]),
            (gettext("Newsletters about"), list(audiences.topics().items())),
        ]
        self.fields["headline_ca"].required = False  # one headline is enough, in whichever language

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("It must end after it starts."))
        self._check_audience(cleaned.get("place"), cleaned.get("audience") or "")
        for name in FIELDS_OF_WORDS:
            if wording.states_amount(cleaned.get(name) or ""):
                self.add_error(name, _("Write {price} instead of the amount: the price of the day is put there."))
        language = cleaned.get("language")
        wanted = [f"headline_{language}"] if language else [f"headline_{code}" for code in LANGUAGES]
        if not any(cleaned.get(name) for name in wanted) and not any(name in self.errors for name in wanted):
            self.add_error(wanted[0], _("Write a headline in a language in which it is shown."))
        return cleaned

    def _check_audience(self, place, audience: str) -> None:
        is_newsletter = place == Slot.Place.NEWSLETTER
        if audience.startswith(audiences.TOPIC) and not is_newsletter:
            self.add_error("audience", _("Only newsletters have a topic."))
        if audience in (audiences.VISITORS, audiences.SIGNED_IN) and is_newsletter:
            self.add_error("audience", _("Nobody signs in to a newsletter. Choose everyone, a group or a topic."))


class SlotFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=planning.State.choices, method="in_state")
    place = django_filters.ChoiceFilter(label=_("Place"), choices=Slot.Place.choices)
    programme = django_filters.ModelChoiceFilter(
        label=_("Programme"), queryset=Programme.objects.filter(slots__isnull=False).distinct().order_by("title")
    )

    class Meta:
        model = Slot
        fields = ["state", "place", "programme"]

    def in_state(self, slots, name, value):
        return slots.filter(planning.in_state(value, at=timezone.now()))


def percent(share: float | None) -> str:
    return "–" if share is None else f"{number_format(100 * share, 1)} %"


def figures_of(row) -> counts.Figures:
    return counts.Figures(row.impressions, row.clicks, row.enquiries)


class SlotIndexView(generic.IndexView):
    results_template_name = "programmes/admin/slots_results.html"

    def get_base_queryset(self):
        slots = super().get_base_queryset().select_related("programme")
        return slots.annotate(
            **{name: Coalesce(Sum(f"counts__{name}"), 0) for name in ("impressions", "clicks", "enquiries")}
        )

    @cached_property
    def header_buttons(self):
        calendar = HeaderButton(gettext("Calendar"), url=reverse("programmes_slot_calendar"), icon_name="calendar")
        return [*super().header_buttons, calendar]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        shown = [row.pk for row in self.object_list.order_by()]
        total = sum(counts.figures(shown).values(), counts.Figures())
        return context | {"total": total, "click_share": percent(total.click_share), "number": len(shown)}


def says_sharing(slot: Slot) -> str:
    """How many others share the place with it and what it gets of the turns; empty when it stands alone."""
    others = planning.sharing_with(slot)
    if not others:
        return ""
    share = round(100 * planning.share_of(slot, others))
    return ngettext(
        "Another slot shares the place with it: it gets %(share)s %% of the turns while both run.",
        "%(count)s other slots share the place with it: it gets %(share)s %% of the turns while all run.",
        len(others),
    ) % {"count": len(others), "share": share}


class SlotCreateView(generic.CreateView):
    def save_instance(self):
        self.form.instance.by = self.request.user
        return super().save_instance()

    def get_success_message(self, instance):
        return f"{super().get_success_message(instance)} {says_sharing(instance)}".strip()


class SlotEditView(generic.EditView):
    def get_success_message(self):
        return f"{super().get_success_message()} {says_sharing(self.object)}".strip()


class SlotInspectView(generic.InspectView):
    page_title = _("Commercial slot")

    def get_context_data(self, **kwargs):
        slot, at = self.object, timezone.now()
        others = planning.sharing_with(slot)
        figures = counts.figures([slot.pk])[slot.pk]
        weeks = counts.by_week(slot)
        return super().get_context_data(**kwargs) | {
            "slot": slot,
            "state": planning.state_of(slot, at=at),
            "audience": audiences.label_of(slot.audience),
            "others": others,
            "share": percent(planning.share_of(slot, others)) if others else "",
            "figures": figures,
            "click_share": percent(figures.click_share),
            "enquiry_share": percent(figures.enquiry_share),
            "weeks": [(monday, week, percent(week.click_share)) for monday, week in weeks],
            "most": max((week.impressions for _monday, week in weeks), default=0),
            "languages": [slot.language] if slot.language else list(LANGUAGES),
            "may_change": self.request.user.has_perm("programmes.change_slot"),
        }


class SlotViewSet(ModelViewSet):
    model = Slot
    name = url_namespace = "programmes_slots"
    icon = "view"
    menu_label = _("Commercial slots")
    url_prefix = "programmes/slots"
    inspect_view_enabled = True
    inspect_template_name = "programmes/admin/slot.html"
    index_view_class = SlotIndexView
    add_view_class = SlotCreateView
    edit_view_class = SlotEditView
    inspect_view_class = SlotInspectView
    filterset_class = SlotFilterSet
    search_backend_name = None
    search_fields = ["name", "programme__title"]
    ordering = ["-starts_at", "-pk"]
    list_per_page = 30
    list_display = [
        TitleColumn("name", label=_("Name"), url_name="programmes_slots:inspect", sort_key="name"),
        StatusTagColumn(
            "state",
            label=_("State"),
            accessor=lambda slot: planning.state_of(slot, at=timezone.now()).label,
            primary=lambda slot: planning.state_of(slot, at=timezone.now()) == planning.State.RUNNING,
        ),
        Column("get_place_display", label=_("Place"), sort_key="place"),
        Column("programme", label=_("Programme"), sort_key="programme__title"),
        Column(
            "when",
            label=_("From – until"),
            accessor=lambda slot: slot_desk.span(slot),
            sort_key="starts_at",
        ),
        NumberColumn("impressions", label=_("Seen"), sort_key="impressions"),
        NumberColumn("clicks", label=_("Clicks"), sort_key="clicks"),
        NumberColumn(
            "click_share", label=_("Clicks of seen"), accessor=lambda slot: percent(figures_of(slot).click_share)
        ),
        NumberColumn("enquiries", label=_("Enquiries"), sort_key="enquiries"),
    ]
    list_export = [
        "name", "place", "programme", "audience", "language", "starts_at", "ends_at", "weight", "is_stopped",
        "impressions", "clicks", "enquiries",
    ]  # fmt: skip
    export_filename = "slots"
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("name", help_text=_("For staff; readers do not see it.")),
                    FieldPanel("programme"),
                    FieldRowPanel([FieldPanel("place"), FieldPanel("audience"), FieldPanel("language")]),
                ],
                heading=_("What and where"),
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]), FieldPanel("weight")],
                heading=_("When"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel(f"headline_{code}") for code in LANGUAGES]),
                    FieldRowPanel([FieldPanel(f"text_{code}") for code in LANGUAGES]),
                ],
                heading=_("What it says"),
                help_text=_("Write {price} or {start} where the price of the day or the next start should stand."),
            ),
        ],
        base_form_class=SlotForm,
    )


VIEWSETS = [SlotViewSet()]
DESK_URLS = [
    path("programmes/slots/calendar/", slot_desk.calendar, name="programmes_slot_calendar"),
    path("programmes/slots/<int:pk>/preview/", slot_desk.preview, name="programmes_slot_preview"),
    path("programmes/slots/<int:pk>/stop/", slot_desk.stop, name="programmes_slot_stop"),
    path("programmes/slots/<int:pk>/resume/", slot_desk.resume, name="programmes_slot_resume"),
]
