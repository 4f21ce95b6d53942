"""What we write to an applicant, in their language: received, admitted, not admitted, enrolled, receipt, refund.

What is about money goes to whoever pays, as themselves and in their language; the applicant sees how it stands all the
same. Each is a message of purpose ``SERVICE`` with a key of its own, so that it is written once.
"""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from enrolment import quotes
from enrolment.models import Application, Enrolment, GuardianRequest, Payment, Receipt
from people import relatives
from people.contact import outbox
from people.models import OutgoingMessage, Person, Purpose
from people.own_data import links
from programmes import money
from programmes.models import Fact
from programmes.told.facts import PRICES


def begun_for(application: Application, *, at: datetime) -> OutgoingMessage:
    """An adviser has begun the application with them: where they go on."""
    with override(application.person.language):
        return _write(
            application.person,
            "begun",
            application,
            at,
            subject=_("Your application is ready to be filled in"),
            body=_(
                "%(greeting)s\n\nWe have begun your application for “%(programme)s” (%(intake)s) with what you told "
                "us. Read it, add what is missing and hand it in when you like. Nothing is binding until then."
            ),
            facts=_about(application),
            action=(reverse("enrolment:application", args=[application.uuid]), _("Go on with my application")),
        )


def application_received(application: Application, *, at: datetime) -> OutgoingMessage:
    with override(application.person.language):
        facts = _about(application)
        body = _(
            "%(greeting)s\n\nYour application for “%(programme)s” has arrived. Our admissions team reads it and "
            "writes to you with the decision.\n\nYou can see how it is getting on at any time."
        )
        if application.price_minor:
            facts["total"] = money.show(application.price_minor, application.currency, application.person.language)
            body += "\n\n" + _("You applied at the price of %(total)s. It holds for you, whatever it costs later.")
        return _write(
            application.person,
            "submitted",
            application,
            at,
            subject=_("We have your application"),
            body=body,
            facts=facts,
            told=PRICES if application.price_minor else (),
            action=(reverse("enrolment:application", args=[application.uuid]), _("See my application")),
        )


def admitted(application: Application, *, at: datetime) -> OutgoingMessage:
    """Tell the applicant; where somebody else pays, ask that person to, and tell the applicant that we did."""
    payer = relatives.payer_of(application.person, at)
    if payer.pk != application.person_id:
        payment_asked(application, payer, at=at)
        return _admitted_and_paid_by(payer, application, at=at)
    with override(application.person.language):
        facts = _about(application)
        facts["total"] = money.show(application.price_minor or 0, application.currency, application.person.language)
        return _write(
            application.person,
            "admitted",
            application,
            at,
            subject=_("You are admitted to %(programme)s") % facts,
            body=_(
                "%(greeting)s\n\nWe are glad to offer you a place in “%(programme)s”, %(intake)s.\n\nThe total is "
                "%(total)s. Your place is yours once it is paid; until then others may take the last ones."
            ),
            facts=facts,
            told=quotes.THE_OFFER,
            action=(reverse("enrolment:application", args=[application.uuid]), _("Pay and enrol")),
        )


def _admitted_and_paid_by(payer: Person, application: Application, *, at: datetime) -> OutgoingMessage:
    with override(application.person.language):
        facts = _about(application) | {"payer": str(payer)}
        return _write(
            application.person,
            "admitted",
            application,
            at,
            subject=_("You are admitted to %(programme)s") % facts,
            body=_(
                "%(greeting)s\n\nWe are glad to offer you a place in “%(programme)s”, %(intake)s.\n\n%(payer)s pays "
                "for you and has our letter. Your place is yours once it is paid; until then others may take the last "
                "ones."
            ),
            facts=facts,
            told=quotes.THE_START,
            action=(reverse("enrolment:application", args=[application.uuid]), _("See my application")),
        )


def payment_asked(application: Application, payer: Person, *, at: datetime) -> OutgoingMessage:
    """Ask whoever pays for the applicant to pay."""
    with override(payer.language):
        facts = _about(application, to=payer)
        facts["total"] = money.show(application.price_minor or 0, application.currency, payer.language)
        return _write(
            payer,
            f"to-pay:{payer.pk}",
            application,
            at,
            subject=_("%(student)s is admitted: the place is to be paid") % facts,
            body=_(
                "%(greeting)s\n\n%(student)s is admitted to “%(programme)s”, %(intake)s, and you pay for it.\n\nThe "
                "total is %(total)s. The place is kept once it is paid; until then others may take the last ones. Sign "
                "in with the address we write to; the receipt is made out to you."
            ),
            facts=facts,
            told=quotes.THE_OFFER,
            action=(reverse("enrolment:application", args=[application.uuid]), _("See it and pay")),
        )


def guardian_asked(request: GuardianRequest, *, path: str, at: datetime) -> OutgoingMessage:
    """Ask a guardian whether they agree to the application of somebody under age."""
    application, guardian = request.application, request.guardian
    with override(guardian.language):
        facts = _about(application, to=guardian)
        facts["until"] = date_format(timezone.localtime(request.expires_at), "DATE_FORMAT")
        return _write(
            guardian,
            f"guardian:{request.uuid}",
            application,
            at,
            subject=_("Do you agree that %(student)s applies to us?") % facts,
            body=_(
                "%(greeting)s\n\n%(student)s wants to apply for “%(programme)s”, %(intake)s, is not of age and has "
                "named you as mother, father or guardian. The application waits until you have agreed.\n\nThe page "
                "says what it costs and what you agree to. Nothing happens before you press a button there. The link "
                "opens until %(until)s.\n\nIf you do not know %(student)s, say no on that page or leave this message."
            ),
            facts=facts,
            told=quotes.THE_START,
            action=(path, _("See it and answer")),
        )


