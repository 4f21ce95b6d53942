"""Channels: where answers to our letters come back, what comes in, what is held, and the telephone."""

from django.templatetags.static import static
from django.urls import path, reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contact_centre import telephony
from contact_centre.inbound import attachments, imap, receiving, reply_addresses
from contact_centre.models import InboundMessage
from contact_centre.telephony.local import LocalExchange
from contact_centre.views import held, telephone, texts
from people.access import visibility
from people.back_office import PermittedMenuItem
from people.contact.carriers import local
from people.models import OutgoingMessage

READ, TAKE, SUPERVISE = (f"contact_centre.{name}" for name in ("view_case", "take_case", "supervise"))


@hooks.register("register_admin_urls")
def channel_urls():
    return [
        path("held/", held.HeldView.as_view(), name="contact_centre_held"),
        path("held/<uuid:uuid>/", held.HeldLetterView.as_view(), name="contact_centre_held_letter"),
        path("held/<uuid:uuid>/file/", held.file_letter, name="contact_centre_file_letter"),
        path("held/<uuid:uuid>/drop/", held.drop_letter, name="contact_centre_drop_letter"),
        path("held/files/<uuid:uuid>/", held.file_of_letter, name="contact_centre_inbound_file"),
        path("cases/<uuid:uuid>/text/", texts.answer, name="contact_centre_answer_text"),
        path("telephone/ringing/", telephone.who_rings, name="contact_centre_ringing"),
        path("telephone/missed/", telephone.MissedView.as_view(), name="contact_centre_missed"),
        path("telephone/exchange/", telephone.ExchangeView.as_view(), name="contact_centre_exchange"),
        path("telephone/<uuid:uuid>/take/", telephone.pick_up, name="contact_centre_pick_up"),
        path("telephone/<uuid:uuid>/dial/", telephone.dial, name="contact_centre_dial"),
        path("contacters/", telephone.ContactersView.as_view(), name="contact_centre_contacters"),
    ]


@hooks.register("register_running_menu_item")
def held_item():
    return PermittedMenuItem(
        _("Held letters"),
        reverse_lazy("contact_centre_held"),
        name="held-letters",
        icon_name="mail",
        order=60,
        permissions=(held.FILE, held.SEE_LETTERS),
    )


@hooks.register("register_running_menu_item")
def missed_item():
    return PermittedMenuItem(
        _("Missed calls"),
        reverse_lazy("contact_centre_missed"),
        name="missed-calls",
        icon_name="mobile-alt",
        order=61,
        permissions=(TAKE, SUPERVISE),
    )


@hooks.register("register_running_menu_item")
def contacters_item():
    return PermittedMenuItem(
        _("Who comes back"),
        reverse_lazy("contact_centre_contacters"),
        name="contacters",
        icon_name="group",
        order=62,
        permissions=(SUPERVISE, READ),
    )


class _ExchangeItem(PermittedMenuItem):
    """Only where the exchange is played."""

    def is_shown(self, request):
        return super().is_shown(request) and isinstance(telephony.exchange(), LocalExchange)


@hooks.register("register_running_menu_item")
def exchange_item():
    return _ExchangeItem(
        _("Telephone exchange"),
        reverse_lazy("contact_centre_exchange"),
        name="exchange",
        icon_name="mobile-alt",
        order=63,
        permissions=(TAKE, SUPERVISE),
    )


@hooks.register("insert_global_admin_css")
def admin_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/channels.css"))


@hooks.register("insert_global_admin_js")
def admin_js():
    return format_html(
        '<script src="{}" data-channels-ringing="{}" defer></script>',
        static("admin/channels.js"),
        reverse("contact_centre_ringing") if telephony.exchange() else "",
    )


@hooks.register("construct_case_panels")
def text_panel(request, panels, case):
    panels += [texts.TextPanel(request, case), telephone.DialPanel(request, case)]


@hooks.register("construct_my_day_panels")
def panels_of_my_day(request, panels):
    panels += [held.HeldPanel(), telephone.MissedPanel()]


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
    numbers = OutgoingMessage.objects.filter(person=person, channel__in=("sms", "whatsapp"))
    local.forget([str(number) for number in numbers.values_list("uuid", flat=True)])


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("contact_centre.file_letter", _("File a held letter"), _("Held letter filed"))
    actions.register_action("contact_centre.drop_letter", _("Put a held letter aside"), _("Held letter put aside"))


@hooks.register("register_touchpoint_kinds")
def touchpoint_kinds():
    return {
        "contact_centre.they_wrote": _("They wrote to us"),
        "contact_centre.call_from_them": _("They called and we missed it"),
    }


@hooks.register("register_private_words")
def private_words():
    rule = visibility.for_holders_of(READ, TAKE)
    return dict.fromkeys(("contact_centre.they_wrote", "contact_centre.call_from_them"), rule)


@hooks.register("register_audit_words")
def audit_words():
    return {
        "contact_centre.letter": _("Letter that is held"),
        "contact_centre.letter_file": _("File that came with a letter"),
    }
