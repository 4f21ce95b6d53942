"""The enquiry form and the promise page."""

from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from contact_centre import queue
from enquiries.forms import EnquiryForm, MoreForm
from enquiries.intake import arrivals, form_tokens, posting, promises, questions, suspects
from enquiries.life import progress
from enquiries.models import Enquiry
from enquiries.origins import touches
from enquiries.origins.naming import NUMBER
from enquiries.views.remembering import join_asker
from people.access.sign_in import person_of
from people.models import Person
from people.own_data import links
from programmes.kept_pages import page_cache

FIRST_TOUCH = "enquiries_first_touch"
ARRIVAL = ("referrer", *(name for name in touches.CARRIED if name != "utm_campaign"))


def late_words():
    """Hidden fields of the form that differ between the visitors of one page: where they came from, and the token."""
    words = {name: lambda request, name=name: first_touch(request).get(name, "") for name in touches.CARRIED}
    return {**words, NUMBER: _click_number, "referrer": _referrer, "enquiry_token": lambda _request: form_tokens.make()}


# The form carries a signed token instead (enquiries.intake.form_tokens): it sits on cached pages and acts for nobody.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def enquire(request):
    """Take a question in and lead on to its promise; whatever is wrong is said on the form, with all that was typed."""
    language = questions.language_of(request.POST or request.GET, otherwise=translation.get_language() or "ca")
    with translation.override(language):
        request.LANGUAGE_CODE = language
        if request.method != "POST":
            return _form_page(request, blank_form(request, questions.programme_of(request.GET)))
        person = person_of(request)
        posted = posting.post(
            None, request.POST, at=timezone.now(), language=language, person=person, network=network(request)
        )
        if posted.is_taken:
            join_asker(request, posted.enquiry)
            return _go_on(request, posted.address + ("?words=unknown" if posted.unheard else ""))
        form = EnquiryForm(request.POST, language=language, person=person)
        form.is_valid()
        form.offer_intakes_of(questions.programme_of(request.POST))
        return _form_page(request, form, status=422)


def network(request) -> str:
    """The network that asks, as a hash that means nothing the day after."""
    return suspects.network_of(get_adapter().get_client_ip(request), on=timezone.now().date())


def blank_form(request, programme=None, *, coming=None, campaign="") -> EnquiryForm:
    """The form as it is hung on a page, carrying where the visitor came from.

    ``coming`` are the intakes to choose from, where the page has them at hand; ``campaign`` is the one the page
    belongs to, for whoever comes without marks of another.
    """
    return EnquiryForm(
        coming=coming,
        language=translation.get_language() or "ca",
        programme=programme,
        person=person_of(request),
        initial={
            "programme": programme.code if programme else "",
            "language": translation.get_language(),
            "page": request.path,
            **{name: page_cache.late(name, request) for name in ARRIVAL},
            "utm_campaign": page_cache.late("utm_campaign", request, otherwise=campaign),
        },
    )


def first_touch(request) -> dict[str, str]:
    """What the link to this page, or to the page of ours that led here, said.

    They travel in the form. Only a session that exists anyway remembers the first ones for the visit: no cookie is
    set for it.
    """
    found = questions.first_touch(request.GET)
    referrer = request.META.get("HTTP_REFERER", "")
    if not found and _is_ours(referrer, request):
        found = questions.utm_in(referrer)
    session = getattr(request, "session", None)  # a page of an error has none
    if session is not None and session.session_key:
        if FIRST_TOUCH in session:
            return session[FIRST_TOUCH]
        if found:
            session[FIRST_TOUCH] = found
    return found


def _click_number(request) -> str:
    """The number that a network gave this click: on the page for whoever says yes to being remembered."""
    return request.GET.get(touches.click_of(request.GET), "")[: touches.LONGEST]


def _referrer(request) -> str:
    referrer = request.META.get("HTTP_REFERER", "")
    return "" if _is_ours(referrer, request) else referrer[:500]


def _is_ours(url: str, request) -> bool:
    try:
        return urlsplit(url).netloc == request.get_host()
    except ValueError:
        return False


