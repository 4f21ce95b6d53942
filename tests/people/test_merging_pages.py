"""The comparison, the result, the list, the way back, and the API."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from wagtail.users.models import UserProfile

from people.access import api_tokens
from people.identity import merging
from people.models import DuplicatePair, Merge
from people.privacy import erasure
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import MONDAY_9AM, ConsentFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "/admin/people/merge/"
API = "/api/v1/people"


@pytest.fixture
def lead(client):
    user = UserFactory(role="Contact-centre lead")
    UserProfile.objects.create(user=user, preferred_language="en")
    client.force_login(user)
    return client


def two():
    one = PersonFactory(given_name="Núria", country="", created_at=MONDAY_9AM)
    return one, PersonFactory(given_name="Nuri", country="FR", created_at=MONDAY_9AM + timedelta(days=1))


def pair_of(one, other, **facts):
    first, second = sorted((one, other), key=lambda person: person.pk)
    return DuplicatePair.objects.create(one=first, other=second, probability=0.9, found_at=MONDAY_9AM, **facts)


def test_comparison_shows_both_what_moves_and_whose_no_holds(lead):
    one, other = two()
    CaseFactory(person=other)
    ConsentFactory(person=other, decision="denied", at=MONDAY_9AM)
    page = lead.get(URL, {"one": one.uuid, "other": other.uuid}).content.decode()
    assert "Núria" in page
    assert "Nuri " in page
    assert "<strong>1</strong>" in page
    assert "Denied" in page
    assert 'name="keep_country" value="absorbed" checked' in page
    assert "Make them one person: Núria" in page
    assert f"one={other.uuid}&amp;other={one.uuid}" in page
    assert not Merge.objects.exists()


def test_merge_and_undo_by_buttons(lead):
    one, other = two()
    fields = {"one": one.uuid, "other": other.uuid, "keep_given_name": "absorbed"}
    done = lead.post(URL, fields, follow=True)
    made = Merge.objects.get()
    assert done.redirect_chain[-1][0] == reverse("people_merges:inspect", args=[made.pk])
    one.refresh_from_db()
    assert (one.given_name, one.country) == ("Nuri", "FR")
    assert "Undo the merge" in done.content.decode()
    again = lead.post(URL, fields, follow=True)
    assert again.redirect_chain[-1][0] == reverse("people_merges:inspect", args=[made.pk])
    assert Merge.objects.count() == 1
    undone = lead.post(reverse("people_undo_merge", args=[made.pk]), follow=True)
    assert "They are two people again" in undone.content.decode()
    assert "already" in lead.post(reverse("people_undo_merge", args=[made.pk]), follow=True).content.decode()


def test_whoever_opens_the_page_of_an_absorbed_person_lands_on_the_one_who_speaks(lead):
    one, other = two()
    merging.merge(one, other, at=MONDAY_9AM)
    answer = lead.get(reverse("contact_centre_person", args=[other.uuid]))
    assert answer.status_code == 302
    assert answer.url == reverse("contact_centre_person", args=[one.uuid])
    page = lead.get(answer.url).content.decode()
    assert "Merged from" in page
    assert "csrfmiddlewaretoken" in page


def test_bulk_merges_each_pair_by_itself_and_says_what_became_of_it(lead):
    same = two()
    merging.merge(*same, at=MONDAY_9AM)
    pairs = [pair_of(*two()), pair_of(*two(), state="different"), pair_of(*same)]
    page = lead.post(reverse("people_merge_bulk"), {"pair": [pair.pk for pair in pairs] + ["x"]}).content.decode()
    assert "1 of 3" in page
    assert "two people" in page
    assert "one person already" in page
    made = Merge.objects.get(source="bulk")
    assert made.survivor.given_name == "Núria"
    assert [DuplicatePair.objects.get(pk=pair.pk).state for pair in pairs] == ["merged", "different", "open"]
    lead.post(reverse("people_undo_merge", args=[made.pk]))
    assert DuplicatePair.objects.get(pk=pairs[0].pk).state == "open"


def test_what_cannot_be_compared_is_answered_plainly(lead):
    one, other = two()
    assert lead.get(URL).status_code == 302
    assert lead.get(URL, {"one": one.uuid, "other": "x"}).status_code == 404
    assert lead.get(URL, {"one": one.uuid, "other": uuid4()}).status_code == 404
    same = lead.get(URL, {"one": one.uuid, "other": one.uuid}, follow=True)
    assert "one person already" in same.content.decode()
    erasure.erase(other, at=MONDAY_9AM)
    assert "erased" in lead.get(URL, {"one": one.uuid, "other": other.uuid}, follow=True).content.decode()
    assert "erased" in lead.post(URL, {"one": one.uuid, "other": other.uuid}, follow=True).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_list_of_merges_costs_the_same_however_long(lead, number, django_assert_max_num_queries):
    for _number in range(number):
        merging.merge(*two(), at=MONDAY_9AM)
    lead.get(reverse("people_merges:index"))
    with django_assert_max_num_queries(14):
        page = lead.get(reverse("people_merges:index")).content.decode()
    assert page.count("One person") >= number


# --- the API


def bearer(*scopes):
    return {"authorization": f"Bearer {api_tokens.issue('CRM', list(scopes), MONDAY_9AM)}"}


def send(client, path, body, headers):
    return client.post(f"{API}{path}", body, content_type="application/json", headers=headers)


def test_api_merges_reads_and_undoes(client):
    one, other = two()
    pair_of(one, other, reasons=["name"])
    may = bearer("people:read", "people:merge")
    found = client.get(f"{API}/duplicates", headers=may).json()
    assert {found[0]["one"], found[0]["other"]} == {str(one.uuid), str(other.uuid)}
    body = {"survivor": str(one.uuid), "absorbed": str(other.uuid), "choices": {"given_name": "absorbed"}}
    made = send(client, "/merges", body, may)
    assert made.status_code == 201
    assert made.json()["moved"] == {"people.identity": 1}
    read = client.get(f"{API}/{other.uuid}", headers=may).json()
    assert (read["uuid"], read["also_known_as"], read["given_name"]) == (str(one.uuid), [str(other.uuid)], "Nuri")
    assert len(read["identities"]) == 2
    assert client.get(f"{API}/duplicates", headers=may).json() == []
    undone = send(client, f"/merges/{made.json()['uuid']}/undo", {}, may)
    assert (undone.status_code, bool(undone.json()["undone_at"])) == (200, True)
    assert client.get(f"{API}/{other.uuid}", headers=may).json()["uuid"] == str(other.uuid)
    assert client.get(f"{API}/merges/{made.json()['uuid']}", headers=may).json()["undone_at"]


def test_api_refuses_clearly(client):
    one, other = two()
    may = bearer("people:read", "people:merge")
    body = {"survivor": str(one.uuid), "absorbed": str(other.uuid)}
    assert send(client, "/merges", body, {}).status_code == 401
    assert send(client, "/merges", body, bearer("people:read")).status_code == 403
    assert client.get(f"{API}/{one.uuid}", headers=bearer("people:merge")).status_code == 403
    assert send(client, "/merges", body | {"choices": {"uuid": "absorbed"}}, may).status_code == 422
    assert send(client, "/merges", {"survivor": "x"}, may).status_code == 422
    assert send(client, "/merges", body | {"absorbed": str(uuid4())}, may).status_code == 404
    same = send(client, "/merges", body | {"absorbed": str(one.uuid)}, may)
    assert (same.status_code, bool(same.json()["detail"])) == (409, True)
    uuid = send(client, "/merges", body, may).json()["uuid"]
    assert send(client, "/merges", body, may).status_code == 409
    assert send(client, f"/merges/{uuid}/undo", {}, may).status_code == 200
    assert send(client, f"/merges/{uuid}/undo", {}, may).status_code == 409
    erasure.erase(one, at=MONDAY_9AM)
    assert client.get(f"{API}/{one.uuid}", headers=may).status_code == 404


def test_api_says_of_itself_what_it_offers(client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert {path for path in paths if path.startswith(API)} >= {
        f"{API}/{{uuid}}",
        f"{API}/duplicates",
        f"{API}/merges",
        f"{API}/merges/{{uuid}}/undo",
    }
