"""What the back office does with forms besides making them: previews, what was sent day by day, files of answers."""

from datetime import date, timedelta

from django.contrib.auth.decorators import permission_required
from django.core.files.storage import storages
from django.db.models import Count
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.dateparse import parse_date
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe
from wagtail.permission_policies.pages import PagePermissionPolicy

from enquiries.asking import building, drawing, landings, reports
from enquiries.models import AnswerFile, Form
from enquiries.views import asking_place
from people.access import audit
from people.models import Language

LANGUAGES = [(code, Language(code).label) for code in Language.values]
DAYS = 30
LONGEST_DAYS = 400


def counted(rows):
    """How many ``rows`` there are of each form, as a subquery of one number."""
    return rows.order_by().values("form").annotate(n=Count("pk")).values("n")


def period(asked, *, today: date) -> tuple[date, date]:
    """The days a report is about: as asked for, or the last thirty."""
    last = _day(asked.get("until", "")) or today
    first = _day(asked.get("since", "")) or last - timedelta(days=DAYS - 1)
    first, last = min(first, last), max(first, last)
    return max(first, last - timedelta(days=LONGEST_DAYS)), last


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@require_POST
@permission_required("enquiries.view_form", raise_exception=True)
def preview(request, pk):
    """The form as it stands in the editor, before anything is saved; or what keeps it from being shown."""
    # The editor's own form class reads what was typed: the preview can never differ from what would be saved.
    from enquiries.viewsets.forms import forms as viewset  # noqa: PLC0415 -- the viewset names this view

    form = get_object_or_404(Form, pk=pk) if pk else Form(made_at=timezone.now(), changed_at=timezone.now())
    editor = viewset._edit_handler.get_form_class()(request.POST, request.FILES, instance=form, for_user=request.user)
    editor.is_valid()
    language = request.GET.get("language", "ca")
    language = language if language in Language.values else "ca"
    with translation.override(language):
        page = _preview_page(editor.save(commit=False) if not editor.errors else None, editor, request, language)
    response = HttpResponse(page)
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _preview_page(form, editor, request, language):
    shown = []
    if form is not None:
        for letter in drawing.of_form(form) or {"": None}:
            asked = building.put_together(form, language=language, variant=letter)
            for step in range(building.FIRST, asked.last_step + 1):
                filled = building.AskedForm(asked, at=timezone.now(), step=step)
                shown.append(asking_place.form_context(filled, hidden=(), letter=letter))
    faults = [*editor.non_field_errors()]
    context = {"shown": shown, "faults": faults, "is_wrong": form is None, "LANGUAGE_CODE": language}
    return render_to_string("enquiries/admin/form_preview.html", context)


@require_safe
@permission_required("enquiries.view_form", raise_exception=True)
def days(request):
    """What was sent each day through whichever door, and what became of it; it must add up."""
    first, last = period(request.GET, today=timezone.localdate())
    lines = reports.by_day(None, first=first, last=last)
    totals = {
        name: sum(getattr(line, name) for line in lines)
        for name in ("sent", "enquiries", "repeated", "suspects", "refused", "kept", "found_real")
    }
    context = {
        "lines": lines,
        "totals": totals,
        "first": first,
        "last": last,
        "adds_up": all(line.adds_up for line in lines),
    }
    return render(request, "enquiries/admin/form_days.html", context)


@require_safe
@permission_required("enquiries.view_form", raise_exception=True)
def landing_pages(request):
    """The landing pages with what each took and brings."""
    pages = landings.all_of_them(on=timezone.localdate())
    theirs = PagePermissionPolicy().instances_user_has_permission_for(request.user, "change")
    context = {
        "landings": pages,
        "days": landings.DAYS,
        "errors": sum(one.errors for one in pages),
        "editable": set(theirs.filter(pk__in=[one.page.pk for one in pages]).values_list("pk", flat=True)),
    }
    return render(request, "enquiries/admin/landing_pages.html", context)


@require_safe
@permission_required("enquiries.view_enquiry", raise_exception=True)
def answer_file(request, uuid):
    """A file that came with an answer; that it was opened is written down."""
    file = get_object_or_404(AnswerFile.objects.select_related("enquiry__person"), uuid=uuid)
    if not file.kept_as or not storages["private"].exists(file.kept_as):
        raise Http404
    if file.enquiry:
        audit.note(
            act=audit.Act.READ,
            what="enquiries.answerfile",
            by=request.user,
            at=timezone.now(),
            person=file.enquiry.person,
        )
    response = FileResponse(storages["private"].open(file.kept_as), content_type=file.content_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
