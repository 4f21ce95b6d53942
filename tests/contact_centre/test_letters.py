"""Nothing that a stranger can write into a letter stops the reading, and people's words stay theirs."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contact_centre.inbound import attachments, letters, quoting, speaking
from contact_centre.inbound.letters import Enclosed, Unreadable
from tests.factories.inbound import raw_letter


def read(raw):
    return letters.read(raw)


def test_letter_is_read_into_its_parts():
    letter = read(raw_letter(In_Reply_To="<a@x>", References="<b@x> <a@x>", files=[("títol.pdf", b"%PDF-1.4")]))
    assert (letter.sender, letter.sender_name, letter.subject) == ("nuria@example.org", "Núria Puig", "Una pregunta")
    assert (letter.external_id, letter.thread_ids) == ("first@example.org", ("a@x", "b@x"))
    assert letter.text == "Bon dia,\n\nquan comença el curs?\n\nNúria"
    assert [(one.name, one.content) for one in letter.enclosed] == [("títol.pdf", b"%PDF-1.4")]


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (
            "Sí, gràcies!\n\nEl dl., 2 de març 2026 a les 9:00, Escola Llevant <hola@x> va escriure:\n> Hola",
            "Sí, gràcies!",
        ),
        ("Yes.\n\nOn Mon, 2 Mar 2026 at 09:00, Escola Llevant\n<hola@x> wrote:\n> Hello\n> there", "Yes."),
        ("Vale.\n\nEl lun, 2 mar 2026, Escola escribió:\n\n> Hola", "Vale."),
        ("Vale.\n-----Mensaje original-----\nDe: Escola\nHola", "Vale."),
        ("D'acord\n\nDe: Escola Llevant\nEnviat: dilluns\nPer a: Núria\n\nHola", "D'acord"),
        ("Sí.\n\n> Hola\n> què tal?\n\n--\nNúria", "Sí."),
    ],
)
def test_quoted_end_is_cut_off_and_kept(text, own):
    found, quoted = quoting.cut(text)
    assert found == own
    assert "H" in quoted


@pytest.mark.parametrize(
    "text",
    [
        "> When?\nOn Monday.\n> Where?\nAt the school.",
        "> Only quoted",
        "El curs em va agradar.\nDe: res.",
        "One line",
        "",
    ],
)
def test_answers_between_the_lines_and_plain_words_stay_whole(text):
    assert quoting.cut(text) == (text.strip(), "")


def test_html_alone_becomes_words_without_anything_that_runs():
    html = (
        "<html><head><style>p{color:red}</style><title>x</title></head><body><script>alert(1)</script>"
        "<p>Bon dia &amp; bona hora</p><p onclick='x'>1 &lt; 2<br>fi</p><img src='http://spy/'>"
        "<div class='gmail_quote'>El dilluns<blockquote>abans</blockquote></div></body></html>"
    )
    letter = read(raw_letter(" ", html=html))
    assert letter.text == "Bon dia & bona hora\n1 < 2\nfi"
    assert "abans" in letter.quoted


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("text/plain; charset=iso-8859-1", "Comença a març".encode("latin-1"), "Comença a març"),
        ("text/plain; charset=utf-8", "Comença".encode("latin-1"), "Comença"),
        ("text/plain; charset=no-such-thing", "Comença".encode(), "Comença"),
        ("text/plain", "Comença".encode(), "Comença"),
        ("text/plain; charset=utf-8", b"A\x00B", "AB"),
    ],
)
def test_broken_charsets_are_read_as_well_as_can_be(head, body, expected):
    raw = b"From: a@example.org\r\nContent-Type: " + head.encode() + b"\r\n\r\n" + body
    assert read(raw).text == expected


def test_headers_in_bare_bytes_and_in_unknown_charsets_are_read():
    raw = "From: Núria <nuria@example.org>\r\nSubject: =?no-such?b?Q29tZW7Dp2E=?= àé\r\n\r\nHola".encode()
    letter = read(raw)
    assert letter.sender == "nuria@example.org"
    assert letter.sender_name == "Núria"
    assert letter.subject.startswith("Comen")


def test_name_that_poses_as_an_address_is_a_name():
    raw = raw_letter(sender='"=?utf-8?q?victim=40example=2Eorg?=" <thief@example.net>')
    assert read(raw).sender == "thief@example.net"


def test_letter_within_letters_does_not_stop_the_reading():
    raw = b"From: a@example.org\r\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3_000)
    )
    with suppress(Unreadable):
        assert read(raw).sender == "a@example.org"


@pytest.mark.parametrize("raw", [b"", b"\x00\xff", b"Subject: x\r\n\r\nno sender"])
def test_what_is_no_letter_is_said_to_be_none(raw):
    with pytest.raises(Unreadable):
        read(raw)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(head=st.binary(max_size=300), body=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(head, body):
    try:
        letter = read(b"From: a@example.org\r\n" + head + b"\r\n\r\n" + body)
    except Unreadable:
        return
    assert "\x00" not in letter.text + letter.subject + letter.sender_name


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", b"%PDF-1.7", "application/pdf"),
        ("a.PNG", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("notes.txt", "Comença".encode(), "text/plain"),
        ("a.exe", b"MZ\x90", ""),
        ("a.pdf", b"MZ\x90", ""),
        ("a.html", b"<html>", ""),
        ("a.txt", b"<script>alert(1)</script>", ""),
        ("a.svg", b"<svg onload=x>", ""),
        ("a.zip", b"PK\x03\x04broken", ""),
        ("a.txt", b"a\x00b", ""),
    ],
)
def test_what_a_file_is_its_content_says(name, content, kind):
    assert attachments.kind_of(content, name=name) == kind


def test_file_that_lies_about_itself_is_refused():
    assert attachments.judge(Enclosed("letter.docx", "application/msword", b"%PDF-1.7"))[1]
    assert not attachments.judge(Enclosed("letter.pdf", "text/plain", b"%PDF-1.7"))[1]


@pytest.mark.parametrize(("inner", "is_kept"), [("word/document.xml", True), ("word/vbaProject.bin", False)])
def test_documents_are_kept_and_macros_are_not(inner, is_kept):
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr(inner, "x")
    _kind, refused = attachments.judge(Enclosed("cv.docx", "", packed.getvalue()))
    assert (not refused) is is_kept


def test_name_of_a_file_leads_nowhere():
    letter = read(raw_letter(files=[("../../etc/pass;wd<b>.pdf", b"%PDF-1")]))
    assert "/" not in letter.enclosed[0].name
    assert "<" not in letter.enclosed[0].name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Bon dia, voldria saber quan comença aquest curs, gràcies", "ca"),
        ("Buenos días, quisiera saber cuándo empieza este curso, gracias", "es"),
        ("Good morning, I would like to know when this course starts, thanks", "en"),
        ("ok", ""),
        ("", ""),
    ],
)
def test_language_is_told_by_words_that_only_it_has(text, code):
    assert speaking.language(text) == code
