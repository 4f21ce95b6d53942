"""The forms of the demo's school on its pages, and what came of them over the past weeks.

The texts are in ``texts/forms.toml``.
"""

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.models import Collection

from config.demo.accounts import DOMAIN
from enquiries.asking import lists
from enquiries.models import (
    Download,
    Enquiry,
    Form,
    FormCount,
    FormField,
    FormFieldCount,
    FormVariant,
    FormWords,
    Submission,
    TopicInterest,
)
from people.models import Channel, User
from printing import paper
from programmes.models import LANGUAGES, ArticlePage, HomePage, LandingPage, Topic

TEXTS = Path(__file__).parent / "texts" / "forms.toml"
WEEKS = 6
BEGUN_SHARE = {"": 0.31, "A": 0.28, "B": 0.37}
WEEKEND = 0.6
SHOWN_FOR_ONE = 7  # how often a form is shown for each that is sent
PAGES: dict[str, Any] = {"article": ArticlePage, "landing": LandingPage, "home": HomePage}


def place_forms(*, at: datetime, seed: int = 14) -> None:
    """Make the forms, put each on a page in its languages, and count six weeks; safe to repeat. After the enquiries."""
    texts = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    by = User.objects.filter(email=f"editor@{DOMAIN}").first()
    chance = Random(seed)  # noqa: S311 -- what a demo shows, not a secret
    free = _enquiries_without_a_form(at)
    for plan in texts["form"]:
        if Form.objects.filter(slug=plan["slug"]).exists():
            continue
        form = _make(plan, texts["guide"], by, at)
        _put_on_pages(form, plan["page"])
        mine, free = free[: len(free) // 3 + 1], free[len(free) // 3 + 1 :]
        _count(form, plan, mine, at=at, chance=chance)


def _make(plan: dict[str, Any], guide: dict[str, Any], by: User | None, at: datetime) -> Form:
    made_at = at - timedelta(weeks=WEEKS, days=3)
    form = Form.objects.create(
        slug=plan["slug"], name=plan["name"], kind=plan["kind"], purposes=plan.get("purposes", []),
        planned_sample=plan.get("sample"), document=_guide(guide) if plan.get("guide") else None,
        made_at=made_at, changed_at=made_at, by=by,
    )  # fmt: skip
    FormWords.objects.bulk_create(FormWords(form=form, language=code, **plan[code]) for code in LANGUAGES)
    FormField.objects.bulk_create(_field(form, place, facts) for place, facts in enumerate(plan["fields"]))
    if variant := plan.get("variant"):
        FormVariant.objects.create(form=form, **variant)
    return form


def _field(form: Form, place: int, facts: dict[str, Any]) -> FormField:
    labels = dict(zip((f"label_{code}" for code in LANGUAGES), facts.get("label", ("", "", "")), strict=True))
    return FormField(
        form=form, key=facts["key"], is_own="label" in facts, kind=facts.get("kind", ""), position=place,
        step=facts.get("step", 1), is_required=facts.get("required", False),
        choices=lists.read("\n".join(facts.get("choices", []))), **labels,
    )  # fmt: skip


def _guide(guide: dict[str, Any]) -> Document:
    found = Document.objects.filter(title=guide["title"]).first()
    if found is not None:
        return found
    pdf = paper.to_pdf("demo/guide.html", guide, language="ca", title=guide["title"])
    file = ContentFile(pdf, name="guia-per-triar.pdf")
    return Document.objects.create(title=guide["title"], file=file, collection=Collection.get_first_root_node())


def _put_on_pages(form: Form, where: str) -> None:
    """At the end of the first page of its kind that has no form yet, in each language."""
    pages = PAGES[where].objects.live().order_by("pk")
    taken = {page.translation_key for page in pages if _has_form(page)}
    first = next((page for page in pages if page.translation_key not in taken), None)
    for page in pages.filter(translation_key=first.translation_key) if first else ():
        if where == "landing":
            page.form = form.slug
        else:
            page.body = [*page.body.raw_data, {"type": "form", "value": {"form": form.slug}}]
        page.save_revision().publish()


def _has_form(page: Any) -> bool:
    return bool(getattr(page, "form", "")) or any(block.block_type == "form" for block in page.body)


def _enquiries_without_a_form(at: datetime) -> list[Enquiry]:
    since = at - timedelta(weeks=WEEKS)
    rows = Enquiry.objects.live().filter(channel=Channel.WEB, form=None, submissions=None)
    return list(rows.filter(received_at__gt=since, received_at__lt=at).order_by("received_at", "pk"))


def _count(form: Form, plan: dict[str, Any], enquiries: list[Enquiry], *, at: datetime, chance: Random) -> None:
    letters = ["A", "B"] if "variant" in plan else [""]
    keys = [facts["key"] for facts in plan["fields"]]
    sent_on: dict[date, int] = {}
    for enquiry in enquiries:
        enquiry.form, enquiry.variant = form, chance.choice(letters)
        on = timezone.localdate(enquiry.received_at)
        sent_on[on] = sent_on.get(on, 0) + 1
    Enquiry.objects.bulk_update(enquiries, ["form", "variant"], batch_size=500)
    Submission.objects.bulk_create(_sent(form, enquiries, chance), batch_size=500)
    counts, of_fields = [], []
    today, usual = timezone.localdate(at), max(8.0, SHOWN_FOR_ONE * len(enquiries) / (WEEKS * 7))
    for number in range(WEEKS * 7, 0, -1):
        on = today - timedelta(days=number)
        quiet = WEEKEND if on.weekday() > 4 else 1
        begun_all = 0
        for letter in letters:
            sent = sent_on.get(on, 0)
            shown = max(sent * 3, int(usual * quiet * chance.uniform(0.7, 1.3) / len(letters)))
            begun = max(sent, int(shown * BEGUN_SHARE[letter] * chance.uniform(0.8, 1.2)))
            begun_all += begun
            counts.append(FormCount(form=form, variant=letter, on=on, shown=shown, begun=begun))
        of_fields += _fields_of_day(form, keys, on, begun_all, sent_on.get(on, 0), chance)
    FormCount.objects.bulk_create(counts)
    FormFieldCount.objects.bulk_create(of_fields)
    if plan.get("guide"):
        _fetch(form, enquiries, chance)


def _sent(form: Form, enquiries: list[Enquiry], chance: Random) -> list[Submission]:
    """Each enquiry with its sending; some were sent twice, and some first forgot the address."""
    rows = []
    for enquiry in enquiries:
        about = {"form": form, "variant": enquiry.variant, "page_url": enquiry.page_url}
        rows.append(Submission(at=enquiry.received_at, outcome="enquiry", enquiry=enquiry, **about))
        if chance.random() < 0.06:
            again = enquiry.received_at + timedelta(seconds=2)
            rows.append(Submission(at=again, outcome="repeated", enquiry=enquiry, **about))
        if chance.random() < 0.12:
            before = enquiry.received_at - timedelta(seconds=40)
            rows.append(Submission(at=before, outcome="refused", reasons=["contact"], **{**about, "page_url": ""}))
    return rows


def _fields_of_day(
    form: Form, keys: list[str], on: date, begun: int, sent: int, chance: Random
) -> list[FormFieldCount]:
    """Those who begin and do not finish stop somewhere; most where they are asked who they are."""
    gone = max(begun - sent, 0)
    weights = [3 if key in ("phone", "email", "contact") else 1 for key in keys]
    last = chance.choices(keys, weights=weights, k=gone) if keys else []
    return [
        FormFieldCount(
            form=form, key=key, on=on, filled=sum(chance.random() < 0.8 for _one in range(sent)),
            refused=sum(chance.random() < 0.1 for _one in range(sent)), left=last.count(key),
        )
        for key in keys
    ]  # fmt: skip


def _fetch(form: Form, enquiries: list[Enquiry], chance: Random) -> None:
    """Most who asked for the guide fetched it, and each has said what interests them."""
    topics = list(Topic.objects.order_by("pk"))
    fetched = [one for one in enquiries if chance.random() < 0.83]
    Download.objects.bulk_create(
        Download(form=form, person_id=one.person_id, enquiry=one, at=one.received_at + timedelta(minutes=3))
        for one in fetched
    )
    TopicInterest.objects.bulk_create(
        (
            TopicInterest(person_id=one.person_id, topic=chance.choice(topics), form=form, said_at=one.received_at)
            for one in enquiries
            if topics
        ),
        ignore_conflicts=True,
    )
