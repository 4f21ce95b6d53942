"""Several people act on campaigns at the same instant."""

import pytest

from enquiries.campaigns import changing, launching, money, tree
from enquiries.models import Campaign, CampaignChange, Spending
from tests.factories.campaigns import STARTS, ready_campaign
from tests.factories.enquiries import ARRIVED, CampaignFactory
from tests.people import at_once

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def test_campaign_goes_live_once_when_four_launch_it_at_once():
    campaign = ready_campaign()

    def launch(_number):
        try:
            launching.launch(campaign, at=ARRIVED, by=None)
        except launching.NotPlanned:
            return "too late"
        return "live"

    assert sorted(at_once.run(launch, processes=4)) == ["live", "too late", "too late", "too late"]
    assert CampaignChange.objects.filter(what=CampaignChange.What.LAUNCHED).count() == 1


def test_two_who_hang_campaigns_below_each_other_make_no_ring():
    one, other = CampaignFactory(), CampaignFactory()

    def hang(number):
        child, parent = (one, other) if number else (other, one)
        try:
            with changing.marked(child, at=ARRIVED, by=None):
                Campaign.objects.filter(pk=child.pk).update(parent=parent)
        except tree.BadParent:
            return "refused"
        return "hung"

    assert sorted(at_once.run(hang, processes=2)) == ["hung", "refused"]
    assert Campaign.objects.filter(parent=None).count() == 1


def test_money_is_not_taken_back_twice():
    campaign = CampaignFactory()
    money.spend(campaign, on=STARTS, amount_minor=5_000, note="Bill", at=ARRIVED, by=None)

    def take_back(_number):
        try:
            money.spend(campaign, on=STARTS, amount_minor=-5_000, note="Entered twice", at=ARRIVED, by=None)
        except money.BelowZero:
            return 0
        return 1

    assert sum(at_once.run(take_back, processes=4)) == 1
    assert sum(Spending.objects.values_list("amount_minor", flat=True)) == 0
