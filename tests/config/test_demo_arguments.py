"""What the demo's advisers say and who its rivals are: complete in three languages, invented, told once."""

import re

import pytest

from config.demo import arguments, benchmark, catalogue
from contact_centre.models import ArgumentUse
from enrolment.models import Enrolment
from insights.arguments import conversions
from insights.kpis import Period
from people.models import User
from programmes.models import Argument, BenchmarkReview, Rival, SheetLookup
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import MONDAY_9AM, UserFactory
from tests.factories.programmes import IntakeFactory, ProgrammeFactory

LANGUAGES = ("ca", "es", "en")
AMOUNT = re.compile(r"\d[\d.,]*\s*(?:€|euros?\b|EUR)|[€£$]\s*\d")


def test_every_programme_has_arguments_and_an_objection_and_some_hold_for_all():
    texts = arguments.texts()
    assert set(texts) == {arguments.FOR_ALL, *catalogue.FACTS}
    for code, listed in texts.items():
        kinds = [one["kind"] for one in listed]
        assert (kinds.count("argument") >= 2, kinds.count("objection") >= 1) == (True, True), code


def test_each_is_said_and_answered_in_three_languages_and_names_no_price():
    for code, listed in arguments.texts().items():
        for one in listed:
            assert set(one) == {"kind", *LANGUAGES}, code
            for language in LANGUAGES:
                text, answer = one[language]
                assert 0 < len(text) <= 250, (code, language)
                assert answer.endswith("."), (code, language, answer)
                assert not AMOUNT.search(f"{text} {answer}"), (code, language)
            assert len({tuple(one[language]) for language in LANGUAGES}) == len(LANGUAGES), code


def test_rivals_are_invented():
    for website, _notes in benchmark.COMPETITORS.values():
        assert website.endswith(".example/")
    for seen in benchmark.SEEN:
        assert seen.programme in catalogue.FACTS
        assert not seen.source.startswith("http") or ".example/" in seen.source
    assert {seen.programme for seen in benchmark.SEEN} != set(catalogue.FACTS), "one is left to be compared"
    assert any(seen.days_ago > 90 for seen in benchmark.SEEN), "one is left to be reviewed again"


@pytest.mark.django_db
def test_the_scenes_play_once_however_often_they_are_asked():
    marketing = UserFactory(email="marketing@llevant.example", role="Marketing")
    intake = IntakeFactory(programme=ProgrammeFactory(code="data-analysis"))
    CaseFactory.create_batch(12, programme=intake.programme, answered=True)
    assert benchmark.play(at=MONDAY_9AM) == 3
    made = arguments.play(at=MONDAY_9AM.replace(year=2027))
    assert made > 9
    assert (benchmark.play(at=MONDAY_9AM), arguments.play(at=MONDAY_9AM.replace(year=2027))) == (0, 0)
    assert Argument.objects.count() == len(arguments.texts()["all"]) + len(arguments.texts()["data-analysis"])
    assert Rival.objects.filter(reviewed_by=marketing).count() == 3
    assert BenchmarkReview.objects.count() == 1
    assert ArgumentUse.objects.count() == made - Argument.objects.count()
    assert SheetLookup.objects.exists()
    period = Period(MONDAY_9AM.date(), MONDAY_9AM.date())
    assert sum(one.used.cases for one in conversions(period)) == ArgumentUse.objects.count()
    assert not Enrolment.objects.exists()
    assert User.objects.filter(email="marketing@llevant.example").count() == 1
