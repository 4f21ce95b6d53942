"""Facts with memory in the back office: noting a change on saving, and who was told what."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button

from programmes.models import Correction, FactVersion, Programme
from programmes.told import record, tellings, versions

SEE, SEE_TELLINGS, SEE_CORRECTIONS = (f"programmes.view_{what}" for what in ("factversion", "telling", "correction"))
OPEN_PEOPLE = ("contact_centre.see_person_page", "contact_centre.take_case")
SHOWN = 40


class NotesFacts:
    """Whoever saves a programme notes what changed, and hears how many were told what it was."""

    def save_instance(self):
        instance = super().save_instance()
        self.changes = versions.note([instance.pk], at=timezone.now(), by=self.request.user)
        return instance

    def form_valid(self, form):
        response = super().form_valid(form)
        if self.changes:
            warn_of(self.request, self.object, told=tellings.people_told(self.changes))
        return response


class ProgrammeCreateView(NotesFacts, generic.CreateView):
    """A new programme, whose facts are noted from the start."""


class ProgrammeEditView(NotesFacts, generic.EditView):
    """The facts of a programme. With them comes the way to who was told what."""

    @cached_property
    def header_more_buttons(self):
        buttons = super().header_more_buttons
        if self.request.user.has_perm(SEE):
            address = reverse("programmes_told:programme", args=[self.object.uuid])
            buttons.append(Button(_("Who was told what"), url=address, icon_name="history", priority=60))
        return buttons


def warn_of(request, programme: Programme, *, told: int) -> None:
    """Say how many people were told what has just changed, with the way to them."""
    if not told:
        return
    drafted = Correction.objects.filter(programme=programme, state=Correction.State.DRAFTED).count()
    words = ngettext(
        "%(count)s person was told what has just changed.", "%(count)s people were told what has just changed.", told
    ) % {"count": told}
    if drafted:
        words += " " + ngettext(
            "%(count)s correction is drafted for the advisers to send.",
            "%(count)s corrections are drafted for the advisers to send.",
            drafted,
        ) % {"count": drafted}
    buttons = []
    if request.user.has_perm(SEE):
        address = reverse("programmes_told:programme", args=[programme.uuid])
        buttons = [messages.button(address, _("See who"))]
    messages.warning(request, words, buttons=buttons)


def warn_of_words(request, page) -> None:
    """After publishing a sheet, whose requirements may be other words now than somebody was told."""
    programme, language = page.programme, page.locale.language_code
    if page.last_published_at is None:
        return
    # Publishing noted them a moment ago, whichever way the page took to get there.
    old = FactVersion.objects.filter(programme=programme, language=language, valid_until__gte=page.last_published_at)
    changes = [versions.Change(version, version) for version in old]
    if changes:
        warn_of(request, programme, told=tellings.people_told(changes))


class SeesTold(WagtailAdminTemplateMixin, TemplateView):
    """Shown to those who may see the history of facts."""

    header_icon = "history"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(SEE):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class OverviewView(SeesTold):
    """The programmes of which people were told something, the latest first."""

    page_title = gettext_lazy("Told facts")
    template_name = "programmes/admin/told_overview.html"

    def get_breadcrumbs_items(self):
        return [{"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs):
        page = Paginator(record.overview(), SHOWN).get_page(self.request.GET.get("p"))
        counts = record.correction_counts(page.object_list)
        rows = [(one, counts.get(one.pk, {})) for one in page.object_list]
        waiting = Correction.objects.filter(state=Correction.State.DRAFTED).count()
        return super().get_context_data(page=page, rows=rows, waiting=waiting, **kwargs)


class ToldView(SeesTold):
    """One programme: the history of its facts, who was told what and when, and the corrections with their state."""

    template_name = "programmes/admin/told.html"

    @cached_property
    def programme(self) -> Programme:
        return get_object_or_404(Programme, uuid=self.kwargs["uuid"])

    def get_page_title(self):
        return self.programme.title

    def get_breadcrumbs_items(self):
        return [
            {"url": reverse("programmes_told:index"), "label": OverviewView.page_title},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        user, programme = self.request.user, self.programme
        return super().get_context_data(
            programme=programme,
            groups=record.histories(programme, language=get_language() or "ca"),
            may_edit=user.has_perm("programmes.change_programme"),
            may_open_people=user.has_perm("contact_centre.see_person_page")
            or user.has_perm("contact_centre.take_case"),
            **(self._told() if user.has_perm(SEE_TELLINGS) else {}),
            **(self._corrected() if user.has_perm(SEE_CORRECTIONS) else {}),
            **kwargs,
        )

    def _told(self):
        rows = record.tellings_of(self.programme)
        page = Paginator(rows, SHOWN).get_page(self.request.GET.get("p"))
        people = rows.filter(person__isnull=False).order_by().values("person").distinct().count()
        seen = record.seen_by(rows.filter(pk__in=[one.pk for one in page.object_list]), self.request.user)
        return {"tellings": page, "tellings_seen": seen, "people_told": people, "sees_tellings": True}

    def _corrected(self):
        rows = record.corrections_of(self.programme)
        counts = record.correction_counts([self.programme]).get(self.programme.pk, {})
        shown = list(rows[:SHOWN])
        seen = record.seen_by(rows.filter(pk__in=[one.pk for one in shown]), self.request.user)
        return {"corrections": shown, "corrections_seen": seen, "correction_counts": counts, "sees_corrections": True}
