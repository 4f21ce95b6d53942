"""Applying: the overview, the form, and the page that says how it stands."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrolment import applications, guardians, ledger, payers, seats, words
from enrolment.forms import ApplicationForm, GuardianForm
from enrolment.models import Application
from enrolment.views.own import own_page
from people import relatives
from people.identity.identities import BadIdentity
from programmes.models import Intake


@require_GET
@own_page
def overview(request, person):
    return render(request, "enrolment/applications.html", {"rows": rows_of(person)})


@require_http_methods(["GET", "POST"])
@own_page
def begin(request, intake_id, person):
    """The form for one intake; nothing is stored before it is sent."""
    intake = get_object_or_404(Intake.objects.select_related("programme"), pk=intake_id)
    existing = Application.objects.filter(person=person, intake=intake).exclude(state__in=applications.OVER).first()
    if existing:
        return redirect("enrolment:application", existing.uuid)
    if not seats.on_offer(on=timezone.localdate()).filter(pk=intake.pk).exists():
        return render(request, "enrolment/not_on_offer.html", {"intake": intake} | _titles(intake), status=410)
    if request.method == "GET":
        form = _form_of(person, initial=applications.known_answers(person, intake))
        return _form_page(request, form, intake)
    return _take_form(request, person, intake, lambda: applications.start(person, intake, at=timezone.now()))


@require_http_methods(["GET", "POST"])
@own_page
def show(request, uuid, person):
    """How the application stands; a draft is shown as the form that goes on where it was left.

    Whoever pays for the applicant sees what is to be paid, and nothing of what was written.
    """
    application = _own(person).filter(uuid=uuid).first()
    if application is None:
        paid_for = get_object_or_404(payers.payable_by(person, timezone.now()), uuid=uuid)
        return render(request, "enrolment/pay_for.html", state_of(paid_for))
    if application.state != Application.State.DRAFT:
        return render(request, "enrolment/application.html", state_of(application) | _money_and_guardian(application))
    if request.method == "POST":
        return _take_form(request, person, application.intake, lambda: application)
    answers = {name: getattr(application, name) for name in ("motivation", "education", "weekly_hours")}
    form = _form_of(person, initial=answers)
    return _form_page(request, form, application.intake, application=application)


@require_POST
@own_page
def ask_guardian(request, uuid, person):
    """Ask a guardian again, or another; where none is needed any more, hand the application in."""
    application = get_object_or_404(_own(person), uuid=uuid, state=Application.State.WAITING)
    at = timezone.now()
    form = GuardianForm(request.POST)
    try:
        if _needs_guardian(person, at):
            if form.is_valid():
                guardians.ask(application, at=at, **form.guardian())
                messages.success(request, _("We have written to %(email)s.") % {"email": form.guardian()["email"]})
        else:
            applications.hand_in(application, at=at)
    except (guardians.CannotAsk, BadIdentity) as refusal:
        form.add_error("guardian_email", _why(refusal))
    except applications.NotOnOffer:
        titles = _titles(application.intake)
        return render(request, "enrolment/not_on_offer.html", {"intake": application.intake} | titles, status=410)
    if form.errors:
        context = state_of(application) | _money_and_guardian(application) | {"guardian_form": form}
        return render(request, "enrolment/application.html", context, status=422)
    return redirect("enrolment:application", uuid)


@require_POST
@own_page
def withdraw(request, uuid, person):
    application = get_object_or_404(_own(person), uuid=uuid)
    try:
        applications.withdraw(application, at=timezone.now(), by=request.user)
    except applications.PaymentUnderWay:
        messages.error(request, _("A payment page is open. Wait until it has closed, and try again."))
    except applications.NotPossible:
        messages.error(request, _("This application can no longer be withdrawn."))
    else:
        messages.success(request, _("Your application is withdrawn."))
    return redirect("enrolment:application", uuid)


def rows_of(person) -> list[dict]:
    """A person's applications for a list, the newest first."""
    own = _own(person).prefetch_related("intake__programme__pages__locale").order_by("-created_at")
    balances = ledger.balances(own)
    pays = relatives.payer_of(person, timezone.now()).pk == person.pk
    return [
        {
            "application": one,
            "tone": words.tone(one.state),
            "balance": balances[one.pk],
            "next_step": words.next_step(one, pays=pays),
        }
        | _titles(one.intake)
        for one in own
    ]


