from datetime import timedelta
from uuid import uuid4

import pytest

from community import forums, members
from community.models import Forum, PostReport
from people.models import OutgoingMessage, Touchpoint
from people.own_data import exporting
from people.privacy import erasure
from tests.community.people import member_of
from tests.factories.community import MONDAY_9AM, ForumFactory, PostFactory, ThreadFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def forum():
    return ForumFactory()


def test_opening_a_forum_twice_gives_the_same(forum):
    programme = ProgrammeFactory(code="nursing")
    first = forums.open_forum(programme)
    assert first.slug == "nursing"
    assert forums.open_forum(programme) == first
    assert forums.open_forum(None) == forums.open_forum(None)
    assert Forum.objects.filter(programme=None).count() == 1


@pytest.mark.parametrize(
    ("who", "reads", "posts"),
    [
        ("active", True, True),
        ("completed", True, True),
        ("withdrawn", True, False),
        ("other programme", False, False),
        ("prospect", False, False),
        ("Tutor", True, True),
        ("Moderator", True, True),
        ("Adviser", False, False),
    ],
)
def test_who_reads_and_who_posts(forum, who, reads, posts):
    if who in ("active", "completed", "withdrawn"):
        person = member_of(forum.programme, state=who)
    elif who == "other programme":
        person = member_of(ProgrammeFactory())
    elif who == "prospect":
        person = PersonFactory(user=UserFactory())
    else:
        person = PersonFactory(user=UserFactory(role=who))
    assert (forums.may_read(person, forum), forums.may_post(person, forum)) == (reads, posts)


def test_students_of_any_programme_read_the_forum_of_the_school(forum):
    school = forums.open_forum(None)
    assert forums.may_post(member_of(forum.programme), school)
    assert not forums.may_post(member_of(forum.programme, state="withdrawn"), school)
    assert not forums.may_read(PersonFactory(), school)


def test_thread_and_reply_are_counted_and_told_on_the_timeline(forum):
    person = member_of(forum.programme)
    thread = forums.start_thread(forum, author=person, title="Where do we meet?", text="I am new.", at=MONDAY_9AM)
    later = MONDAY_9AM + timedelta(hours=1)
    forums.reply(thread, author=person, text="In the library.", at=later)
    thread.refresh_from_db()
    assert (thread.post_count, thread.last_post_at) == (2, later)
    kinds = Touchpoint.objects.filter(person=person).order_by("at").values_list("kind", flat=True)
    assert list(kinds) == ["community.started", "community.replied"]


def test_sending_a_form_twice_writes_once(forum):
    person, token = member_of(forum.programme), uuid4()
    facts = {"author": person, "title": "Hello", "text": "Hello", "at": MONDAY_9AM, "uuid": token}
    thread = forums.start_thread(forum, **facts)
    assert forums.start_thread(forum, **facts) == thread
    first = forums.reply(thread, author=person, text="Again", at=MONDAY_9AM, uuid=token)
    assert forums.reply(thread, author=person, text="Again", at=MONDAY_9AM, uuid=token) == first
    assert thread.posts.count() == 2


def test_token_of_somebody_else_does_not_give_their_post(forum):
    token = uuid4()
    thread = ThreadFactory(forum=forum)
    theirs = forums.reply(thread, author=member_of(forum.programme), text="Mine", at=MONDAY_9AM, uuid=token)
    ours = forums.reply(thread, author=member_of(forum.programme), text="Ours", at=MONDAY_9AM, uuid=token)
    assert (theirs.text, ours.text) == ("Mine", "Ours")


def test_eleventh_post_in_ten_minutes_is_refused(forum):
    person, thread = member_of(forum.programme), ThreadFactory(forum=forum)
    for minute in range(10):
        forums.reply(thread, author=person, text=f"{minute}", at=MONDAY_9AM + timedelta(seconds=50 * minute))
    with pytest.raises(forums.TooManyPosts):
        forums.reply(thread, author=person, text="more", at=MONDAY_9AM + timedelta(minutes=9))
    forums.reply(thread, author=person, text="later", at=MONDAY_9AM + timedelta(minutes=20))


def test_own_post_can_be_corrected_for_fifteen_minutes(forum):
    person = member_of(forum.programme)
    post = PostFactory(thread=ThreadFactory(forum=forum), author=person)
    edited = forums.edit(post, by=person, text="At seven.", at=MONDAY_9AM + timedelta(minutes=15))
    assert edited.text == "At seven."
    with pytest.raises(forums.TooLate):
        forums.edit(post, by=person, text="At eight.", at=MONDAY_9AM + timedelta(minutes=16))
    with pytest.raises(forums.NotAMember):
        forums.edit(post, by=member_of(forum.programme), text="Never.", at=MONDAY_9AM)


def test_post_is_reported_once_by_each_and_hidden_for_all(forum):
    author, reader = member_of(forum.programme), member_of(forum.programme)
    thread = ThreadFactory(forum=forum)
    post = forums.reply(thread, author=author, text="Buy my watches", at=MONDAY_9AM)
    for _twice in range(2):
        forums.report(post, by=reader, why="It is an advertisement", at=MONDAY_9AM)
    assert PostReport.objects.count() == 1
    moderator = UserFactory(role="Moderator")
    for minute in range(2):
        forums.decide(post, by=moderator, decision="hidden", at=MONDAY_9AM + timedelta(minutes=minute))
    thread.refresh_from_db()
    assert thread.post_count == 1
    assert PostReport.objects.get().decision == "hidden"
    assert OutgoingMessage.objects.filter(person=author).count() == 1
    forums.decide(post, by=moderator, decision="kept", at=MONDAY_9AM + timedelta(minutes=5))
    thread.refresh_from_db()
    assert thread.post_count == 2


def test_only_moderators_decide(forum):
    post = PostFactory(thread=ThreadFactory(forum=forum))
    with pytest.raises(forums.NotAMember):
        forums.decide(post, by=UserFactory(role="Tutor"), decision="hidden", at=MONDAY_9AM)


def test_nobody_writes_in_a_closed_conversation(forum):
    thread = ThreadFactory(forum=forum)
    forums.lock(thread, by=UserFactory(role="Moderator"), is_locked=True, at=MONDAY_9AM)
    with pytest.raises(forums.ThreadLocked):
        forums.reply(thread, author=member_of(forum.programme), text="But", at=MONDAY_9AM)


def test_conversation_without_answer_waits_too_long_after_two_days(forum):
    thread = ThreadFactory(forum=forum)
    assert list(forums.unanswered(at=MONDAY_9AM + timedelta(hours=47))) == []
    assert list(forums.unanswered(at=MONDAY_9AM + timedelta(hours=48))) == [thread]


def test_erased_author_becomes_a_former_member(forum):
    author, reader = member_of(forum.programme, given_name="Quim", family_name="Roca"), member_of(forum.programme)
    post = PostFactory(thread=ThreadFactory(forum=forum), author=author)
    forums.report(post, by=author, why="My telephone is in it", at=MONDAY_9AM)
    assert members.shown_name(author) == "Quim R."
    assert exporting.export(author)["community_posts"][0]["text"] == post.text
    erasure.erase(author, at=MONDAY_9AM)
    author.refresh_from_db()
    assert members.shown_name(author) == "Former member"
    assert PostReport.objects.get().why == ""
    assert forums.may_read(reader, forum)


def test_sweep_opens_forums_once(forum):
    member_of(ProgrammeFactory())
    assert forums.open_missing() == 2
    assert forums.open_missing() == 0
