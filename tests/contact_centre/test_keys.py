"""The keys of the queue, pressed in a real browser."""

import os
import shutil
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import sync_playwright

from contact_centre import queue
from contact_centre.models import Case
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import PersonFactory, UserFactory


@pytest.fixture
def page(live_server):
    """A page signed in as an adviser; database access from the test stays allowed beside Playwright's loop."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: apt-get install chromium")
        pytest.skip("Chromium is missing: apt-get install chromium")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    adviser = UserFactory(role="Adviser")
    signed_in = Client()
    signed_in.force_login(adviser, backend="allauth.account.auth_backends.AuthenticationBackend")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en")
        session = signed_in.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.adviser = adviser
        yield page
        connection.close()  # beside Playwright's loop Django opened one of its own, which nobody else closes
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_queue_by_keyboard(page, live_server):
    now = timezone.now()
    first, second, third = (
        CaseFactory(opened_at=now - timedelta(hours=hours), person__given_name=name)
        for hours, name in ((5, "First"), (4, "Second"), (3, "Third"))
    )
    page.goto(f"{live_server.url}/admin/queue/")

    page.keyboard.press("?")
    assert page.locator("[data-desk-keys]").is_visible()
    assert not page.locator("#keyboard-shortcuts-dialog").is_visible()
    page.keyboard.press("Escape")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert "First" in page.locator(".is-current").inner_text()

    page.keyboard.press("j")
    page.keyboard.press("c")
    page.wait_for_url(f"**/admin/cases/{second.uuid}/")
    assert Case.objects.get(pk=second.pk).adviser == page.adviser

    page.goto(f"{live_server.url}/admin/queue/?view=waiting")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/admin/cases/{third.uuid}/")
    assert Case.objects.get(pk=third.pk).adviser is None

    page.goto(f"{live_server.url}/admin/queue/")
    page.keyboard.press("n")
    page.wait_for_url(f"**/admin/cases/{first.uuid}/")
    assert Case.objects.get(pk=first.pk).adviser == page.adviser


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_queue_comes_anew_and_what_was_chosen_stays(page, live_server):
    now = timezone.now()
    first = CaseFactory(opened_at=now - timedelta(hours=5), person__given_name="First")
    page.goto(f"{live_server.url}/admin/queue/")
    page.keyboard.press("j")
    page.keyboard.press("x")

    queue.open_case(PersonFactory(given_name="Newcomer"), kind="enquiry", at=now)
    page.evaluate("htmx.trigger('#desk-live', 'desk:poll')")
    page.get_by_text("Newcomer").wait_for()

    assert page.locator(f"#desk-pick-{first.pk}").is_checked()
    assert "First" in page.locator(".is-current").inner_text()
    assert page.evaluate("document.activeElement.id") == f"desk-case-{first.pk}"

    page.keyboard.press("s")
    assert page.evaluate("document.activeElement.name") == "until"
    page.locator("[data-bulk] [value=snooze]").click()
    page.get_by_text("1 case put aside.").wait_for()
    assert Case.objects.get(pk=first.pk).snoozed_until is not None

    page.keyboard.press("z")
    page.get_by_text("1 case is as it was.").wait_for()
    assert Case.objects.get(pk=first.pk).snoozed_until is None


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_seldom_read_parts_of_a_person_come_when_one_scrolls_to_them(page, live_server):
    person = PersonFactory(given_name="Berta")
    page.goto(f"{live_server.url}/admin/people/{person.uuid}/")
    page.mouse.wheel(0, 5_000)
    page.get_by_text("No session and no appointment yet.").wait_for()
