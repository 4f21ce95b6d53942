"""One person, from a product sheet to the director's board, in each language, in a real browser.

Every step leaves a picture in ``var/screenshots/<language>/``.
"""

import re
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "var" / "screenshots"
# Each language in a programme of its own, so that one story does not take another's seat.
STORIES = {"ca": "ux-design", "es": "sustainable-tourism", "en": "project-management"}
QUESTION = {
    "ca": "Puc pagar a terminis, i quants dies a la setmana hi ha classe?",
    "es": "¿Puedo pagar a plazos, y cuántos días a la semana hay clase?",
    "en": "Can I pay in instalments, and on how many days a week are classes?",
}
ANSWER = {
    "ca": "Sí, en tres terminis. Les classes són dos dies a la setmana.",
    "es": "Sí, en tres plazos. Las clases son dos días a la semana.",
    "en": "Yes, in three parts. Classes are on two days a week.",
}

pytestmark = pytest.mark.browser


class Pictures:
    """Numbers the pictures of one story in the order in which they are taken."""

    def __init__(self, language: str):
        self.folder = PICTURES / language
        self.folder.mkdir(parents=True, exist_ok=True)
        self.count = 0

    def take(self, page, name: str) -> None:
        self.count += 1
        page.screenshot(path=self.folder / f"{self.count:02}-{name}.png")


FASTEST_TYPING = 2_100  # milliseconds; whoever is quicker is taken for a machine


def figure(director, kpi: str) -> int:
    """What the board says of ``kpi`` for the last seven days."""
    director.goto("/admin/kpis/?days=7")
    card = director.locator(".board-card", has=director.locator(f"a[href*='/admin/kpis/{kpi}/']"))
    return int(re.sub(r"\D", "", card.locator(".board-card__value").inner_text()))


def link_in(mail, part: str) -> str:
    """The first link of the mail's text that holds ``part``."""
    text = mail.get_body(("plain",)).get_content()
    return next(link for link in re.findall(r"https?://\S+", text) if part in link)


