"""Preferences and my data in a real browser: on a small screen, for everybody, and without a script."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import PASSWORD

AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SMALL = {"width": 360, "height": 740}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def student(chromium, demo):
    """A browser without scripts in which a student is signed in."""
    context = chromium.new_context(base_url=demo.url, locale="ca", viewport=SMALL, java_script_enabled=False)
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", "student@llevant.example")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)
    yield context
    context.close()


def problems(context, chromium, demo, address, scheme):
    """What axe finds there, and whether the page is wider than the screen; axe needs a script of its own."""
    seeing = chromium.new_context(
        base_url=demo.url, locale="ca", viewport=SMALL, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce"
    )
    seeing.add_cookies(context.cookies())
    page = seeing.new_page()
    page.goto(address)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = [violation["id"] for violation in Axe().run(page, options=AXE_RULES).response["violations"]]
    seeing.close()
    return [*found, *([f"{wider} px too wide"] if wider > 0 else [])]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/my-data/", "/my-data/correct/", "/my-data/erase/", "/my-data/preferences/"])
def test_page_is_for_everybody_on_a_small_screen(student, chromium, demo, address, scheme):
    assert problems(student, chromium, demo, address, scheme) == []


def test_preferences_are_saved_and_said_back_without_a_script(student):
    page = student.new_page()
    page.goto("/my-data/preferences/")
    box = page.locator("#commercial_post")
    was_on = box.is_checked()
    box.set_checked(not was_on)
    page.locator("form.form button[type=submit]").first.click()
    assert page.locator("#commercial_post").is_checked() != was_on
    assert page.locator(".toast.tone-good").count() == 1
    page.close()


def test_link_to_my_data_comes_by_mail_and_opens_once(student, chromium, demo):
    page = student.new_page()
    page.goto("/my-data/preferences/")
    page.locator("form[action$='/my-data/'] button[type=submit]").click()
    mail = demo.mail_to("student@llevant.example")
    link = re.search(r"https?://\S+/my-data/open/\S+", mail.get_body(("plain",)).get_content())[0]
    page.close()
    first, second = (chromium.new_context(locale="ca", viewport=SMALL, java_script_enabled=False) for _one in "ab")
    page = first.new_page()
    page.goto(link)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile("/my-data/$"))
    assert "student@llevant.example" in page.locator("main").inner_text()
    other = second.new_page()
    other.goto(link)
    other.locator("main form button[type=submit]").first.click()
    assert "student@llevant.example" not in other.locator("main").inner_text()
    first.close()
    second.close()
