"""Sessions and hours with advisers in a real browser: read by everybody, booked without a script."""

import pytest
from axe_playwright_python.sync_playwright import Axe

AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PAGES = ("/sessions/", "/appointments/")

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_are_open_to_everybody_and_fit(chromium, demo, width):
    with chromium.new_context(
        base_url=demo.url, locale="en-GB", viewport={"width": width, "height": 900}, reduced_motion="reduce"
    ) as context:
        page = context.new_page()
        addresses = list(PAGES)
        page.goto("/sessions/")
        addresses += [link.get_attribute("href") for link in page.locator(".session-card h3 a").all()[:2]]
        for address in addresses:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            assert Axe().run(page, options=AXE_RULES).response["violations"] == [], address
        assert context.cookies() == []
