"""What the demo's school puts forward on its pages and on paper, and what came of it over the weeks.

The texts are in ``texts/promotion.toml``.
"""

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.utils import timezone

from config.demo.accounts import DOMAIN
from enquiries.models import Campaign
from people.models import User
from programmes.models import LANGUAGES, PrintBatch, PrintBatchCount, Programme, Slot, SlotCount

TEXTS = Path(__file__).parent / "texts" / "promotion.toml"
FOLLOWED_SHARE = {"home": 0.024, "catalogue": 0.031, "sheet": 0.036, "article": 0.028, "newsletter": 0.062}
ENQUIRED_SHARE = 0.09  # of those who followed
WEEKEND = 0.7


def promote(*, at: datetime, seed: int = 13) -> None:
    """Plan the slots and print the batches, once the programmes and campaigns are there; safe to repeat."""
    texts = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    programmes = Programme.objects.filter(collection__is_own=True).in_bulk(field_name="code")
    by = User.objects.filter(email=f"marketing@{DOMAIN}").first()
    chance = Random(seed)  # noqa: S311 -- what a demo shows, not a secret
    today = timezone.localdate(at)
    for plan in texts["slot"]:
        if plan["programme"] in programmes and not Slot.objects.filter(name=plan["name"]).exists():
            slot = _plan_slot(plan, programmes[plan["programme"]], today, by)
            _count_slot(slot, plan["seen"], today, chance)
    for plan in texts["batch"]:
        if plan["programme"] in programmes and not PrintBatch.objects.filter(code=plan["code"]).exists():
            batch = _print(plan, programmes[plan["programme"]], today, by)
            _count_batch(batch, plan["visited"], today, chance)


def _plan_slot(plan: dict[str, Any], programme: Programme, today: date, by: User | None) -> Slot:
    first, last = plan["weeks"]
    words = {f"headline_{code}": plan[code][0] for code in LANGUAGES}
    words |= {f"text_{code}": plan[code][1] for code in LANGUAGES}
    return Slot.objects.create(
        name=plan["name"],
        place=plan["place"],
        programme=programme,
        audience=plan.get("audience", "everyone"),
        starts_at=_morning(today, first),
        ends_at=_morning(today, last),
        weight=plan["weight"],
        is_stopped=plan.get("is_stopped", False),
        by=by,
        **words,
    )


def _count_slot(slot: Slot, seen: int, today: date, chance: Random) -> None:
    first = timezone.localdate(slot.starts_at)
    # Today's figures are left to whoever looks at the demo.
    last = min(timezone.localdate(slot.ends_at), today)
    rows = []
    for number in range((last - first).days):
        on = first + timedelta(days=number)
        impressions = _about(seen * (WEEKEND if on.weekday() > 4 else 1), chance)
        clicks = sum(chance.random() < FOLLOWED_SHARE[slot.place] for _one in range(impressions))
        enquiries = sum(chance.random() < ENQUIRED_SHARE for _one in range(clicks))
        rows.append(SlotCount(slot=slot, on=on, impressions=impressions, clicks=clicks, enquiries=enquiries))
    SlotCount.objects.bulk_create(rows)


def _print(plan: dict[str, Any], programme: Programme, today: date, by: User | None) -> PrintBatch:
    campaign = Campaign.objects.filter(slug__startswith=plan["campaign"]).order_by("-starts_on").first()
    made_at = _morning(today, plan["week"])
    return PrintBatch.objects.create(
        **{name: plan[name] for name in ("code", "name", "kind", "language", "copies", "cost_minor", "place")},
        programme=programme,
        campaign=campaign.slug if campaign else plan["campaign"],
        printed_on=timezone.localdate(made_at),
        made_at=made_at,
        by=by,
    )


def _count_batch(batch: PrintBatch, visited: int, today: date, chance: Random) -> None:
    """Most is followed in the first weeks, then less and less."""
    first = timezone.localdate(batch.made_at) + timedelta(days=3)
    rows = []
    for number in range(max((today - first).days, 0)):
        visits = _about(visited * 0.96**number, chance)
        enquiries = sum(chance.random() < ENQUIRED_SHARE for _one in range(visits))
        if visits:
            rows.append(
                PrintBatchCount(batch=batch, on=first + timedelta(days=number), visits=visits, enquiries=enquiries)
            )
    PrintBatchCount.objects.bulk_create(rows)


def _about(number: float, chance: Random) -> int:
    return max(0, round(chance.gauss(number, number**0.5)))


def _morning(today: date, weeks: int) -> datetime:
    """The Monday ``weeks`` from this one, at eight in the morning at the school."""
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    return timezone.make_aware(datetime.combine(monday, datetime.min.time()) + timedelta(hours=8))
