"""The page behind the link that confirms a consent. Looking at it changes nothing; its button does."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from people.contact import double_opt_in
from people.own_data import links


@csrf_exempt  # the token in the address is the authority, and those who open it have no session
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, token):
    at = timezone.now()
    try:
        asked = double_opt_in.find(token, at=at)
        with translation.override(asked.language):
            if request.method != "POST":
                agreed = double_opt_in.agreed_to(asked)
                return _page(request, "people/confirm.html", {"asked": asked, "agreed": agreed})
            person = double_opt_in.confirm(asked, at=at)
            return _page(request, "people/confirmed.html", {"preferences_url": links.preferences_url(person)})
    except double_opt_in.CannotConfirm as refusal:
        context = {
            "was_used": isinstance(refusal, double_opt_in.AlreadyConfirmed),
            "needs_guardian": isinstance(refusal, double_opt_in.NeedsGuardian),
        }
        with translation.override(refusal.language or translation.get_language()):
            return _page(request, "people/confirm_not.html", context, status=410)
    except links.LinkForged:
        raise Http404


def _page(request, template, context, status=200):
    response = render(request, template, context, status=status)
    response["Referrer-Policy"] = "same-origin"  # the address is a key: it is not told to other sites
    return response
