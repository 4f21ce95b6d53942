"""The website as its readers meet it: every link, every kind of page, three languages, with and without a mouse."""

import re
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import PASSWORD
from tests.browser.site_reading import Crawl, crawl, english_on, kind, ours

LANGUAGES = ("ca", "es", "en")
SHEET = "/programmes/ux-design/"
MOST_SHEET_BYTES = 60 * 1024
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PUBLIC = ("/ca/", "/es/", "/en/")
MEMBER_STARTS = {
    "student": ["/campus/", "/community/", "/apply/", "/accounts/email/"],
    "prospect": ["/campus/", "/apply/"],
}

pytestmark = pytest.mark.browser


@dataclass
class Visit:
    """A browser of one reader, and what it complained about."""

    context: object
    page: object
    origin: str
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", lambda said: self.complain(said.text) if said.type == "error" else None)
        self.page.on("pageerror", self.complain)
        self.page.on("request", lambda request: self.see(request.url))

    def see(self, url: str) -> None:
        if not url.startswith("data:") and not ours(url, self.origin):
            self.complain(f"asks {url}")

    def complain(self, what) -> None:
        self.complaints.append(f"{self.page.url}: {what}")


@pytest.fixture(scope="module")
def open_visit(chromium, demo):
    """Opens a browser of its own for one reader: ``open_visit(login="student")``."""
    visits = []

    def open_one(*, login: str = "", language: str = "ca", **options) -> Visit:
        options = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"} | options
        context = chromium.new_context(base_url=demo.url, locale=language, **options)
        context.set_default_timeout(20_000)
        visit = Visit(context, context.new_page(), demo.url)
        visits.append(visit)
        if login:
            visit.page.goto("/accounts/login/")
            visit.page.fill("input[name=login]", f"{login}@llevant.example")
            visit.page.fill("input[name=password]", PASSWORD)
            visit.page.press("input[name=password]", "Enter")
            visit.page.wait_for_url(lambda url: "/accounts/login" not in url)
        visit.watch()
        return visit

    yield open_one
    for visit in visits:
        visit.context.close()


@pytest.fixture(scope="module")
def stranger(open_visit):
    return open_visit()


@pytest.fixture(scope="module")
def student(open_visit):
    return open_visit(login="student")


@pytest.fixture(scope="module")
def prospect(open_visit):
    return open_visit(login="prospect")


@pytest.fixture(scope="module")
def promise_address(open_visit):
    """Where somebody who asked without a script was led."""
    visit = open_visit(java_script_enabled=False)
    visit.page.goto(f"/ca{SHEET}")
    visit.page.fill("#ask input[name=contact]", "reader@example.org")
    visit.page.fill("#ask textarea[name=message]", "Hi ha classes els dissabtes?")
    visit.page.click("#ask button[type=submit]")
    visit.page.wait_for_url(re.compile("/promise/"))
    assert "Hi ha classes els dissabtes?" in visit.page.inner_text("main")
    return ours(visit.page.url, visit.origin)


@pytest.fixture(scope="module")
def crawls(stranger, student, prospect, promise_address) -> dict[str, Crawl]:
    """What each reader found by following every link."""
    origin, request = stranger.origin, stranger.context.request
    starts = {"ca": ["/ca/", promise_address, "/accounts/login/", "/enquire/"], "es": ["/es/"], "en": ["/en/"]}
    found = {language: crawl(request, origin, starts[language], language=language) for language in LANGUAGES}
    for login, visit in {"student": student, "prospect": prospect}.items():
        request = visit.context.request
        found[login] = crawl(request, origin, MEMBER_STARTS[login], language="ca", leaving_out=PUBLIC)
    return found


@pytest.fixture(scope="module")
def kinds(crawls) -> dict[str, dict[str, str]]:
    """For each reader one address of each kind of page; what everybody may see is left to the stranger."""
    found: dict[str, dict[str, str]] = {reader: {} for reader in ("ca", "student", "prospect")}
    for reader, one_of_each in found.items():
        for address in crawls[reader].pages:
            if reader == "ca" or kind(address) not in found["ca"]:
                one_of_each.setdefault(kind(address), address)
    return found


