"""The sandbox's payment page in a real browser: by keyboard, without script, and as axe sees it."""

import pytest
import stripe

from tests.config.sandbox_process import running_sandbox
from tests.config.test_payment_sandbox import BASKET

pytestmark = pytest.mark.browser


@pytest.fixture
def session(tmp_path):
    with running_sandbox("", "whsec_for_tests", tmp_path) as sandbox:
        client = stripe.StripeClient(sandbox.api_key, base_addresses={"api": sandbox.url})
        landing = f"{sandbox.url}/_sandbox/health?paid={{CHECKOUT_SESSION_ID}}"
        yield client.v1.checkout.sessions.create({**BASKET, "success_url": landing})


def test_payer_pays_by_keyboard_and_without_script(chromium, session):
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(session.url)
    page.get_by_label("E-mail").focus()
    for typed in ("ada@example.org", "4000 0025 0000 3155", "12/34", "123", "Ada Lovelace"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Complete authentication").press("Enter")
    page.wait_for_url(f"**/_sandbox/health?paid={session.id}")
    page.goto(session.url)
    assert page.get_by_role("heading", level=1).inner_text() == "This payment has been made"


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_no_page_has_an_obstacle_or_scrolls_sideways(chromium, session, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    # axe is brought in from outside, which the page's own policy rightly forbids.
    context = chromium.new_context(viewport={"width": width, "height": 780}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()

    def is_clean():
        violations = Axe().run(page).response["violations"]
        assert [violation["id"] for violation in violations] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def pay(card):
        for label, typed in (("E-mail", "a@b.example"), ("Card number", card), ("Expiry date", "12/34")):
            page.get_by_label(label, exact=True).fill(typed)
        page.get_by_label("Security code (CVC)").fill("123")
        page.get_by_label("Name on the card").fill("Ada")
        page.get_by_role("button").click()

    page.goto(session.url)
    is_clean()
    page.get_by_role("button").click()
    assert page.get_by_role("alert").is_visible()
    is_clean()
    pay("4000 0000 0000 0002")
    assert "The card was declined" in page.get_by_role("alert").inner_text()
    is_clean()
    pay("4000 0025 0000 3155")
    is_clean()
    page.get_by_role("button", name="Complete authentication").click()
    page.goto(session.url)
    is_clean()
