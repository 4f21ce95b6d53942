"""What the pages that belong to one person have in common: their language, their limits, and links that are dead."""

from functools import wraps

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache

from people.models import Language, Person
from people.own_data import key_mails, limits, links, mailed_links

LINK_VIEWS = {links.PREFERENCES: "people:preferences", links.MY_DATA: "people:my_data_open"}
NEW_LINK_VIEWS = {links.PREFERENCES: "people:preferences_new", links.MY_DATA: "people:my_data_new"}
SENDERS = {links.PREFERENCES: mailed_links.send_preferences, links.MY_DATA: mailed_links.send_my_data}


def own(view):
    """Never kept by anybody, found by no search engine, told to no other site; asked too often, it says when again."""

    @never_cache
    @wraps(view)
    def guarded(request, *args, **kwargs):
        try:
            response = view(request, *args, **kwargs)
        except limits.TooMany as refusal:
            response = too_many(request, refusal)
        response["Referrer-Policy"] = "same-origin"  # the address may be a key
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def for_link(purpose: str):
    """Gives the view the person a token speaks for; a dead token is answered with the way to a new one."""

    def decorate(view):
        @own
        @wraps(view)
        def opened(request, token, **kwargs):
            try:
                person = links.read_person(purpose, token)
            except links.LinkExpired as dead:
                return dead_link(request, purpose, token, dead)
            except links.LinkForged:
                raise Http404 from None
            with translation.override(spoken(request, person)):
                request.LANGUAGE_CODE = translation.get_language()
                return view(request, token=token, person=person, **kwargs)

        return opened

    return decorate


def spoken(request, person: Person) -> str:
    """Their language, unless they are reading the site in another one they chose."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return chosen if chosen in Language.values else person.language


def count(request, action: str, key: str) -> None:
    """Count the act for ``key`` and for the network it comes from; raises limits.TooMany."""
    at = timezone.now()
    limits.count("network", network_of(request), at=at)
    limits.count(action, key, at=at)


def network_of(request) -> str:
    """The network address that asks, as the proxies we trust tell it."""
    return get_adapter().get_client_ip(request)


def too_many(request, refusal: limits.TooMany):
    """When to try again, in words and for machines."""
    seconds = max(1, round((refusal.until - timezone.now()).total_seconds()))
    response = render(request, "people/too_many.html", {"until": refusal.until}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def dead_link(request, purpose: str, token: str, dead: links.LinkExpired):
    """The link is genuine and opens nothing any more: a new one can be sent to an address the person has."""
    person = links.person_of_dead(dead)
    context = {
        "was_used": isinstance(dead, links.LinkUsed),
        "was_revoked": isinstance(dead, links.LinkRevoked),
        "new_url": reverse(NEW_LINK_VIEWS[purpose], args=[token]),
        "choices": choices_of(person) if person else [],
    }
    with translation.override(spoken(request, person) if person else translation.get_language()):
        return render(request, "people/link_expired.html", context, status=410)


def send_new(request, purpose: str, token: str):
    """Send a fresh link of the same kind to the chosen address of whoever the token, dead or not, was made for."""
    try:
        person = links.read_person(purpose, token)
    except links.LinkExpired as dead:
        found = links.person_of_dead(dead)
        if found is None:
            return dead_link(request, purpose, token, dead)
        person = found
    except links.LinkForged:
        raise Http404 from None
    return mail_link(request, person, purpose)


def mail_link(request, person: Person, purpose: str):
    """Send a link to the address that was chosen, and say where it went; a second press sends no second one."""
    at, chosen = timezone.now(), request.POST.get("to", "")
    to = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 19 else 0
    with translation.override(spoken(request, person)):
        choices = choices_of(person)
        context = {"purpose": purpose, "choices": choices, "minutes": links.MY_DATA_MINUTES}
        if not any(one["pk"] == to for one in choices):
            return render(request, "people/link_not_sent.html", context | {"why": "address"}, status=422)
        context["address"] = next(one["label"] for one in choices if one["pk"] == to)
        try:
            limits.count("same_mail", f"{purpose} {to}", at=at)
        except limits.TooMany:
            return render(request, "people/link_sent.html", context)
        limits.count("mailed_link_network", network_of(request), at=at)
        limits.count("mailed_link", str(person.uuid), at=at)
        try:
            SENDERS[purpose](person, to=to, at=at)
        except key_mails.NotSent:
            return render(request, "people/link_not_sent.html", context | {"why": "mail"}, status=503)
        return render(request, "people/link_sent.html", context)


def choices_of(person: Person) -> list[dict]:
    """The addresses a link may be sent to, as their owner recognises them."""
    return [{"pk": one.pk, "label": mailed_links.masked(one.value)} for one in mailed_links.addresses_of(person)]
