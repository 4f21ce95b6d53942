"""Channels: where answers to our letters come back, what comes in, what is held, and the telephone."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contact_centre.inbound import attachments, imap, receiving, reply_addresses
from contact_centre.models import InboundMessage
from people.access import visibility

READ, TAKE = "contact_centre.view_case", "contact_centre.take_case"


@hooks.register("construct_mail_headers")
def answers_come_back(message, headers):
    if address := reply_addresses.of(message):
        headers["Reply-To"] = address


@hooks.register("register_sweeper")
def take_in(at):
    return {"letters_fetched": imap.fetch(at=at)} | receiving.work_due(at=at)


@hooks.register("register_eraser")
def erase_files(person, at):
    for message in InboundMessage.objects.filter(person=person, attachments__isnull=False).distinct():
        attachments.forget(message)


@hooks.register("register_touchpoint_kinds")
def touchpoint_kinds():
    return {"contact_centre.they_wrote": _("They wrote to us")}


@hooks.register("register_private_words")
def private_words():
    return {"contact_centre.they_wrote": visibility.for_holders_of(READ, TAKE)}
