"""The file for the person: whatever is registered and planted is in it, and nothing of anybody else."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from people import relatives
from people.contact import consents
from people.models import Person
from people.own_data import exporting
from people.privacy import personal_data
from tests.factories.people import MONDAY_9AM, ConsentFactory, PersonFactory
from tests.people.planting import Planter

pytestmark = pytest.mark.django_db


def exported(person) -> dict:
    """The file as it is written and read again."""
    return json.loads(json.dumps(exporting.export(person), cls=DjangoJSONEncoder))


def test_every_personal_field_of_the_registry_is_in_the_file_when_planted():
    planter = Planter("zqxmine")
    tables = exported(planter.plant())["tables"]
    missing = []
    for table in personal_data.tables():
        if not (table.of and table.personal):
            continue
        rows = tables.get(table.model, [])
        for name in table.personal:
            row = next((made for (model, _way), made in planter.made.items() if model is table.model_class), None)
            planted = row is not None and getattr(row, name) not in (None, "", [], {})
            if planted and not any(one.get(name) not in (None, "", [], {}) for one in rows):
                missing.append(f"{table.model}.{name}")
    assert missing == []
    assert len(tables) > 30


def test_words_planted_are_in_the_file_and_those_of_others_are_not():
    person = Planter("zqxmine").plant()
    Planter("zqxother").plant()
    text = json.dumps(exported(person))
    assert "zqxmine" in text
    assert "zqxother" not in text


def test_consents_come_with_the_words_that_were_read():
    consents.keep_texts(at=MONDAY_9AM)
    line = ConsentFactory(language="en")
    (said,) = exported(line.person)["consents"]
    assert said["words"] == "Send me news and offers about programmes. I can stop them at any time with one click."


def test_relatives_topics_and_earlier_entries_are_in_the_file():
    person = PersonFactory(topics_off=["design"])
    mother = PersonFactory(given_name="Mercè", family_name="Serra")
    relatives.note(
        person, relative=mother, kind="mother", at=MONDAY_9AM, source="call", gets_reports=True, proof="mail"
    )
    earlier = PersonFactory(email="before@example.org")
    Person.objects.filter(pk=earlier.pk).update(merged_into=person)
    found = exported(person)
    assert found["topics_off"][0]["code"] == "design"
    assert found["relatives"][0]["name"] == "Mercè Serra"
    assert "before@example.org" in json.dumps(found["tables"])


def test_who_of_the_school_read_it_stays_with_the_school():
    planter = Planter("zqxmine")
    read = exported(planter.plant())["read_by_the_school"]
    assert [set(one) for one in read] == [{"at", "act", "what"}]


def test_absorbed_person_is_exported_as_who_speaks_for_them():
    survivor, absorbed = PersonFactory(), PersonFactory()
    Person.objects.filter(pk=absorbed.pk).update(merged_into=survivor)
    absorbed.refresh_from_db()
    assert exported(absorbed)["person"]["uuid"] == str(survivor.uuid)