def _form_page(request, form, status=200):
    page = form.data.get("page", "") if form.is_bound else ""
    is_other = page.startswith("/") and page != request.path
    back = page if is_other and url_has_allowed_host_and_scheme(page, allowed_hosts=None) else ""
    template = "enquiries/enquiry_form.html" if request.htmx else "enquiries/enquire.html"
    return render(request, template, {"form": form, "person": form.person, "back": back}, status=status)


def _go_on(request, address: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponse(status=303, headers={"Location": address})


@never_cache
@require_http_methods(["GET", "HEAD"])
def promise(request, token):
    """By when the question is answered, in the language in which it was asked."""
    enquiry = _enquiry(token)
    if enquiry is None:
        return _gone(request)
    return _promise_page(request, enquiry, token, MoreForm(auto_id="more_%s"))


# The token in the address is the authority to act; there is no session whose authority could be borrowed.
@csrf_exempt
@require_POST
def nudge(request, token):
    """Remind the desk of a question that is late."""
    enquiry, at = _enquiry(token), timezone.now()
    if enquiry is None:
        return _gone(request)
    if promises.of(enquiry, at=at).may_nudge:
        if suspects.is_one(enquiry):
            suspects.nudge(enquiry, at=at)
        else:
            queue.nudge(enquiry.case, at=at)
    return _go_on(request, reverse("enquiries:promise", args=[token]))


@csrf_exempt
@require_POST
def add(request, token):
    """Add to a question that waits; once it is answered, what is added is a question of its own."""
    enquiry, at = _enquiry(token), timezone.now()
    if enquiry is None:
        return _gone(request)
    form = MoreForm(request.POST, auto_id="more_%s")
    if not form.is_valid():
        return _promise_page(request, enquiry, token, form, status=422)
    message = form.cleaned_data["message"]
    if suspects.is_one(enquiry):
        suspects.add(enquiry, message)
        address = reverse("enquiries:promise", args=[token])
    elif promises.of(enquiry, at=at).state == "answered":
        enquiry = arrivals.receive(
            at=at,
            person=enquiry.person,
            message=message,
            programme=enquiry.programme,
            intake=enquiry.intake,
            language=enquiry.language,
            page_url=request.path,
            # A second click is the same question.
            external_key=arrivals.follow_up_key(enquiry, message, at=at),
        )
        address = promises.promise_url(enquiry)
    else:
        progress.add_information(enquiry, message, at=at)
        address = reverse("enquiries:promise", args=[token])
    return _go_on(request, f"{address}#added")


def _enquiry(token: str) -> Enquiry | None:
    """The enquiry of a promise; None when its year is over or the person was erased. A forged one is not found."""
    try:
        uuid = links.read("promise", token)
    except links.LinkExpired:
        return None
    except links.LinkForged:
        raise Http404 from None
    known = Enquiry.objects.select_related("person", "programme", "intake__programme", "case")
    return known.filter(uuid=uuid, person__in=Person.objects.known()).first() or suspects.as_enquiry(uuid)


def _gone(request):
    return render(request, "enquiries/promise_gone.html", status=410)


def _promise_page(request, enquiry, token, form, status=200):
    with translation.override(enquiry.language):
        request.LANGUAGE_CODE = enquiry.language
        promise = promises.of(enquiry, at=timezone.now())
        zone = enquiry.person.time_zone
        programme = enquiry.programme
        sheet = programme.sheet_in(enquiry.language) if programme else None
        context = {
            "enquiry": enquiry,
            "promise": promise,
            "due": promises.when(promise.due_at, zone=zone) if promise.due_at else "",
            "answered": promises.when(promise.answered_at, zone=zone) if promise.answered_at else "",
            "received": promises.when(enquiry.received_at, zone=zone),
            "programme_title": programme.title_in(enquiry.language) if programme else "",
            "sheet": sheet,
            "preferences_url": "" if suspects.is_one(enquiry) else links.preferences_url(enquiry.person),
            "are_words_unknown": request.GET.get("words") == "unknown",
            "form": form,
            "token": token,
        }
        response = render(request, "enquiries/promise.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    # The address is a key to the page: it must not travel on in a Referer header.
    response["Referrer-Policy"] = "same-origin"
    return response
