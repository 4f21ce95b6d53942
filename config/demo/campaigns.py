"""The demo's campaigns as a marketing team keeps them: steps, messages, actions, bills, hours, changes on the way.

The campaigns themselves, with their codes and days, come from ``config.demo.cast``. The texts are in
``texts/campaigns.toml``.
"""

import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from config.demo.accounts import DOMAIN
from config.demo.simulation import MADRID
from enquiries.campaigns import changing, steps
from enquiries.models import (
    Campaign,
    CampaignAction,
    CampaignAudience,
    CampaignChange,
    CampaignChannel,
    CampaignHelper,
    CampaignStep,
    CampaignTarget,
    Enquiry,
    Spending,
    TimeSpent,
)
from people.models import User
from programmes.models import Programme

TEXTS = Path(__file__).parent / "texts" / "campaigns.toml"
DAY = timedelta(days=1)
State, What = Campaign.State, CampaignChange.What


def plan(*, at: datetime) -> None:
    """Fill in what stands around the campaigns that the cast made, as of ``at``; safe to repeat."""
    texts = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    team = _team()
    if CampaignStep.objects.exists() or not team:
        return
    today = timezone.localdate(at, MADRID)
    for campaign in Campaign.objects.exclude(starts_on=None).order_by("starts_on", "pk"):
        kind = next((kind for kind in texts["campaign"] if campaign.slug.startswith(kind)), None)
        if kind:
            _fill_in(campaign, texts["campaign"][kind], texts["step"], team, today)
    _hang_together(texts["whole"], texts["step"], team, today)
    _spread_enquiries()


def _team() -> list[User]:
    """Who runs campaigns in the demo, the owner first; none where the school has no such accounts."""
    logins = {user.email: user for user in User.objects.filter(email__endswith=f"@{DOMAIN}")}
    return [logins[f"{name}@{DOMAIN}"] for name in ("marketing", "lead", "editor") if f"{name}@{DOMAIN}" in logins]


