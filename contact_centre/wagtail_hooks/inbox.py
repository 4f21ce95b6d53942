"""The queue in the back office: reading it live, acting on many cases, saved views, follow-ups."""

from django.urls import path, re_path
from wagtail import hooks

from contact_centre import plans, snoozing
from contact_centre.views import follow_ups, many, queue


@hooks.register("register_admin_urls")
def inbox_urls():
    return [
        path("queue/live/", queue.live, name="contact_centre_live"),
        path("queue/many/", many.act, name="contact_centre_many"),
        path("queue/undo/<uuid:uuid>/", many.undo_act, name="contact_centre_undo"),
        path("queue/views/", many.keep_view, name="contact_centre_keep_view"),
        re_path(
            r"^queue/views/(?P<pk>[0-9]{1,18})/(?P<act>remove|up|share|unshare)/$",
            many.change_view,
            name="contact_centre_change_view",
        ),
        path("cases/<uuid:uuid>/aside/", many.snooze, name="contact_centre_snooze"),
        path("cases/<uuid:uuid>/follow-ups/", follow_ups.set_for_case, name="contact_centre_set_follow_up"),
        path("cases/<uuid:uuid>/next-attempt/", follow_ups.plan_attempt, name="contact_centre_plan_attempt"),
        path("cases/<uuid:uuid>/lost-contact/", follow_ups.give_up, name="contact_centre_give_up"),
        re_path(
            r"^follow-ups/(?P<pk>[0-9]{1,18})/(?P<act>done|drop|move)/$",
            follow_ups.act,
            name="contact_centre_follow_up",
        ),
    ]


@hooks.register("construct_case_panels")
def panels_of_case(request, panels, case):
    panels += [follow_ups.LaterPanel(request, case), follow_ups.AttemptPanel(request, case)]


@hooks.register("register_sweeper")
def sweep_aside(*, at):
    return {"cases_woken": snoozing.wake_due(at=at), "plans_ticked": plans.tick(at=at)}
