"""Remembering how somebody came: saying yes, saying no, and what a remembered browser tells of each visit."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse, HttpResponseForbidden, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from enquiries.models import Enquiry, Touch
from enquiries.origins import remembering, touches
from people.access.sign_in import person_of
from programmes.views import visits

YES, JOIN = "yes", "join"


def late_words():
    """What a kept page says of this browser: ``yes``, remembered; ``join``, and nobody knows whose; or nothing."""
    return {"remembered": remembered}


def remembered(request) -> str:
    """Asked on every page, so the database is asked only for somebody who is signed in at a remembered browser."""
    cookie = request.COOKIES.get(remembering.COOKIE, "") if request is not None else ""
    if not remembering.looks_ours(cookie):
        return ""
    if settings.SESSION_COOKIE_NAME in request.COOKIES and person_of(request):
        visitor = remembering.find(cookie)
        return JOIN if visitor is not None and visitor.person_id is None else YES
    return YES


# Kept pages hold these forms, so they carry no token of anybody: that the browser says they come from our page is asked
# instead, and what they do is the browser's own to decide.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remember(request):
    """The page that explains it, and the yes and the no."""
    visitor = remembering.find(request.COOKIES.get(remembering.COOKIE, ""))
    if request.method != "POST":
        found = Touch.objects.filter(visitor=visitor).select_related("campaign").order_by("at") if visitor else []
        return render(request, "enquiries/remember.html", {"visitor": visitor, "touches": list(found)})
    if not visits.is_from_our_page(request):
        return HttpResponseForbidden()
    at, back = timezone.now(), request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    response = HttpResponseRedirect(f"{back.partition('#')[0]}#remember" if is_ours else "/remember/")
    response.status_code = 303
    if request.POST.get("answer") != YES:
        if visitor is not None:
            remembering.forget(visitor, at=at)
        response.delete_cookie(remembering.COOKIE, samesite="Lax")
        return response
    visitor = visitor or remembering.agree(at=at)
    remembering.note(visitor, touches.marks_of(request.POST, request.POST.get("referrer", ""), back), at=at)
    if person := person_of(request):
        remembering.join(visitor, person, at=at)
    _set_cookie(response, visitor)
    return response


@csrf_exempt
@require_POST
def came(request):
    """A remembered browser tells how this visit began. The answer is the same whether it was noted or not."""
    response = HttpResponse(status=204)
    visitor = remembering.find(request.COOKIES.get(remembering.COOKIE, ""))
    if visitor is None or not visits.is_reader(request) or not visits.is_from_our_page(request):
        return response
    at, page = timezone.now(), urlsplit(f"/{request.POST.get('page', '').lstrip('/')[:2_000]}")
    remembering.note(visitor, touches.marks_of(page.query, request.POST.get("referrer", ""), page.path), at=at)
    if person := person_of(request):
        remembering.join(visitor, person, at=at)
    _set_cookie(response, visitor)
    return response


def join_asker(request, enquiry: Enquiry | None) -> None:
    """Whoever asked through a form told who they are; asks the database nothing for a browser without the cookie."""
    if enquiry is None or not (cookie := request.COOKIES.get(remembering.COOKIE, "")):
        return
    if (visitor := remembering.find(cookie)) is not None:
        remembering.join(visitor, enquiry.person, at=timezone.now())


def _set_cookie(response, visitor):
    response.set_cookie(
        remembering.COOKIE,
        str(visitor.uuid),
        max_age=remembering.KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
