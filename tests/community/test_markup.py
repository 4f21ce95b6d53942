from html.parser import HTMLParser

import pytest

from community import markup


class Read(HTMLParser):
    """The tags, attributes and links a browser would find."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.links = set(), set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.links += [value for name, value in attrs if name in ("href", "src")]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "[click](java\tscript:alert(1))",
        "[click](data:text/html;base64,PHNjcmlwdD4=)",
        "<a href='javascript:alert(1)'>x</a>",
        "![picture](https://example.org/p.png)",
        '[x](https://example.org "onmouseover=alert(1)")',
        "<svg/onload=alert(1)>",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        "```<script>\nalert(1)\n```",
    ],
)
def test_hostile_markdown_becomes_harmless(hostile):
    page = Read(markup.render(hostile))
    assert page.tags <= markup.TAGS
    assert page.attributes <= {"href", "rel", "start"}
    assert all(link.startswith(("https://", "http://", "mailto:")) for link in page.links)


def test_usual_markdown_is_kept():
    html = markup.render("**Bold**, *italics*\n\n- one\n- two\n\n> said\n\n[there](https://example.org)")
    assert "<strong>Bold</strong>" in html
    assert "<li>one</li>" in html
    assert '<a href="https://example.org" rel="nofollow ugc noopener noreferrer">there</a>' in html


def test_headings_stay_words():
    assert "<h1" not in markup.render("# Big\n\nBig\n===")


@pytest.mark.parametrize(
    "huge", [">" * 5000 + "x", "- " * 2500 + "x", "[" * 5000, "*a_" * 1600, "`" * 4999, "(" * 5000]
)
def test_huge_nesting_is_rendered(huge):
    assert len(markup.render(huge)) < 100_000
