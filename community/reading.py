"""Reading the forums: what a member finds in each, page by page."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from community import forums, markup, members
from community.members import Member
from community.models import Forum, Post, PostReport, Thread
from people.models import Person, User
from programmes.models import Programme

FORUMS_SHOWN = 200


@dataclass(frozen=True)
class Line:
    """One post as it is shown."""

    post: Post
    html: str
    author: str
    initials: str
    tone: int  # 1 to 5, the colour of the picture
    is_school: bool
    is_mine: bool
    may_edit: bool
    was_reported: bool


def forums_of(member: Member) -> list[Forum]:
    """The forums ``member`` may open, the school's first, with ``threads_shown`` and ``latest_at``."""
    found = Forum.objects.all()
    if not member.is_staff:
        found = found.filter(Q(programme__in=member.reads) | Q(programme=None))
    shown = Q(threads__post_count__gt=0)
    return list(
        _titled(found)
        .annotate(threads_shown=Count("threads", filter=shown), latest_at=Max("threads__last_post_at", filter=shown))
        .order_by(F("programme").asc(nulls_first=True))[:FORUMS_SHOWN]
    )


def forum(slug: str) -> Forum:
    """Raises Forum.DoesNotExist."""
    return _titled(Forum.objects.all()).get(slug=slug)


def thread(uuid) -> Thread:
    """Raises Thread.DoesNotExist."""
    titled = Prefetch("forum", _titled(Forum.objects.all()))
    return Thread.objects.select_related("author").prefetch_related(titled).get(uuid=uuid)


def title(forum: Forum) -> str:
    """What a forum is called in the reader's language."""
    if forum.title:
        return forum.title
    return forum.programme.title_in(get_language() or "ca") if forum.programme else _("The whole school")


def threads(forum: Forum, member: Member) -> QuerySet[Thread]:
    """The conversations of a forum, the latest first; moderators also find those of which nothing is left."""
    found = forum.threads.select_related("author")
    found = found if member.is_moderator else found.shown_to_members()
    return found.order_by("-last_post_at", "-pk")


def latest(member: Member, *, limit: int = 5) -> list[Thread]:
    """The latest conversations in all forums ``member`` may open."""
    found = Thread.objects.shown_to_members()
    if not member.is_staff:
        found = found.filter(Q(forum__programme__in=member.reads) | Q(forum__programme=None))
    titled = Prefetch("forum", _titled(Forum.objects.all()))
    return list(found.select_related("author").prefetch_related(titled).order_by("-last_post_at", "-pk")[:limit])


def posts(thread: Thread, member: Member) -> QuerySet[Post]:
    """The posts of a conversation in their order; moderators also see what is hidden."""
    found = thread.posts.select_related("author")
    found = found if member.is_moderator else found.shown()
    return found.order_by("created_at", "pk")


def lines(found: list[Post], member: Member, *, at: datetime) -> list[Line]:
    """Posts ready to be shown. Two queries, however many they are."""
    me = member.person
    school = _school_among([post.author for post in found])
    reported = set()
    if me is not None:
        reported = set(PostReport.objects.filter(by=me, post__in=found).values_list("post", flat=True))
    return [
        Line(
            post=post,
            html=shown_text(post),
            author=members.shown_name(post.author),
            initials=initials(post.author),
            tone=post.author_id % 5 + 1,
            is_school=post.author.user_id in school,
            is_mine=me is not None and post.author_id == me.pk,
            may_edit=member.may_post(post.thread.forum) and forums.may_edit(post, by=me, at=at),
            was_reported=post.pk in reported,
        )
        for post in found
    ]


def shown_text(post: Post) -> str:
    """The post as HTML; of whoever was forgotten, that there was one."""
    if post.text:
        return markup.render(post.text)
    return format_html("<p><em>{}</em></p>", _("The text went with its writer, who asked to be forgotten."))


def initials(person: Person) -> str:
    """One or two letters for the picture."""
    return "".join(part[:1] for part in (person.given_name, person.family_name)).upper() or "·"


def _school_among(authors: list[Person]) -> set[int]:
    """The logins that take part for the school: tutors and moderators."""
    users = {author.user_id for author in authors if author.user_id}
    rights = Q(groups__permissions__codename__in=["take_part", "moderate"]) & Q(
        groups__permissions__content_type__app_label="community"
    )
    return set(User.objects.filter(rights, pk__in=users).values_list("pk", flat=True))


def _titled(found: QuerySet[Forum]) -> QuerySet[Forum]:
    return found.prefetch_related(Prefetch("programme", Programme.objects.with_sheets()))
