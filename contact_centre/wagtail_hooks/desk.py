"""The desk in Wagtail's admin: addresses, menu, brand, log entries, and what lower floors ask of us."""

from django.templatetags.static import static
from django.urls import path, re_path, reverse, reverse_lazy
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from contact_centre import corrections, data_requests, personal_data, roles, tasks
from contact_centre.models import Case
from contact_centre.views import arguments, case, identities, my_day, people, queue, relatives, sheet_block, timeline
from people.access import visibility
from people.back_office import PermittedMenuItem

READ, TAKE, SEE = "contact_centre.view_case", "contact_centre.take_case", "contact_centre.see_person_page"


@hooks.register("register_admin_urls")
def desk_urls():
    return [
        path("my-day/", my_day.MyDayView.as_view(), name="contact_centre_my_day"),
        path("queue/", queue.QueueView.as_view(), name="contact_centre_queue"),
        path("queue/next/", queue.claim_next, name="contact_centre_claim_next"),
        path("queue/assign/", queue.assign, name="contact_centre_assign"),
        path("cases/<uuid:uuid>/", case.CaseView.as_view(), name="contact_centre_case"),
        path("cases/<uuid:uuid>/take/", queue.take, name="contact_centre_take"),
        path("cases/<uuid:uuid>/compose/", case.compose, name="contact_centre_compose"),
        path("cases/<uuid:uuid>/compose/sheet/", sheet_block.insert_sheet, name="contact_centre_insert_sheet"),
        path("cases/<uuid:uuid>/answer/", case.answer, name="contact_centre_answer"),
        path("cases/<uuid:uuid>/call/", case.log_call, name="contact_centre_case_call"),
        path("cases/<uuid:uuid>/arguments/<int:pk>/", arguments.mark, name="contact_centre_mark_argument"),
        path("cases/<uuid:uuid>/put-back/", case.put_back, name="contact_centre_put_back"),
        path("cases/<uuid:uuid>/close/", case.close, name="contact_centre_close"),
        path("cases/<uuid:uuid>/reopen/", case.reopen, name="contact_centre_reopen"),
        path("people/", people.PeopleView.as_view(), name="contact_centre_people"),
        path("people/<uuid:uuid>/", people.PersonView.as_view(), name="contact_centre_person"),
        path("people/<uuid:uuid>/write/", people.write, name="contact_centre_write"),
        path("people/<uuid:uuid>/call/", people.log_call, name="contact_centre_person_call"),
        path(
            "people/<uuid:uuid>/relatives/new/", relatives.AddRelativeView.as_view(), name="contact_centre_relative_new"
        ),
        path(
            "people/<uuid:uuid>/relatives/<int:pk>/",
            relatives.ChangeRelativeView.as_view(),
            name="contact_centre_relative",
        ),
        path("people/<uuid:uuid>/relatives/<int:pk>/end/", relatives.end, name="contact_centre_relative_end"),
        path("people/<uuid:uuid>/identities/add/", identities.add, name="contact_centre_identity_add"),
        re_path(
            r"^people/(?P<uuid>[0-9a-f-]{36})/identities/(?P<pk>[0-9]{1,18})/"
            r"(?P<act>verify|undeliverable|deliverable|remove)/$",
            identities.act,
            name="contact_centre_identity_act",
        ),
        path("people/<uuid:uuid>/timeline/", timeline.TimelineView.as_view(), name="contact_centre_timeline"),
        re_path(
            r"^people/(?P<uuid>[0-9a-f-]{36})/timeline\.(?P<file_format>csv|json)$",
            timeline.export,
            name="contact_centre_timeline_file",
        ),
        path(
            "people/<uuid:uuid>/timeline/<int:pk>/feeling/", timeline.note_feeling, name="contact_centre_note_feeling"
        ),
    ]


@hooks.register("register_admin_menu_item")
def my_day_item():
    return MenuItem(_("My day"), reverse_lazy("contact_centre_my_day"), name="my-day", icon_name="home", order=10)


