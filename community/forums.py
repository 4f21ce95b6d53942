"""The forums: opening them, writing, correcting, reporting and deciding on reports."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from wagtail.log_actions import log

from community import letters, members
from community.models import Forum, Post, PostReport, Thread
from people import timeline
from people.access import ways_in
from people.announcements import announce
from people.identity import names
from people.models import Channel, Person, Touchpoint, User
from programmes.models import Programme

SCHOOL = "school"  # the slug of the forum for everybody
TAKEN_SLUGS = (SCHOOL, "preview")  # addresses that are no programme's
EDIT_WINDOW = timedelta(minutes=15)
MOST_POSTS, MOST_POSTS_WITHIN = 10, timedelta(minutes=10)
LONGEST_TITLE, LONGEST_POST, LONGEST_REASON = 160, 5_000, 250
WAITS_TOO_LONG = timedelta(hours=48)


class NotAMember(Exception):
    """The person may not do this in this forum."""


class ThreadLocked(Exception):
    """A moderator has closed the conversation."""


class TooManyPosts(Exception):
    """Ten posts in ten minutes are enough for anybody."""


class NothingWritten(Exception):
    """A post needs words, a thread a title."""


class TooLate(Exception):
    """One's own post can be corrected for fifteen minutes, and not once it is hidden."""


REFUSALS = (NotAMember, ThreadLocked, TooManyPosts, NothingWritten, TooLate)


def open_forum(programme: Programme | None) -> Forum:
    """The forum of a programme, or with None that of the whole school; made when it is first asked for."""
    if programme is None:
        return Forum.objects.get_or_create(slug=SCHOOL)[0]
    slug = f"{programme.code}-{programme.pk}" if programme.code in TAKEN_SLUGS else programme.code
    return Forum.objects.get_or_create(programme=programme, defaults={"slug": slug})[0]


def open_missing() -> int:
    """Open the school's forum and those of programmes with students that have none; return how many were opened."""
    missing = Programme.objects.filter(forum=None, intakes__enrolments__isnull=False).distinct()
    opened = [open_forum(programme) for programme in missing]
    if not Forum.objects.filter(slug=SCHOOL).exists():
        opened.append(open_forum(None))
    return len(opened)


def may_read(person: Person, forum: Forum) -> bool:
    """Whether ``person`` may open ``forum``: see ``members.Member``."""
    return members.rights_of(person).may_read(forum)


def may_post(person: Person, forum: Forum) -> bool:
    """Whether ``person`` may write in ``forum``."""
    return members.rights_of(person).may_post(forum)


@transaction.atomic
def start_thread(
    forum: Forum, *, author: Person, title: str, text: str, at: datetime, uuid: UUID | None = None
) -> Thread:
    """Begin a conversation. The same ``uuid`` again, as after a double click, returns the first thread.

    Raises NotAMember, NothingWritten, TooManyPosts. Announces ``after_post_written``.
    """
    title, text = names.clean(title, longest=LONGEST_TITLE), cleaned(text)
    if not title or not text:
        raise NothingWritten
    author = _writer(author, forum)
    if uuid and (first := Thread.objects.filter(uuid=uuid, author=author, forum=forum).first()):
        return first
    _refuse_flood(author, at=at)
    thread = Thread(forum=forum, author=author, title=title, created_at=at, last_post_at=at, post_count=1)
    if uuid and not Thread.objects.filter(uuid=uuid).exists():
        thread.uuid = uuid
    thread.save(force_insert=True)
    _written(Post.objects.create(thread=thread, author=author, text=text, created_at=at), "started", at=at)
    return thread


@transaction.atomic
def reply(thread: Thread, *, author: Person, text: str, at: datetime, uuid: UUID | None = None) -> Post:
    """Answer in a conversation. The same ``uuid`` again returns the first post.

    Raises NotAMember, NothingWritten, ThreadLocked, TooManyPosts. Announces ``after_post_written``.
    """
    text = cleaned(text)
    if not text:
        raise NothingWritten
    author = _writer(author, thread.forum)
    if uuid and (first := Post.objects.filter(uuid=uuid, author=author, thread=thread).first()):
        return first
    thread = Thread.objects.select_for_update(of=("self",)).select_related("forum").get(pk=thread.pk)
    if thread.is_locked:
        raise ThreadLocked(thread.pk)
    _refuse_flood(author, at=at)
    post = Post(thread=thread, author=author, text=text, created_at=at)
    if uuid and not Post.objects.filter(uuid=uuid).exists():
        post.uuid = uuid
    post.save(force_insert=True)
    _recount(thread)
    _written(post, "replied", at=at)
    return post


