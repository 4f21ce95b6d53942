"""What studies cost: every cent in exactly one campaign, or said to be in none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiries.plans import studies
from tests.factories.enquiries import CampaignFactory
from tests.factories.plans import StudyFactory


@given(st.integers(0, 10**13), st.lists(st.integers(1, 10**6), unique=True, min_size=1, max_size=40))
def test_parts_add_up_and_differ_by_one_cent_at_most(amount, among):
    parts = studies.spread(amount, among)
    assert sum(parts.values()) == amount
    assert parts.keys() == set(among)
    assert max(parts.values()) - min(parts.values()) <= 1


def test_without_campaigns_nothing_is_shared_out():
    assert studies.spread(100, []) == {}


@pytest.mark.django_db
def test_cost_of_every_study_stands_in_the_campaigns_exactly_once():
    campaigns = CampaignFactory.create_batch(3)
    for cost, among in ((100, campaigns), (101, campaigns[:2]), (7, campaigns[2:]), (50_001, campaigns)):
        StudyFactory(cost_minor=cost).campaigns.set(among)
    StudyFactory(cost_minor=999)
    by_campaign = {campaign.pk: studies.cost_of(campaign) for campaign in campaigns}
    assert sum(by_campaign.values()) == 100 + 101 + 7 + 50_001
    assert studies.costs_of([one.pk for one in campaigns]) == by_campaign
    [cost] = studies.whole_cost()
    assert (cost.whole_minor, cost.in_campaigns_minor, cost.unlinked_minor) == (51_208, 50_209, 999)
    assert [study.cost_minor for study in studies.unlinked()] == [999]


@pytest.mark.django_db
def test_shares_of_a_study_are_told_campaign_by_campaign():
    first, second, third = CampaignFactory.create_batch(3)
    study = StudyFactory(cost_minor=100)
    study.campaigns.set([third, first, second])
    assert studies.cost_shares(study) == {first.pk: 34, second.pk: 33, third.pk: 33}


@pytest.mark.django_db
def test_study_in_another_currency_is_listed_apart_and_mixed_into_no_total():
    euros, dollars = CampaignFactory(), CampaignFactory(currency="USD")
    study = StudyFactory(cost_minor=100)
    study.campaigns.set([euros, dollars])
    assert studies.cost_of(euros) == 50
    assert studies.cost_of(dollars) == 0
    assert list(studies.apart()) == [study]
    [cost] = studies.whole_cost()
    assert (cost.in_campaigns_minor, cost.unlinked_minor) == (50, 50)


@pytest.mark.django_db
def test_costs_take_the_same_queries_for_one_campaign_and_many(django_assert_num_queries):
    campaigns = CampaignFactory.create_batch(5)
    for _turn in range(4):
        StudyFactory().campaigns.set(campaigns)
    with django_assert_num_queries(1):
        studies.costs_of([one.pk for one in campaigns])
    with django_assert_num_queries(1):
        studies.costs_of([campaigns[0].pk])
