"""The audit trail and its review, as screens."""

import csv
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from people.access import audit, audit_review, audit_trail, roles
from people.access.audit_trail import Key, Sieve
from people.back_office import FORMULA_SIGNS
from people.identity import merging
from people.models import AuditEntry, AuditReview, User
from people.views.doors import Permitted

SEE, REVIEW = roles.AUDIT, "people.review_audit"
PAGE = 50
REVIEWED_SHOWN = 20
COLUMNS = ("at", "act", "what", "by", "really_by", "person", "about", "detail")


class StaffField(forms.ModelChoiceField):
    def label_from_instance(self, user):
        return f"{user.get_full_name() or user.email} ({user.email})"


DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class TrailForm(forms.Form):
    """What the list is narrowed to; the person comes in the address, from their page."""

    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    staff = StaffField(
        label=gettext_lazy("Who did it"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Everybody"),
    )
    act = forms.ChoiceField(
        label=gettext_lazy("What"), choices=[("", gettext_lazy("Everything")), *AuditEntry.Act.choices], required=False
    )
    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=DAY)
    until = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DAY)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        staff = User.objects.filter(groups__isnull=False) | User.objects.filter(is_superuser=True)
        self.fields["staff"].queryset = staff.distinct().order_by("first_name", "last_name", "email")

    def sieve(self) -> Sieve:
        """What was asked for; a field that cannot be read narrows nothing, an unknown person is 404."""
        self.is_valid()
        said = self.cleaned_data
        person = merging.by_uuid(said["person"]) if said.get("person") else None
        if said.get("person") and person is None:
            raise Http404
        return Sieve(
            person=person,
            staff=said.get("staff"),
            act=said.get("act", ""),
            since=_midnight(said.get("since")),
            until=_midnight(said.get("until"), days=1),
        )


class TrailView(Permitted, WagtailAdminTemplateMixin, TemplateView):
    """Who read or changed what, the newest first."""

    permissions = (SEE,)
    page_title = gettext_lazy("Audit trail")
    header_icon = "history"
    template_name = "people/admin/audit.html"

    def get_breadcrumbs_items(self):
        return [{"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        form = TrailForm(self.request.GET)
        sieve = form.sieve()
        lines, rest = audit_trail.page(sieve, before=_read_key(self.request.GET.get("before", "")), size=PAGE)
        asked = self.request.GET.copy()
        asked.pop("before", None)
        older = asked.copy()
        if rest:
            older["before"] = _write_key(rest)
        return super().get_context_data(
            form=form,
            person=sieve.person,
            lines=lines,
            asked=asked.urlencode(),
            older=older.urlencode() if rest else "",
            is_first="before" not in self.request.GET,
            is_narrowed=any(asked.get(name) for name in form.fields),
            may_review=self.request.user.has_perm(REVIEW),
            may_open_people=self.request.user.has_perm("contact_centre.see_person_page"),
            **kwargs,
        )


@require_GET
@permission_required(SEE, raise_exception=True)
def export(request):
    """The narrowed trail as a file; taking it is a line of the trail."""
    sieve = TrailForm(request.GET).sieve()
    audit.note(
        act=audit.Act.EXPORTED,
        what="people.audit.list",
        by=request.user,
        at=timezone.now(),
        person=sieve.person,
        detail={"narrowed_by": sorted(name for name, value in request.GET.items() if value)},
    )
    response = StreamingHttpResponse(_csv(sieve), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


class ReviewView(Permitted, WagtailAdminTemplateMixin, TemplateView):
    """The lines that chance picked, to be looked at by somebody who did not do them; and what came of it so far."""

    permissions = (REVIEW,)
    page_title = gettext_lazy("Review of the audit")
    header_icon = "view"
    template_name = "people/admin/audit_review.html"

    def get_breadcrumbs_items(self):
        return [{"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        rows = audit_review.waiting(reader=self.request.user).select_related(
            "entry__by", "entry__really_by", "entry__person"
        )
        done = AuditReview.objects.exclude(reviewed_at=None).select_related("entry__by", "entry__person", "by")
        figures = audit_review.figures(at=timezone.now())
        shown = list(rows[:PAGE])
        return super().get_context_data(
            figures=figures,
            reviewed_percent=_percent(figures.reviewed_share),
            picked_percent=_percent(figures.picked_share),
            waiting=[_reviewed(review) for review in shown],
            own=figures.waiting - rows.count(),
            done=[_reviewed(review) for review in done.order_by("-reviewed_at")[:REVIEWED_SHOWN]],
            findings=AuditReview.Finding.choices,
            **kwargs,
        )


class FindingForm(forms.Form):
    finding = forms.ChoiceField(choices=AuditReview.Finding.choices)
    note = forms.CharField(max_length=2000, required=False)

    def clean(self):
        said = super().clean()
        if said.get("finding") not in (None, AuditReview.Finding.FINE) and not said.get("note", "").strip():
            self.add_error("note", _("Say what was wrong, and what was done about it."))
        return said


@require_POST
@permission_required(REVIEW, raise_exception=True)
def decide(request, pk):
    review = get_object_or_404(AuditReview, pk=pk)
    form = FindingForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(text for texts in form.errors.values() for text in texts))
        return redirect("people_audit_review")
    try:
        audit_review.decide(review, by=request.user, at=timezone.now(), **form.cleaned_data)
    except audit_review.OwnAct:
        messages.error(request, _("You did this yourself: somebody else has to look at it."))
    except audit_review.AlreadyReviewed:
        messages.warning(request, _("Somebody has just looked at this one."))
    else:
        messages.success(request, _("Written down."))
    return redirect("people_audit_review")


def _reviewed(review: AuditReview) -> dict:
    return {
        "review": review,
        "entry": review.entry,
        "what": audit_trail.what(review.entry.what),
        "reasons": [audit_review.REASONS[name] for name in review.reasons if name in audit_review.REASONS],
    }


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f} %"


def _midnight(day, *, days: int = 0) -> datetime | None:
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time())) if day else None


def _write_key(key: Key) -> str:
    return f"{key.at.isoformat()}~{key.source}~{key.pk}"


def _read_key(text: str) -> Key | None:
    if not text:
        return None
    at, _tilde, rest = text.partition("~")
    source, _tilde, pk = rest.partition("~")
    try:
        instant = parse_datetime(at)
    except ValueError:
        instant = None
    if instant is None or timezone.is_naive(instant) or source not in audit_trail.SOURCES or not pk.isdecimal():
        raise Http404
    return Key(instant, source, int(pk[:18]))


class _Echo:
    """What is written comes back, for a stream to pass on."""

    def write(self, text: str) -> str:
        return text


def _csv(sieve: Sieve) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # without it a spreadsheet takes accents for something else
    yield writer.writerow(COLUMNS)
    for line in audit_trail.walk(sieve):
        row = [
            line.at.isoformat(),
            line.act,
            line.what,
            line.by.email if line.by else "",
            line.really_by.email if line.really_by else "",
            str(line.person.uuid) if line.person else "",
            line.about,
            " ".join(f"{name}={value}" for name, value in line.detail.items()),
        ]
        # What came in an address must not become a formula in whoever's spreadsheet.
        yield writer.writerow([f"'{value}" if value.startswith(FORMULA_SIGNS) else value for value in row])
