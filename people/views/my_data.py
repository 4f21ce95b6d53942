"""My data: everything we hold about whoever reads it, and what they can do about it, without a password.

Two ways lead here: being signed in, and a link that is mailed on request. It opens once, by a press of a button, so
that neither a scanner of mail nor the history of a browser opens it again; for half an hour a cookie remembers that.
"""

from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.access.sign_in import person_of
from people.contact import preferences
from people.identity import identities
from people.models import Person, SharedAddress
from people.own_data import key_mails, limits, links, my_data, my_data_paper, own_addresses
from people.privacy import personal_data
from people.views import own_pages
from people.views.own_forms import AddressForm, CodeForm, DetailsForm, RequestForm
from people.views.preferences import as_json
from printing.paper import PaperUnavailable

SAID_ON_SCREEN = 40
COOKIE, VISIT, PATH = "my_data", "my-data-visit", "/my-data/"


def own_data(view):
    """Gives the view the person whose data it is; whoever is nobody is told how to come in."""

    @own_pages.own
    @wraps(view)
    def opened(request, **kwargs):
        person, by_link = whose(request)
        if person is None:
            return render(request, "people/my_data_door.html", status=200 if request.method in ("GET", "HEAD") else 410)
        request.by_link = by_link
        with translation.override(own_pages.spoken(request, person)):
            request.LANGUAGE_CODE = translation.get_language()
            return view(request, person=person, **kwargs)

    return opened


def whose(request) -> tuple[Person | None, bool]:
    """Whose data the request may see, and whether a mailed link says so: that was asked for last, so it decides."""
    token = request.COOKIES.get(COOKIE, "")
    if token:
        try:
            return links.read_person(VISIT, token), True
        except links.LinkForged:
            # Run out, revoked or made up: whoever is signed in still is.
            return person_of(request), False
    return person_of(request), False


