"""The demo school's words and facts: complete in three languages, plausible, and without a real address in them."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from config.demo import accounts, catalogue, templates_texts, voices, website
from config.demo.cast import Cast, plan_campaigns
from config.demo.simulation import Simulation
from contact_centre.models import MessageTemplate
from enquiries.models import Campaign
from people.identity import identities
from people.models import User
from programmes import site
from programmes.editing import seo_lint
from programmes.models import Intake, LandingPage, ProgrammePage, Teacher
from tutoring.models import Survey

LANGUAGES = {"ca", "es", "en"}
NOW = datetime(2027, 3, 10, 12, tzinfo=UTC)
TODAYS = [
    date(2026, 1, 1),
    date(2026, 5, 31),
    date(2026, 6, 1),
    date(2026, 12, 28),
    date(2027, 3, 10),
    date(2028, 2, 29),
]
PLAIN_TEXTS = (
    "title", "promise", "problem", "proof", "description", "requirements", "search_description", "accreditation",
    "careers",
)  # fmt: skip
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|TBD|[Ll]orem|[Ii]psum)\b")  # “todo” is Spanish


def words_in(value) -> Iterator[str]:
    """Every string below ``value``."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for below in value.values():
            yield from words_in(below)
    elif isinstance(value, (list, tuple)):
        for below in value:
            yield from words_in(below)


def all_words() -> list[str]:
    sheets = [catalogue.texts_of(code) for code in catalogue.FACTS]
    other = [voices._WORDS, templates_texts.TEXTS, templates_texts.TITLES, templates_texts.SURVEYS]
    return list(words_in([*sheets, *other, catalogue.FIELDS, catalogue.TEACHERS]))


def cast_on(now: datetime = NOW) -> Cast:
    return Cast(Simulation(now=now, seed=7), today=now.date())


@pytest.mark.parametrize("code", catalogue.FACTS)
def test_programme_is_told_completely_in_three_languages(code):
    texts = catalogue.texts_of(code)
    assert set(texts) == LANGUAGES
    for text in texts.values():
        assert set(text) == {*PLAIN_TEXTS, "symptoms", "outcome", "syllabus", "questions"}
        assert all(text[name].strip() for name in PLAIN_TEXTS)
        assert len(text["promise"]) <= 250
        assert len(text["symptoms"]) == 3
        assert 4 <= len(text["outcome"]) <= 6
        assert 6 <= len(text["syllabus"]) <= 8
        assert len(text["questions"]) == 5
        assert all(words.strip() for words in words_in(text))
    shapes = {(len(text["outcome"]), len(text["syllabus"])) for text in texts.values()}
    assert len(shapes) == 1


@pytest.mark.parametrize("code", catalogue.FACTS)
def test_texts_of_a_programme_differ_between_languages(code):
    texts = catalogue.texts_of(code)
    for name in PLAIN_TEXTS[1:]:
        assert len({text[name] for text in texts.values()}) == 3


@pytest.mark.parametrize("code", catalogue.FACTS)
def test_sheets_name_the_length_and_times_of_the_facts(code):
    facts = catalogue.FACTS[code]
    begin, end = facts.timetable.split("–")
    for text in catalogue.texts_of(code).values():
        assert re.search(rf"\b{facts.length_weeks}\b", text["search_description"])
        assert begin in text["description"]
        assert end in text["description"]


def test_texts_are_finished_and_do_not_shout():
    for words in all_words():
        assert not UNFINISHED.search(words)
        assert "!" not in words
        assert "¡" not in words
        assert not re.search(r"[<>&]", words)


@pytest.mark.parametrize("facts", catalogue.FACTS.values(), ids=lambda facts: facts.code)
def test_facts_are_plausible(facts):
    assert 32_000 <= facts.price_minor <= 240_000
    assert facts.price_minor % 1000 == 0
    assert 12 <= facts.seats <= 30
    assert (
        abs(float(facts.credits) * 25 - facts.length_weeks * facts.weekly_hours) <= 12.5
    )  # an ECTS credit is 25 hours
    assert facts.field in catalogue.FIELDS
    assert len(set(facts.teachers)) == 2
    assert set(facts.teachers) <= set(catalogue.TEACHERS)


