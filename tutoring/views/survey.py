"""The survey as the student sees it, opened by a signed link and without signing in."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from people.models import Language
from people.own_data import links
from tutoring import surveys
from tutoring.forms import SurveyForm
from tutoring.models import SurveyInvitation


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request, token):
    try:
        invitation = surveys.invitation_of(token)
    except links.LinkExpired:
        return render(request, "people/link_expired.html", status=410)
    except (links.LinkForged, SurveyInvitation.DoesNotExist):
        raise Http404
    with override(_language(request, invitation)):
        return _answered_or_asked(request, invitation, token)


def _answered_or_asked(request, invitation, token):
    form = SurveyForm(request.POST or None)
    if request.method == "POST" and invitation.answered_at is None and form.is_valid():
        surveys.answer(invitation, **form.cleaned_data, language=get_language()[:2], at=timezone.now())
    if request.method == "POST" and (form.is_valid() or invitation.answered_at):
        return redirect("tutoring:survey", token)
    refused = request.method == "POST"
    context = {"invitation": invitation, "form": form, "programme": _programme(invitation), "token": token}
    response = render(request, "tutoring/survey.html", context, status=422 if refused else 200)
    # The address is the key and stays here. Not "no-referrer": browsers then post the form without saying from where,
    # and the check against forged requests refuses it.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _programme(invitation) -> str:
    return invitation.student.intake.programme.title_in(get_language())


def _language(request, invitation) -> str:
    """The one chosen on this site with the switch, else the person's own."""
    chosen = request.COOKIES.get("django_language", "")
    return chosen if chosen in Language.values else invitation.student.person.language
