"""What staff do with an enquiry, each act a view of its own."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from enquiries.forms import InvalidForm, LoseForm
from enquiries.life import progress
from enquiries.models import Enquiry

may_lose = permission_required("enquiries.lose_enquiry", raise_exception=True)


@may_lose
@require_http_methods(["GET", "HEAD", "POST"])
def lose(request, uuid):
    """Close an enquiry as lost, with one of the reasons that are counted."""
    enquiry = _enquiry(uuid)
    form = LoseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            progress.lose(
                enquiry,
                reason=said["reason"],
                lost_to=said["lost_to"],
                note=said["note"],
                at=timezone.now(),
                by=request.user,
            )
            messages.success(request, _("The enquiry is closed as lost."))
        except progress.MoveNotAllowed:
            messages.error(request, _("This enquiry has ended otherwise."))
        return redirect(_way_back(request, enquiry))
    title, button = _("Close as lost"), _("Close as lost")
    return _form_page(request, enquiry, form, title=title, button=button)


@may_lose
@require_http_methods(["GET", "HEAD", "POST"])
def invalidate(request, uuid):
    """Set apart what was no enquiry."""
    enquiry = _enquiry(uuid)
    form = InvalidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            progress.invalidate(enquiry, note=form.cleaned_data["note"], at=timezone.now(), by=request.user)
            messages.success(request, _("The enquiry is set apart as invalid and counts no more."))
        except progress.MoveNotAllowed:
            messages.error(request, _("This enquiry has ended otherwise."))
        return redirect(_way_back(request, enquiry))
    return _form_page(request, enquiry, form, title=_("Set apart as invalid"), button=_("Set apart"))


@may_lose
@require_POST
def revive(request, uuid):
    """Bring back what was lost or set apart."""
    enquiry = _enquiry(uuid)
    try:
        progress.revive(enquiry, at=timezone.now(), by=request.user)
        messages.success(request, _("The enquiry is open again."))
    except progress.MoveNotAllowed:
        messages.error(request, _("This enquiry cannot be opened again."))
    return redirect(_way_back(request, enquiry))


def _enquiry(uuid) -> Enquiry:
    return get_object_or_404(Enquiry.objects.select_related("person", "programme", "case"), uuid=uuid)


def _form_page(request, enquiry, form, *, title, button):
    context = {
        "enquiry": enquiry,
        "form": form,
        "page_title": title,
        "page_subtitle": str(enquiry.person),
        "header_icon": "cross",
        "submit_button_label": button,
        "submit_button_active_label": _("Saving…"),
        "action_url": request.get_full_path(),
        "back": _way_back(request, enquiry),
    }
    return render(request, "enquiries/admin/act.html", context, status=422 if form.errors else 200)


def _way_back(request, enquiry) -> str:
    way = request.GET.get("next", "")
    if way.startswith("/admin/") and url_has_allowed_host_and_scheme(way, allowed_hosts=None):
        return way
    return reverse("enquiries_list:inspect", args=[enquiry.pk])
