from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from community import forums
from community.models import Forum, Post, PostReport, Thread
from tests.community.people import member_of
from tests.factories.community import ForumFactory, PostFactory, ThreadFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def forum():
    return ForumFactory(programme=ProgrammeFactory(page=True))


def addresses(thread):
    return [
        reverse("community:home"),
        reverse("community:forum", args=[thread.forum.slug]),
        reverse("community:new_thread", args=[thread.forum.slug]),
        reverse("community:thread", args=[thread.uuid]),
        reverse("community:report", args=[thread.posts.get().uuid]),
    ]


def test_strangers_are_asked_to_sign_in(client, forum):
    for address in addresses(ThreadFactory(forum=forum)):
        response = client.get(address)
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))


def test_whoever_has_no_place_is_refused(client, forum):
    client.force_login(PersonFactory(user=UserFactory()).user)
    assert {client.get(address).status_code for address in addresses(ThreadFactory(forum=forum))} == {403}


def test_forum_of_another_programme_does_not_exist(client, forum):
    client.force_login(member_of(ProgrammeFactory()).user)
    home, *others = addresses(ThreadFactory(forum=forum))
    assert client.get(home).status_code == 200
    assert {client.get(address).status_code for address in others} == {404}


@pytest.mark.parametrize("language", ["ca", "es", "en"])
def test_pages_open_in_each_language(client, forum, language):
    client.force_login(member_of(forum.programme, language=language).user)
    client.cookies["django_language"] = language
    for address in addresses(ThreadFactory(forum=forum)):
        response = client.get(address)
        assert response.status_code == 200
        assert f'<html lang="{language}">' in response.text


def test_whoever_withdrew_reads_but_has_no_form(client, forum):
    thread = ThreadFactory(forum=forum)
    client.force_login(member_of(forum.programme, state="withdrawn").user)
    address = reverse("community:thread", args=[thread.uuid])
    assert "<textarea" not in client.get(address).text
    client.post(address, {"text": "Still here", "uuid": uuid4()})
    assert Post.objects.count() == 1


def test_reply_sent_twice_is_there_once(client, forum):
    thread = ThreadFactory(forum=forum)
    client.force_login(member_of(forum.programme).user)
    address = reverse("community:thread", args=[thread.uuid])
    reply = {"text": "In the **library**", "uuid": uuid4()}
    for _twice in range(2):
        assert client.post(address, reply).status_code == 302
    assert client.get(address).text.count("<strong>library</strong>") == 1


def test_preview_writes_nothing(client, forum):
    client.force_login(member_of(forum.programme).user)
    address = reverse("community:new_thread", args=[forum.slug])
    response = client.post(address, {"title": "T", "text": "*soft*", "uuid": uuid4(), "preview": "1"})
    assert "<em>soft</em>" in response.text
    assert client.post(reverse("community:preview"), {"text": "*soft*"}).text == "<p><em>soft</em></p>\n"
    assert not Thread.objects.exists()


def test_new_conversation_opens(client, forum):
    client.force_login(member_of(forum.programme).user)
    address = reverse("community:new_thread", args=[forum.slug])
    assert client.post(address, {"title": "", "text": "", "uuid": uuid4()}).status_code == 422
    response = client.post(address, {"title": "Study group", "text": "Who joins?", "uuid": uuid4()}, follow=True)
    assert "Who joins?" in response.text


def test_tutor_without_a_person_can_answer(client, forum):
    thread = ThreadFactory(forum=forum)
    client.force_login(UserFactory(role="Tutor", first_name="Oriol", last_name="Serra"))
    address = reverse("community:thread", args=[thread.uuid])
    for text in ("Good question.", "See page 4."):
        assert client.post(address, {"text": text, "uuid": uuid4()}).status_code == 302
    page = client.get(address).text
    assert page.count("Oriol S.</strong>") == 2


def test_hidden_post_is_seen_by_moderators_only(client, forum):
    thread = ThreadFactory(forum=forum)
    PostFactory(thread=thread, text="Hidden words", hidden_at=timezone.now())
    address = reverse("community:thread", args=[thread.uuid])
    client.force_login(member_of(forum.programme).user)
    assert "Hidden words" not in client.get(address).text
    client.force_login(UserFactory(role="Moderator"))
    assert "Hidden words" in client.get(address).text


def test_reporting_and_hiding_from_the_queue(client, forum):
    post = ThreadFactory(forum=forum).posts.get()
    client.force_login(member_of(forum.programme).user)
    client.post(reverse("community:report", args=[post.uuid]), {"why": "An advertisement"})
    client.force_login(UserFactory(role="Tutor"))
    decide = reverse("community:decide", args=[post.uuid])
    assert client.post(decide, {"decision": "hidden"}).status_code == 403
    client.force_login(UserFactory(role="Moderator"))
    queue = reverse("community_queue")
    assert "An advertisement" in client.get(queue).text
    assert client.post(decide, {"decision": "hidden", "next": queue}).url == queue
    assert "An advertisement" not in client.get(queue).text
    assert "An advertisement" in client.get(queue, {"view": "hidden"}).text
    assert PostReport.objects.get().decision == "hidden"


def test_queue_is_for_moderators(client):
    client.force_login(UserFactory(role="Adviser"))
    assert client.get(reverse("community_queue")).status_code == 302


def test_moderators_home_tells_what_nobody_answers(client, forum):
    ThreadFactory(forum=forum, title="Is anybody there?", created_at=timezone.now() - timedelta(days=3))
    client.force_login(UserFactory(role="Moderator"))
    assert "Is anybody there?" in client.get(reverse("contact_centre_my_day")).text
    assert client.get(reverse("forums:index")).status_code == 200
    assert client.get(reverse("forums:edit", args=[forum.pk])).status_code == 200


def test_editing_is_offered_while_the_window_is_open(client, forum):
    person = member_of(forum.programme)
    client.force_login(person.user)
    thread = forums.start_thread(forum, author=person, title="T", text="Frist", at=timezone.now())
    address = reverse("community:edit", args=[thread.posts.get().uuid])
    assert "Frist" in client.get(address).text
    client.post(address, {"text": "First"})
    assert "First" in client.get(reverse("community:thread", args=[thread.uuid])).text
    Post.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("name", ["home", "forum", "thread", "queue", "campus"])
def test_queries_do_not_grow_with_rows(client, django_assert_max_num_queries, forum, name):
    forums.open_forum(None)
    thread = ThreadFactory(forum=forum)
    person = member_of(forum.programme)
    client.force_login(UserFactory(role="Moderator") if name == "queue" else person.user)
    address = {
        "home": reverse("community:home"),
        "forum": reverse("community:forum", args=[forum.slug]),
        "thread": reverse("community:thread", args=[thread.uuid]),
        "queue": reverse("community_queue"),
        "campus": "/campus/",
    }[name]
    forums.report(thread.posts.get(), by=person, why="x", at=timezone.now())
    client.get(address)
    with django_assert_max_num_queries(200) as few:
        client.get(address)
    for _more in range(18):
        ThreadFactory(forum=forum)
        PostFactory(thread=thread, author=PersonFactory(user=UserFactory()))
        forums.report(PostFactory(thread=thread), by=member_of(forum.programme), why="x", at=timezone.now())
    for programme in ProgrammeFactory.create_batch(3):
        ForumFactory(programme=programme)
    with django_assert_max_num_queries(len(few) + (2 if name == "queue" else 1)):
        client.get(address)
    assert Forum.objects.count() == 5
