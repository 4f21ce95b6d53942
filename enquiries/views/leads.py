"""Importing a file of leads in two steps: a rehearsal that says what would happen, then the import."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from enquiries.forms import LeadFileForm
from enquiries.leads import lead_import, lead_uploads
from enquiries.leads.lead_files import BadMapping, read_mapping
from people.identity import names
from people.importing.input_files import Unreadable
from people.own_data import links

REJECTED_SHOWN = 100
TOKEN_DAYS = 1
REFUSALS = (Unreadable, BadMapping, lead_import.BadCampaign)

may_import = permission_required("enquiries.import_leads", raise_exception=True)


@may_import
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request):
    """Choose the file; nothing is taken in before the rehearsal has been looked at."""
    form = LeadFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        file_name = names.clean(chosen["file"].name, longest=120)
        number = lead_uploads.keep(chosen["file"], mapping=chosen["mapping"])
        try:
            report = _run(request, number, chosen["campaign"].slug, file_name, is_rehearsal=True)
        except REFUSALS as refusal:
            lead_uploads.forget(number)
            form.add_error(None, str(refusal))
        else:
            return _preview(request, number, chosen["campaign"], file_name, report)
    context = {
        "form": form,
        "page_title": _("Import leads"),
        "header_icon": "upload",
        "action_url": reverse("enquiries_import_leads"),
        "form_is_multipart": True,
        "submit_button_label": _("Look at it first"),
        "submit_button_active_label": _("Reading the file…"),
    }
    return render(request, "enquiries/admin/import_leads.html", context, status=422 if form.errors else 200)


@may_import
@require_POST
def confirm(request):
    """Take in the file that was rehearsed. The signed token ties it to whoever rehearsed it."""
    try:
        owner, number, campaign, file_name = links.read("lead-file", request.POST.get("file", "")).split("|", 3)
        if owner != str(request.user.pk):
            raise links.LinkForged
        report = _run(request, number, campaign, file_name, is_rehearsal=False)
    except (links.LinkForged, ValueError, lead_uploads.UploadGone):
        messages.error(request, _("This file is no longer kept. Choose it again, please."))
        return redirect("enquiries_import_leads")
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("enquiries_import_leads")
    lead_uploads.forget(number)
    counts = {**report, "rejected": len(report["rejected"])}
    messages.success(
        request,
        _("Leads taken in: %(created)d. Known before: %(unchanged)d. Refused: %(rejected)d.") % counts,
    )
    return redirect("enquiries_list:index")


def _run(request, number: str, campaign: str, file_name: str, *, is_rehearsal: bool) -> dict:
    with lead_uploads.opened(number) as (path, mapping):
        return lead_import.import_leads(
            path,
            campaign_slug=campaign,
            mapping=read_mapping(mapping) if mapping else None,
            at=timezone.now(),
            by=request.user,
            file_name=file_name,
            is_rehearsal=is_rehearsal,
        )


def _preview(request, number, campaign, file_name, report):
    token = links.sign("lead-file", f"{request.user.pk}|{number}|{campaign.slug}|{file_name}", days=TOKEN_DAYS)
    context = {
        "page_title": _("Import leads"),
        "page_subtitle": file_name,
        "header_icon": "upload",
        "campaign": campaign,
        "report": report,
        "rejected": report["rejected"][:REJECTED_SHOWN],
        "more_rejected": max(0, len(report["rejected"]) - REJECTED_SHOWN),
        "token": token,
    }
    return render(request, "enquiries/admin/import_preview.html", context)
