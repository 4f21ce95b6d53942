"""The promise ledger in the back office."""

from django.templatetags.static import static
from django.urls import path, re_path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contact_centre import promises
from contact_centre.models import Promise
from contact_centre.views import promises as views
from people.access import visibility
from people.back_office import PermittedMenuItem


@hooks.register("register_admin_urls")
def promise_urls():
    return [
        path("promises/", views.PromisesView.as_view(), name="contact_centre_promises"),
        path("promises/hand-over/", views.hand_over, name="contact_centre_promises_hand_over"),
        path("people/<uuid:uuid>/promises/", views.make, name="contact_centre_promise_make"),
        re_path(
            r"^promises/(?P<uuid>[0-9a-f-]{36})/(?P<act>keep|withdraw)/$",
            views.settle,
            name="contact_centre_promise_settle",
        ),
    ]


@hooks.register("register_running_menu_item")
def promises_item():
    return PermittedMenuItem(
        _("Promises"),
        reverse_lazy("contact_centre_promises"),
        name="promises",
        icon_name="tasks",
        order=30,
        permissions=(views.VIEW,),
    )


@hooks.register("insert_global_admin_css")
def admin_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/promises.css"))


@hooks.register("construct_person_panels")
def promises_to_person(request, panels, person):
    panels.append(views.PromisesPanel(request, person))


@hooks.register("construct_case_panels")
def promises_beside_case(request, panels, case):
    panels.append(views.PromisesPanel(request, case.person, case))


@hooks.register("register_touchpoint_kinds")
def touchpoint_kinds():
    return promises.KINDS


@hooks.register("register_private_words")
def private_words():
    rule = visibility.for_holders_of(views.VIEW)
    return dict.fromkeys(promises.KINDS, rule)


@hooks.register("register_touchpoint_links")
def touchpoint_links():
    def promised(ids, user):
        if not user.has_perm(views.VIEW):
            return {}
        address = reverse_lazy("contact_centre_promises")
        found = Promise.objects.filter(pk__in=ids).values_list("pk", flat=True)
        return dict.fromkeys(found, f"{address}?view=standing")

    return {"contact_centre.promise": promised}


@hooks.register("register_sweeper")
def sweep_promises(*, at):
    return {"promises_reminded": promises.remind_due(at=at), "promises_broken": promises.note_broken(at=at)}
