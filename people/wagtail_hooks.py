"""What people offers to the back office, and to the hooks of this same floor."""

from datetime import timedelta

from django.contrib.auth.models import Permission
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from people import api
from people.access import audit_review, devices, roles, sign_in
from people.back_office import PermittedMenuItem
from people.contact import double_opt_in, outbox
from people.identity import duplicates, merging
from people.importing import kinds, uploads
from people.own_data import links
from people.privacy import library_fields, personal_fields, retention, retention_periods
from people.views.panels import AuditPanel, MergedPanel, MyDataPanel
from people.viewsets import DESK_URLS, VIEWSETS


@hooks.register("register_personal_fields")
def personal_tables():
    return [*personal_fields.TABLES, *library_fields.TABLES, *library_fields.PLACES]


hooks.register("register_retention_rules", retention_periods.rules)
hooks.register("register_retention_keepers", retention_periods.keep_for_now)


@hooks.register("register_role_permissions")
def role_permissions():
    return roles.PERMISSIONS


@hooks.register("register_touchpoint_links")
def touchpoint_links():
    def messages(ids, user):
        if not user.has_perm("people.view_outgoingmessage"):
            return {}
        return {pk: reverse("people_messages:inspect", args=[pk]) for pk in ids}

    return {"people.outgoingmessage": messages}


@hooks.register("register_touchpoint_kinds")
def touchpoint_kinds():
    return {
        "people.message_sent": _("Message sent"),
        "people.preferences_changed": _("Preferences changed"),
        "people.signed_in": _("First sign-in"),
        "people.history": _("Contact noted elsewhere"),
        "people.merged": _("Made one with another entry"),
        "people.merge_undone": _("Parted again"),
        "people.link_sent": _("Link to preferences or data sent"),
        "people.consent_noted": _("Said what they agree to"),
        "people.consent_confirmed": _("Confirmed what they agreed to"),
        "people.consent_expired": _("Never confirmed what they asked for"),
        "people.links_revoked": _("Earlier links made worthless"),
        "people.corrected": _("Corrected their details"),
        "people.address_added": _("Added an address"),
        "people.address_removed": _("Removed an address"),
        "people.data_request": _("Request about their data"),
        "people.relative_noted": _("Relative written down"),
        "people.relative_changed": _("Relative’s scope changed"),
        "people.relative_ended": _("Relative ended"),
    }


@hooks.register("register_sweeper", order=1000)  # last, so that what other floors queue leaves in the same sweep
def deliver_messages(*, at):
    return {"messages_sent": outbox.deliver_due(at=at)}


@hooks.register("register_sweeper", order=900)  # after what the floors take in
def look_for_duplicates(*, at):
    return {"people_compared": duplicates.compare_due(at=at)}


@hooks.register("register_sweeper")
def gather_what_came_late(*, at):
    return {"rows_gathered_after_merges": merging.gather(at=at)}


@hooks.register("register_sweeper")
def forget_old_devices(*, at):
    return {"devices_forgotten": devices.forget_old(at=at)}


@hooks.register("register_sweeper")
def note_expired_requests(*, at):
    return {"consent_requests_expired": double_opt_in.note_expired(at=at)}


@hooks.register("register_sweeper")
def forget_used_links(*, at):
    return {"used_links_forgotten": links.forget_used(before=at - timedelta(days=links.LONGEST_DAYS))}


@hooks.register("construct_campus_panels")
def my_data_panel(request, panels, person):
    panels.append(MyDataPanel())


hooks.register("register_sweeper", retention.sweep)


hooks.register(kinds.HOOK, lambda: [kinds.PEOPLE, kinds.HISTORY])


@hooks.register("register_sweeper")
def take_in_uploads(*, at):
    done = uploads.work_due(at=at)
    return {"uploads_taken_in": done, "uploads_forgotten": uploads.forget_old(at=at)}


@hooks.register("register_sweeper")
def sweep_unproved_logins(*, at):
    return {"unproved_logins_deleted": sign_in.sweep_unproved(before=at - timedelta(days=1))}


@hooks.register("register_admin_viewset")
def viewsets():
    return VIEWSETS


@hooks.register("register_admin_urls")
def desk_urls():
    return DESK_URLS


@hooks.register("register_admin_menu_item")
def messages_item():
    return PermittedMenuItem(
        _("Messages"),
        reverse_lazy("people_messages:index"),
        name="messages",
        icon_name="mail",
        order=200,
        permissions=("people.view_outgoingmessage",),
    )


@hooks.register("register_api_router")
def people_api():
    return "/people", api.router


@hooks.register("construct_person_panels")
def merged_from(request, panels, person, **_others):
    panels.append(MergedPanel(request, person))


@hooks.register("register_reports_menu_item")
def merges_item():
    url = reverse_lazy("people_merges:index")
    return PermittedMenuItem(
        _("Merges"), url, name="merges", icon_name="copy", order=12, permissions=("people.merge_person",)
    )


@hooks.register("register_reports_menu_item")
def imports_item():
    return PermittedMenuItem(
        _("Imports"),
        reverse_lazy("people_imports:index"),
        name="imports",
        icon_name="upload",
        order=10,
        permissions=("people.view_importrun",),
    )


@hooks.register("register_reports_menu_item")
def import_people_item():
    return PermittedMenuItem(
        _("Import people"),
        reverse_lazy("people_import_choose"),
        name="import-people",
        icon_name="upload",
        order=9,
        permissions=("people.import_person",),
    )


@hooks.register("register_reports_menu_item")
def consents_item():
    return PermittedMenuItem(
        _("Consent ledger"),
        reverse_lazy("people_consents:index"),
        name="consents",
        icon_name="clipboard-list",
        order=20,
        permissions=("people.view_consent",),
    )