def test_there_are_eight_programmes_and_twelve_teachers_who_all_teach():
    assert len(catalogue.FACTS) == 8
    assert len(catalogue.TEACHERS) == 12
    assert {name for facts in catalogue.FACTS.values() for name in facts.teachers} == set(catalogue.TEACHERS)
    assert {facts.field for facts in catalogue.FACTS.values()} == set(catalogue.FIELDS)


@pytest.mark.parametrize("today", TODAYS)
@pytest.mark.parametrize("facts", catalogue.FACTS.values(), ids=lambda facts: facts.code)
def test_intakes_start_on_mondays_and_do_not_overlap(facts, today):
    intakes = catalogue.plan_intakes(facts, today=today)
    finished, running, coming = intakes[:3]
    assert all(intake["starts_on"].weekday() == 0 for intake in intakes)
    assert all(earlier["ends_on"] < later["starts_on"] for earlier, later in pairwise(intakes))
    assert len({intake["code"] for intake in intakes}) == len(intakes)
    assert finished["ends_on"] < today
    assert running["starts_on"] < today
    assert timedelta(weeks=8) <= coming["starts_on"] - today <= timedelta(weeks=11)
    assert today < coming["apply_by"] == coming["starts_on"] - timedelta(weeks=2)


@pytest.mark.parametrize("today", TODAYS)
def test_data_analysis_is_being_taught_today(today):
    running = catalogue.plan_intakes(catalogue.FACTS["data-analysis"], today=today)[1]
    assert running["starts_on"] < today < running["ends_on"]


def test_one_coming_intake_has_few_seats():
    coming = [catalogue.plan_intakes(facts, today=NOW.date())[2]["seats"] for facts in catalogue.FACTS.values()]
    assert len([seats for seats in coming if seats < 12]) == 1


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("QUESTIONS", 14),
        ("MOTIVATIONS", 8),
        ("STUDIES", 8),
        ("SURVEY_GOOD", 8),
        ("SURVEY_BAD", 8),
        ("THREADS", 10),
        ("REPLIES", 10),
        ("ANSWERS", 3),
    ],
)
def test_everybody_has_something_to_say_in_each_language(name, least):
    said = getattr(voices, name)
    assert set(said) == LANGUAGES
    for sayings in said.values():
        assert len(sayings) >= least
        assert len({str(saying) for saying in sayings}) == len(sayings)


def test_staff_have_notes_to_write():
    notes = (voices.CALL_NOTES, voices.TUTOR_NOTES, voices.LEAVING, voices.LOST_NOTES)
    assert all(len(set(said)) == len(said) >= 5 for said in notes)
    assert voices.REJECTION
    assert voices.REPORT


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("given_name", ["Berta", ""])
def test_reply_is_personal_and_names_price_and_days(language, number, given_name):
    person = SimpleNamespace(pk=number, given_name=given_name)
    adviser = SimpleNamespace(get_full_name=lambda: "Laia Puig")
    subject, body = voices.reply(language, person, SimpleNamespace(code="data-analysis"), adviser)
    title = catalogue.texts_of("data-analysis")[language]["title"]
    assert title in subject
    assert given_name in body
    assert "Laia Puig" in body
    assert re.search(r"1[.,]950", body)
    assert voices.WEEKDAYS[language][2] in body
    assert not re.search(r"[{}]", subject + body)


def test_days_are_said_as_one_says_them():
    assert voices.when(catalogue.FACTS["catalan-c1"], "ca") == "els dimarts i dijous, de 19:00 a 21:00, en línia"
    assert voices.when(catalogue.FACTS["patisserie"], "es") == (
        "los lunes y jueves, de 16:00 a 20:00, en el Campus Gràcia"
    )
    assert voices.when(catalogue.FACTS["project-management"], "en") == (
        "on Saturdays, from 9:30 to 13:30, at Campus Poblenou"
    )


def test_visitors_are_unique_reachable_and_fictional():
    cast = cast_on()
    visitors = [cast.visitor() for _ in range(600)]
    emails = [visitor.email for visitor in visitors if visitor.email]
    phones = [visitor.phone for visitor in visitors if visitor.phone]
    assert len(emails) >= 500
    assert len(set(emails)) == len(emails)
    assert len(set(phones)) == len(phones)
    assert {email.split("@")[1] for email in emails} == {"example.org", "example.com", "example.net"}
    assert all(identities.normalise_email(email) == email for email in emails)
    assert all(identities.normalise_phone(phone).startswith("+3460000") for phone in phones)
    assert all(visitor.email or visitor.phone for visitor in visitors)
    assert any(not visitor.email for visitor in visitors)