@require_http_methods(["GET", "HEAD", "POST"])
@own_pages.for_link(links.MY_DATA)
def open_link(request, token, person):
    """A button, and behind it the data: following the link alone uses nothing up."""
    at = timezone.now()
    if request.method != "POST":
        return render(request, "people/my_data_open.html", {"token": token})
    own_pages.count(request, "link", str(person.uuid))
    try:
        links.use_once(token, at=at)
    except links.LinkUsed:
        if whose(request) == (person, True):  # a second press of the same button
            return redirect("people:my_data")
        used = links.LinkUsed(links.MY_DATA, links.read(links.MY_DATA, token))
        return own_pages.dead_link(request, links.MY_DATA, token, used)
    response = redirect("people:my_data")
    response.set_cookie(
        COOKIE,
        links.sign_for(person, VISIT, days=links.MY_DATA_DAYS),
        max_age=links.MY_DATA_MINUTES * 60,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


# The token is the authority; all it can do is send a mail to its person.
@csrf_exempt
@require_POST
@own_pages.own
def new(request, token):
    limits.count("network", own_pages.network_of(request), at=timezone.now())
    return own_pages.send_new(request, links.MY_DATA, token)


@require_http_methods(["GET", "HEAD"])
@own_data
def show(request, person):
    return render(request, "people/my_data.html", _page(request, person))


@require_http_methods(["GET", "HEAD"])
@own_data
def to_preferences(request, person):
    """On to the preference centre. Its address is a key, so pages that others may look at do not hold it."""
    return redirect(links.preferences_url(person))


@require_http_methods(["GET", "HEAD", "POST"])
@own_data
def correct(request, person):
    at = timezone.now()
    form = DetailsForm(request.POST if request.method == "POST" else None, person=person, at=at)
    if request.method == "POST":
        _count(request, person)
        if form.is_valid():
            changed = my_data.correct(person, fields=form.cleaned_data, at=at, by=_by(request))
            person.refresh_from_db(fields=["language"])
            with translation.override(own_pages.spoken(request, person)):
                if changed:
                    messages.success(request, _("Put right: %(what)s.") % {"what": ", ".join(changed)})
                else:
                    messages.info(request, _("Nothing was different: all is as it was."))
            return redirect("people:my_data")
    status = 422 if form.errors else 200
    return render(request, "people/my_data_correct.html", {"form": form}, status=status)


@require_POST
@own_data
def add_address(request, person):
    """A number is written down; to an e-mail address a code is sent first."""
    _count(request, person)
    at, form = timezone.now(), AddressForm(request.POST)
    if form.is_valid():
        typed = form.cleaned_data["address"]
        try:
            if "@" not in typed:
                own_addresses.add_phone(person, typed, at=at, by=_by(request))
                messages.success(request, _("The number is written down."))
                return redirect("people:my_data")
            own_pages.count(request, "new_address", str(person.uuid))
            token = own_addresses.ask_to_add_email(person, typed, at=at)
            context = {"form": CodeForm(initial={"token": token}), "address": own_addresses.address_in(person, token)}
            return render(request, "people/my_data_code.html", context)
        except identities.BadIdentity as refusal:
            form.add_error("address", refusal.message)
        except key_mails.NotSent:
            form.add_error("address", _("The code could not be sent just now. Please try again in a while."))
    return render(request, "people/my_data.html", _page(request, person, address_form=form), status=422)


@require_POST
@own_data
def prove_address(request, person):
    at, form = timezone.now(), CodeForm(request.POST)
    token = request.POST.get("token", "")
    try:
        address = own_addresses.address_in(person, token)
    except own_addresses.WrongCode:
        messages.error(request, _("The time for this code is over. Ask for a new one."))
        return redirect("people:my_data")
    if form.is_valid():
        own_pages.count(request, "code", str(person.uuid))
        try:
            is_alone = own_addresses.prove(person, token, form.cleaned_data["code"], at=at, by=_by(request))
        except own_addresses.WrongCode:
            form.add_error("code", _("This is not the code we sent. Please look again."))
        else:
            messages.success(request, _("The address is yours, and we know it now."))
            if not is_alone:
                messages.info(
                    request,
                    _("Somebody else is known to us by this address too. If that is you as well, tell us below."),
                )
            return redirect("people:my_data")
    return render(request, "people/my_data_code.html", {"form": form, "address": address}, status=422)


@require_http_methods(["POST"])
@own_data
def remove_address(request, person):
    """Asked once, naming what goes; then it is gone."""
    _count(request, person)
    value = request.POST.get("address", "")
    if "confirmed" not in request.POST:
        if not any(own_addresses.value_of(one) == value for one in own_addresses.of_person(person)):
            return redirect("people:my_data")
        return render(request, "people/my_data_remove.html", {"address": value})
    try:
        if own_addresses.remove(person, value, at=timezone.now(), by=_by(request)):
            messages.success(request, _("The address is gone."))
    except own_addresses.CannotRemove as refusal:
        messages.error(request, str(refusal))
    return redirect("people:my_data")


@require_POST
@own_data
def ask(request, person):
    form = RequestForm(request.POST)
    if not form.is_valid():
        return render(request, "people/my_data.html", _page(request, person, request_form=form), status=422)
    own_pages.count(request, "request", str(person.uuid))
    my_data.ask(person, form.cleaned_data["text"], at=timezone.now())
    messages.success(request, _("We have your request. A person reads it and answers you, within a month at most."))
    return redirect("people:my_data")


@require_POST
@own_data
def object_to_profiling(request, person):
    _count(request, person)
    preferences.object_to_profiling(person, at=timezone.now(), source=PATH)
    messages.success(request, _("Done: nothing is worked out about you any more, and what was is deleted."))
    return redirect("people:my_data")


@require_GET
@own_data
def download_json(request, person):
    own_pages.count(request, "download", str(person.uuid))
    return as_json(person)


@require_GET
@own_data
def download_pdf(request, person):
    own_pages.count(request, "download", str(person.uuid))
    try:
        pdf = my_data_paper.to_pdf(person, at=timezone.now())
    except PaperUnavailable:
        messages.error(request, _("PDFs cannot be made just now. The other file holds the same."))
        return redirect("people:my_data")
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": 'attachment; filename="my-data.pdf"'}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@own_pages.own
def erase(request):
    """Asked once, naming what goes and what the law keeps; done at once, unless something is under way."""
    person, by_link = whose(request)
    if person is None:
        if request.method == "POST" and _was_just_erased(request):
            return redirect("people:my_data_erased")
        return render(request, "people/my_data_door.html", status=200 if request.method in ("GET", "HEAD") else 410)
    request.by_link, at = by_link, timezone.now()
    with translation.override(own_pages.spoken(request, person)):
        request.LANGUAGE_CODE = translation.get_language()
        if request.method != "POST":
            return render(request, "people/my_data_erase.html", _what_goes(person, at))
        _count(request, person)
        if request.POST.get("sure") != "yes":
            return render(
                request, "people/my_data_erase.html", _what_goes(person, at) | {"is_unsure": True}, status=422
            )
        if my_data.forget(person, at=at):
            messages.info(
                request, _("Your request is with us. A person reads it and answers you, within a month at most.")
            )
            return redirect("people:my_data_erase")
    if person_of(request) == person:
        logout(request)
    # The cookie stays until it runs out: it opens nothing any more, and tells a second press what has happened.
    return redirect("people:my_data_erased")


@require_http_methods(["GET", "HEAD"])
@own_pages.own
def erased(request):
    """A goodbye that says what is left."""
    return render(request, "people/my_data_erased.html")


@require_POST
@own_pages.own
def close(request):
    """Put the data away before the half hour is over."""
    response = render(request, "people/my_data_closed.html")
    response.delete_cookie(COOKIE, path=PATH, samesite="Strict")
    return response


def _page(request, person, *, address_form=None, request_form=None) -> dict:
    at = timezone.now()
    said = my_data.said_about_contact(person)
    return {
        "person": person,
        "by_link": request.by_link,
        "sections": my_data_paper.sections(personal_data.held_about(person)),
        "said": said[:SAID_ON_SCREEN],
        "said_left_out": max(0, len(said) - SAID_ON_SCREEN),
        "recipients": my_data.recipients(person, at=at),
        "addresses": [_address(one) for one in own_addresses.of_person(person)],
        "address_form": address_form or AddressForm(auto_id="add_%s"),
        "request_form": request_form or RequestForm(auto_id="ask_%s"),
        "is_profiled": not preferences.has_objected_to_profiling(person),
    }


def _address(one) -> dict:
    is_shared = isinstance(one, SharedAddress)
    identity = one.identity if is_shared else one
    return {
        "value": identity.value,
        "kind": identity.get_kind_display(),
        "is_shared": is_shared,
        "is_proved": not is_shared and identity.verified_at is not None,
        "fails": identity.is_undeliverable,
    }


def _what_goes(person, at) -> dict:
    """What an erasure takes and what the law keeps, in sentences; and what stands against it today."""
    goes, stays = my_data_paper.what_goes_and_stays(person)
    return {
        "person": person,
        "goes": goes,
        "stays": stays,
        "objections": my_data.erasure_objections(person, at),
    }


def _count(request, person):
    own_pages.count(request, "link", f"my-data {person.uuid}")


def _by(request):
    return request.user if request.user.is_authenticated else None


def _was_just_erased(request) -> bool:
    try:
        links.read_person(VISIT, request.COOKIES.get(COOKIE, ""))
    except links.LinkRevoked as revoked:
        return links.person_of_dead(revoked) is None
    except links.LinkForged:
        return False
    return False
