"""The preference centre, and the back office's way to the one door."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from people import consents, exporting, links
from people import preferences as centre
from people.models import Channel, Identity, Language, Person, Purpose
from people.sign_in import person_of


@csrf_exempt  # the token in the address is the authority, and mail programs post here without cookies (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request, token):
    person = _person_of_token(token)
    if person is None:
        return render(request, "people/link_expired.html", status=410)
    if request.method != "POST":
        with translation.override(_spoken(request, person)):
            return _no_referrer(render(request, "people/preferences.html", _centre(person, token)))
    at = timezone.now()
    if request.POST.get("List-Unsubscribe") == "One-Click":
        centre.unsubscribe(person, at=at, source="/preferences/ (one click)")
        return render(request, "people/unsubscribed.html", {"token": token})
    pause = request.POST.get("pause", "")
    centre.change(
        person,
        wanted=set(request.POST.getlist("wanted")),
        language=request.POST.get("language", ""),
        pause_days=int(pause) if pause.isascii() and pause.isdecimal() and len(pause) < 5 else None,
        at=at,
        source="/preferences/",
    )
    with translation.override(person.language):
        messages.success(request, _("Your preferences are saved. They hold from now on."))
    return redirect("people:preferences", token)


@require_GET
@never_cache
def download_data(request, token):
    """Everything as JSON. A forwarded mail must not give this away, so it asks for the person's own sign-in."""
    person = _person_of_token(token)
    if person is None:
        return render(request, "people/link_expired.html", status=410)
    if person_of(request) != person:
        return redirect_to_login(request.get_full_path(), login_url=settings.LOGIN_URL)
    response = JsonResponse(exporting.export(person), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def admin_login(request):
    """Wagtail's own door leads to ours, so that codes, passkeys and the second factor hold for everybody."""
    to = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = redirect(f"/accounts/login/?{urlencode({'next': to})}" if safe else "account_login")
    add_never_cache_headers(response)
    return response


def _person_of_token(token):
    """The person the token was made for; None when its days are over or they were erased. A forged one is a 404."""
    try:
        uuid = links.read(links.PREFERENCES, token)
    except links.LinkExpired:
        return None
    except links.LinkForged:
        raise Http404
    return Person.objects.known().filter(uuid=uuid).first()


def _spoken(request, person):
    """Their language, unless they are reading the site in another one they chose."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return chosen if chosen in Language.values else person.language


def _no_referrer(response):
    response["Referrer-Policy"] = "same-origin"  # the address is a key: it is not told to other sites
    return response


def _centre(person, token):
    choices = {(choice.purpose, choice.channel): choice for choice in centre.choices(person)}
    channels = [channel for channel in Channel if (Purpose.COMMERCIAL, channel) in choices]
    language = translation.get_language()
    return {
        "token": token,
        "person": person,
        "channels": channels,
        "rows": [
            {
                "purpose": purpose,
                "wording": consents.current_wording(purpose, language).text,
                "choices": [choices.get((purpose, channel)) for channel in channels],
            }
            for purpose in (Purpose.COMMERCIAL, Purpose.SURVEY)
        ],
        "profiling": choices[Purpose.PROFILING, Channel.WEB],
        "profiling_wording": consents.current_wording(Purpose.PROFILING, language).text,
        "languages": Language.choices,
        "pauses": centre.PAUSES_DAYS,
        "is_paused": person.paused_until and person.paused_until > timezone.now(),
        "addresses": [
            (identity.get_kind_display(), masked(identity.value))
            for identity in person.identities.filter(kind__in=Identity.REACHABLE).order_by("kind", "pk")
        ],
        "consents": person.consents.order_by("-at", "-pk")[:20],
    }


def masked(address):
    """Enough for its owner to recognise, too little for whoever the mail was forwarded to."""
    local, at_sign, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}" if at_sign else f"{address[:3]}•••{address[-2:]}"
