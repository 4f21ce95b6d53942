"""The list of possible duplicates, as staff decide them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people.models import DuplicatePair
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]
LIST = "/admin/duplicates/"


@pytest.fixture(autouse=True)
def in_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def lead(client):
    client.user = UserFactory(role="Contact-centre lead")
    client.force_login(client.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def pair(probability=0.8, reasons=("same_name",), **facts):
    one, other = PersonFactory(phone=""), PersonFactory(given_name="Nuira")
    return DuplicatePair.objects.create(
        one=one, other=other, probability=probability, reasons=list(reasons), found_at=MONDAY_9AM, **facts
    )


def listed(client, **sieve):
    return [row["pair"] for row in client.get(LIST, sieve).context["rows"]]


def test_the_likeliest_come_first_side_by_side_with_their_reasons(lead):
    unlikely, likely = pair(0.3, ["shared_phone"]), pair(0.9, ["same_mailbox", "other_name"])
    answer = lead.get(LIST)
    assert [row["pair"] for row in answer.context["rows"]] == [likely, unlikely]
    text = answer.content.decode()
    for words in ("90 %", "One mailbox written in two ways", "But: other given name", "Nuira Puig Serra", "Two people"):
        assert words in text


def test_one_sees_what_is_to_decide_unless_one_asks_for_more(lead):
    still, apart = pair(), pair(state="different")
    assert listed(lead) == [still]
    assert listed(lead, state="different") == [apart]
    assert listed(lead, reason="same_phone") == []
    assert listed(lead, reason="same_name") == [still]


def test_pairs_of_the_erased_are_not_shown(lead):
    gone = pair()
    gone.one.erased_at = MONDAY_9AM
    gone.one.save()
    assert listed(lead) == []


def test_a_pair_is_two_people_by_its_own_button(lead):
    first, second = pair(), pair()
    answer = lead.post("/admin/duplicates/apart/", {"only": first.pk, "pair": [second.pk], "next": f"{LIST}?p=1"})
    assert answer.url == f"{LIST}?p=1"
    assert [one.state for one in DuplicatePair.objects.order_by("pk")] == ["different", "open"]
    assert DuplicatePair.objects.get(pk=first.pk).decided_by == lead.user


def test_many_pairs_are_two_people_each_and_can_be_decided_again(lead):
    pairs = [pair(), pair()]
    lead.post("/admin/duplicates/apart/", {"pair": [one.pk for one in pairs] + ["x", "9" * 30]})
    assert listed(lead) == []
    lead.post("/admin/duplicates/reopen/", {"only": pairs[0].pk})
    assert listed(lead) == [pairs[0]]


def test_nothing_ticked_changes_nothing_and_says_so(lead):
    one = pair()
    assert "tick a pair first" in lead.post("/admin/duplicates/apart/", follow=True).content.decode()
    assert listed(lead) == [one]


def test_the_way_back_stays_in_the_house(lead):
    answer = lead.post("/admin/duplicates/apart/", {"next": "https://elsewhere.example/"})
    assert answer.url == reverse("people_duplicates:index")


def test_an_empty_list_says_so(lead):
    assert "nobody seems to be here twice" in lead.get(LIST).content.decode()


def test_only_those_who_may_merge_get_in(client):
    one = pair()
    client.force_login(UserFactory(role="Adviser"), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(LIST).status_code in (302, 403)
    assert client.post("/admin/duplicates/apart/", {"only": one.pk}).status_code in (302, 403)
    assert DuplicatePair.objects.get().state == "open"


def test_the_list_takes_the_same_queries_for_one_pair_and_for_three(lead):
    def queries():
        with CaptureQueriesContext(connection) as taken:
            assert lead.get(LIST).status_code == 200
        return len(taken)

    pair()
    queries()
    few = queries()
    pair()
    pair()
    assert queries() == few


def test_the_list_is_in_the_menu_of_reports(lead):
    assert LIST in lead.get("/admin/my-day/").content.decode()
