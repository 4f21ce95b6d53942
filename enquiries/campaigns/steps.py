"""The nine steps of a campaign, from analysis to results, as they are written down."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from enquiries.models import Campaign, CampaignStep
from people.models import User

Step = CampaignStep.Step
ORDER = list(Step)
BEFORE_LAUNCH = ORDER[: ORDER.index(Step.MESSAGES) + 1]
BELONGS: dict[str, Promise | str] = {
    Step.ANALYSIS: _("Where we stand: the market, rivals, what the last campaign taught, and the baseline."),
    Step.BUDGET: _("What it may cost, for what, and why that is worth it; who approves more."),
    Step.OFFER: _("Which programmes, intakes, prices and scholarships we offer, and what makes them worth choosing."),
    Step.TARGETS: _("What we want to reach, of whom and by when, for each programme and intake."),
    Step.CONTENT: _("What we show and tell: landing pages, photographs, stories, proofs, and who makes them."),
    Step.MESSAGES: _("The one thing we say to each audience on each channel, and what we ask of them."),
    Step.RUN: _("How it runs: who does what on which day, who looks at the figures, and what we change."),
    Step.RESPONSES: _("Who answered, what they asked, how soon we answered, and what they objected to."),
    Step.RESULTS: _("What it brought against its target, what it cost, and what we do otherwise next time."),
}


class Unwritten(Exception):
    """A step cannot be done before something is written in it."""


class IsClosed(Exception):
    """A closed campaign stays as it was."""


@dataclass(frozen=True)
class Written:
    """One of the nine steps of one campaign; ``step`` is None as long as nothing stands there."""

    code: str
    number: int
    belongs: str | Promise
    step: CampaignStep | None

    @property
    def label(self) -> str | Promise:
        return Step(self.code).label

    @property
    def text(self) -> str:
        return self.step.text if self.step else ""

    @property
    def is_done(self) -> bool:
        return bool(self.step and self.step.done_at)


def of_campaign(campaign: Campaign) -> list[Written]:
    """All nine, in their order, written or not."""
    rows = {row.step: row for row in campaign.steps.select_related("by")}
    return [Written(code, number, BELONGS[code], rows.get(code)) for number, code in enumerate(ORDER, start=1)]


@transaction.atomic
def write(campaign: Campaign, code: str, *, text: str, is_done: bool, at: datetime, by: User | None) -> CampaignStep:
    """Write one step; once done it keeps who did it and when, until it is opened again.

    Raises Unwritten if an empty step is to be done, IsClosed.
    """
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if campaign.state == Campaign.State.CLOSED:
        raise IsClosed(campaign.pk)
    text = text.strip()
    if is_done and not text:
        raise Unwritten(code)
    step, _made = CampaignStep.objects.get_or_create(campaign=campaign, step=Step(code))
    step.text = text
    if is_done and step.done_at is None:
        step.done_at, step.by = at, by
    elif not is_done:
        step.done_at, step.by = None, None
    step.save(update_fields=["text", "done_at", "by"])
    return step
