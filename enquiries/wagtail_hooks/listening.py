"""Mentions, channels and posts in the back office; the banner of a crisis on the day of those who handle it."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from enquiries.views import listening
from enquiries.viewsets.listening import VIEWSETS
from people.back_office import PermittedMenuItem


@hooks.register("register_admin_viewset")
def listening_viewsets():
    return VIEWSETS


@hooks.register("register_admin_urls")
def listening_urls():
    return [
        path("mentions/import/", listening.MentionFileView.as_view(), name="enquiries_mentions_import"),
        path("mentions/<int:pk>/answer/", listening.answer_mention, name="enquiries_mention_answer"),
        path("mentions/<int:pk>/leave/", listening.leave_mention, name="enquiries_mention_leave"),
        path("mentions/<int:pk>/crisis/", listening.raise_crisis, name="enquiries_mention_crisis"),
        path("mentions/<int:pk>/over/", listening.lift_crisis, name="enquiries_mention_lift"),
        path("social/", listening.SocialView.as_view(), name="enquiries_social"),
        path("social-posts/<int:pk>/out/", listening.publish_post, name="enquiries_post_out"),
    ]


@hooks.register("register_marketing_menu_item")
def mentions_item():
    url, may = reverse_lazy("mentions:index"), ("enquiries.view_mention",)
    return PermittedMenuItem(_("Mentions"), url, name="mentions", icon_name="openquote", order=70, permissions=may)


@hooks.register("register_marketing_menu_item")
def social_item():
    url, may = reverse_lazy("enquiries_social"), ("enquiries.view_socialchannel",)
    return PermittedMenuItem(_("Social networks"), url, name="social", icon_name="comment", order=72, permissions=may)


@hooks.register("construct_my_day_panels")
def crisis_banner(request, panels: list):
    panels.append(listening.CrisisPanel(request))


@hooks.register("construct_person_panels")
def said_in_public(request, panels: list, person):
    panels.append(listening.SaidPanel(request, person))


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("enquiries.mention_answered", _("Answer a mention"), _("Mention answered"))
    actions.register_action("enquiries.mention_left", _("Leave a mention"), _("Mention wants no answer"))
    actions.register_action("enquiries.crisis", _("Call it a crisis"), _("Crisis: those who handle it were told"))
    actions.register_action("enquiries.crisis_over", _("Declare a crisis over"), _("Crisis over"))
