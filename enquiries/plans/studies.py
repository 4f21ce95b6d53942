"""What market studies cost, spread over the campaigns they were made for so that every cost counts exactly once."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet, Sum

from enquiries.models import Campaign, MarketStudy


def spread(amount_minor: int, among: Sequence[int]) -> dict[int, int]:
    """``amount_minor`` in equal parts that add up to it: what does not divide goes, unit by unit, to the first ones."""
    if not among:
        return {}
    part, left = divmod(amount_minor, len(among))
    return {key: part + (place < left) for place, key in enumerate(sorted(among))}


def cost_shares(study: MarketStudy) -> dict[int, int]:
    """What of the cost of ``study`` each of its campaigns bears, in minor units, by the campaign's id.

    The parts add up to the cost exactly; a study without campaigns has none.
    """
    return spread(study.cost_minor, list(study.campaigns.values_list("pk", flat=True)))


def costs_of(campaigns: Collection[int]) -> dict[int, int]:
    """What each of ``campaigns`` bears of the cost of studies, in minor units of its own currency, by its id.

    Two queries for any number of campaigns. A study in another currency than the campaign's counts as nothing here:
    ``apart`` lists it.
    """
    links = MarketStudy.campaigns.through.objects
    about = links.filter(campaign__in=campaigns).values("marketstudy")
    rows = links.filter(marketstudy__in=about).values_list(
        "marketstudy", "campaign", "marketstudy__cost_minor", "marketstudy__currency", "campaign__currency"
    )
    linked: dict[int, list[int]] = {}
    cost: dict[int, int] = {}
    counts: set[tuple[int, int]] = set()
    for study, campaign, cost_minor, currency, counted_in in rows:
        linked.setdefault(study, []).append(campaign)
        cost[study] = cost_minor
        if currency == counted_in:
            counts.add((study, campaign))
    total = dict.fromkeys(campaigns, 0)
    for study, among in linked.items():
        for campaign, share in spread(cost[study], among).items():
            if campaign in total and (study, campaign) in counts:
                total[campaign] += share
    return total


def cost_of(campaign: Campaign) -> int:
    """What ``campaign`` itself, without its parts, bears of the cost of studies, in minor units of its currency."""
    return costs_of([campaign.pk])[campaign.pk]


@dataclass(frozen=True)
class Cost:
    """What the studies of one currency cost, and how much of it stands in no campaign."""

    currency: str
    whole_minor: int
    in_campaigns_minor: int

    @property
    def unlinked_minor(self) -> int:
        return self.whole_minor - self.in_campaigns_minor


def whole_cost() -> list[Cost]:
    """What all studies cost, currency by currency: the part that campaigns bear and the part that none does."""
    whole = dict(MarketStudy.objects.order_by("currency").values_list("currency").annotate(Sum("cost_minor")))
    linked = dict(Campaign.objects.filter(studies__isnull=False).values_list("pk", "currency"))
    borne: Counter[str] = Counter()
    for campaign, minor in costs_of(linked).items():
        borne[linked[campaign]] += minor
    return [Cost(currency, minor, borne[currency]) for currency, minor in whole.items()]


def holds(document_id: int) -> bool:
    """Whether a file belongs to a study, and so is nobody's but the school's."""
    return MarketStudy.files.through.objects.filter(document_id=document_id).exists()


def unlinked() -> QuerySet[MarketStudy]:
    """Studies that no campaign bears: their cost appears in no campaign's return."""
    return MarketStudy.objects.filter(campaigns=None).order_by("-on", "pk")


def apart() -> QuerySet[MarketStudy]:
    """Studies linked to a campaign that counts in another currency: that campaign's share appears nowhere."""
    links = MarketStudy.campaigns.through.objects.exclude(campaign__currency=F("marketstudy__currency"))
    return MarketStudy.objects.filter(pk__in=links.values("marketstudy")).order_by("-on", "pk")
