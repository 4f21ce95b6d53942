"""Forms that editors made: their own page, their steps, what happens when they are sent, and their thanks."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enquiries.asking import baskets, building, counts, drawing, guides, library, sending
from enquiries.intake import posting, promises, questions
from enquiries.models import Appointment, Enquiry, Form, Submission
from enquiries.origins import touches
from enquiries.views import asking_place, public, remembering
from people.access.sign_in import person_of
from people.models import Person
from people.own_data import links
from programmes.views import visits

THANKS, THANKS_DAYS = "enquiries.thanks", 30


# The form carries a signed token instead (enquiries.intake.form_tokens): it sits on cached pages and acts for nobody.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def form_page(request, slug):
    """A form on a page of its own, its next step, or its thanks once it was sent."""
    language = questions.language_of(request.POST or request.GET, otherwise=translation.get_language() or "ca")
    with translation.override(language):
        request.LANGUAGE_CODE = language
        if request.method == "POST":
            form = Form.objects.select_related("programme", "campaign", "document").filter(slug=slug).first()
            # Whoever fills in a form that was deleted meanwhile has asked all the same.
            return _posted(request, form, language) if form else public.enquire(request)
        form = asking_place.live_form(slug)
        if form is None:
            return render(request, "enquiries/asked_gone.html", status=410 if _was_there(slug) else 404)
        person, is_signed_in = _who(request)
        letter = asking_place.letter_for(request, form)
        filled = building.bound(
            form, None, None, language=language, at=timezone.now(), person=person, variant=letter,
            step=building.FIRST, is_signed_in=is_signed_in,
        )  # fmt: skip
        hidden = [("variant", letter), ("k", request.GET.get("k", "")), *asking_place.blank_hidden(request, form)]
        return _page(request, filled, hidden=hidden, letter=letter, person=person if is_signed_in else None)


def _was_there(slug: str) -> bool:
    return Form.objects.filter(slug=slug).exists()


def _who(request):
    """Who fills it in: whoever is signed in, or whoever the link in a mail of ours was made for."""
    if person := person_of(request):
        return person, True
    token = request.POST.get("k", "") or request.GET.get("k", "")
    with suppress(links.LinkForged):
        return (links.read_person(baskets.LINK, token) if token else None), False
    return None, False


@dataclass(frozen=True)
class _Filling:
    """A form on its way: what was typed in this step and before, by whom, and what is asked of them."""

    request: HttpRequest
    asked: building.Asked
    typed: QueryDict
    letter: str
    person: Person | None
    is_signed_in: bool
    at: datetime

    def refusal(self, wrong) -> None:
        """Count the fields that must be put right."""
        counts.note_fields(self.asked.form, refused=_of_form(self.asked, wrong), at=self.at)

    def step(self, number: int | None, *, is_filled: bool = True) -> building.AskedForm:
        typed, files = (self.typed, self.request.FILES) if is_filled else (None, None)
        return building.AskedForm(self.asked, typed, files, at=self.at, step=number)


def _posted(request, form: Form, language: str):
    """One step further, one back, or sent."""
    person, is_signed_in = _who(request)
    typed = _typed(request)
    letter = typed.get("variant", "")[:1] if drawing.of_form(form) else ""
    asked = building.put_together(form, language=language, person=person, variant=letter, is_signed_in=is_signed_in)
    filling = _Filling(request, asked, typed, letter, person, is_signed_in, timezone.now())
    step = _step(request, asked)
    if "back" in request.POST and step > building.FIRST:
        return _show(filling, filling.step(step - 1, is_filled=False))
    if step < asked.last_step:
        return _next(filling, step)
    filled = filling.step(None)
    return _sent(filling, filled) if filled.is_valid() else _refused(filling, filled)


def _next(filling: _Filling, step: int):
    asked, typed = filling.asked, filling.typed
    filled = filling.step(step)
    if not filled.is_valid():
        filling.refusal(filled.errors)
        return _show(filling, filled, status=422)
    contact = typed.get("email") or typed.get("contact")
    if typed.get("remind_me") and contact:
        baskets.begin(
            asked.form,
            contact=contact,
            name=typed.get("name") or typed.get("given_name") or "",
            language=asked.language,
            at=filling.at,
            title=asked.title,
        )
    return _show(filling, filling.step(step + 1, is_filled=False))


def _refused(filling: _Filling, filled: building.AskedForm):
    """What is wrong is said where it is wrong; the sending is counted with the names of the fields at fault."""
    asked = filling.asked
    wrong = {name: " ".join(map(str, errors)) for name, errors in filled.errors.items()}
    posting.post(
        asked.form,
        {name: str(value) for name, value in filling.typed.items()},
        at=filling.at,
        language=asked.language,
        person=filling.person,
        errors=wrong,
        variant=asked.variant,
        network=public.network(filling.request),
    )
    filling.refusal(wrong)
    return _show(filling, _first_wrong(filling, wrong), status=422)


def _sent(filling: _Filling, filled: building.AskedForm):
    request, asked, typed = filling.request, filling.asked, filling.typed
    carried = {name: typed.get(name, "") for name in (*building.CARRIED, "t", "website", "language")}
    carried |= {name: str(value) for name, value in typed.items() if name.startswith(("consent_", "wording_"))}
    try:
        posted = sending.send(
            filled, carried, request.FILES, at=filling.at, person=filling.person, network=public.network(request)
        )
    except sending.TimeTaken:
        why = [translation.gettext("That time has just been taken. Choose another, please.")]
        return _show(filling, _first_wrong(filling, {"call_at": why}, errors={"call_at": why}), status=422)
    if posted.outcome == Submission.Outcome.REFUSED:
        errors = {name: [why] for name, why in posted.errors.items()}
        return _show(filling, _first_wrong(filling, errors, errors=errors), status=422)
    if posted.outcome == Submission.Outcome.ENQUIRY:
        remembering.join_asker(request, posted.enquiry)
        said = {key for key, value in filled.said().items() if value}
        counts.note_fields(asked.form, filled=_of_form(asked, said), at=filling.at)
    uuid = posted.enquiry.uuid if posted.enquiry else posted.submission.uuid
    token = links.sign(THANKS, str(uuid), days=THANKS_DAYS)
    return HttpResponse(status=303, headers={"Location": _after(request, asked.form, asked.language, token)})


def _after(request, form: Form, language: str, token: str) -> str:
    """Where the sender is led: the page the editor chose, in their language, or our thanks."""
    page = form.thanks_page.specific if form.thanks_page and form.kind != Form.Kind.DOWNLOAD else None
    if page is not None:
        with translation.override(language):
            page = page.localized
        if page.live and (address := page.get_url(request)):
            return address
    return f"{reverse('enquiries:form_thanks', args=[form.slug, token])}?language={language}"


def _of_form(asked: building.Asked, keys) -> list[str]:
    return [row.key for row in asked.rows if row.key in keys]


def _typed(request):
    """What was typed, in this step and in those before."""
    typed = request.POST.copy()
    for name, values in building.read_state(typed.get("state", "")).items():
        if name not in typed:
            typed.setlist(name, values)
    return typed


def _step(request, asked: building.Asked) -> int:
    """The step that was filled in; the last where none is named, as scripts send it."""
    text = request.POST.get("step", "")
    return min(int(text), asked.last_step) if text.isascii() and text.isdigit() and len(text) < 3 else asked.last_step


def _first_wrong(filling: _Filling, wrong, *, errors=None) -> building.AskedForm:
    """The first step in which something is wrong, filled in, with what is wrong."""
    asked = filling.asked
    steps = enumerate(asked.steps, building.FIRST)
    step = next((number for number, rows in steps if any(row.key in wrong for row in rows)), asked.last_step)
    filled = filling.step(step)
    filled.is_valid()
    for name, found in (errors or {}).items():
        if name not in filled.errors:
            filled.add_error(name if name in filled.fields else None, list(found))
    return filled


def _show(filling: _Filling, filled: building.AskedForm, *, status=200):
    """A step of the form: with what was typed in it before, and what the other steps hold signed beside it."""
    asked, typed = filling.asked, filling.typed
    fields = {row.key for row in asked.rows} | {f"consent_{code}" for code in asked.purposes}
    others = {name: typed.getlist(name) for name in fields if name in typed and name not in filled.fields}
    if not filled.is_bound:
        lists = {row.key for row in asked.rows if library.kind_of(row) == "choices"}
        for name in filled.fields:
            if name in typed:
                filled.initial[name] = typed.getlist(name) if name in lists else typed.get(name)
    names = ("page", "language", "referrer", "programme", "variant", "k", *touches.CARRIED)
    return _page(
        filling.request,
        filled,
        hidden=[(name, typed.get(name, "")) for name in names],
        letter=filling.letter,
        person=filling.person if filling.is_signed_in else None,
        token=typed.get("t", ""),
        state=building.keep_state(others) if others else "",
        status=status,
    )


def _page(request, filled, *, hidden, letter, person, token="", state="", status=200):
    page = dict(hidden).get("page", "")
    is_other = page.startswith("/") and page != request.path
    context = asking_place.form_context(filled, hidden=hidden, letter=letter, token=token, state=state)
    context |= {
        "person": person,
        "back_to": page if is_other and url_has_allowed_host_and_scheme(page, allowed_hosts=None) else "",
    }
    response = render(request, "enquiries/asked_page.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response


@never_cache
@require_safe
def thanks(request, slug, token):
    """What becomes of it now: the promise, the guide, the time of the call."""
    try:
        uuid = UUID(links.read(THANKS, token))
    except links.LinkExpired:
        return render(request, "enquiries/promise_gone.html", status=410)
    except links.LinkForged:
        raise Http404 from None
    form = Form.objects.select_related("document").filter(slug=slug).first()
    if form is None:
        return render(request, "enquiries/promise_gone.html", status=410)
    enquiry = Enquiry.objects.select_related("person", "case").filter(uuid=uuid).first()
    language = questions.language_of(request.GET, otherwise=enquiry.language if enquiry else "ca")
    with translation.override(language):
        request.LANGUAGE_CODE = language
        response = render(request, "enquiries/asked_thanks.html", _thanks(form, enquiry, uuid, language))
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response


def _thanks(form: Form, enquiry: Enquiry | None, uuid: UUID, language: str) -> dict:
    owes = form.kind not in sending.ASKS_NOTHING or bool(enquiry and enquiry.message)
    promise = promises.of(enquiry, at=timezone.now()) if enquiry and owes else None
    zone = enquiry.person.time_zone if enquiry else ""
    appointment = Appointment.objects.filter(enquiry=enquiry).order_by("pk").first() if enquiry else None
    has_guide = form.kind == Form.Kind.DOWNLOAD and form.document_id and enquiry
    return {
        "form": form,
        "words": building.words_of(form, language),
        "due": promises.when(promise.due_at, zone=zone) if promise and promise.due_at else "",
        "promise_url": promises.address_of(uuid) if owes else "",
        "guide_url": guides.url_of(enquiry, form) if enquiry and has_guide else "",
        "guide_days": guides.GOOD_FOR_DAYS,
        "call": promises.when(appointment.starts_at, zone=zone) if appointment else "",
    }


@never_cache
@require_safe
def guide(request, token):
    """The guide behind a signed link; each fetch by somebody who reads is written down."""
    try:
        found = guides.find(token)
    except links.LinkExpired:
        found = None
    except (links.LinkForged, ValueError):
        raise Http404 from None
    if found is None:
        return render(request, "enquiries/guide_gone.html", status=410)
    form, enquiry = found
    if visits.is_reader(request):
        guides.note_fetched(form, enquiry, at=timezone.now())
    document = form.document
    response = FileResponse(document.file.open("rb"), content_type=document.content_type)
    response["Content-Disposition"] = content_disposition_header(False, document.filename)
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


# Sent by pages that are kept for everybody, so without anybody's token; nothing is done on anyone's behalf.
@csrf_exempt
@require_POST
def count(request, uuid, what):
    """A form was seen, begun or left; the answer is the same whether it was counted or not."""
    asks_not_to = request.headers.get("DNT") == "1" or request.headers.get("Sec-GPC") == "1"
    if not asks_not_to and visits.is_reader(request) and visits.is_from_our_page(request):
        at, letter = timezone.now(), request.GET.get("v", "")[:1]
        if what == "left":
            counts.note_left(uuid, request.GET.get("field", "")[:60], at=at)
        elif letter == "" or letter.isalpha():
            counts.note(uuid, what, variant=letter, at=at)
    return HttpResponse(status=204)
