"""The mails of the demo school in a real browser: as wide as a telephone, in the light and in the dark, by keyboard."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from axe_playwright_python.sync_playwright import Axe

# A mail has no main landmark and no headings of a page; the rest holds for it as well.
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PHONES = (320, 360)

pytestmark = pytest.mark.browser


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return part.get_content() if part else ""


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    return part.get_content() if part else ""


@pytest.fixture(scope="module")
def mails(demo):
    """One mail for each of the templates in use, known by the shape of its subject and its language."""
    found: dict[tuple, EmailMessage] = {}
    for path in sorted((demo.var / "outbox").glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        words = str(mail["Subject"]).split()
        found.setdefault(tuple(words[:3]), mail)
    # What Wagtail tells editors about their drafts is plain text that leads to the back office.
    ours = [mail for mail in found.values() if html_of(mail) or "/admin/pages/" not in text_of(mail)]
    assert len(ours) >= 10
    return ours


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_mails_are_read_on_a_telephone(chromium, mails, scheme):
    context = chromium.new_context(color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    wrong = []
    for mail in mails:
        page.set_content(html_of(mail))
        for width in PHONES:
            page.set_viewport_size({"width": width, "height": 740})
            wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wider > 0:
                wrong.append(f"{mail['Subject']}: {wider} px too wide at {width}")
        # Nothing comes from elsewhere: no picture that would tell who opened it.
        wrong += [f"{mail['Subject']}: {address}" for address in page.evaluate(REMOTE)]
    context.close()
    assert wrong == []


REMOTE = "[...document.querySelectorAll('img[src^=http], link[href], script')].map(one => one.outerHTML)"


def test_mails_are_for_everybody(chromium, mails):
    page = chromium.new_page()
    wrong = {}
    for mail in mails[:40]:
        page.set_content(html_of(mail))
        found = [violation["id"] for violation in Axe().run(page, options=AXE_RULES).response["violations"]]
        if found:
            wrong[str(mail["Subject"])] = found
    page.close()
    assert wrong == {}


def test_links_of_a_mail_are_reached_by_keyboard(chromium, mails):
    page = chromium.new_page()
    mail = next(mail for mail in mails if html_of(mail).count("<a ") > 1)
    page.set_content(html_of(mail))
    reached = set()
    for _press in range(html_of(mail).count("<a ") + 1):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('href')"))
    page.close()
    assert {link for link in reached if link} == set(page_links(html_of(mail)))


def page_links(html: str) -> list[str]:
    return [part.partition('"')[0].replace("&amp;", "&") for part in html.split('href="')[1:]]


def test_every_mail_has_pages_and_plain_text(mails):
    without = [str(mail["Subject"]) for mail in mails if not (text_of(mail) and html_of(mail))]
    assert without == []
