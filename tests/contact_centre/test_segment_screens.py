"""Segments in the back office: written without JavaScript, counted, listed, copied, exported, kept while in use."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from config.demo.segments import make_segments
from contact_centre import rhythm, segments
from contact_centre.models import Journey, Segment
from contact_centre.segments import criteria, drafting, reach, rules, writing
from people.access import audit
from people.contact import policy
from people.models import AuditEntry, Touchpoint
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import ConsentFactory, OutgoingMessageFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
WAITS = {"version": 1, "op": "all", "rules": [{"criterion": "contact_centre.waits", "values": {}}]}


@pytest.fixture
def marketing(client):
    client.force_login(user := UserFactory(role="Marketing"))
    return user


def _saved(document=WAITS, **facts):
    given = {"name": "Waiting", "note": "", "is_fixed": False, "at": timezone.now(), "by": None}
    return writing.save(None, document=document, **given | facts)


def test_a_segment_is_written_without_javascript(client, marketing):
    catalan = PersonFactory(language="ca")
    PersonFactory(language="es")
    url = reverse("contact_centre_segment_new")
    form = {"name": "Catalan speakers", "note": "", "kind": "dynamic", "op.0": "all"}
    page = client.post(url, {**form, "act": "add 0"}).content.decode()
    assert 'name="rule.0-0"' in page
    form |= {"rule.0-0": "people.language", "was.0-0": ""}
    page = client.post(url, {**form, "act": "look 0-0"}).content.decode()
    assert 'name="value.0-0.languages"' in page
    form |= {"was.0-0": "people.language", "value.0-0.languages": ["ca"]}
    page = client.post(url, {**form, "act": "count"}).content.decode()
    assert "1</strong> person meets the rules" in page
    answer = client.post(url, form)
    segment = Segment.objects.get()
    assert answer.url == reverse("contact_centre_segment", args=[segment.uuid])
    assert list(segments.people_of(segment, at=timezone.now())) == [catalan]
    assert str(catalan) in client.get(answer.url).content.decode()


def test_a_rule_that_is_not_finished_is_named_and_nothing_is_saved(client, marketing):
    form = {
        "name": "Half",
        "kind": "dynamic",
        "op.0": "all",
        "rule.0-0": "people.language",
        "was.0-0": "people.language",
    }
    page = client.post(reverse("contact_centre_segment_new"), form).content.decode()
    assert "Fill in “one of”." in page
    assert not Segment.objects.exists()


def test_nobody_writes_over_rules_they_have_not_seen(client, marketing):
    segment = _saved()
    url = reverse("contact_centre_segment_edit", args=[segment.uuid])
    form = {"name": "Mine", "note": "", "kind": "dynamic", "op.0": "all"}
    form["seen"] = client.get(url).context["words"]["started_from"]
    theirs = {"name": "Theirs", "note": "", "document": WAITS, "is_fixed": False}
    writing.save(segment, **theirs, at=timezone.now(), by=None)
    late = client.post(url, form)
    assert "Not saved yet" in late.content.decode()
    assert Segment.objects.get().name == "Theirs"
    client.post(url, form | {"seen": late.context["words"]["started_from"]})
    assert Segment.objects.get().name == "Mine"


def test_only_the_editor_comes_back_to_htmx(client, marketing):
    form = {"name": "", "op.0": "all", "act": "add 0"}
    answer = client.post(reverse("contact_centre_segment_new"), form, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert page.strip().startswith('<div class="segment-draft"')
    assert 'id="segment-count"' in page


def test_buttons_move_group_and_remove():
    draft = drafting.from_rules(WAITS)
    assert drafting.act(draft, "group 0") == "0-1-0"
    assert drafting.act(draft, "up 0-1") == "0-0"
    assert drafting.document(draft)["rules"][0]["op"] == "any"
    assert drafting.act(draft, "remove 0-0") == "0"
    assert drafting.document(draft) == WAITS
    for nonsense in ("remove 0", "up 0-9", "add ../..", "explode 0", ""):
        drafting.act(draft, nonsense)
    assert drafting.document(draft) == WAITS


def test_the_page_names_who_uses_it_and_deleting_is_refused_meanwhile(client, marketing):
    segment = _saved()
    Journey.objects.create(name="Welcome", trigger="x", only_for=segment, changed_at=timezone.now())
    assert "Welcome" in client.get(reverse("contact_centre_segment", args=[segment.uuid])).content.decode()
    client.post(reverse("contact_centre_segment_delete", args=[segment.uuid]))
    assert Segment.objects.filter(pk=segment.pk).exists()
    Journey.objects.all().delete()
    client.post(reverse("contact_centre_segment_delete", args=[segment.uuid]))
    assert not Segment.objects.exists()


def test_a_rule_that_no_longer_holds_is_said_and_the_segment_is_nobody(client, marketing):
    segment = _saved()
    Segment.objects.update(rules={"version": 1, "op": "all", "rules": [{"criterion": "gone.away"}]})
    page = client.get(reverse("contact_centre_segment", args=[segment.uuid])).content.decode()
    assert "The rules do not hold any more" in page
    segment.refresh_from_db()
    with pytest.raises(rules.BadRules):
        segments.people_of(segment, at=timezone.now())
    assert client.get(reverse("contact_centre_segment_edit", args=[segment.uuid])).status_code == 200


def test_copying_goes_on_to_the_editor(client, marketing):
    segment = _saved()
    answer = client.post(reverse("contact_centre_segment_copy", args=[segment.uuid]))
    copied = Segment.objects.exclude(pk=segment.pk).get()
    assert answer.url == reverse("contact_centre_segment_edit", args=[copied.uuid])


def test_an_export_is_noted_and_no_cell_is_a_formula(client):
    person = PersonFactory(given_name="=1+1")
    CaseFactory(person=person)
    segment = _saved()
    client.force_login(UserFactory(role="Data protection"))
    answer = client.post(reverse("contact_centre_segment_export", args=[segment.uuid]))
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [line[1] for line in lines[1:]] == ["'=1+1"]
    noted = AuditEntry.objects.get(what="contact_centre.segment_people")
    assert (noted.act, noted.detail["rows"], noted.about_id) == (audit.Act.EXPORTED, 1, segment.pk)


def test_marketing_may_not_take_people_away(client, marketing):
    segment = _saved()
    assert client.post(reverse("contact_centre_segment_export", args=[segment.uuid])).status_code in (302, 403)
    assert not AuditEntry.objects.filter(what="contact_centre.segment_people").exists()


@pytest.mark.parametrize("name", ["contact_centre_segments", "contact_centre_segment_new", "contact_centre_rhythm"])
def test_pages_take_as_many_queries_for_many_as_for_few(client, marketing, name):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse(name)).status_code == 200
        return len(seen)

    _one_more()
    queries()
    few = queries()
    for _time in range(3):
        _one_more()
    assert queries() == few


def _one_more():
    person = PersonFactory(created_at=timezone.now() - timedelta(days=400))
    ConsentFactory(person=person)
    _saved(name=f"Segment {person.pk}")


def test_whom_we_may_contact_is_the_list_of_a_send():
    for n in range(4):
        person = PersonFactory(phone=f"+3460000000{n}" if n % 2 else "")
        if n != 3:
            ConsentFactory(person=person)
    everybody = rules.people({}, at=timezone.now())
    at = timezone.now().replace(hour=11)
    by_mail = next(one for one in reach.of(everybody, at=at) if one.channel == "E-mail")
    listed = policy.allowed(everybody, channel="email", purpose="commercial", at=at)
    assert by_mail.now == listed.count()
    assert by_mail.now + by_mail.later + sum(people for _why, people in by_mail.barred) == 4


def test_rhythm_finds_those_who_agreed_and_hear_nothing(client, marketing):
    at = timezone.now()
    long_ago = at - timedelta(days=400)
    silent, heard, new, never_agreed = (
        PersonFactory(created_at=when, email=f"{name}@example.org")
        for name, when in (("silent", long_ago), ("heard", long_ago), ("new", at), ("never", long_ago))
    )
    too_many = PersonFactory(created_at=long_ago, email="many@example.org")
    for person in (silent, heard, new, too_many):
        ConsentFactory(person=person)
    for person in (heard, too_many):
        Touchpoint.objects.create(
            person=person, at=at - timedelta(days=5), channel="email", direction="out", kind="x.y"
        )
    for _time in range(4):
        OutgoingMessageFactory(person=too_many, purpose="commercial", state="sent", sent_at=at - timedelta(days=1))
    assert list(rhythm.silent(at=at)) == [silent]
    assert never_agreed not in rhythm.agreed()
    band = rhythm.band(at=at)
    assert (band.agreed, band.silent, band.above, band.inside, band.share) == (4, 1, 1, 2, 0.5)
    assert set(rules.people(rhythm.rules_for_silence(60), at=at)) == {silent}
    page = client.get(reverse("contact_centre_rhythm")).content.decode()
    assert "50 %" in page
    assert "many@example.org" not in page
    assert 'value="people.known_for" selected' in client.get(
        reverse("contact_centre_segment_new") + "?silent=60"
    ).content.decode()  # fmt: skip


def test_the_demo_segments_can_be_made_twice():
    assert make_segments(at=timezone.now()) == 5
    assert make_segments(at=timezone.now()) == 0


def test_criteria_have_words_in_every_field():
    for one in criteria.registered().values():
        assert all(str(field.label) for field in one.fields), one.code