def _fill_in(campaign: Campaign, text: dict[str, Any], step_texts: dict[str, str], team: list[User], today: date):
    campaign.owner = team[0]
    campaign.baseline = max(0, (campaign.target or 0) * text["baseline_percent"] // 100)
    first, last = _span(campaign)
    campaign.launched_at = _instant(first) if campaign.state != State.PLANNED else None
    campaign.closed_at = _instant(last, hour=18) if campaign.state == State.CLOSED else None
    campaign.save(update_fields=["owner", "baseline", "launched_at", "closed_at"])
    for medium, message in text["messages"].items():
        CampaignChannel.objects.update_or_create(campaign=campaign, medium=medium, defaults={"message": message})
    _write_steps(campaign, step_texts | text.get("step", {}), team, done=_steps_done(campaign))
    _aim(campaign, text["programmes"])
    for user, hours in zip(team, text["hours"], strict=False):
        CampaignHelper.objects.create(campaign=campaign, user=user, planned_minutes=hours * 60)
    actions = [_act(campaign, number, action, team, today) for number, action in enumerate(text["action"])]
    _pay(campaign, actions, text["action"], team[0], today)
    _work(campaign, team, text["hours"], today)
    _mark(campaign, text, team[0], today)


def _steps_done(campaign: Campaign) -> int:
    return {State.PLANNED: 4, State.LIVE: 7, State.CLOSED: 9}[State(campaign.state)]


def _write_steps(campaign: Campaign, texts: dict[str, str], team: list[User], *, done: int) -> None:
    begin = _instant(_span(campaign)[0] - 21 * DAY)
    CampaignStep.objects.bulk_create(
        CampaignStep(
            campaign=campaign,
            step=code,
            text=texts[code],
            done_at=begin + 2 * number * DAY,
            by=team[number % len(team)],
        )
        for number, code in enumerate(steps.ORDER[:done])
    )


def _aim(campaign: Campaign, codes: list[str]) -> None:
    goal = campaign.target or 0
    found = list(Programme.objects.filter(code__in=codes, collection__is_own=True).order_by("code"))
    found = found or list(Programme.objects.filter(collection__is_own=True).order_by("code")[:2])
    for place, programme in enumerate(found):
        part = goal // len(found) + (place < goal % len(found))
        if part:
            CampaignTarget.objects.create(campaign=campaign, programme=programme, enquiries=part * 6, enrolments=part)


def _act(campaign: Campaign, number: int, text: dict[str, Any], team: list[User], today: date) -> CampaignAction:
    first, last = _span(campaign)
    length = (last - first).days
    starts_on = first + DAY * (length * text["begins_percent"] // 100)
    ends_on = min(last, starts_on + DAY * text["days"])
    state = CampaignAction.State.PLANNED
    if starts_on <= today:
        state = CampaignAction.State.DONE if ends_on < today else CampaignAction.State.RUNNING
    return CampaignAction.objects.create(
        campaign=campaign, code=text["code"], name=text["name"], kind=text["kind"], medium=text["medium"], state=state,
        starts_on=starts_on, ends_on=ends_on, cost_planned_minor=campaign.budget_minor * text["budget_percent"] // 100,
        currency=campaign.currency, owner=team[number % len(team)], note=text.get("note", ""),
    )  # fmt: skip


def _pay(campaign: Campaign, actions: list[CampaignAction], texts: list[dict], by: User, today: date) -> None:
    """A bill for each action that began, one of them entered twice and put right."""
    entries = []
    for action, text in zip(actions, texts, strict=True):
        if action.starts_on > today or not action.cost_planned_minor:
            continue
        amount = action.cost_planned_minor * text["billed_percent"] // 100
        entries.append((action, amount, text["bill"]))
    if campaign.state == State.CLOSED and entries:
        action, amount, note = entries[0]
        entries += [(action, amount, note), (action, -amount, f"{note}: entrada dues vegades")]
    Spending.objects.bulk_create(
        Spending(
            campaign=campaign, action=action, on=min(action.starts_on + 5 * DAY, today), amount_minor=amount,
            currency=campaign.currency, note=note, noted_at=_instant(min(action.starts_on + 6 * DAY, today)), by=by,
        )
        for action, amount, note in entries
    )  # fmt: skip


def _work(campaign: Campaign, team: list[User], hours: list[int], today: date) -> None:
    first, last = _span(campaign)
    days = [first + week * 7 * DAY for week in range(max(0, (min(last, today) - first).days) // 7)]
    TimeSpent.objects.bulk_create(
        TimeSpent(campaign=campaign, user=user, on=day, minutes=60 * total // max(1, len(days)))
        for user, total in zip(team, hours, strict=False)
        for day in days
        if total // max(1, len(days))
    )


def _mark(campaign: Campaign, text: dict[str, Any], by: User, today: date) -> None:
    """Its launch, one change of budget when it was half way, and its end."""
    if campaign.launched_at is None:
        return
    marks = [CampaignChange(campaign=campaign, at=campaign.launched_at, what=What.LAUNCHED, by=by)]
    first, last = _span(campaign)
    half = first + DAY * ((last - first).days * 2 // 5)
    if half < today and "change" in text:
        now = changing.facts(campaign.pk)[What.BUDGET]
        before = f"{campaign.budget_minor * 4 // 5} {campaign.currency}"
        marks.append(
            CampaignChange(
                campaign=campaign, at=_instant(half, hour=11), what=What.BUDGET, before=before, after=now,
                why=text["change"], by=by,
            )
        )  # fmt: skip
    if campaign.closed_at:
        marks.append(CampaignChange(campaign=campaign, at=campaign.closed_at, what=What.CLOSED, by=by))
    CampaignChange.objects.bulk_create(marks)


def _hang_together(text: dict[str, Any], step_texts: dict[str, str], team: list[User], today: date) -> None:
    """One campaign over those of the last intake that is behind us, so that its totals can be read as one."""
    networks = Campaign.objects.filter(slug__startswith="xarxes-", state=State.CLOSED).order_by("-starts_on").first()
    if networks is None:
        return
    season = networks.slug.removeprefix("xarxes-")
    parts = Campaign.objects.filter(slug__in=[networks.slug, f"cercadors-{season}"], state=State.CLOSED, parent=None)
    days = [day for part in parts for day in _span(part)]
    if len(days) < 4:
        return
    first, last = min(days), max(days)
    whole = Campaign.objects.create(
        slug=f"{text['slug']}-{first:%Y-%m}", name=text["name"], state=State.CLOSED, metric="enrolments",
        baseline=text["baseline"], target=sum(part.target or 0 for part in parts), budget_minor=text["budget_minor"],
        starts_on=first, ends_on=last, owner=team[0], launched_at=_instant(first), closed_at=_instant(last, hour=19),
    )  # fmt: skip
    CampaignAudience.objects.create(campaign=whole, words=text["audience"])
    for medium, message in text["messages"].items():
        CampaignChannel.objects.create(campaign=whole, medium=medium, message=message)
    _write_steps(whole, step_texts, team, done=9)
    _mark(whole, text, team[0], today)
    Spending.objects.create(
        campaign=whole, on=first, amount_minor=text["budget_minor"], note=text["bill"], noted_at=_instant(first),
        by=team[0],
    )  # fmt: skip
    parts.update(parent=whole)


def _spread_enquiries() -> None:
    """Each enquiry of a campaign came by one of its actions that had begun: by turns, the same in every run."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {Enquiry._meta.db_table} AS asked SET action_id = chosen.action
            FROM (
                SELECT e.id, (array_agg(a.id ORDER BY a.code))[1 + e.id % count(*)] AS action
                FROM {Enquiry._meta.db_table} e
                JOIN {CampaignAction._meta.db_table} a
                  ON a.campaign_id = e.campaign_id AND a.starts_on <= e.received_at::date AND a.kind <> 'creative'
                WHERE e.action_id IS NULL GROUP BY e.id
            ) AS chosen WHERE chosen.id = asked.id
            """  # noqa: S608 -- names of our own tables
        )


def _span(campaign: Campaign) -> tuple[date, date]:
    """The first and the last day of a campaign that has both, as all of the cast's have."""
    if campaign.starts_on is None or campaign.ends_on is None:
        raise ValueError(f"{campaign.slug} has no days")
    return campaign.starts_on, campaign.ends_on


def _instant(day: date, *, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=MADRID)
