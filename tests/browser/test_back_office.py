"""The back office as each role meets it: every way out of its menu, for everybody, on every screen."""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import untranslated

pytestmark = pytest.mark.browser

ROLES = ["director", "lead", "adviser", "admissions", "finance", "editor", "tutor", "moderator", "dpo"]
# Acts and downloads, and acts on chosen rows, which need rows to be chosen.
NOT_FOLLOWED = re.compile(
    r"/logout/|/delete/|/bulk/|export=|\.pdf$|\.csv$|\.eml$|^/(?!admin/)|^#|^https?:|^mailto:|^tel:"
)
HOME = ("/admin/", "/admin/my-day/")
# Every screen shows rows, cards, a form, or a sentence that says that there is nothing.
SHOWS_SOMETHING = "main :is(tbody tr, li, form label, [class*='empty'], [class*='card'], .w-panel, p)"
# What people wrote stands in their own language.
WORDS_OF_PEOPLE = (
    ".desk-talk__text, .desk-talk__subject, .desk-inbox__question, .desk-event__text, .desk-now__words, blockquote, "
    ".community-text, .desk-inbox__person, .listing td, .suspect-word, textarea, option"
)
# Wagtail's own menu, header and side panels are Wagtail's to mend.
WAGTAILS_OWN = ["#wagtail-sidebar", ".w-slim-header", ".form-side", "[data-side-panel]"]
SCREENS = {
    "my day": ("lead", "/admin/my-day/"),
    "queue": ("lead", "/admin/queue/"),
    "case": ("lead", "/admin/queue/ tr[data-case] .desk-inbox__person a"),
    "person": ("lead", "/admin/people/?q=Berta [data-case] a, .desk-inbox__person a"),
    "board": ("director", "/admin/kpis/"),
    "students": ("director", "/admin/students/"),
    "applications": ("director", "/admin/applications/"),
    "payments": ("director", "/admin/payments/"),
    "campaigns": ("marketing", "/admin/campaigns/"),
    "campaign": ("marketing", "/admin/campaigns/ main td.title a"),
    "new link": ("marketing", "/admin/short-links/new/"),
    "calendar": ("marketing", "/admin/campaign-calendar/"),
}
ON_A_PHONE = ["my day", "queue", "case", "person", "students", "board", "campaigns", "campaign", "new link", "calendar"]


def open_screen(page, screen):
    """Open an address, or the first of the links that follow it."""
    address, _, link = SCREENS[screen][1].partition(" ")
    page.goto(address)
    if link:
        page.goto(page.locator(link).first.get_attribute("href"))
    assert page.locator("main").count() == 1


def links(page, within):
    """Addresses of the links, one for each kind of address."""
    found = page.locator(f"{within} a[href]").evaluate_all("all => all.map(link => link.getAttribute('href'))")
    kinds = {}
    for address in found:
        if not NOT_FOLLOWED.search(address):
            whole = address if address.startswith("/") else urlsplit(page.url).path + address
            kinds.setdefault(re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "#", whole.partition("?")[0]), whole)
    return kinds


def refusal(address, status, landed):
    """What is wrong with how ``address`` answered; nothing when it came to what it named."""
    if status >= 400:
        return f"{address}: {status}"
    # Wagtail answers those who may not with its home and a message.
    if urlsplit(landed).path in HOME and address.partition("?")[0] not in HOME:
        return f"{address}: sent home"
    return ""


@pytest.mark.parametrize("role", ROLES)
def test_every_way_out_of_the_menu_is_open_and_in_catalan(signed_in, role):
    page = signed_in(role)
    complaints = []
    page.on("console", lambda said: complaints.append(f"{page.url}: {said.text}") if said.type == "error" else None)
    page.goto("/admin/")
    assert urlsplit(page.url).path == "/admin/my-day/"
    menu = {**links(page, "#wagtail-sidebar"), "/admin/my-day/": "/admin/my-day/"}
    assert len(menu) > 1
    further = {}
    for address in menu.values():
        answer = page.goto(address)
        complaints.append(refusal(address, answer.status, page.url))
        if page.locator(SHOWS_SOMETHING).count() == 0:
            complaints.append(f"{address}: shows nothing, and says nothing about it")
        if "/reports/" not in address:  # Wagtail's own, with the titles of pages in every language
            english = untranslated.on_page(page, skipped=WORDS_OF_PEOPLE)
            complaints += [f"{address}: left in English: {text}" for text in english]
        further |= links(page, "main")
    for address in [address for kind, address in further.items() if kind not in menu]:
        answer = page.request.get(address)
        complaints.append(refusal(address, answer.status, answer.url))
    assert [complaint for complaint in complaints if complaint] == []


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_serious_by_day_and_by_night(signed_in, screen):
    page = signed_in(SCREENS[screen][0])
    open_screen(page, screen)
    serious = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, context={"include": [["main"]], "exclude": [[part] for part in WAGTAILS_OWN]})
        serious += [
            (scheme, rule["id"], node["target"], node["html"][:120])
            for rule in found.response["violations"]
            if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]
    assert serious == []


@pytest.mark.parametrize("screen", ["case", "person"])
def test_no_english_is_left_beyond_the_menu(signed_in, screen):
    page = signed_in(SCREENS[screen][0], language="ca")
    open_screen(page, screen)
    assert untranslated.on_page(page, skipped=WORDS_OF_PEOPLE) == []


@pytest.mark.parametrize("screen", ON_A_PHONE)
def test_nothing_runs_off_a_telephone(signed_in, screen):
    page = signed_in(SCREENS[screen][0], width=360, height=740)
    open_screen(page, screen)
    too_wide = page.evaluate(
        """() => [...document.querySelectorAll("main *")]
            .filter(part => part.getBoundingClientRect().right > innerWidth + 1)
            .map(part => part.className).slice(0, 5)"""
    )
    # Wagtail's page cuts off what is wider than itself, where nobody could scroll to it.
    beyond = "(box => box.scrollWidth - box.clientWidth)"
    assert page.evaluate(f"{beyond}(document.documentElement)") <= 0, too_wide
    assert page.evaluate(f"{beyond}(document.querySelector('main'))") <= 0, too_wide


def test_a_plot_says_its_values_on_hover(signed_in):
    page = signed_in("director")
    page.goto("/admin/kpis/kpi-1/")
    plot = page.locator("#kpi-plot svg.marks")
    plot.wait_for()
    # Enters from the side, as a hand does, until it meets a day.
    page.locator("#kpi-plot").scroll_into_view_if_needed()
    box = plot.bounding_box()
    tooltip = page.locator("#vg-tooltip-element.visible")
    for down in range(10, int(box["height"]), 12):
        page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + down)
        if tooltip.count():
            break
    assert re.search(r"\d{2}/\d{2}/\d{4}: [\d,.]+", tooltip.inner_text())
