"""Mentions: answered in time, imported without doubles, and a crisis that is told at once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contact_centre.models import StaffNotice
from enquiries.listening import mention_files, mentions, social
from enquiries.models import Mention
from people.importing.input_files import Unreadable
from tests.factories.arguments import RivalFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.plans import ChannelFactory, MentionFactory, PostFactory

pytestmark = pytest.mark.django_db
FRIDAY_5PM = datetime(2026, 3, 6, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


def noted(**values) -> Mention:
    return mentions.note(MentionFactory.build(**values), at=values.get("said_at", FRIDAY_5PM), by=None)


def test_answer_is_due_in_working_time_and_sooner_for_what_is_bad_or_a_crisis():
    calm = noted(said_at=FRIDAY_5PM)
    bad = noted(said_at=FRIDAY_5PM, tone=-1)
    crisis = noted(said_at=FRIDAY_5PM, is_crisis=True)
    assert FRIDAY_5PM < crisis.due_at < bad.due_at < calm.due_at
    assert calm.due_at - FRIDAY_5PM > timedelta(days=2)  # the weekend lies between
    assert noted(rival=RivalFactory().competitor).due_at is None
    assert noted(needs_answer=False).due_at is None


def test_two_colleagues_answer_and_the_first_has_it():
    mention = noted()
    mentions.answer(mention, text="Thank you, Marta.", at=FRIDAY_5PM, by=UserFactory())
    with pytest.raises(mentions.AlreadyAnswered):
        mentions.answer(mention, text="Thanks!", at=FRIDAY_5PM, by=UserFactory())
    with pytest.raises(mentions.AlreadyAnswered):
        mentions.needs_none(mention, at=FRIDAY_5PM, by=None)
    assert Mention.objects.get().answer == "Thank you, Marta."


def test_figure_counts_what_was_answered_in_time_of_all_that_was_due():
    at = FRIDAY_5PM + timedelta(days=10)
    in_time, late, unanswered = noted(reach=100), noted(tone=-1, reach=50), noted(tone=1)
    mentions.answer(in_time, text="Yes.", at=in_time.due_at, by=None)
    mentions.answer(late, text="Sorry.", at=late.due_at + HOUR, by=None)
    noted(rival=RivalFactory().competitor)
    noted(said_at=at - HOUR)  # still has time
    found = mentions.figures(since=FRIDAY_5PM - timedelta(days=30), at=at)
    assert (found.due, found.in_time, found.late, found.in_time_percent) == (3, 1, 1, 33)
    assert (found.about_us, found.good, found.bad, found.about_rivals, found.reach) == (4, 1, 1, 1, 150)
    assert not found.is_met
    assert mentions.waiting().first() == unanswered


def test_crisis_is_told_to_director_and_lead_at_once_and_stands_on_their_day_until_lifted(client):
    director, lead = UserFactory(role="Director"), UserFactory(role="Contact-centre lead")
    adviser = UserFactory(role="Adviser")
    mention = noted(text="They never gave the grants they promised.", needs_answer=False)
    mentions.raise_crisis(mention, at=FRIDAY_5PM, by=adviser)
    mentions.raise_crisis(mention, at=FRIDAY_5PM + HOUR, by=adviser)
    assert set(StaffNotice.objects.values_list("user", flat=True)) == {director.pk, lead.pk}
    assert StaffNotice.objects.count() == 2
    assert Mention.objects.get().due_at < FRIDAY_5PM + timedelta(days=4)
    for user, sees in ((director, True), (lead, True), (adviser, False)):
        client.force_login(user)
        assert ("never gave the grants" in client.get(reverse("contact_centre_my_day")).content.decode()) == sees
    client.force_login(adviser)
    assert client.post(reverse("enquiries_mention_lift", args=[mention.pk])).status_code in (302, 403)
    assert Mention.objects.get().is_crisis
    client.force_login(director)
    client.post(reverse("enquiries_mention_lift", args=[mention.pk]))
    assert "never gave the grants" not in client.get(reverse("contact_centre_my_day")).content.decode()


def test_crisis_can_come_back_and_is_told_again():
    UserFactory(role="Director")
    mention = noted(is_crisis=True)
    mentions.lift_crisis(mention, at=FRIDAY_5PM, by=None)
    mentions.raise_crisis(mention, at=FRIDAY_5PM + HOUR, by=None)
    assert StaffNotice.objects.count() == 2


# --- the file of a listening tool

HEAD = "Date;Network;Author;Text;Sentiment;Reach;URL;About\n"


def taken(tmp_path, text: str | bytes, name="mentions.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return mention_files.take_in(path, at=FRIDAY_5PM, by=None)


def test_table_is_taken_in_once_however_often_it_comes(tmp_path):
    rival = RivalFactory().competitor
    table = (
        HEAD
        + "2026-03-05 10:00;Instagram;@ada;Loved it;positive;1.200;https://i.example/1;\n"
        + "2026-03-05 11:00;Twitter;@bob;Slow answer;negative;;https://x.example/2;\n"
        + f"2025-01-05 11:00;;;Long ago;negative;;;{rival.name.upper()}\n"
    )
    first, second = taken(tmp_path, table), taken(tmp_path, table)
    assert (first.taken, first.known, first.refused) == (3, 0, [])
    assert (second.taken, second.known) == (0, 3)
    ada, bob, old = Mention.objects.order_by("pk")
    assert (ada.network, ada.tone, ada.reach, ada.due_at) == ("instagram", 1, 1200, None)
    assert bob.network == "x"
    assert bob.due_at > FRIDAY_5PM
    assert (old.rival, old.due_at) == (rival, None)


def test_bad_rows_are_refused_with_a_reason_and_the_others_come_in(tmp_path):
    report = taken(
        tmp_path,
        HEAD
        + "someday;x;a;Text;good;1;;\n"
        + "2026-03-05;x;a;;good;1;;\n"
        + "2027-03-05;x;a;Tomorrow;good;1;;\n"
        + "2026-03-05;x;a;Text;furious;1;;\n"
        + "2026-03-05;x;a;Text;good;many;;\n"
        + "2026-03-05;x;a;Text;good;1;javascript:alert(1);\n"
        + "2026-03-05;x;'=cmd();Fine;good;1;;\n",
    )
    assert report.taken == 1
    assert [line for line, _why in report.refused] == [2, 3, 4, 5, 6, 7]
    assert all(why for _line, why in report.refused)
    assert Mention.objects.get().text == "Fine"


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"name;mail\nAda;a@b.c\n", b"<html></html>"])
def test_what_is_no_table_of_mentions_is_refused_in_words(tmp_path, content):
    with pytest.raises(Unreadable) as refusal:
        taken(tmp_path, content)
    assert str(refusal.value)


def test_spanish_table_in_windows_letters_is_read(tmp_path):
    table = "Fecha;Red;Autor;Mención;Tono\n05/03/2026;Instagram;Íñigo;Está muy bien;positivo\n"
    assert taken(tmp_path, table.encode("cp1252")).taken == 1
    assert Mention.objects.get().author == "Íñigo"


# --- the screens


def test_mention_is_noted_tied_to_a_person_and_shown_on_their_page(client):
    person = PersonFactory(email="ada@example.org")
    client.force_login(UserFactory(role="Marketing"))
    said = {
        "network": "reviews", "author": "Ada", "text": "<script>alert(1)</script> Very kind people.", "tone": "1",
        "said_at": "2026-03-05 10:00", "needs_answer": "on", "who": "ADA@example.org", "address": "",
    }  # fmt: skip
    answer = client.post(reverse("mentions:add"), said)
    mention = Mention.objects.get()
    assert answer.url == reverse("mentions:inspect", args=[mention.pk])
    assert mention.person == person
    assert mention.due_at
    html = client.get(answer.url).content.decode()
    assert "Very kind people." in html
    assert "<script>alert(1)" not in html
    client.force_login(UserFactory(role="Contact-centre lead"))
    panel = reverse("contact_centre_person", args=[person.uuid]) + "?panel=mentions"
    assert "Very kind people." in client.get(panel, headers={"HX-Request": "true"}).content.decode()


def test_unknown_address_and_a_mention_of_tomorrow_are_said(client):
    client.force_login(UserFactory(role="Marketing"))
    said = {"network": "x", "text": "Hm.", "tone": "0", "said_at": "2099-01-01 10:00", "who": "nobody@example.org"}
    html = client.post(reverse("mentions:add"), said).content.decode()
    assert "Nobody has this address or number." in html
    assert "That is still to come." in html
    assert not Mention.objects.exists()


def test_upload_says_what_became_of_each_row(client):
    client.force_login(UserFactory(role="Marketing"))
    file = SimpleUploadedFile("m.csv", (HEAD + "2026-03-05;x;a;Fine;good;1;;\nnever;x;a;B;good;1;;\n").encode())
    html = client.post(reverse("enquiries_mentions_import"), {"file": file}).content.decode()
    assert "Taken in" in html
    assert "is not a date" in html
    assert Mention.objects.count() == 1
    wrong = SimpleUploadedFile("m.csv", b"name\nAda\n")
    assert client.post(reverse("enquiries_mentions_import"), {"file": wrong}).status_code == 422


def test_list_takes_the_same_queries_for_one_and_three(client):
    client.force_login(UserFactory(role="Marketing"))
    noted(rival=RivalFactory().competitor)
    counts = []
    for _turn in range(2):
        client.get(reverse("mentions:index"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("mentions:index"))
        counts.append(len(captured))
        noted(rival=RivalFactory().competitor, person=PersonFactory())
        noted()
    assert counts[0] == counts[1]


# --- what we say ourselves


def test_channel_says_how_often_it_spoke_against_what_it_meant(django_assert_num_queries):
    thursday = datetime(2026, 3, 12, tzinfo=UTC).date()
    channel = ChannelFactory(posts_per_week=2)
    for days in (2, 8, 9, 15):
        PostFactory(channel=channel, on=thursday - timedelta(days=days), is_published=True, reach=10)
    PostFactory(channel=channel, on=thursday + timedelta(days=1))
    late = PostFactory(channel=channel, on=thursday - timedelta(days=1))
    with django_assert_num_queries(3):
        [voice] = social.voices(on=thursday, weeks=2)
    assert [(week.published, week.planned) for week in voice.weeks] == [(1, 0), (2, 0), (1, 2)]
    assert (voice.published, voice.meant, voice.percent, voice.reach) == (3, 4, 75, 40)
    assert list(social.overdue(on=thursday)) == [late]
    social.publish(late)
    assert not list(social.overdue(on=thursday))
