"""The life of an enquiry in the back office, and what it hears from the floors below."""

from django.templatetags.static import static
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from enquiries import roles
from enquiries.life import attempts, progress
from enquiries.views import desk, life_many
from enquiries.views.panels import CaseEnquiryPanel
from people.access import visibility


@hooks.register("register_touchpoint_kinds")
def touchpoint_kinds():
    return {"enquiries.interest": _("Interest noted")}


@hooks.register("register_private_words")
def private_words():
    return dict.fromkeys(touchpoint_kinds(), visibility.for_holders_of(roles.SEE))


@hooks.register("after_call_logged")
def count_call(call, at):
    attempts.note_call(call=call, at=at)


@hooks.register("after_case_answered")
def count_answer(**facts):
    attempts.note_answer(**facts)


@hooks.register("after_message_sent")
def count_message(message, at):
    attempts.note_message(message=message, at=at)


@hooks.register("after_inbound_filed")
def open_again(inbound, case, at):
    progress.they_wrote(case=case, at=at)


@hooks.register("construct_case_panels")
def enquiry_of_case(request, panels: list, case):
    panels.append(CaseEnquiryPanel(request, case))


@hooks.register("register_admin_urls")
def admin_urls():
    return [
        path("enquiries/<uuid:uuid>/qualify/", desk.qualify, name="enquiries_qualify"),
        path("enquiries/<uuid:uuid>/interest/", desk.interest, name="enquiries_interest"),
        path("enquiries/undo/<uuid:uuid>/", desk.undo, name="enquiries_undo"),
    ]


for act in (life_many.LoseMany, life_many.InvalidateMany):
    hooks.register("register_bulk_action", act)


@hooks.register("insert_global_admin_css")
def admin_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/life.css"))
