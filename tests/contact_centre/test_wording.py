"""Templates: their language, their spelling, and what they say to whom."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_centre.models import Segment
from contact_centre.wording import choosing, language, rendering, spelling, words
from programmes.told import versions as told_versions
from tests.factories.contact_centre import CaseFactory, MessageTemplateFactory
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory
from tests.factories.programmes import IntakeFactory, ProgrammeFactory

FORMS = {"person": ("of",), "programme": ("the", "of", "of_the", "to_the"), "price": (), "starts_on": ("of_the",)}
VALUES = {"language": ("ca", "es", "en"), "phase": ("acquisition", "nurturing", "loyalty")}


@dataclass
class Typed:
    """A text that is not saved yet."""

    body: str
    subject: str = ""
    language: str = "ca"


def faults(text):
    return [str(fault) for fault in language.check(text, words=FORMS, values=VALUES)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hola {person}", []),
        ("{{person}} is a brace", []),
        ("{if price}it is {price}{elif language:es,en}soon{else}later{end}", []),
        ("{if not price and language:ca or phase:loyalty}x{end}", []),
        ("Hola\n{persn}", ["Line 2: There is no word “persn”. Did you mean “person”?"]),
        ("one\ntwo\n{if price}open", ["Line 3: This {if} is never closed. Write {end} where the part ends."]),
        ("{end}", ["Line 1: This {end} closes nothing. There is no {if} before it."]),
        ("{if}x{end}", ["Line 1: A condition is missing. For instance {if price}."]),
        ("a { b", ["Line 1: A brace stands alone. Write {{ or }} to say a brace."]),
        ("{el person}", ["Line 1: “{el person}” takes no article here. Write {person}."]),
        ("{if langage:ca}x{end}", ["Line 1: “langage:” is no kind of condition. Did you mean “language”?"]),
        ("{if language:dutch}x{end}", ["Line 1: “dutch” is none of the values. ca, es, en"]),
        ("{if phase:loyalti}x{end}", ["Line 1: “loyalti” is none of the values. Did you mean “loyalty”?"]),
        ("{if price person}x{end}", ["Line 1: The condition cannot be read at “person”. Between two conditions stands "
                                     "“and” or “or”."]),
        ("{Person!}", ["Line 1: “{Person!}” cannot be read. A word has small letters only, such as {person}."]),
        ("{if price}a{else}b{else}c{end}", ["Line 1: This {else} belongs to no {if}."]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line_and_a_suggestion(text, said):
    assert faults(text) == said


@given(st.text(alphabet="{}ifelsnd :,.\nprice", max_size=80))
def test_reading_never_fails_and_a_sound_text_of_only_words_keeps_its_letters(text):
    nodes = language.read(text).nodes
    if "{" not in text and "}" not in text:
        assert "".join(nodes) == text


@given(st.text(max_size=60).map(lambda text: text.replace("\r", "")))
def test_an_escaped_text_says_itself(text):
    reading = language.read(language.escaped(text))
    assert ("".join(reading.nodes), reading.faults) == (text, ())


def test_lines_of_marks_leave_no_empty_lines():
    nodes = language.read("One\n{if price}\ntwo\n{end}\nthree").nodes
    assert nodes[0] == "One\n"
    assert nodes[1].branches[0][1] == ["two\n"]
    assert nodes[2] == "three"


@pytest.mark.parametrize(
    ("name", "ca", "es", "en"),
    [
        ("Anna", "d’Anna", "de Anna", "of Anna"),
        ("Marta", "de Marta", "de Marta", "of Marta"),
        ("Òscar", "d’Òscar", "de Òscar", "of Òscar"),
        ("Iolanda", "de Iolanda", "de Iolanda", "of Iolanda"),
        ("Helena", "d’Helena", "de Helena", "of Helena"),
        ("Hassan", "de Hassan", "de Hassan", "of Hassan"),
        ("Imma", "d’Imma", "de Imma", "of Imma"),
    ],
)
def test_a_name_takes_its_preposition(name, ca, es, en):
    assert [spelling.name("of", name, code) for code in ("ca", "es", "en")] == [ca, es, en]


@pytest.mark.parametrize(
    ("form", "code", "title", "said"),
    [
        ("the", "ca", "Curs de cures", "el curs de cures"),
        ("of_the", "ca", "Màster en dades", "del màster en dades"),
        ("the", "ca", "Especialització en dades", "l’especialització en dades"),
        ("of_the", "ca", "Introducció a la programació", "de la introducció a la programació"),
        ("to_the", "ca", "Escola Llevant", "a l’Escola Llevant"),
        ("of_the", "ca", "Anàlisi de dades", "del programa «Anàlisi de dades»"),
        ("to_the", "es", "Curso de cuidados", "al curso de cuidados"),
        ("of_the", "es", "Formación en datos", "de la formación en datos"),
        ("the", "es", "Análisis de datos", "el programa «Análisis de datos»"),
        ("the", "en", "Master in data", "the Master in data"),
        ("of_the", "en", "Data analysis", "of the programme “Data analysis”"),
    ],
)
def test_a_programme_takes_its_article(form, code, title, said):
    assert spelling.noun(form, title, code) == said


@pytest.mark.parametrize(
    ("form", "code", "on", "said"),
    [
        ("the", "ca", date(2027, 4, 7), "el 7 d’abril del 2027"),
        ("the", "ca", date(2027, 4, 1), "l’1 d’abril del 2027"),
        ("of_the", "ca", date(2027, 3, 11), "de l’11 de març del 2027"),
        ("to_the", "ca", date(2027, 3, 2), "al 2 de març del 2027"),
        ("of_the", "es", date(2027, 3, 1), "del 1 de marzo de 2027"),
        ("the", "en", date(2027, 4, 1), "the 1st of April 2027"),
        ("of_the", "en", date(2027, 4, 22), "of the 22nd of April 2027"),
        ("the", "en", date(2027, 4, 13), "the 13th of April 2027"),
        ("the", "en", date(2028, 2, 29), "the 29th of February 2028"),
    ],
)
def test_a_day_takes_its_article(form, code, on, said):
    assert spelling.day(form, on, code) == said


# --- rendering


@pytest.mark.django_db
def test_a_letter_says_the_facts_of_the_nearest_start_with_their_versions():
    programme = ProgrammeFactory(title="Data analysis")
    IntakeFactory(programme=programme, starts_on=date(2027, 5, 3), price_minor=99_00)
    near = IntakeFactory(programme=programme, starts_on=date(2027, 4, 1), price_minor=1950_00)
    letter = rendering.render(
        Typed("Hola {person}, {el programme} comença {el starts_on} i val {price}.\n\n{adviser}"),
        person=PersonFactory(given_name="Anna"),
        programme=programme,
        at=MONDAY_9AM,
        by=UserFactory(first_name="Laia", last_name="Puig"),
    )
    assert letter.body == (
        "Hola Anna, el programa «Data analysis» comença l’1 d’abril del 2027 i val 1.950\xa0€.\n\nLaia Puig"
    )
    assert {(one.fact, one.intake_id) for one in letter.versions} == {("price", near.pk), ("starts_on", near.pk)}
    assert letter.missing == ()


@pytest.mark.django_db
def test_a_price_that_changed_is_told_as_it_is_now():
    intake = IntakeFactory(price_minor=1950_00)
    text, reader = Typed("{price}"), PersonFactory()
    first = rendering.render(text, person=reader, programme=intake.programme, at=MONDAY_9AM)
    intake.price_minor = 1700_00
    intake.save()
    second = rendering.render(text, person=reader, programme=intake.programme, at=MONDAY_9AM + timedelta(minutes=1))
    assert (first.body, second.body) == ("1.950\xa0€", "1.700\xa0€")
    assert [one.valid_until for one in second.versions] == [None]


@pytest.mark.django_db
def test_the_price_of_the_day_is_that_of_the_day():
    intake = IntakeFactory(
        price_minor=1950_00, early_price_minor=1500_00, early_until=MONDAY_9AM.date() + timedelta(days=3)
    )
    ask = {"person": PersonFactory(), "programme": intake.programme}
    early = rendering.render(Typed("{price_today}"), at=MONDAY_9AM, **ask)
    later = rendering.render(Typed("{price_today}"), at=MONDAY_9AM + timedelta(days=5), **ask)
    assert [early.body, later.body] == ["1.500\xa0€", "1.950\xa0€"]
    assert [[one.fact for one in letter.versions] for letter in (early, later)] == [["early_price"], ["price"]]


@pytest.mark.django_db
def test_what_is_not_known_is_named_and_marked():
    letter = rendering.render(Typed("{programme} costs {price}, {unheard}"), person=PersonFactory(), at=MONDAY_9AM)
    assert letter.missing == ("programme", "price", "unheard")
    assert letter.body == "[[programme]] costs [[price]], {unheard}"
    assert rendering.gaps_in(letter.body) == ["[[programme]]", "[[price]]"]


@pytest.mark.django_db
def test_somebody_without_a_name_is_greeted_all_the_same():
    letter = rendering.render(
        Typed("Hola {person},\n\nadeu"), person=PersonFactory(given_name="", family_name=""), at=MONDAY_9AM
    )
    assert (letter.body, letter.missing) == ("Hola,\n\nadeu", ())


@pytest.mark.django_db
def test_what_a_condition_leaves_out_is_not_missing():
    text = Typed("{if price}It costs {price}.{else}Ask us for the price.{end}")
    letter = rendering.render(text, person=PersonFactory(), programme=ProgrammeFactory(), at=MONDAY_9AM)
    assert (letter.body, letter.missing) == ("Ask us for the price.", ())


@pytest.mark.django_db
def test_conditions_ask_for_language_field_programme_kind_and_phase():
    case = CaseFactory(kind="complaint", programme=ProgrammeFactory())
    asked = ["language:ca", f"programme:{case.programme.code}", f"field:{case.programme.field.slug}", "kind:complaint",
             "phase:acquisition,nurturing,loyalty", "not language:es"]  # fmt: skip
    text = "".join(f"{{if {one}}}{number}{{end}}" for number, one in enumerate(asked))
    assert rendering.render(Typed(text), person=case.person, case=case, at=MONDAY_9AM).body == "012345"
    assert rendering.render(Typed(text, language="es"), person=PersonFactory(), at=MONDAY_9AM).body == "4"


@pytest.mark.django_db
def test_a_part_for_a_segment_is_read_by_its_members_only():
    member, other = PersonFactory(), PersonFactory()
    segment = Segment.objects.create(name="Fair", slug="fair", kind="static", changed_at=MONDAY_9AM)
    segment.members.add(member, through_defaults={"added_at": MONDAY_9AM})
    told = rendering.render_many(Typed("Hi{if segment:fair} from the fair{end}"), [member, other], at=MONDAY_9AM)
    assert {pk: one.body for pk, one in told.items()} == {member.pk: "Hi from the fair", other.pk: "Hi"}


@pytest.mark.django_db
def test_thousands_are_filled_in_the_queries_of_one(django_assert_num_queries):
    intake = IntakeFactory(price_minor=1950_00)
    people = [PersonFactory.build(pk=1_000_000 + number, given_name=f"N{number}") for number in range(1_000)]
    text = Typed("Hola {person}, {programme} val {price}. {school} {if phase:loyalty}Un altre cop.{end}")
    told_versions.note([intake.programme_id], at=MONDAY_9AM)
    rendering.render_many(text, people[:1], at=MONDAY_9AM, programme=intake.programme)  # what a process asks once
    one = _queries(lambda: rendering.render_many(text, people[:1], at=MONDAY_9AM, programme=intake.programme))
    with django_assert_num_queries(one):
        told = rendering.render_many(text, people, at=MONDAY_9AM, programme=intake.programme)
    assert len(told) == 1_000
    assert told[1_000_005].body.startswith("Hola N5, ")


@pytest.mark.django_db
def test_the_template_in_the_next_language_is_found_and_says_so():
    MessageTemplateFactory(code="welcome", language="ca")
    MessageTemplateFactory(code="welcome", language="en")
    assert choosing.find("welcome", channel="email", language="es").language == "ca"
    assert choosing.find("welcome", channel="email", language="en").language == "en"
    assert choosing.find("welcome", channel="sms", language="en") is None


@pytest.mark.django_db
def test_a_template_that_is_not_approved_or_out_of_use_is_not_found():
    MessageTemplateFactory(code="draft", number=0)
    MessageTemplateFactory(code="old", is_on=False)
    assert [choosing.find(code, channel="email", language="ca") for code in ("draft", "old")] == [None, None]


@pytest.mark.django_db
def test_every_word_is_described_for_whoever_writes():
    described = words.all_words()
    assert {"person", "programme", "adviser", "school", "price", "starts_on", "apply_by", "seats"} <= set(described)
    assert all(str(word.label) for word in described.values())


def _queries(call):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        call()
    return len(caught)
