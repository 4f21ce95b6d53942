"""What the community offers to the back office, the walls and the floors below."""

from django.templatetags.static import static
from django.urls import path, reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from community import forums, journeys, personal_data, roles, segments
from community.models import Post
from community.views import panels as hung
from community.views.moderation import ModerationView
from community.viewsets import ForumViewSet
from contact_centre.journeys import listening
from people.back_office import PermittedMenuItem


@hooks.register("after_enrolment_made")
def open_forums(*, enrolment, at):
    forums.open_forum(None)
    forums.open_forum(enrolment.intake.programme)


@hooks.register("register_sweeper")
def open_missing_forums(*, at):
    return {"forums_opened": forums.open_missing()}


@hooks.register("register_shared_rows")
def shared_rows():
    """A reply and a report hang on what somebody else wrote; whoever wrote the first post began the conversation."""
    return {"community.post": {"thread": True}, "community.postreport": {"post": False}}


@hooks.register("register_role_permissions")
def role_permissions():
    return roles.PERMISSIONS


@hooks.register("register_touchpoint_links")
def touchpoint_links():
    def posts(ids, user):
        if not user.has_perm(roles.TAKE_PART):
            return {}
        found = Post.objects.filter(pk__in=ids).values_list("pk", "uuid", "thread__uuid")
        return {pk: f"{reverse('community:thread', args=[thread])}#p-{uuid}" for pk, uuid, thread in found}

    return {"community.post": posts}


@hooks.register("register_touchpoint_kinds")
def touchpoint_kinds():
    return {
        "community.started": _("Began a conversation in the forum"),
        "community.replied": _("Wrote in the forum"),
    }


hooks.register("register_exporter", personal_data.export)
hooks.register("register_personal_fields", lambda: personal_data.TABLES)


# --- walls
@hooks.register("construct_campus_panels")
def latest_threads(request, panels, person):
    panels.append(hung.LatestThreadsPanel(person))


@hooks.register("construct_person_panels")
def posts_of_person(request, panels, person):
    panels.append(hung.PostsPanel(person))


@hooks.register("construct_my_day_panels")
def day_of_moderator(request, panels):
    if request.user.has_perm(roles.MODERATE):
        panels.append(hung.ModeratorDayPanel())


# --- the back office
@hooks.register("register_admin_urls")
def admin_urls():
    return [path("community/", ModerationView.as_view(), name="community_queue")]


@hooks.register("register_admin_menu_item")
def moderation_item():
    url = reverse_lazy("community_queue")
    return PermittedMenuItem(
        _("Community"), url, name="community", icon_name="comment", order=70, permissions=(roles.MODERATE,)
    )


@hooks.register("register_admin_viewset")
def forum_viewset():
    return ForumViewSet()


@hooks.register("insert_global_admin_css")
def admin_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/community.css"))


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("community.hide", _("Hide a post"), _("Post hidden"))
    actions.register_action("community.show", _("Show a post again"), _("Post shown again"))
    actions.register_action("community.lock", _("Close a conversation"), _("Conversation closed"))
    actions.register_action("community.unlock", _("Open a conversation"), _("Conversation opened again"))


listening.register(journeys.HAPPENINGS)


hooks.register("register_segment_criteria", segments.criteria)
