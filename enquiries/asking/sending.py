"""A form that was sent: what comes of it, by its kind, once its question has been taken in."""

import json
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from datetime import datetime
from hashlib import sha256

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contact_centre import notices, queue
from enquiries.asking import answers, baskets, calling, files, guides
from enquiries.asking.building import AskedForm
from enquiries.intake import posting, questions
from enquiries.models import Enquiry, Form, Submission
from enquiries.sessions import booking
from people.identity import identities
from people.models import OutgoingMessage, Person
from programmes.kept_pages.page_cache import CLICK

Outcome = Submission.Outcome
# Who sends one of these has asked nothing: they get what it promises, and no adviser owes them an answer.
ASKS_NOTHING = (Form.Kind.DOWNLOAD, Form.Kind.NEWSLETTER, Form.Kind.REMINDER)
# What travels along and is no word of the sender's: it differs between two tabs of one page.
NOT_SAID = {"t", "page", "referrer", "website", "language", "variant", CLICK}


class TimeTaken(Exception):
    """Somebody else has booked that time in the meantime."""


def send(
    filled: AskedForm,
    carried: Mapping[str, str],
    uploads: Mapping[str, UploadedFile],
    *,
    at: datetime,
    person: Person | None = None,
    network: str = "",
) -> posting.Posted:
    """Take in a form that is in order, with the fields it ``carried`` along; once, however often it is sent.

    What it promises happens in the same transaction. Raises TimeTaken if the time that was chosen to be called is not
    free any more; nothing is kept then.
    """
    asked, said = filled.asked, filled.said()
    form = asked.form
    fields = {"language": asked.language, **carried, **{key: value for key, value in said.items() if value}}
    rows = files.rows_of(uploads, at=at)
    try:
        with transaction.atomic():
            posted = posting.post(
                form,
                fields,
                rows,
                at=at,
                language=asked.language,
                person=person,
                key=_key(form, fields, person, at=at),
                variant=asked.variant,
                answers=answers.beside(form, said),
                network=network,
            )
            if posted.outcome == Outcome.ENQUIRY and posted.enquiry:
                email, phone = questions.recognise(fields.get("contact", "").strip())
                email, phone = email or fields.get("email", ""), phone or fields.get("phone", "")
                complete(posted.enquiry, form, at=at, to=email, phone=phone)
    finally:
        files.drop(rows)
    return posted


def complete(
    enquiry: Enquiry, form: Form, *, at: datetime, to: str = "", phone: str = "", is_late: bool = False
) -> None:
    """Do what a form promises, in the transaction of its enquiry: also for a suspect that was found to be real.

    ``to`` and ``phone`` are what was typed; without them any address or number of the person serves. Raises TimeTaken
    unless it ``is_late``: then there is nobody left to choose another time, and the wish stands with the enquiry.
    """
    answers.settle(enquiry, form, at=at)
    baskets.finish(enquiry.person, form, at=at)
    if form.kind == Form.Kind.REMINDER:
        baskets.ask(enquiry, form, to=to, at=at)
    if form.kind == Form.Kind.DOWNLOAD and form.document_id:
        guides.send(enquiry, form, to=identities.normalise_email(to) if to else "", at=at)
    if wish := str(enquiry.answers.get("call_at", "")):
        with suppress(TimeTaken) if is_late else nullcontext():
            _book(enquiry, wish, phone=phone, at=at)
    if form.kind in ASKS_NOTHING and not enquiry.message:
        _owe_nothing(enquiry, form, at=at)
    _tell(form, enquiry, at=at)


def _owe_nothing(enquiry: Enquiry, form: Form, *, at: datetime) -> None:
    """Nothing was asked: the case is closed, and the mail that would promise an answer does not leave."""
    OutgoingMessage.objects.filter(
        person=enquiry.person,
        key__startswith="enquiry-received:",
        state=OutgoingMessage.State.QUEUED,
        about_kind=enquiry._meta.label_lower,
        about_id=enquiry.pk,
    ).delete()
    if enquiry.case is not None:
        queue.close(enquiry.case, by=None, at=at, note=form.name)


def _key(form: Form, fields: Mapping[str, str], person: Person | None, *, at: datetime) -> str:
    """One form, one sender, the same words, one day: one enquiry. The token differs from tab to tab and is left out."""
    said = sorted((key, value) for key, value in fields.items() if key not in NOT_SAID and not key.startswith("utm_"))
    who = str(person.pk) if person else ""
    words = json.dumps([form.pk, who, f"{at:%Y-%m-%d}", said], ensure_ascii=True)
    return f"asked:{sha256(words.encode()).hexdigest()[:48]}"


def _book(enquiry: Enquiry, wish: str, *, phone: str, at: datetime) -> None:
    try:
        calling.book(wish, enquiry, phone=phone, at=at)
    except booking.Taken as taken:
        raise TimeTaken from taken
    except booking.NoNumber:
        return  # the wish stands with the enquiry: an adviser finds another way


def _tell(form: Form, enquiry: Enquiry, *, at: datetime) -> None:
    """Whoever the form names hears of each one, on their day."""
    readers = list(form.notified.all())
    if not readers:
        return
    url = reverse("enquiries_list:inspect", args=[enquiry.pk])
    name, who = form.name, str(enquiry.person)

    def words() -> str:
        return str(_("“%(form)s” was sent by %(person)s.") % {"form": name, "person": who})

    notices.tell_all(readers, key=f"form:{enquiry.uuid}", text=words, url=url, at=at)