def guardian_declined(request: GuardianRequest, *, at: datetime) -> OutgoingMessage:
    """Tell the applicant that whom they named does not agree."""
    application = request.application
    with override(application.person.language):
        return _write(
            application.person,
            f"guardian-declined:{request.uuid}",
            application,
            at,
            subject=_("Your application was not agreed to"),
            body=_(
                "%(greeting)s\n\nWhom you named as your guardian did not agree to your application for "
                "“%(programme)s”. It has not been handed in. What you wrote is kept: talk about it, or name "
                "somebody else."
            ),
            facts=_about(application),
            action=(reverse("enrolment:application", args=[application.uuid]), _("See my application")),
        )


def rejected(application: Application, *, at: datetime) -> OutgoingMessage:
    with override(application.person.language):
        return _write(
            application.person,
            "rejected",
            application,
            at,
            subject=_("Our decision on your application"),
            body=_(
                "%(greeting)s\n\nThank you for applying for “%(programme)s”. We have read your application with care "
                "and cannot offer you a place in this intake.\n\nAnswer this message if you would like to know why, or "
                "which of our other programmes may suit you."
            ),
            facts=_about(application),
            action=(reverse("enrolment:application", args=[application.uuid]), _("See my application")),
        )


def enrolled(enrolment: Enrolment, *, at: datetime) -> OutgoingMessage:
    with override(enrolment.person.language):
        return _write(
            enrolment.person,
            "enrolled",
            enrolment.application,
            at,
            subject=_("Your place is confirmed"),
            body=_(
                "%(greeting)s\n\nYou are enrolled in “%(programme)s”, %(intake)s. Everything you need is on your "
                "campus page: your programme, your payments and your receipts."
            ),
            facts=_about(enrolment.application),
            told=quotes.THE_START,
            action=(reverse("enrolment:campus"), _("Go to my campus")),
        )


def receipt_issued(receipt: Receipt, *, at: datetime) -> list[OutgoingMessage]:
    """Tell whoever paid, and whoever else gets the invoices."""
    payment = receipt.payment
    return [
        _receipt_for(person, receipt, payment, at=at) for person in _about_money_to(payment.application.person, at=at)
    ]


def _receipt_for(person: Person, receipt: Receipt, payment: Payment, *, at: datetime) -> OutgoingMessage:
    application = payment.application
    with override(person.language):
        facts = _about(application, to=person)
        facts |= {"amount": money.show(payment.amount_minor, payment.currency, person.language)}
        facts |= {"number": receipt.number}
        return _write(
            person,
            _key_for(person, f"receipt:{receipt.number}", application),
            application,
            at,
            subject=_("Receipt %(number)s") % facts,
            body=_(
                "%(greeting)s\n\nWe have received %(amount)s for “%(programme)s”. Your receipt has the number "
                "%(number)s; you find it as a PDF on your campus page."
            )
            if person.pk == application.person_id
            else _(
                "%(greeting)s\n\nWe have received %(amount)s for “%(programme)s”, in which %(student)s studies. The "
                "receipt has the number %(number)s; sign in with the address we write to and open it as a PDF."
            ),
            facts=facts,
            action=(reverse("enrolment:receipt", args=[receipt.number]), _("Open the receipt")),
        )


def refunded(payment: Payment, *, amount_minor: int, total_minor: int, at: datetime) -> OutgoingMessage:
    """Tell whoever pays that money came back."""
    application = payment.application
    person = relatives.payer_of(application.person, at)
    is_own = person.pk == application.person_id
    page = reverse("enrolment:application", args=[application.uuid]) if is_own else reverse("enrolment:campus")
    with override(person.language):
        facts = _about(application, to=person)
        facts |= {"amount": money.show(amount_minor, payment.currency, person.language)}
        return _write(
            person,
            _key_for(person, f"refund:{payment.uuid}:{total_minor}", application),
            application,
            at,
            subject=_("We have sent your money back"),
            body=_(
                "%(greeting)s\n\nWe have returned %(amount)s of what you paid for “%(programme)s” to the card you paid "
                "with. Banks take up to ten days to show it."
            ),
            facts=facts,
            action=(page, _("See my application") if is_own else _("Go to my page")),
        )


def _about_money_to(student: Person, *, at: datetime) -> list[Person]:
    """Whoever pays first, then those who get the invoices, each once."""
    payer = relatives.payer_of(student, at)
    return [payer, *(one for one in relatives.receives(student, relatives.INVOICES, at) if one.pk != payer.pk)]


def _key_for(person: Person, what: str, application: Application) -> str:
    return what if person.pk == application.person_id else f"{what}:for:{person.pk}"


def _about(application: Application, *, to: Person | None = None) -> dict[str, str]:
    """What every letter says of the application, in the language of ``to``, who is the applicant if nobody is named."""
    person = to or application.person
    greeting = _("Hello %(name)s,") % {"name": person.given_name} if person.given_name else _("Hello,")
    return {
        "greeting": greeting,
        "student": str(application.person),
        "programme": application.intake.programme.title_in(person.language),
        "intake": application.intake.label(),
    }


def _write(
    person: Person,
    what: str,
    application: Application,
    at: datetime,
    *,
    subject: str,
    body: str,
    facts: dict[str, str],
    action: tuple[str, str],
    told: Iterable[Fact] = (),
) -> OutgoingMessage:
    path, label = action
    message = outbox.queue(
        person,
        purpose=Purpose.SERVICE,
        key=f"enrolment:{what}:{application.uuid}",
        subject=subject[:250],
        body=body % facts,
        language=person.language,
        at=at,
        about=application,
        action_url=links.absolute(path),
        action_label=label,
    )
    quotes.note_letter(application, message, told, at=at)
    return message
