"""Applying: the overview, the form, and the page that says how it stands."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrolment import applications, ledger, seats, words
from enrolment.forms import ApplicationForm
from enrolment.models import Application
from enrolment.views.own import own_page
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
        form = ApplicationForm(initial=applications.known_answers(person, intake), person=person)
        return _form_page(request, form, intake)
    return _take_form(request, person, intake, lambda: applications.start(person, intake, at=timezone.now()))


@require_http_methods(["GET", "POST"])
@own_page
def show(request, uuid, person):
    """How the application stands; a draft is shown as the form that goes on where it was left."""
    application = get_object_or_404(_own(person), uuid=uuid)
    if application.state != Application.State.DRAFT:
        return render(request, "enrolment/application.html", state_of(application))
    if request.method == "POST":
        return _take_form(request, person, application.intake, lambda: application)
    answers = {name: getattr(application, name) for name in ("motivation", "education", "weekly_hours")}
    form = ApplicationForm(initial=answers, person=person)
    return _form_page(request, form, application.intake, application=application)


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
    return [
        {
            "application": one,
            "tone": words.tone(one.state),
            "balance": balances[one.pk],
            "next_step": words.next_step(one),
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
    form = ApplicationForm(request.POST, person=person, is_draft=is_draft)
    complete = form.is_valid()
    if not complete and is_draft:
        return _form_page(request, form, intake, status=422)
    try:
        application = application_of()
        # Even an incomplete form is kept, so that nothing written is lost.
        application = applications.save_draft(application, **_kept(form))
        applications.learn_name(person, **form.names())
        if not complete:
            return _form_page(request, form, intake, application=application, status=422)
        if is_draft:
            messages.success(request, _("Saved. You can come back and go on whenever you like."))
        else:
            applications.submit(application, at=timezone.now(), **form.answers())
    except applications.NotOnOffer:
        return render(request, "enrolment/not_on_offer.html", {"intake": intake} | _titles(intake), status=410)
    except applications.NotPossible:
        messages.error(request, _("This application has been handed in already."))
    return redirect("enrolment:application", application.uuid)


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
