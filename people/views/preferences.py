"""The preference centre behind the link that stands in every mail. Looking at it changes nothing."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people import ages
from people.access.sign_in import person_of
from people.contact import consents, policy
from people.contact import preferences as centre
from people.models import Channel, Identity, Purpose
from people.own_data import exporting, limits, links
from people.views import own_pages
from people.views.own_forms import PreferencesForm

ONE_CLICK = "One-Click"


# The token in the address is the authority, and mail programs post here without cookies (RFC 8058).
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@own_pages.for_link(links.PREFERENCES)
def preferences(request, token, person):
    at = timezone.now()
    if request.method != "POST":
        return render(request, "people/preferences.html", _centre(person, token, at))
    if request.POST.get("List-Unsubscribe") == ONE_CLICK:
        limits.count("one_click", str(person.uuid), at=at)
        centre.unsubscribe(person, at=at, source="/preferences/ (one click)")
        return render(request, "people/unsubscribed.html", {"token": token})
    own_pages.count(request, "link", str(person.uuid))
    form = _form(person, at, request.POST)
    if not form.is_valid():
        return render(request, "people/preferences.html", _centre(person, token, at, form), status=422)
    try:
        changed = centre.change(
            person,
            boxes=form.boxes(),
            fields=form.columns(),
            at=at,
            source="/preferences/",
            language=translation.get_language(),
        )
    except centre.TooYoung:
        form.add_error(None, _("You are too young to agree to this alone: a parent or guardian says it for you."))
        return render(request, "people/preferences.html", _centre(person, token, at, form), status=422)
    person.refresh_from_db(fields=["language"])
    with translation.override(own_pages.spoken(request, person)):
        messages.success(request, _saved(changed, at))
    return redirect("people:preferences", token)


@csrf_exempt
@require_POST
@own_pages.for_link(links.PREFERENCES)
def stop(request, token, person):
    """No more news and offers, on any channel, in one press."""
    own_pages.count(request, "link", str(person.uuid))
    centre.stop_commercial(person, at=timezone.now(), source="/preferences/ (stop)")
    messages.success(request, _("Done: no more news and offers, on any channel. It holds from now on."))
    return redirect("people:preferences", token)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@own_pages.for_link(links.PREFERENCES)
def revoke(request, token, person):
    """Make every link that was ever mailed worthless; asked once, because this one goes too."""
    if request.method != "POST":
        return render(request, "people/revoke.html", {"token": token})
    own_pages.count(request, "link", str(person.uuid))
    centre.revoke_links(person, at=timezone.now())
    return render(request, "people/revoked.html", {"token": token, "choices": own_pages.choices_of(person)})


@csrf_exempt
@require_POST
@own_pages.for_link(links.PREFERENCES)
def ask_for_data(request, token, person):
    """Mail the link to everything we hold: whoever merely has this one is shown masked values."""
    own_pages.count(request, "link", str(person.uuid))
    return own_pages.mail_link(request, person, links.MY_DATA)


@csrf_exempt
@require_POST
@own_pages.own
def new(request, token):
    """A new link for one that has run out or was revoked, to an address the person has."""
    limits.count("network", own_pages.network_of(request), at=timezone.now())
    return own_pages.send_new(request, links.PREFERENCES, token)


@require_GET
@own_pages.for_link(links.PREFERENCES)
def download_data(request, token, person):
    """Everything as JSON. A forwarded mail must not give this away, so it asks for the person's own sign-in."""
    if person_of(request) != person:
        return redirect_to_login(request.get_full_path(), login_url=settings.LOGIN_URL)
    own_pages.count(request, "download", str(person.uuid))
    return as_json(person)


def as_json(person) -> JsonResponse:
    response = JsonResponse(exporting.export(person), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


def _form(person, at, data=None) -> PreferencesForm:
    topics = policy.topics()
    return PreferencesForm(data, person=person, choices=centre.choices(person, at=at), topics=topics, at=at)


def _saved(changed: list[str], at) -> str:
    if not changed:
        return _("Nothing was different: all is as it was.")
    return _("Saved: %(what)s. It holds from now on, %(when)s.") % {
        "what": ", ".join(changed),
        "when": date_format(timezone.localtime(at), "DATETIME_FORMAT"),
    }


def _centre(person, token, at, form=None) -> dict:
    """What the page shows. After a refused save the boxes stand as they were left, so that nothing is lost."""
    choices = {(choice.purpose, choice.channel): choice for choice in centre.choices(person, at=at)}
    refused, language = form, translation.get_language()
    form = form or _form(person, at)
    kept = set(form.data.getlist("wanted")) if refused else {one.name for one in choices.values() if one.is_on}
    off = set(person.topics_off)
    on_topics = set(form.data.getlist("topics")) if refused else set(policy.topics()) - off
    reached = set(person.identities.values_list("kind", flat=True))
    return {
        "token": token,
        "person": person,
        "form": form,
        "groups": [
            {
                "purpose": Purpose(purpose),
                "wording": consents.current_wording(purpose, language).text,
                "boxes": [_box(choices[purpose, channel], kept, reached) for channel in channels],
            }
            for purpose, channels in centre.ASKED.items()
        ],
        "topics": [
            {"code": code, "label": label, "is_on": code in on_topics} for code, label in policy.topics().items()
        ],
        "is_paused": form.is_paused,
        "is_too_young": not ages.may_consent(person, at),
        "last_saved": centre.last_saved(person),
        "held": [
            (_("Name"), _initials(person)),
            *[
                (one.get_kind_display(), own_pages.mailed_links.masked(one.value))
                for one in person.identities.filter(kind__in=Identity.REACHABLE).order_by("kind", "pk")
            ],
            (_("With us since"), date_format(timezone.localtime(person.created_at), "DATE_FORMAT")),
        ],
        "choices": own_pages.choices_of(person),
    }


def _box(choice, kept: set[str], reached: set[str]) -> dict:
    kinds = policy.REACHED_BY.get(choice.channel)
    return {
        "choice": choice,
        "label": Channel(choice.channel).label,
        "is_on": choice.name in kept,
        "is_single": choice.channel == Channel.WEB,
        "lacks_address": kinds is not None and not reached.intersection(kinds),
    }


def _initials(person) -> str:
    family = f"{person.family_name[:1]}•••" if person.family_name else ""
    return f"{person.given_name} {family}".strip() or "–"
