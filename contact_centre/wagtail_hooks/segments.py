"""Segments and the rhythm of contact in Wagtail's admin."""

from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contact_centre.segments import about_desk, about_people, writing
from contact_centre.views import segments
from people.back_office import PermittedMenuItem


@hooks.register("register_admin_urls")
def segment_urls():
    return [
        path("segments/", segments.SegmentsView.as_view(), name="contact_centre_segments"),
        path("segments/new/", segments.EditSegmentView.as_view(), name="contact_centre_segment_new"),
        path("segments/<uuid:uuid>/", segments.SegmentView.as_view(), name="contact_centre_segment"),
        path("segments/<uuid:uuid>/edit/", segments.EditSegmentView.as_view(), name="contact_centre_segment_edit"),
        path("segments/<uuid:uuid>/copy/", segments.copy, name="contact_centre_segment_copy"),
        path("segments/<uuid:uuid>/delete/", segments.delete, name="contact_centre_segment_delete"),
        path("segments/<uuid:uuid>/people.csv", segments.export, name="contact_centre_segment_export"),
        path("rhythm/", segments.RhythmView.as_view(), name="contact_centre_rhythm"),
    ]


@hooks.register("register_writing_menu_item")
def segments_item():
    url, may = reverse_lazy("contact_centre_segments"), (segments.VIEW,)
    return PermittedMenuItem(_("Segments"), url, name="segments", icon_name="group", order=30, permissions=may)


@hooks.register("register_writing_menu_item")
def rhythm_item():
    url, may = reverse_lazy("contact_centre_rhythm"), (segments.VIEW,)
    return PermittedMenuItem(_("Rhythm of contact"), url, name="rhythm", icon_name="history", order=70, permissions=may)


@hooks.register("insert_global_admin_css")
def admin_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/segments.css"))


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("contact_centre.make_segment", _("Make a segment"), _("Segment made"))
    actions.register_action("contact_centre.change_segment", _("Change a segment"), _("Segment changed"))
    actions.register_action("contact_centre.fix_segment", _("Fix a list"), _("Fixed list written down"))
    actions.register_action("contact_centre.delete_segment", _("Delete a segment"), _("Segment deleted"))


@hooks.register("register_audit_words")
def audit_words():
    return {"contact_centre.segment_people": _("People of a segment as a file")}


@hooks.register("register_sweeper")
def recount_segments(*, at):
    return {"segments_counted": writing.recount(at=at)}


hooks.register("register_segment_criteria", about_people.criteria)
hooks.register("register_segment_criteria", about_desk.criteria)
