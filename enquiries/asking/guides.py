"""Guides given for an address and a topic: a link that runs out, by mail and on the page, and who fetched them."""

from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from enquiries.asking import building
from enquiries.models import Download, Enquiry, Form
from people.contact import outbox
from people.identity import merging
from people.models import Purpose
from people.own_data import links

LINK = "enquiries.guide"
GOOD_FOR_DAYS = 14
SAME_FETCH = timedelta(hours=1)  # a browser asks twice for one file


def url_of(enquiry: Enquiry, form: Form) -> str:
    """The address of the guide for whoever sent this enquiry, without the host."""
    token = links.sign(LINK, f"{form.uuid}/{enquiry.uuid}", days=GOOD_FOR_DAYS)
    return reverse("enquiries:guide", args=[token])


def find(token: str) -> tuple[Form, Enquiry] | None:
    """The form and the enquiry a link speaks of; None once either, or the guide, is gone.

    Raises links.LinkForged, and links.LinkExpired after its days.
    """
    form_uuid, _slash, enquiry_uuid = links.read(LINK, token).partition("/")
    form = Form.objects.select_related("document").filter(uuid=UUID(form_uuid)).first()
    enquiry = Enquiry.objects.select_related("person").filter(uuid=UUID(enquiry_uuid)).first()
    if form is None or enquiry is None or form.document is None or enquiry.person.erased_at:
        return None
    return form, enquiry


def note_fetched(form: Form, enquiry: Enquiry, *, at: datetime) -> Download:
    """Write down that the guide was fetched; again within the hour it is the same time."""
    person = merging.current(enquiry.person)
    recent = Download.objects.filter(form=form, person=person, at__gt=at - SAME_FETCH, at__lte=at).first()
    return recent or Download.objects.create(form=form, person=person, enquiry=enquiry, at=at)


def send(enquiry: Enquiry, form: Form, *, to: str, at: datetime) -> None:
    """Mail the link to the address that was given: once an hour, so that nobody can fill a stranger's mailbox."""
    with override(enquiry.language):
        words = building.words_of(form, enquiry.language)
        outbox.drop_in(
            enquiry.person,
            purpose=Purpose.ENQUIRY,
            key=f"guide:{form.pk}:{enquiry.person_id}:{at:%Y%m%d%H}",
            subject=_("Your guide: %(title)s") % {"title": words.title or form.name},
            body="\n\n".join(
                [
                    _("Here is what you asked for."),
                    _("The link works for %(days)d days. After that you can ask for it again on the same page.")
                    % {"days": GOOD_FOR_DAYS},
                ]
            ),
            language=enquiry.language,
            at=at,
            about=enquiry,
            action_url=links.absolute(url_of(enquiry, form)),
            action_label=_("Open the guide"),
            to=to,
        )