@pytest.mark.parametrize("reader", [*LANGUAGES, "student", "prospect"])
def test_every_link_leads_somewhere_in_the_readers_language(crawls, reader):
    assert len(crawls[reader].pages) >= 5
    assert not crawls[reader].wrong, "\n".join(crawls[reader].wrong)


@pytest.mark.parametrize("reader", ["ca", "student", "prospect"])
def test_no_english_is_left_in_catalan(crawls, reader):
    left = [f"{address}: {piece}" for address, page in crawls[reader].pages.items() for piece in english_on(page)]
    assert not left, "\n".join(left)


@pytest.mark.parametrize("reader", ["ca", "student", "prospect"])
def test_every_kind_of_page_is_for_everybody(kinds, stranger, student, prospect, reader):
    visit = {"ca": stranger, "student": student, "prospect": prospect}[reader]
    wrong = [problem for address in kinds[reader].values() for problem in problems_on(visit, address)]
    wrong += visit.complaints
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_small_screens_and_dark_rooms_are_welcome(prospect, kinds, scheme):
    page = prospect.page
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme=scheme)
    wrong = []
    for address in ["/ca/", f"/ca{SHEET}", kinds["prospect"]["/apply/#/"]]:
        page.goto(address)
        wrong += axe_says(page)
    page.emulate_media(color_scheme="light")
    assert not wrong, "\n".join(wrong)


def test_a_refused_question_says_what_is_missing(open_visit):
    visit = open_visit(java_script_enabled=False)
    visit.page.goto(f"/ca{SHEET}")
    visit.page.fill("#ask textarea[name=message]", "Hi ha beques?")
    with visit.page.expect_response(re.compile("/enquire/")) as answer:
        visit.page.click("#ask button[type=submit]")
    assert answer.value.status == 422
    assert visit.page.input_value("textarea[name=message]") == "Hi ha beques?"
    assert visit.page.get_attribute("input[name=contact]", "aria-invalid") == "true"
    visit.page.click(".form-errors a")
    assert visit.page.url.endswith("#ask_contact")


def test_an_unknown_address_says_so_in_the_schools_own_page(open_visit):
    visit = open_visit(language="es")
    assert visit.page.goto("/es/no-existe/").status == 404
    assert visit.page.get_attribute("html", "lang") == "es"
    assert visit.page.locator(".site-header").is_visible()
    assert axe_says(visit.page) == []


def test_a_sheet_is_light(open_visit):
    visit = open_visit()
    answers = []
    visit.page.on("response", lambda answer: answers.append(answer))
    visit.page.goto(f"/ca{SHEET}", wait_until="networkidle")
    weights = {
        ours(answer.url, visit.origin): answer.request.sizes()["responseBodySize"]
        for answer in answers
        if answer.request.resource_type in ("document", "stylesheet", "script")
    }
    assert len(weights) >= 3
    assert sum(weights.values()) <= MOST_SHEET_BYTES, weights
    assert visit.complaints == []


def test_the_keyboard_is_enough_to_ask(open_visit):
    page = open_visit().page
    page.goto(f"/ca{SHEET}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to(page, "contact")
    page.keyboard.type("keyboard@example.org")
    tab_to(page, "message")
    page.keyboard.type("Puc començar al gener?")
    tab_to(page, "consent_commercial")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/promise/"))
    assert "Puc començar al gener?" in page.inner_text("main")


def tab_to(page, name: str) -> None:
    """Press Tab until the field ``name`` has the focus, which must be visible all the way."""
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"no way to {name} by keyboard")


def problems_on(visit: Visit, address: str) -> list[str]:
    """What is wrong with one page: what axe says at 1280 pixels, and scrolling sideways at 360."""
    page = visit.page
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address)
    found = axe_says(page)
    page.set_viewport_size({"width": 360, "height": 740})
    beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found + ([f"{address}: {beyond} px too wide at 360 px"] if beyond > 0 else [])


def axe_says(page) -> list[str]:
    """Each finding of axe, naming page, rule and the first place."""
    found = Axe().run(page, options=AXE_RULES).response["violations"]
    return [f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]