def state_of(application: Application) -> dict:
    """What the page of an application shows."""
    payment = application.payments.select_related("receipt").order_by("-created_at").first()
    return {
        "application": application,
        "steps": words.steps(application),
        "tone": words.tone(application.state),
        "payment": payment,
        "decline": words.decline(payment.last_error) if payment and payment.state in ("open", "expired") else "",
        "has_paid": payment is not None and payment.state == payment.State.SETTLED,
        "places_left": seats.left(application.intake),
        "balance": ledger.balance(application),
        "receipt": getattr(payment, "receipt", None),
    } | _titles(application.intake)


def _take_form(request, person, intake, application_of):
    """Keep what was sent; hand it in if that is what the button said and nothing is missing."""
    is_draft = "save" in request.POST
    form = _form_of(person, request.POST, is_draft=is_draft)
    complete = form.is_valid()
    if not complete and is_draft:
        return _form_page(request, form, intake, status=422)
    try:
        application = application_of()
        # Even an incomplete form is kept, so that nothing written is lost.
        application = applications.save_draft(application, **_kept(form))
        applications.learn(person, **form.facts())
        if complete and not is_draft:
            complete = _hand_in(request, application, form)
        if not complete:
            return _form_page(request, form, intake, application=application, status=422)
        if is_draft:
            messages.success(request, _("Saved. You can come back and go on whenever you like."))
    except applications.NotOnOffer:
        return render(request, "enrolment/not_on_offer.html", {"intake": intake} | _titles(intake), status=410)
    except applications.NotPossible:
        messages.error(request, _("This application has been handed in already."))
    return redirect("enrolment:application", application.uuid)


def _hand_in(request, application: Application, form) -> bool:
    """Hand in a complete form, or ask the guardian whom a minor named; False if that person cannot be asked."""
    at = timezone.now()
    if not form.asks_guardian:
        applications.submit(application, at=at, **form.answers())
        return True
    try:
        guardians.ask(application, at=at, **form.guardian())
    except (guardians.CannotAsk, BadIdentity) as refusal:
        form.add_error("guardian_email", _why(refusal))
        return False
    messages.success(request, _("We have written to %(email)s.") % {"email": form.guardian()["email"]})
    return True


def _form_of(person, data=None, **options) -> ApplicationForm:
    at = timezone.now()
    has_guardian = not _needs_guardian(person, at) and relatives.is_minor(person, at)
    return ApplicationForm(data, person=person, on=timezone.localdate(at), has_guardian=has_guardian, **options)


def _needs_guardian(person, at) -> bool:
    return relatives.is_minor(person, at) and not relatives.guardians_of(person, at)


def _money_and_guardian(application: Application) -> dict:
    """Who pays if somebody else does, and the question that an application waits for."""
    at = timezone.now()
    payer = relatives.payer_of(application.person, at)
    asked = guardians.open_request(application) if application.state == Application.State.WAITING else None
    return {
        "payer": payer if payer.pk != application.person_id else None,
        "guardian_asked": asked,
        "guardian_form": GuardianForm(),
        "has_expired": asked is not None and asked.expires_at <= at,
        "needs_guardian": _needs_guardian(application.person, at),
    }


def _why(refusal: guardians.CannotAsk | BadIdentity) -> str:
    return refusal.message if isinstance(refusal, BadIdentity) else refusal.why


def _kept(form) -> dict:
    kept = {name: form.cleaned_data.get(name) for name in ("motivation", "education", "weekly_hours")}
    return {
        "motivation": kept["motivation"] or "",
        "education": kept["education"] or "",
        "weekly_hours": kept["weekly_hours"],
    }


def _form_page(request, form, intake, *, application=None, status=200):
    context = {"form": form, "intake": intake, "application": application, "places_left": seats.left(intake)}
    draft = application or Application(intake=intake, state=Application.State.DRAFT)
    context |= {"steps": words.steps(draft)} | _titles(intake)
    return render(request, "enrolment/application_form.html", context, status=status)


def _own(person):
    return Application.objects.filter(person=person).select_related("person", "intake__programme")


def _titles(intake: Intake) -> dict:
    language = get_language() or "ca"
    sheet = intake.programme.sheet_in(language)
    return {
        "programme_title": sheet.title if sheet else intake.programme.title,
        "programme_url": sheet.url if sheet else "/",
        "intake_label": intake.label(),
    }