@transaction.atomic
def edit(post: Post, *, by: Person, text: str, at: datetime) -> Post:
    """Correct one's own post while its fifteen minutes last. Raises NotAMember, NothingWritten, TooLate."""
    post = Post.objects.select_for_update(of=("self",)).select_related("thread__forum").get(pk=post.pk)
    if post.author_id != by.pk or not may_post(by, post.thread.forum):
        raise NotAMember(by.pk)
    if not may_edit(post, by=by, at=at):
        raise TooLate(post.pk)
    text = cleaned(text)
    if not text:
        raise NothingWritten
    if text != post.text:
        post.text, post.edited_at = text, at
        post.save(update_fields=["text", "edited_at"])
    return post


def may_edit(post: Post, *, by: Person | None, at: datetime) -> bool:
    """Whether the window in which ``by`` may correct the post is open."""
    is_own = by is not None and post.author_id == by.pk
    return is_own and post.hidden_at is None and at - post.created_at <= EDIT_WINDOW


@transaction.atomic
def report(post: Post, *, by: Person, why: str, at: datetime) -> PostReport:
    """Tell the moderators that a post does not belong; each member once per post. Raises NotAMember."""
    if not may_read(by, post.thread.forum):
        raise NotAMember(by.pk)
    facts = {"why": names.clean(why, longest=LONGEST_REASON), "at": at}
    return PostReport.objects.get_or_create(post=post, by=by, defaults=facts)[0]


@transaction.atomic
def decide(post: Post, *, by: User, decision: str, at: datetime) -> Post:
    """Keep or hide a post, which settles every open report of it; its author is told when it is hidden.

    Keeping a hidden post shows it again. Deciding the same again changes nothing. ``by`` must be a moderator.
    """
    if not by.has_perm(members.MODERATE):
        raise NotAMember(by.pk)
    post = (
        Post.objects.select_for_update(of=("self",))
        .select_related("thread__forum__programme", "author")
        .get(pk=post.pk)
    )
    hides = decision == PostReport.Decision.HIDDEN
    if hides != (post.hidden_at is not None):
        post.hidden_at, post.hidden_by = (at, by) if hides else (None, None)
        post.save(update_fields=["hidden_at", "hidden_by"])
        _recount(Thread.objects.select_for_update().get(pk=post.thread_id))
        if hides:
            letters.hidden(post, at=at)
        log(instance=post, action="community.hide" if hides else "community.show", user=by, timestamp=at)
    PostReport.objects.filter(post=post, decided_at=None).update(decision=decision, decided_at=at, decided_by=by)
    return post


@transaction.atomic
def lock(thread: Thread, *, by: User, is_locked: bool, at: datetime) -> Thread:
    """Close a conversation to new posts, or open it again. ``by`` must be a moderator."""
    if not by.has_perm(members.MODERATE):
        raise NotAMember(by.pk)
    thread = Thread.objects.select_for_update().get(pk=thread.pk)
    if thread.is_locked != is_locked:
        thread.is_locked = is_locked
        thread.save(update_fields=["is_locked"])
        log(instance=thread, action="community.lock" if is_locked else "community.unlock", user=by, timestamp=at)
    return thread


def unanswered(*, at: datetime):
    """Conversations that nobody has answered for more than 48 hours."""
    threads = Thread.objects.filter(post_count=1, is_locked=False, created_at__lte=at - WAITS_TOO_LONG)
    return threads.select_related("forum__programme", "author")


def cleaned(text: str) -> str:
    """What was typed, line by line, without characters that show nothing."""
    lines = text[: 2 * LONGEST_POST].replace("\t", "    ").splitlines()
    return "\n".join(names.without_invisible(line).rstrip() for line in lines).strip("\n")[:LONGEST_POST]


def _writer(author: Person, forum: Forum) -> Person:
    # Locked, so that one person's clicks are taken one after the other and counted.
    known = Person.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    author = ways_in.same_way(known.get(pk=author.pk), author)
    if author.erased_at is not None or not may_post(author, forum):
        raise NotAMember(author.pk)
    return author


def _refuse_flood(author: Person, *, at: datetime) -> None:
    recent = Post.objects.filter(author=author, created_at__gt=at - MOST_POSTS_WITHIN, created_at__lte=at)
    if recent.count() >= MOST_POSTS:
        raise TooManyPosts(author.pk)


def _recount(thread: Thread) -> None:
    shown = Post.objects.filter(thread=thread).shown()
    thread.post_count = shown.count()
    thread.last_post_at = shown.aggregate(last=Max("created_at"))["last"] or thread.created_at
    thread.save(update_fields=["post_count", "last_post_at"])


def _written(post: Post, kind: str, *, at: datetime) -> None:
    timeline.record(
        post.author,
        at=at,
        channel=Channel.WEB,
        direction=Touchpoint.Direction.IN,
        kind=f"community.{kind}",
        summary=post.thread.title,
        about=post,
    )
    announce("after_post_written", post=post, at=at)
