"""The trail of a campaign: who came by a link of a campaign keeps its marks from page to page, without a cookie.

The marks (``utm_…``, and whose advertisement was clicked) stand in the address. Every link and search form of ours on
a page that was opened with them carries them on, so that the enquiry form, wherever it is met, knows where its visitor
came from.
"""

import re
from collections.abc import Mapping
from html import escape, unescape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from programmes.kept_pages.page_cache import CLICK, CLICKS

MARKS = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
LONGEST = 150  # of one mark; longer ones are no campaign of anybody
# Where a visitor may still ask, apply or read: pages of the website, the forms and papers. Nothing of one's own.
ON_THE_TRAIL = re.compile(r"/(?:ca|es|en)(?:/|$)|/(?:enquire|apply)/|/$|\?")
LINK = re.compile(r"""(<a\b[^>]*?\shref=")([^"]*)(")""")
SEARCH = re.compile(r"""<form\b(?=[^>]*\bmethod="get")[^>]*>""", re.IGNORECASE)


def read(query: Mapping[str, str]) -> dict[str, str]:
    """The marks in a query; empty ones and absurd ones are none."""
    found = {mark: query.get(mark, "").strip() for mark in MARKS}
    # The number of the click itself goes no further: with it the network knows who it was.
    names = (query.get(CLICK, ""), *query)
    found[CLICK] = next((name for name in names if name in CLICKS), "")
    return {mark: value for mark, value in found.items() if value and len(value) <= LONGEST}


def carry(html: str, marks: Mapping[str, str]) -> str:
    """The page with the marks on every link and in every search form that stays on the website."""
    if not marks:
        return html
    hidden = "".join(f'<input type="hidden" name="{mark}" value="{escape(value)}">' for mark, value in marks.items())
    html = LINK.sub(lambda link: f"{link[1]}{escape(mark_address(unescape(link[2]), marks))}{link[3]}", html)
    return SEARCH.sub(lambda form: form[0] + hidden, html)


def mark_address(address: str, marks: Mapping[str, str]) -> str:
    """The address with the marks in its query, in place of those it had; an address off the trail stays as it is."""
    if not ON_THE_TRAIL.match(address) or address.startswith("//"):
        return address
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in marks]
    return urlunsplit(parts._replace(query=urlencode([*kept, *marks.items()])))
