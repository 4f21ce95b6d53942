"""What we write to an applicant, in their language: received, admitted, not admitted, enrolled, receipt, refund.

Each is a message of purpose ``SERVICE`` with a key of its own, so that it is written once.
"""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from enrolment.models import Application, Enrolment, Payment, Receipt
from people import links, outbox
from people.models import OutgoingMessage, Person, Purpose
from programmes import money


def application_received(application: Application, *, at: datetime) -> OutgoingMessage:
    with override(application.person.language):
        return _write(
            application.person,
            "submitted",
            application,
            at,
            subject=_("We have your application"),
            body=_(
                "%(greeting)s\n\nYour application for “%(programme)s” has arrived. Our admissions team reads it and "
                "writes to you with the decision.\n\nYou can see how it is getting on at any time."
            ),
            facts=_about(application),
            action=(reverse("enrolment:application", args=[application.uuid]), _("See my application")),
        )


def admitted(application: Application, *, at: datetime) -> OutgoingMessage:
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
            action=(reverse("enrolment:application", args=[application.uuid]), _("Pay and enrol")),
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
            action=(reverse("enrolment:campus"), _("Go to my campus")),
        )


def receipt_issued(receipt: Receipt, *, at: datetime) -> OutgoingMessage:
    payment = receipt.payment
    person = payment.application.person
    with override(person.language):
        facts = _about(payment.application)
        facts |= {"amount": money.show(payment.amount_minor, payment.currency, person.language)}
        facts |= {"number": receipt.number}
        return _write(
            person,
            f"receipt:{receipt.number}",
            payment.application,
            at,
            subject=_("Receipt %(number)s") % facts,
            body=_(
                "%(greeting)s\n\nWe have received %(amount)s for “%(programme)s”. Your receipt has the number "
                "%(number)s; you find it as a PDF on your campus page."
            ),
            facts=facts,
            action=(reverse("enrolment:receipt", args=[receipt.number]), _("Open the receipt")),
        )


def refunded(payment: Payment, *, amount_minor: int, total_minor: int, at: datetime) -> OutgoingMessage:
    person = payment.application.person
    with override(person.language):
        facts = _about(payment.application)
        facts |= {"amount": money.show(amount_minor, payment.currency, person.language)}
        return _write(
            person,
            f"refund:{payment.uuid}:{total_minor}",
            payment.application,
            at,
            subject=_("We have sent your money back"),
            body=_(
                "%(greeting)s\n\nWe have returned %(amount)s of what you paid for “%(programme)s” to the card you paid "
                "with. Banks take up to ten days to show it."
            ),
            facts=facts,
            action=(reverse("enrolment:application", args=[payment.application.uuid]), _("See my application")),
        )


def _about(application: Application) -> dict[str, str]:
    person = application.person
    greeting = _("Hello %(name)s,") % {"name": person.given_name} if person.given_name else _("Hello,")
    return {
        "greeting": greeting,
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
) -> OutgoingMessage:
    path, label = action
    return outbox.queue(
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
