"""What staff do with an enquiry, each act a view of its own."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin import messages

from contact_centre.models import DeskAct
from enquiries.life import interests, many, progress, suspicions
from enquiries.models import Enquiry
from enquiries.roles import LOSE
from enquiries.views.life_forms import InterestForm, InvalidForm, LoseForm
from programmes.models import Programme

may_lose = permission_required(LOSE, raise_exception=True)


@may_lose
@require_http_methods(["GET", "HEAD", "POST"])
def lose(request, uuid):
    """Close an enquiry as lost, with one of the reasons that are counted."""
    enquiry = _enquiry(uuid)
    form = LoseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            progress.lose(enquiry, at=timezone.now(), by=request.user, **form.cleaned_data)
            messages.success(request, _("The enquiry is closed as lost."))
        except progress.MoveNotAllowed:
            messages.error(request, _("This enquiry has ended otherwise."))
        return redirect(_way_back(request, enquiry))
    title, button = _("Close as lost"), _("Close as lost")
    return _form_page(request, enquiry, form, title=title, button=button)


@may_lose
@require_http_methods(["GET", "HEAD", "POST"])
def invalidate(request, uuid):
    """Set apart what was no enquiry, by one of the named rules."""
    enquiry = _enquiry(uuid)
    suggested = suspicions.of(enquiry, at=timezone.now())
    form = InvalidForm(request.POST or None, initial={"rule": suggested[0].rule} if suggested else None)
    if request.method == "POST" and form.is_valid():
        try:
            progress.invalidate(enquiry, at=timezone.now(), by=request.user, **form.cleaned_data)
            messages.success(request, _("The enquiry is set apart as invalid and counts no more."))
        except progress.MoveNotAllowed:
            messages.error(request, _("This enquiry has ended otherwise."))
        return redirect(_way_back(request, enquiry))
    title, button = _("Set apart as invalid"), _("Set apart")
    return _form_page(request, enquiry, form, title=title, button=button, suggested=suggested)


@may_lose
@require_POST
def revive(request, uuid):
    """Bring back what was lost or set apart."""
    return _do(request, uuid, progress.revive, _("The enquiry is open again."))


@may_lose
@require_POST
def qualify(request, uuid):
    """They are whom we teach, and mean it."""
    return _do(request, uuid, progress.qualify, _("The enquiry is qualified."))


@may_lose
@require_POST
def interest(request, uuid):
    """Add an interest, take one off, or make one what the enquiry is mainly about."""
    enquiry, act, at = _enquiry(uuid), request.POST.get("act", ""), timezone.now()
    if act == "add":
        form = InterestForm(request.POST)
        if form.is_valid():
            if interests.add(enquiry, form.cleaned_data["programme"], at=at, by=request.user):
                messages.success(request, _("The interest is noted."))
        else:
            messages.error(request, _("Choose a programme."))
    else:
        chosen = request.POST.get("programme", "")
        programme = get_object_or_404(Programme, pk=int(chosen) if chosen.isdecimal() and len(chosen) < 10 else 0)
        if act == "remove":
            interests.remove(enquiry, programme)
        elif act == "main":
            interests.make_main(enquiry, programme, at=at, by=request.user)
            messages.success(request, _("The enquiry is now about %(programme)s.") % {"programme": programme})
    return redirect(_way_back(request, enquiry))


@may_lose
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request, uuid):
    """Take back the ending of many enquiries at once."""
    act = get_object_or_404(DeskAct, uuid=uuid, kind__in=[many.LOSE, many.INVALIDATE])
    if request.method != "POST":
        is_theirs = act.by_id == request.user.pk and act.undone_at is None
        context = {
            "count": len(act.before),
            "late": not is_theirs or timezone.now() - act.at > many.FOR,
            "page_title": _("Take it back"),
            "header_icon": "undo",
        }
        return render(request, "enquiries/admin/life_undo.html", context)
    try:
        done = many.undo(act, by=request.user, at=timezone.now())
        words = ngettext("%(count)d enquiry is as it was.", "%(count)d enquiries are as they were.", done.count)
        messages.success(request, words % {"count": done.count})
        if done.left:
            left = ngettext(
                "%(count)d has changed since and was left.", "%(count)d have changed since and were left.", done.left
            )
            messages.warning(request, left % {"count": done.left})
    except many.TooLate:
        messages.error(request, _("It is too late to take this back, or it was done already."))
    return redirect("enquiries_list:index")


def _do(request, uuid, act, done):
    enquiry = _enquiry(uuid)
    try:
        act(enquiry, at=timezone.now(), by=request.user)
        messages.success(request, done)
    except progress.MoveNotAllowed:
        messages.error(request, _("This enquiry does not allow that any more."))
    return redirect(_way_back(request, enquiry))


def _enquiry(uuid) -> Enquiry:
    return get_object_or_404(Enquiry.objects.select_related("person", "programme", "case"), uuid=uuid)


def _form_page(request, enquiry, form, *, title, button, suggested=()):
    context = {
        "enquiry": enquiry,
        "form": form,
        "suggested": suggested,
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