@pytest.mark.parametrize("language", STORIES)
def test_one_person_goes_all_the_way_through(demo, new_page, signed_in, language):
    code, picture = STORIES[language], Pictures(language)
    family = f"{language.upper()}{int(time.time()) % 1_000_000}"  # a school that runs on may have met an earlier walker
    email = f"walker-{family.lower()}@example.org"
    director = signed_in("director")
    before = {kpi: figure(director, kpi) for kpi in ("enquiries", "kpi-3", "enrolments")}

    # A visitor finds a programme, reads its sheet, and asks with one contact field.
    visitor = new_page(language=language)
    visitor.goto(f"/{language}/")
    picture.take(visitor, "home")
    visitor.goto(f"/{language}/programmes/")
    picture.take(visitor, "catalogue")
    visitor.locator(f"main a[href$='/{language}/programmes/{code}/']").first.click()
    assert visitor.locator("html").get_attribute("lang") == language
    picture.take(visitor, "sheet")
    visitor.fill("#ask input[name=contact]", email)
    visitor.wait_for_timeout(FASTEST_TYPING)
    visitor.fill("#ask textarea[name=message]", QUESTION[language])
    visitor.locator("#ask button[type=submit]").click()
    visitor.wait_for_url(re.compile("/promise/"))
    assert QUESTION[language] in visitor.locator("main").inner_text()
    assert re.search(r"\d{1,2}:\d{2}", visitor.locator("h1").inner_text())
    picture.take(visitor, "promise")
    assert "/promise/" in link_in(demo.mail_to(email), "/promise/")

    # It is a case with a clock; an adviser takes the next one, then this one, and answers by e-mail.
    adviser = signed_in("adviser")
    adviser.goto("/admin/queue/")
    picture.take(adviser, "queue")
    adviser.locator("form[data-take-next] button").first.click()
    adviser.wait_for_url(re.compile("/admin/cases/"))
    picture.take(adviser, "next-case")
    adviser.goto(f"/admin/people/?q={email}")
    if "/admin/people/?" in adviser.url:
        adviser.locator("main a[href*='/admin/people/']", has_text=re.compile(".")).first.click()
    person_page = adviser.url
    assert re.search(r"/admin/people/[0-9a-f-]{36}/", person_page)
    picture.take(adviser, "person")
    adviser.locator("a[href*='/admin/cases/']").first.click()
    adviser.locator("form[action$='/take/'] button").click()
    adviser.fill("[name=subject]", "Escola Llevant")
    adviser.fill("[name=body]", ANSWER[language])
    picture.take(adviser, "answering")
    adviser.locator("form[action$='/answer/'] button[type=submit]:not([formaction])").click()
    adviser.locator(".desk-notice--good").first.wait_for()
    picture.take(adviser, "answered")
    answer = demo.mail_to(email, after=1)
    assert ANSWER[language] in answer.get_body(("plain",)).get_content()
    adviser.locator(".desk-talk__foot a").last.click()
    assert "Escola Llevant" in adviser.locator("main").inner_text()
    picture.take(adviser, "outbox")

    # The person signs in with an e-mail code, applies, and is admitted.
    visitor.goto(f"/{language}/programmes/{code}/")
    visitor.locator("a[href^='/apply/']").first.click()
    visitor.wait_for_url(re.compile("/accounts/login/"))
    visitor.fill("input[name=login]", email)
    visitor.press("input[name=login]", "Enter")
    visitor.locator("input[name=code]").wait_for()
    picture.take(visitor, "code")
    letter = demo.mail_to(email, after=2).get_body(("plain",)).get_content()
    visitor.fill("input[name=code]", re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", letter, re.MULTILINE)[1])
    visitor.press("input[name=code]", "Enter")
    visitor.wait_for_url(re.compile("/apply/"))
    visitor.fill("input[name=given_name]", "Walker")
    visitor.fill("input[name=family_name]", family)
    visitor.fill("input[name=birth_date]", "1994-05-20")
    visitor.fill("textarea[name=motivation]", "I want to work in this field.")
    visitor.fill("input[name=education]", "Batxillerat")
    visitor.fill("input[name=weekly_hours]", "8")
    picture.take(visitor, "application")
    visitor.locator("button[name=submit]").click()
    visitor.wait_for_url(re.compile("/apply/[0-9a-f-]{36}/"))
    application = visitor.url
    picture.take(visitor, "applied")
    admissions = signed_in("admissions")
    admissions.goto(f"/admin/applications/?q={family}&state=submitted")
    admissions.locator("main td a", has_text=f"Walker {family}").first.click()
    if "/inspect/" not in admissions.url:
        admissions.goto(re.sub(r"/(edit|usage|history)/", "/inspect/", admissions.url))
    admissions.locator("form[action*='/admit/'] button:not([formaction])").click()
    admissions.locator("form[action*='/admit/']").wait_for(state="detached")
    picture.take(admissions, "admitted")

    # They pay on the hosted page; the webhook enrols them; a receipt exists as a PDF.
    visitor.goto(application)
    picture.take(visitor, "to-pay")
    visitor.locator("form[action$='/pay/'] button").click()
    visitor.wait_for_url(re.compile("/pay/cs_test_"))
    picture.take(visitor, "hosted-page")
    visitor.fill("#number", "4242 4242 4242 4242")
    visitor.fill("#expiry", "12 / 40")
    visitor.fill("#cvc", "123")
    visitor.fill("#name", "Walker")
    visitor.locator("form button.wide").click()
    visitor.wait_for_url(re.compile("/paid/"))
    receipt = visitor.locator("a[href*='/campus/receipts/']").first
    receipt.wait_for()
    picture.take(visitor, "enrolled")
    paper = visitor.request.get(receipt.get_attribute("href"))
    assert paper.body().startswith(b"%PDF")

    # A tutor sees the new student.
    tutor = signed_in("tutor")
    tutor.goto("/admin/students/?view=new")
    tutor.goto(f"/admin/students/?q={family}")
    assert f"Walker {family}" in tutor.locator("main").inner_text()
    picture.take(tutor, "students")

    # A survey comes and is answered: the clock is moved to a week after the start.
    mails = len(demo.mails_to(email))
    later = datetime.now().astimezone() + timedelta(days=90)
    swept = demo.manage("sweep", "--now", later.isoformat(), "--json")
    assert swept.returncode == 0, swept.stderr
    invitation = next(
        mail for mail in demo.mails_to(email)[mails:] if "/survey/" in mail.get_body(("plain",)).get_content()
    )
    visitor.goto(link_in(invitation, "/survey/"))
    visitor.locator("label[for='id_score_9']").click()
    visitor.fill("textarea[name=comment]", "Very good so far.")
    picture.take(visitor, "survey")
    visitor.locator("main form button[type=submit]").first.click()
    visitor.locator(".stat").first.wait_for()
    picture.take(visitor, "survey-answered")

    # They post in their programme's forum.
    visitor.goto("/campus/")
    picture.take(visitor, "campus")
    visitor.goto("/community/")
    visitor.locator(f"main a[href*='{code}']").first.click()
    visitor.locator("main a[href$='/new/']").first.click()
    visitor.fill("input[name=title]", f"Hello from {language}")
    visitor.fill("textarea[name=text]", "Who else starts with me?")
    visitor.locator("main form button[type=submit]:not([name=preview])").first.click()
    visitor.locator(".post").wait_for()
    picture.take(visitor, "forum")

    # The director's board shows one more of each, and the list behind each figure.
    after = {kpi: figure(director, kpi) for kpi in before}
    assert after == {kpi: value + 1 for kpi, value in before.items()}
    picture.take(director, "board")
    for kpi in before:
        director.goto(f"/admin/kpis/{kpi}/?days=7")
        assert f"Walker {family}" in director.locator("#rows ~ .board-scroll").inner_text()
    picture.take(director, "rows")