def test_visitors_speak_the_languages_of_the_city():
    cast = cast_on()
    languages = [cast.visitor().language for _ in range(1000)]
    shares = {language: languages.count(language) / 1000 for language in LANGUAGES}
    assert shares == pytest.approx({"ca": 0.55, "es": 0.30, "en": 0.15}, abs=0.05)


def test_the_same_dice_bring_the_same_visitors():
    one, other = cast_on(), cast_on()
    assert [one.visitor() for _ in range(50)] == [other.visitor() for _ in range(50)]


def test_demo_accounts_have_an_example_domain():
    assert all(account.email.endswith("@llevant.example") for account in accounts.ACCOUNTS)


@pytest.mark.parametrize("today", TODAYS)
def test_campaigns_are_behind_us_running_and_planned(today):
    plans = plan_campaigns(today)
    assert len({plan.slug for plan in plans}) == len(plans)
    assert all(plan.starts_on <= plan.ends_on for plan in plans)
    assert {plan.state(on=today) for plan in plans} == {"closed", "live", "planned"}


def test_more_than_half_of_the_arrivals_come_from_a_running_campaign():
    cast = cast_on()
    plans = {plan.slug: plan for plan in cast.plans}
    came = [cast.campaign_running(NOW) for _ in range(1000)]
    from_campaigns = [campaign for campaign in came if campaign]
    assert len(from_campaigns) / 1000 == pytest.approx(0.55, abs=0.05)
    assert {plans[campaign.slug].state(on=NOW.date()) for campaign in from_campaigns} == {"live"}
    assert all(campaign.utm["utm_campaign"] == campaign.slug for campaign in from_campaigns)


def test_nobody_comes_from_a_campaign_when_none_runs():
    assert cast_on().campaign_running(datetime(2020, 1, 1, tzinfo=ZoneInfo("Europe/Madrid"))) is None


def test_templates_are_told_in_three_languages_and_hold_the_known_places():
    assert set(templates_texts.TEXTS) == LANGUAGES
    for texts in templates_texts.TEXTS.values():
        assert set(texts) == set(templates_texts.TITLES)
        for subject, body in texts.values():
            assert "{programme}" in subject
            assert {*re.findall(r"\{(\w+)\}", body)} == {"person", "programme", "adviser"}


@pytest.mark.django_db
def test_school_is_published_twice_with_the_effect_of_once():
    site.build_site(at=NOW)
    for _ in range(2):
        programmes = catalogue.publish_all(at=NOW)
        made = [intake for programme in programmes for intake in catalogue.make_intakes(programme, today=NOW.date())]
    assert [programme.code for programme in programmes] == list(catalogue.FACTS)
    assert ProgrammePage.objects.live().count() == 24
    assert Teacher.objects.count() == 12
    assert Intake.objects.count() == len(made) == 27
    assert programmes[0].title_in("en") == "Data analysis"
    assert {page.slug for page in programmes[0].pages.all()} == {"data-analysis"}
    assert {page.teachers.count() for page in ProgrammePage.objects.all()} == {2}
    website.publish(at=NOW, today=NOW.date())
    landings = list(LandingPage.objects.live())
    assert len(landings) == 15
    assert [finding for page in landings for finding in seo_lint.lint(page) if finding.level == seo_lint.ERROR] == []


@pytest.mark.django_db
def test_campaigns_templates_and_surveys_are_written_once():
    User.objects.create_user("lead@llevant.example")
    for _ in range(2):
        cast_on().make_campaigns(NOW - timedelta(days=400))
        templates_texts.make_reply_templates()
        templates_texts.make_surveys()
    assert Campaign.objects.count() == 8
    assert {campaign.state for campaign in Campaign.objects.all()} == {"closed", "live", "planned"}
    assert MessageTemplate.objects.count() == 12
    assert {survey.slug: survey.after_days for survey in Survey.objects.all()} == {"welcome": 7, "end": 3}
