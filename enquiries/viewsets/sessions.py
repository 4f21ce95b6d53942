"""The list of sessions with their figures, and the form of one."""

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, NumberColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from enquiries.models import Session
from enquiries.sessions import figures, opening, reminding

State = Session.State


class RemindersField(forms.CharField):
    """Hours before, as “24, 2”."""

    def prepare_value(self, value):
        return ", ".join(str(one) for one in value) if isinstance(value, list) else value

    def clean(self, value):
        said = super().clean(value)
        hours = {part.strip() for part in said.replace(";", ",").split(",") if part.strip()}
        longest = reminding.LONGEST_HOURS
        if any(not one.isascii() or not one.isdigit() or not 0 < int(one) <= longest for one in hours):
            raise forms.ValidationError(
                _("Hours before it begins, such as 24, 2; at most %(longest)s."), params={"longest": longest}
            )
        return sorted((int(one) for one in hours), reverse=True)


class SessionForm(WagtailAdminModelForm):
    """What makes a session; that it is open or called off is an act of its own."""

    reminders = RemindersField(
        label=gettext_lazy("reminders, hours before"),
        required=False,
        initial=[24, 2],
        help_text=gettext_lazy("Such as 24, 2. Nobody is reminded in quiet hours: those reminders leave before them."),
    )

    online_address = forms.URLField(
        label=gettext_lazy("address of the meeting"), max_length=500, required=False, assume_scheme="https"
    )

    class Meta:
        model = Session
        fields = [
            "kind", "title_ca", "title_es", "title_en", "text_ca", "text_es", "text_en", "language", "programme",
            "campaign", "way", "campus", "room", "online_address", "starts_at", "ends_at", "closes_at", "seats",
            "online_seats", "has_waiting_list", "reminders", "hosts",
        ]  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("It ends before it begins."))
        if starts_at and cleaned.get("closes_at") and cleaned["closes_at"] > starts_at:
            self.add_error("closes_at", _("Booking cannot close after the session has begun."))
        return cleaned


class KeepMixin:
    """Saves through the domain, which tells whoever has a place of what has changed."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except opening.TooFewPlaces as too_few:
            words = _("%(taken)s people have a place already: there cannot be fewer.") % {"taken": too_few.taken}
            form.add_error("seats", words)
            self.produced_error_code, self.produced_error_message = "too_few_places", words
            return self.form_invalid(form)

    def save_instance(self):
        session = self.form.save(commit=False)
        opening.keep(session, at=timezone.now(), by=self.request.user)
        self.form.save_m2m()
        return session

    def get_success_url(self):
        return reverse("enquiries_session", args=[self.object.uuid])


class SessionCreateView(KeepMixin, generic.CreateView):
    def get_success_message(self, instance):
        return _("The session is a draft: open the booking when it is ready.")


class SessionEditView(KeepMixin, generic.EditView):
    def get_success_message(self):
        if self.object.state == State.OPEN:
            return _("Kept. Whoever has a place is told if the time or the place has changed.")
        return _("Kept.")


class SessionIndexView(generic.IndexView):
    any_permission_required = ["view", "add", "change"]

    def get_base_queryset(self):
        return Session.objects.select_related("programme", "campus")

    def get_edit_url(self, instance):
        return reverse("enquiries_session", args=[instance.uuid])

    @cached_property
    def numbers(self):
        return {}

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        self.numbers.update(figures.of_sessions(context["object_list"]))
        for one in context["object_list"]:
            one.numbers = self.numbers.get(one.pk, figures.Figures())
        return context


def _number(name):
    return lambda session: getattr(getattr(session, "numbers", None), name, "")


def _when(session):
    return date_format(timezone.localtime(session.starts_at), "SHORT_DATETIME_FORMAT")


def _places(session):
    seats = session.seats if session.way != Session.Way.ONLINE else session.online_seats
    return f"{_number('registered')(session)} / {seats if seats is not None else '∞'}"


class SessionViewSet(ModelViewSet):
    model = Session
    name = "sessions"
    url_prefix = "sessions"
    icon = "calendar"
    menu_label = gettext_lazy("Sessions")
    add_to_admin_menu = False
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = False
    index_view_class = SessionIndexView
    add_view_class = SessionCreateView
    edit_view_class = SessionEditView
    list_per_page = 40
    ordering = ["-starts_at"]
    search_fields = ["title_ca", "title_es", "title_en", "room"]
    search_backend_name = None
    list_filter = ["state", "kind", "way", "programme"]
    list_display = [
        TitleColumn(
            "title",
            label=gettext_lazy("Session"),
            accessor="title",
            get_url=lambda session: reverse("enquiries_session", args=[session.uuid]),
        ),
        Column("starts_at", label=gettext_lazy("When"), accessor=_when, sort_key="starts_at"),
        StatusTagColumn(
            "get_state_display",
            label=gettext_lazy("State"),
            sort_key="state",
            primary=lambda session: session.state == State.OPEN,
        ),
        Column("places", label=gettext_lazy("Registered"), accessor=_places),
        NumberColumn("waiting", label=gettext_lazy("Waiting"), accessor=_number("waiting")),
        NumberColumn("attended", label=gettext_lazy("Came"), accessor=_number("attended")),
        NumberColumn("no_show", label=gettext_lazy("Did not come"), accessor=_number("no_show")),
        NumberColumn("enrolled", label=gettext_lazy("Enrolled"), accessor=_number("enrolled")),
    ]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("kind"), FieldPanel("language")]),
            MultiFieldPanel(
                [FieldPanel("title_ca"), FieldPanel("title_es"), FieldPanel("title_en")], heading=gettext_lazy("Title")
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at"), FieldPanel("closes_at")])],
                heading=gettext_lazy("When"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("way"),
                    FieldRowPanel([FieldPanel("campus"), FieldPanel("room"), FieldPanel("seats")]),
                    FieldRowPanel([FieldPanel("online_address"), FieldPanel("online_seats")]),
                    FieldPanel("has_waiting_list"),
                ],
                heading=gettext_lazy("Where, and how many"),
            ),
            MultiFieldPanel(
                [FieldPanel("text_ca"), FieldPanel("text_es"), FieldPanel("text_en")],
                heading=gettext_lazy("What people read"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("programme"), FieldPanel("campaign")]),
                    FieldPanel("hosts"),
                    FieldPanel("reminders"),
                ],
                heading=gettext_lazy("Belongs to"),
            ),
        ],
        base_form_class=SessionForm,
    )


sessions = SessionViewSet()
