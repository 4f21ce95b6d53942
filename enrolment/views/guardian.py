"""The page on which a guardian agrees that somebody under age applies. Opening it changes nothing."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from enrolment import guardians
from enrolment.models import GuardianRequest
from enrolment.views.apply import state_of
from people import relatives
from people.own_data import links

Answer = GuardianRequest.Answer


@never_cache
@require_http_methods(["GET", "POST"])
def answer(request, token):
    """What is asked, with a button for yes and one for no; once answered, what was said."""
    try:
        asked = guardians.read(token, at=timezone.now())
        if request.method == "POST" and not asked.answer:
            act = guardians.agree if request.POST.get("answer") == Answer.AGREED else guardians.decline
            act(asked, at=timezone.now())
            return redirect("enrolment:guardian", token)
    except (links.LinkExpired, guardians.NotOpen):
        return render(request, "enrolment/guardian_over.html", status=410)
    except links.LinkForged:
        raise Http404
    except relatives.CannotRelate as refusal:
        return render(request, "enrolment/guardian_over.html", {"why": refusal.why}, status=409)
    context = state_of(asked.application) | {"asked": asked, "student": asked.application.person}
    return render(request, "enrolment/guardian.html", context)