@hooks.register("register_admin_menu_item")
def queue_item():
    return PermittedMenuItem(
        _("Queue"),
        reverse_lazy("contact_centre_queue"),
        name="queue",
        icon_name="inbox",
        order=20,
        permissions=(READ, TAKE),
    )


@hooks.register("register_admin_menu_item")
def people_item():
    return PermittedMenuItem(
        _("People"),
        reverse_lazy("contact_centre_people"),
        name="people",
        icon_name="group",
        order=30,
        permissions=(SEE, TAKE, "people.see_own_people"),
    )


@hooks.register("construct_help_menu")
def help_without_adverts(request, menu_items):
    """Wagtail's release notes and guide are on other sites; the list of shortcuts is the help that is here."""
    menu_items[:] = [item for item in menu_items if item.name == "keyboard-shortcuts-trigger"]


@hooks.register("register_icons")
def icons(icons):
    return [*icons, "contact_centre/icons/inbox.svg"]


@hooks.register("insert_global_admin_css")
def admin_css():
    files = ["admin.css", "admin/timeline.css", "admin/relatives.css", "admin/identities.css"]
    return format_html_join("", '<link rel="stylesheet" href="{}">', [(static(name),) for name in files])


@hooks.register("insert_global_admin_js")
def admin_js():
    files = ["django_htmx/htmx-2.min.js", "admin.js"]
    return format_html_join("", '<script src="{}" defer></script>', [(static(name),) for name in files])


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("contact_centre.assign", _("Give a case"), _("Case given to an adviser"))
    actions.register_action("contact_centre.close", _("Close a case"), _("Case closed"))
    actions.register_action("contact_centre.reopen", _("Reopen a case"), _("Case opened again"))


@hooks.register("register_role_permissions")
def role_permissions():
    return roles.PERMISSIONS


@hooks.register("register_people_seen")
def people_seen(user):
    return user.has_perm(SEE) or user.has_perm(TAKE)


@hooks.register("register_private_words")
def private_words():
    """What was said on a case is for those who work with cases."""
    rule = visibility.for_holders_of(READ, TAKE)
    return dict.fromkeys(("contact_centre.answered", "contact_centre.call_reached", "contact_centre.call_missed"), rule)


@hooks.register("construct_person_panels")
def relatives_of_person(request, panels, person):
    panels.append(relatives.RelativesPanel(request, person))


@hooks.register("construct_person_panels")
def identities_of_person(request, panels, person):
    panels += [identities.IdentitiesPanel(request, person), identities.PossibleDuplicatesPanel(person)]


@hooks.register("register_touchpoint_links")
def touchpoint_links():
    def cases(ids, user):
        found = Case.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "uuid")
        return {pk: reverse("contact_centre_case", args=[uuid]) for pk, uuid in found}

    return {"contact_centre.case": cases}


@hooks.register("register_audit_words")
def audit_words():
    return {
        "contact_centre.case": _("Case with its conversation"),
        "contact_centre.timeline": _("Timeline as a file"),
    }


@hooks.register("register_touchpoint_kinds")
def touchpoint_kinds():
    return {
        "contact_centre.answered": _("Answered by e-mail"),
        "contact_centre.call_reached": _("Spoke on the telephone"),
        "contact_centre.call_missed": _("Called, not reached"),
    }


hooks.register("register_sheet_askers", arguments.askers)
hooks.register("register_sweeper", tasks.sweep_desk)
hooks.register("after_data_request", data_requests.take_in)
hooks.register("after_corrections_drafted", corrections.open_cases)
hooks.register("after_corrections_withdrawn", corrections.close_cases)


@hooks.register("after_case_closed")
def set_correction_aside(case, by, at):
    corrections.set_aside(case=case, by=by, at=at)


hooks.register("register_personal_fields", lambda: personal_data.TABLES)
hooks.register("register_retention_keepers", personal_data.keep_for_now)
