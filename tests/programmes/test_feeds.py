"""Course catalogues in three formats; the small feeds are invented, the large ones are read where they lie."""

import gzip
import json
import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from programmes.feeds import ProgrammeRecord, RejectedRecord, Unreadable, read_feed
from programmes.feeds.prices import read_prices
from programmes.feeds.wording import modality_of, read_date, weeks_in

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<catalog xmlns="http://xcri.org/profiles/1.2/catalog" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:mlo="http://purl.org/net/mlo" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:CE="http://xcri.co.uk/CostsExtension" xmlns:x="http://www.w3.org/1999/xhtml"
  xsi:schemaLocation="http://xcri.org/profiles/1.2/catalog http://unreachable.invalid/xcri.xsd">
<provider><dc:title>Invented School</dc:title><mlo:url>https://school.example/</mlo:url>
"""
TAIL = "</provider></catalog>"


def course(identifier="C1", title="Baking", inside="", presentation=""):
    presentation = f"<presentation>{presentation}</presentation>" if presentation else ""
    names = f"<dc:identifier>{identifier}</dc:identifier><dc:title>{title}</dc:title>"
    return f"<course>{names}{inside}{presentation}</course>\n"


@pytest.fixture
def feed(tmp_path):
    def read(content, name="feed.xml"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_feed(path))

    return read


def xcri(*courses):
    return HEAD + "".join(courses) + TAIL


def test_course_is_read_with_its_provider_and_line(feed):
    (record,) = feed(xcri(course(inside="<dc:subject>Food</dc:subject><abstract>Bread and more.</abstract>")))
    assert record == ProgrammeRecord(
        line=7,
        external_id="C1",
        title="Baking",
        provider_name="Invented School",
        provider_url="https://school.example/",
        abstract="Bread and more.",
        subjects=["Food"],
    )


def test_presentation_becomes_an_intake(feed):
    (record,) = feed(
        xcri(
            course(
                presentation="""<dc:identifier>C1-A</dc:identifier>
