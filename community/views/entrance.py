"""Who comes in: members only; to others a forum that is not theirs does not exist."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.views.decorators.cache import never_cache

from community import members, reading
from community.models import Forum, Post, Thread
from people.access.sign_in import person_of


def for_members(view):
    """Ask to sign in, refuse whoever has no place in the school, and hand the view the ``member``."""

    @wraps(view)
    @never_cache
    @login_required
    def entered(request, *args, **kwargs):
        member = members.member_of(request.user, person_of(request))
        if not member.is_member:
            raise PermissionDenied
        return view(request, member, *args, **kwargs)

    return entered


def open_forum(member: members.Member, slug: str) -> Forum:
    try:
        forum = reading.forum(slug)
    except Forum.DoesNotExist:
        raise Http404
    if not member.may_read(forum):
        raise Http404
    return forum


def open_thread(member: members.Member, uuid) -> Thread:
    try:
        thread = reading.thread(uuid)
    except Thread.DoesNotExist:
        raise Http404
    if not member.may_read(thread.forum) or not (thread.post_count or member.is_moderator):
        raise Http404
    return thread


def open_post(member: members.Member, uuid) -> Post:
    try:
        post = Post.objects.select_related("thread__forum", "author").get(uuid=uuid)
    except Post.DoesNotExist:
        raise Http404
    if not member.may_read(post.thread.forum) or (post.hidden_at and not member.is_moderator):
        raise Http404
    return post
