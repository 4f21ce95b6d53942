"""A synthetic school loaded in bulk holds together like one that grew."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from contact_centre.models import Case
from enquiries.models import Enquiry
from people.models import Identity, Person, Touchpoint
from tests.factories.programmes import ProgrammeFactory

pytestmark = pytest.mark.django_db


def test_everybody_has_an_address_a_case_and_an_enquiry():
    ProgrammeFactory()
    out = StringIO()
    call_command("fill", "--people", "200", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"created": 200}
    assert Person.objects.with_contact().filter(source="synthetic").count() == 200
    assert Identity.objects.values("value").distinct().count() == 200
    assert Enquiry.objects.filter(case__person__isnull=False, programme__isnull=False).count() == 200
    assert Touchpoint.objects.count() == 400


def test_open_cases_have_open_enquiries_and_closed_ones_do_not():
    call_command("fill", "--people", "100", "--open-share", "0.5", stdout=StringIO())
    waiting = Case.objects.open()
    assert 20 < waiting.count() < 80
    assert not waiting.exclude(enquiry__state="received").exists()
    assert not Case.objects.filter(state="closed", enquiry__state="received").exists()


def test_filling_twice_adds_as_many_again():
    for seed in ("1", "2"):
        call_command("fill", "--people", "30", "--seed", seed, stdout=StringIO())
    assert Person.objects.count() == 60


@pytest.mark.parametrize("arguments", [["--people", "0"], ["--people", "5", "--open-share", "2"]])
def test_impossible_sizes_are_refused(arguments):
    with pytest.raises(CommandError) as refused:
        call_command("fill", *arguments)
    assert refused.value.returncode == 2