<mlo:start dtf="2027-09-06">6 September 2027</mlo:start><end>2028-06-30</end><applyUntil>2027-08-01</applyUntil>
<mlo:duration>9 months (approx)</mlo:duration><attendanceMode>Distance without attendance</attendanceMode>
<mlo:languageOfInstruction>EN</mlo:languageOfInstruction>
<mlo:cost>Ireland fee: GBP1250.00; Continental Europe fee: Not yet known</mlo:cost>
<venue><provider><dc:title>North Hall</dc:title>
<mlo:location><mlo:phone>012</mlo:phone></mlo:location></provider></venue>"""
            )
        )
    )
    (intake,) = record.intakes
    assert (intake.external_id, intake.start_on, intake.end_on) == ("C1-A", date(2027, 9, 6), date(2028, 6, 30))
    assert (intake.apply_by, intake.duration_text, intake.duration_weeks) == (date(2027, 8, 1), "9 months (approx)", 39)
    assert (intake.modality, intake.languages, intake.venue_name) == ("distance", ("en",), "North Hall")
    assert record.language == "en"
    assert [(price.label, price.amount_minor, price.currency) for price in intake.prices] == [
        ("Ireland fee", 125000, "GBP"),
        ("Continental Europe fee", None, None),
    ]


def test_start_in_words_stays_words(feed):
    (record,) = feed(xcri(course(presentation="<mlo:start>Up to three start points a year</mlo:start>")))
    assert record.intakes[0].start_on is None
    assert record.intakes[0].start_text == "Up to three start points a year"


def test_midnight_of_summer_time_is_not_the_day_before(feed):
    (record,) = feed(xcri(course(presentation='<mlo:start dtf="2027-09-05">6 September 2027</mlo:start>')))
    assert record.intakes[0].start_on == date(2027, 9, 6)


def test_dates_that_contradict_each_other_are_noted(feed):
    (record,) = feed(xcri(course(presentation='<mlo:start dtf="2027-09-15">6 September 2027</mlo:start>')))
    assert record.intakes[0].start_on == date(2027, 9, 15)
    assert record.intakes[0].notes == ("The feed says both “2027-09-15” and “6 September 2027”; the first was taken.",)


def test_impossible_date_and_end_before_start_are_noted_not_taken(feed):
    (first, second) = feed(
        xcri(
            course("A", presentation='<mlo:start dtf="2027-02-30"/>'),
            course("B", presentation="<mlo:start>2027-05-01</mlo:start><end>2027-04-01</end>"),
        )
    )
    assert (first.intakes[0].start_on, len(first.intakes[0].notes)) == (None, 1)
    assert (second.intakes[0].end_on, len(second.intakes[0].notes)) == (None, 1)


def test_costs_extension_gives_text_and_no_guessed_currency(feed):
    cost = '<CE:cost type="FullFee" amount="{}" category="Full fee">{}</CE:cost>'
    cost = f'<Costs xmlns="https://school.example/costs">{cost}</Costs>'
    (record,) = feed(
        xcri(
            course(presentation=cost.format("TBC", "<dc:description>Ask us</dc:description>") + cost.format("8000", ""))
        )
    )
    assert [(p.amount_minor, p.currency, p.label, p.text) for p in record.intakes[0].prices] == [
        (None, None, "Full fee", "TBC – Ask us"),
        (None, None, "Full fee", "8000"),
    ]
    assert record.intakes[0].prices[1].amount == 8000


def test_type_with_empty_prefix_is_understood(feed):
    inside = (
        '<dc:description xsi:type=":teachingStrategy">Second</dc:description><dc:description>First</dc:description>'
    )
    (record,) = feed(xcri(course(inside=inside)))
    assert record.description_html == "<p>First</p>\n<p>Second</p>"


def test_html_is_cleaned_in_cdata_and_xhtml(feed):
    cdata = """<dc:description><![CDATA[<p onclick="x()" style="color:red">Good <b>bread</b><script>alert(1)</script>
<a href="javascript:x()">here</a><img src="x" onerror="x()"></p>]]></dc:description>"""
    xhtml = "<x:div><x:p>A &lt;oven&gt; &amp; flour</x:p><x:script>alert(2)</x:script></x:div>"
    xhtml = f"<mlo:prerequisite>{xhtml}</mlo:prerequisite>"
    (record,) = feed(xcri(course(inside=cdata + xhtml)))
    assert record.description_html == '<p>Good <b>bread</b>\n<a rel="noopener noreferrer">here</a></p>'
    assert record.entry_requirements_html == "<p>A &lt;oven&gt; &amp; flour</p>"


def test_placeholders_are_not_descriptions(feed):
    (record,) = feed(xcri(course(inside="<abstract>.</abstract><dc:description>[210828]</dc:description>")))
    assert (record.abstract, record.description_html) == ("", "")


def test_bad_course_is_rejected_and_the_rest_is_read(feed):
    found = feed(xcri(course("A"), course("", "No number"), course("B", ""), course("A", "Again"), course("C")))
    assert [(type(record), record.line, record.external_id) for record in found] == [
        (ProgrammeRecord, 7, "A"),
        (RejectedRecord, 8, ""),
        (RejectedRecord, 9, "B"),
        (RejectedRecord, 10, "A"),
        (ProgrammeRecord, 11, "C"),
    ]


@pytest.mark.parametrize("broken", ["<course><dc:identifier>B</dc:ident", "<course></provider>", "<course>&nosuch;"])
def test_broken_xml_gives_what_came_before_and_the_line(feed, broken):
    first, last = feed(HEAD + course("A") + broken)
    assert first.external_id == "A"
    assert isinstance(last, RejectedRecord)
    assert last.line == 8
    assert "8" in last.why


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE catalog [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE catalog [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE catalog [<!ENTITY % a SYSTEM "http://unreachable.invalid/x"> %a;]>',
        '<!DOCTYPE catalog SYSTEM "http://unreachable.invalid/x.dtd">',
        '<!DOCTYPE catalog PUBLIC "-//X//Y" "http://unreachable.invalid/x.dtd">',
    ],
)
def test_entities_and_external_dtds_are_refused(feed, doctype):
    with pytest.raises(Unreadable, match="not accepted"):
        feed(xcri(course(title="&a;")).replace("?>\n", f"?>\n{doctype}\n", 1))


def test_depth_bomb_is_refused(feed):
    with pytest.raises(Unreadable, match="nested"):
        feed(HEAD + "<course>" + "<a>" * 100_000)


def test_wrong_declarations_and_broken_characters_do_no_harm(feed):
    text = xcri(course(title="Pastisseria – «Lluïsa»"))
    for content in (text.encode("cp1252"), text.replace("UTF-8", "iso-8859-1").encode(), text.encode("utf-16")):
        assert feed(content)[0].title == "Pastisseria – «Lluïsa»"
    assert feed(xcri(course(title="Baker\x92s \x0bdozen")))[0].title == "Baker’s dozen"


@pytest.mark.parametrize(
    "content",
    [
        "<html><body>404</body></html>",
        "<catalog><provider/></catalog>",
        "< not xml",
        "{}",
        '{"@type": "Person", "name": "x"}',
        '[{"@type": "Course",',
        "[" * 200_000,
        "name,price\nBread,3\n",
        "id,title\n",
        "just a letter to the school",
        b"\x00\x01\x02" * 1000,
        "",
    ],
)
def test_what_is_no_catalogue_is_refused(feed, content):
    with pytest.raises(Unreadable):
        feed(content)


def test_gzipped_feed_is_read_from_a_plain_name(feed):
    assert feed(gzip.compress(xcri(course()).encode()))[0].title == "Baking"


# --- schema.org ----------------------------------------------------------------------------------------------------

JSON_COURSE = {
    "@context": "https://schema.org",
    "@type": "Course",
    "courseCode": "J1",
    "name": "Joinery",
    "description": "<p>Wood<script>x()</script></p>",
    "provider": {"@type": "Organization", "name": "Invented School", "url": "https://school.example"},
    "inLanguage": "ca",
    "keywords": "wood, tools",
    "coursePrerequisites": "Two hands",
    "hasCourseInstance": {
        "@type": "CourseInstance",
        "courseMode": "blended",
        "startDate": "2027-09-13",
        "duration": "P6M",
        "location": {"@type": "Place", "name": "Workshop"},
        "offers": [
            {"@type": "Offer", "price": "1.200,50", "priceCurrency": "EUR", "category": "Residents"},
            {"@type": "Offer", "price": 90000, "priceCurrency": "JPY"},
        ],
    },
}


def test_schema_org_course_is_read(feed):
    (record,) = feed(json.dumps(JSON_COURSE, indent=1), "feed.jsonld")
    assert (record.line, record.external_id, record.title, record.provider_name) == (
        1,
        "J1",
        "Joinery",
        "Invented School",
    )
    assert (record.description_html, record.subjects, record.language) == ("<p>Wood</p>", ["wood", "tools"], "ca")
    (intake,) = record.intakes
    assert (intake.start_on, intake.duration_weeks, intake.modality) == (date(2027, 9, 13), 26, "blended")
    assert intake.venue_name == "Workshop"
    assert [(p.label, p.amount_minor, p.currency) for p in intake.prices] == [
        ("Residents", 120050, "EUR"),
        ("", 90000, "JPY"),
    ]


def test_schema_org_list_graph_and_references_are_read(feed):
    one, two = {**JSON_COURSE, "courseCode": "A"}, {**JSON_COURSE, "courseCode": "B"}
    assert [record.external_id for record in feed(json.dumps([one, two]))] == ["A", "B"]
    graph = {
        "@graph": [
            {"@id": "#a", "@type": "https://schema.org/Course", "name": "A", "hasCourseInstance": {"@id": "#i"}},
            {"@id": "#i", "@type": "CourseInstance", "startDate": "2027-01-11"},
            {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": {"@id": "#a"}}]},
        ]
    }
    (record,) = feed(json.dumps(graph))
    assert record.intakes[0].start_on == date(2027, 1, 11)


def test_schema_org_lines_are_those_of_the_file(feed):
    found = feed(
        '[\n {"@type": "Course", "name": "No number"},\n\n {"@type": "Course",\n "name": "A", "courseCode": "1"}]'
    )
    assert [(type(record), record.line) for record in found] == [(RejectedRecord, 2), (ProgrammeRecord, 4)]


# --- tables --------------------------------------------------------------------------------------------------------


def test_rows_with_one_id_are_one_programme(feed):
    first, second, rejected = feed(
        "id;títol;idioma;inici;preu;moneda;modalitat\n"
        "1;Forn;català;2027-09-01;1.200,50;EUR;presencial\n"
        "2;Fusta;;tardor 2027;a consultar;;en línia\n"
        "1;Forn;català;15/02/2028;950 €;;\n"
        "1;Forn;català;31/02/2028;950 €;;\n",
        "cataleg.csv",
    )
    assert [intake.start_on for intake in first.intakes] == [date(2027, 9, 1), date(2028, 2, 15)]
    assert [intake.prices[0].amount_minor for intake in first.intakes] == [120050, 95000]
    assert (first.language, first.intakes[0].modality, first.intakes[0].external_id) == (
        "ca",
        "on_site",
        "1#2027-09-01",
    )
    assert (second.line, second.intakes[0].start_text, second.intakes[0].modality) == (3, "tardor 2027", "online")
    assert second.intakes[0].prices[0].amount_minor is None
    assert (rejected.line, rejected.external_id) == (5, "1")


# --- prices, durations, dates --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount_minor", "currency"),
    [
        ("GBP1250.00", 125000, "GBP"),
        ("£6,000", 600000, "GBP"),
        ("1.250,00 €", 125000, "EUR"),
        ("€ 1 250", 125000, "EUR"),
        ("CHF 1'250.50", 125050, "CHF"),
        ("JPY 90,000", 9000000 // 100, "JPY"),
        ("KWD 1.250", None, None),
        ("EUR 84.0000", 8400, "EUR"),
        ("EUR 84.0050", None, None),
        ("1250", None, None),
        ("$1250", None, None),
        ("XYZ 1250", None, None),
        ("GBP6,000 per stage", None, None),
        ("€200–€400", None, None),
        ("from €200", None, None),
        ("£50 deposit and £200 fee", None, None),
        ("10% off", None, None),
        ("-5 €", None, None),
        ("€ -5", None, None),
        ("1250 euros", 125000, "EUR"),
        ("1,25,0 EUR", None, None),
        ("TBC", None, None),
    ],
)
def test_price_is_a_number_only_without_doubt(text, amount_minor, currency):
    (price,) = read_prices(text)
    assert (price.amount_minor, price.currency, price.text) == (amount_minor, currency, text)


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("6 months (approx)", 26), ("1 year", 52), ("P2Y", 104), ("P6W", 6), ("14 days", 2), ("10 setmanes", 10),
        ("9 meses", 39), ("Variable", None), ("6-9 months", None), ("40 hours", None), ("10 days", None), ("", None),
        ("2 academic years", None), ("0 weeks", None),
    ],
)  # fmt: skip
def test_duration_is_weeks_only_without_doubt(text, weeks):
    assert weeks_in(text) == weeks


def test_dates_are_read_in_words_and_never_guessed():
    assert read_date("3 November 2012") == date(2012, 11, 3)
    assert read_date("3 de novembre de 2012") == date(2012, 11, 3)
    assert read_date("2012-09-03T00:00:00") == date(2012, 9, 3)
    assert [read_date(text) for text in ("03/11/2012", "November 2012", "2012-09", "31 November 2012")] == [None] * 4


def test_unknown_modes_stay_unknown():
    assert [modality_of(text) for text in ("CM", "ON", "WB", "UNK", "Online / Presencial", "")] == [
        "on_site",
        "online",
        *[""] * 4,
    ]


# --- the real files ------------------------------------------------------------------------------------------------


@pytest.fixture
def catalogues():
    root = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("MATRICULA_SHARED_DATA") or root.parent / "shared" / "data") / "catalogues"
    if not folder.is_dir():
        pytest.skip(f"The folder with the real catalogues is not there: {folder}")
    return folder


@pytest.mark.real_data
def test_open_university_is_read_whole(catalogues):
    records = list(read_feed(catalogues / "open-university-2012.xcri.xml.gz"))
    intakes = [intake for record in records for intake in record.intakes]
    assert Counter(map(type, records)) == {ProgrammeRecord: 965}
    assert len(intakes) == 1034
    assert sum(bool(intake.start_text and intake.duration_text and intake.prices) for intake in intakes) == 1034
    assert sum(intake.start_on is not None for intake in intakes) == 678
    assert sum(any(price.amount_minor for price in intake.prices) for intake in intakes) == 665
    assert {intake.modality for intake in intakes} == {"distance"}


@pytest.mark.real_data
def test_cornwall_is_read_whole(catalogues):
    records = list(read_feed(catalogues / "cornwall-college-2017.xcri.xml.gz"))
    intakes = [intake for record in records for intake in record.intakes]
    assert Counter(map(type, records)) == {ProgrammeRecord: 407}
    assert len(intakes) == 576
    assert sum(intake.start_on is not None for intake in intakes) == 94
    assert sum(any(price.amount is not None for price in intake.prices) for intake in intakes) == 4
    assert not any("<script" in record.description_html or "style=" in record.description_html for record in records)


@pytest.mark.real_data
def test_adam_smith_is_read_whole(catalogues):
    records = list(read_feed(catalogues / "adam-smith-college-2012.xcri.xml.gz"))
    assert Counter(map(type, records)) == {ProgrammeRecord: 334}
    assert sum(len(record.intakes) for record in records) == 791


@pytest.mark.real_data
@pytest.mark.parametrize(
    "name", ["pavia-2024.ugov.xml.gz", "poitiers.json.gz", "upc-graus-2018.csv.gz", "elm-v3-loq-constraints.ttl.gz"]
)
def test_other_formats_are_refused(catalogues, name):
    with pytest.raises(Unreadable):
        list(read_feed(catalogues / name))