@hooks.register("register_reports_menu_item")
def contactable_item():
    return PermittedMenuItem(
        _("How many can we contact"),
        reverse_lazy("people_contactable"),
        name="contactable",
        icon_name="group",
        order=30,
        permissions=("people.count_contactable",),
    )


@hooks.register("register_reports_menu_item")
def suppressions_item():
    return PermittedMenuItem(
        _("Addresses not to use"),
        reverse_lazy("people_suppressions:index"),
        name="suppressions",
        icon_name="no-view",
        order=40,
        permissions=("people.import_suppression", "people.view_suppression"),
    )


@hooks.register("register_settings_menu_item")
def api_tokens_item():
    return PermittedMenuItem(
        _("API tokens"),
        reverse_lazy("people_api_tokens:index"),
        name="school-api-tokens",
        icon_name="key",
        order=900,
        permissions=("people.view_apitoken",),
    )


@hooks.register("insert_global_admin_css")
def admin_css():
    files = (
        "admin/people.css",
        "admin/consents.css",
        "admin/audit.css",
        "admin/merging.css",
        "admin/imports.css",
        "admin/retention.css",
    )
    return format_html_join("", '<link rel="stylesheet" href="{}">', [(static(name),) for name in files])


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("people.correct", _("Correct own details"), _("Details corrected by the person"))
    actions.register_action("people.address_added", _("Add own address"), _("Address added by the person"))
    actions.register_action("people.address_removed", _("Remove own address"), _("Address removed by the person"))
    actions.register_action("people.suppress", _("Bar an address"), _("Address barred"))
    actions.register_action("people.unsuppress", _("Use an address again"), _("Address may be used again"))
    actions.register_action("people.hold_erasure", _("Hold an erasure"), _("Kept from being forgotten"))
    actions.register_action("people.release_erasure", _("Release an erasure"), _("No longer kept from being forgotten"))
    actions.register_action("people.import", _("Import a file"), _("File imported"))
    actions.register_action("people.undo_import", _("Undo an import"), _("Import undone"))
    actions.register_action("people.merge", _("Merge people"), _("People made one"))
    actions.register_action("people.undo_merge", _("Undo a merge"), _("People parted again"))
    actions.register_action("people.add_identity", _("Add an identity"), _("Address or number added"))
    actions.register_action("people.verify_identity", _("Verify an identity"), _("Address or number verified"))
    actions.register_action("people.mark_undeliverable", _("Mark as coming back"), _("Address does not reach them"))
    actions.register_action("people.mark_deliverable", _("Mark as reaching"), _("Address reaches them again"))
    actions.register_action("people.remove_identity", _("Remove an identity"), _("Address or number removed"))
    actions.register_action("people.share_address", _("Share an address"), _("Reached at an address of another"))
    actions.register_action("people.keep_apart", _("Keep two people apart"), _("They are two people"))
    actions.register_action("people.reopen_pair", _("Decide again"), _("To decide again whether they are one"))
    actions.register_action("people.note_relative", _("Write a relative down"), _("Relative written down"))
    actions.register_action("people.change_relative", _("Change a relative’s scope"), _("Relative’s scope changed"))
    actions.register_action("people.end_relative", _("End a relation"), _("Relation ended"))


# --- the audit trail, its review, and looking as somebody else


@hooks.register("register_sweeper")
def pick_audit_sample(*, at):
    return {"audit_lines_picked": audit_review.pick_due(at=at)}


@hooks.register("construct_person_panels")
def who_has_looked(request, panels, person, **_others):
    panels.append(AuditPanel(person))


@hooks.register("register_reports_menu_item")
def audit_item():
    url = reverse_lazy("people_audit")
    return PermittedMenuItem(
        _("Audit trail"), url, name="audit", icon_name="history", order=30, permissions=(roles.AUDIT,)
    )


@hooks.register("register_reports_menu_item")
def audit_review_item():
    return PermittedMenuItem(
        _("Review of the audit"),
        reverse_lazy("people_audit_review"),
        name="audit-review",
        icon_name="view",
        order=31,
        permissions=("people.review_audit",),
    )


@hooks.register("register_permissions")
def rights_of_roles():
    """What a school can tick for a role of its own: every right that the product gives to one of its roles."""
    names = set().union(*roles.listed().values())
    apps = {name.partition(".")[0] for name in names}
    codenames = {name.partition(".")[2] for name in names}
    return Permission.objects.filter(content_type__app_label__in=apps, codename__in=codenames)


@hooks.register("register_settings_menu_item")
def look_as_item():
    return PermittedMenuItem(
        _("Look as somebody"),
        reverse_lazy("people_look_as"),
        name="look-as",
        icon_name="view",
        order=610,
        permissions=("people.look_as",),
    )


@hooks.register("register_reports_menu_item")
def duplicates_item():
    return PermittedMenuItem(
        _("Possible duplicates"),
        reverse_lazy("people_duplicates:index"),
        name="possible-duplicates",
        icon_name="copy",
        order=15,
        permissions=("people.merge_person",),
    )


# --- retention


@hooks.register("register_reports_menu_item")
def retention_item():
    return PermittedMenuItem(
        _("Retention"),
        reverse_lazy("people_retention"),
        name="retention",
        icon_name="time",
        order=50,
        permissions=("people.view_retentionperiod",),
    )


@hooks.register("register_audit_words")
def retention_audit_words():
    return {
        "people.erasure": _("Person forgotten"),
        "people.plannederasure.list": _("List of those about to be forgotten"),
        "people.plannederasure.page": _("Page of somebody about to be forgotten"),
    }
