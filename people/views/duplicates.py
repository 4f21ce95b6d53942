"""What staff decide about persons who may be one."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from people.identity import duplicates

MERGE = "people.merge_person"
MOST = 500  # pairs in one act


@require_POST
@permission_required(MERGE, raise_exception=True)
def keep_apart(request):
    """The pairs that are ticked, or the one whose button was pressed, are two people each."""
    kept = duplicates.keep_apart(_pairs(request), by=request.user, at=timezone.now())
    if kept:
        messages.success(
            request,
            ngettext("They are two people.", "%(count)s pairs are two people each.", kept) % {"count": kept},
        )
    else:
        messages.warning(request, _("There was nothing to decide: tick a pair first."))
    return _back(request)


@require_POST
@permission_required(MERGE, raise_exception=True)
def reopen(request):
    if duplicates.reopen(_pairs(request), by=request.user, at=timezone.now()):
        messages.success(request, _("It is to decide again."))
    return _back(request)


def _pairs(request) -> list[int]:
    chosen = [request.POST["only"]] if request.POST.get("only") else request.POST.getlist("pair")
    return [int(pk) for pk in chosen[:MOST] if pk.isascii() and pk.isdecimal() and len(pk) < 19]


def _back(request):
    here = request.POST.get("next", "")
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(here, allowed_hosts=hosts, require_https=request.is_secure())
    return redirect(here if is_ours else reverse("people_duplicates:index"))
