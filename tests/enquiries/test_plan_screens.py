"""Plans, agreements, studies and partners as staff meet them."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.documents import get_document_model

from enquiries.models import (
    LeadAgreement,
    MarketingPlan,
    MarketStudy,
    Partner,
    PartnerAgreement,
    PlanReview,
    PlanTarget,
)
from tests.factories.enquiries import CampaignFactory, EnquiryFactory
from tests.factories.people import UserFactory
from tests.factories.plans import AgreementFactory, PartnerFactory, PlanFactory, StudyFactory
from tests.factories.programmes import IntakeFactory, ProgrammeFactory
from tests.factories.sends import SegmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def marketing(client):
    user = UserFactory(role="Marketing")
    client.force_login(user)
    return user


def rows(prefix: str, *made: dict) -> dict:
    """What a form with rows below it sends."""
    values = {f"{prefix}-TOTAL_FORMS": len(made), f"{prefix}-INITIAL_FORMS": 0, f"{prefix}-MIN_NUM_FORMS": 0}
    values[f"{prefix}-MAX_NUM_FORMS"] = 1000
    for number, row in enumerate(made):
        values |= {f"{prefix}-{number}-{name}": value for name, value in (row | {"id": "", "DELETE": ""}).items()}
    return values


def test_plan_is_written_with_targets_of_money_in_units(client, marketing):
    said = {"name": "Growth", "year": "2026", "owner": marketing.pk, "objectives": "Be known."}
    targets = rows(
        "targets",
        {"quarter": "1", "metric": "enquiries", "target": "120"},
        {"quarter": "1", "metric": "collected", "target": "1.250,50"},
    )
    answer = client.post(reverse("marketing_plans:add"), said | targets)
    plan = MarketingPlan.objects.get()
    assert answer.url == reverse("marketing_plans:inspect", args=[plan.pk])
    assert dict(PlanTarget.objects.values_list("metric", "target")) == {"enquiries": 120, "collected": 125_050}
    html = client.get(answer.url).content.decode()
    assert "Be known." in html
    assert "1.250,50" in html or "1,250.50" in html


def test_bad_targets_and_years_are_said(client, marketing):
    for year, target, words in (
        ("2026", "many", "Write a number, or an amount for money."),
        ("26", "1", "Write the year with four figures."),
        ("2026", "-3", "That cannot be a target."),
    ):
        row = {"quarter": "1", "metric": "enquiries", "target": target}
        answer = client.post(reverse("marketing_plans:add"), {"name": "A", "year": year} | rows("targets", row))
        assert words in answer.content.decode()
    assert not MarketingPlan.objects.exists()


def test_director_reviews_a_closed_quarter_and_it_stays_beside_the_others(client):
    client.force_login(UserFactory(role="Director"))
    plan = PlanFactory(year=2025)
    PlanTarget.objects.create(plan=plan, quarter=1, metric="enquiries", target=5)
    page, act = (reverse(name, args=[plan.pk]) for name in ("marketing_plans:inspect", "enquiries_plan_review"))
    assert "T1, T2, T3, T4" in client.get(reverse("marketing_plans:index")).content.decode()
    client.post(act, {"quarter": "1", "findings": "Evenings sell.", "consequences": "More evenings."})
    client.post(act, {"quarter": "1", "findings": "Seen again in May."})
    html = client.get(page).content.decode()
    assert "Evenings sell." in html
    assert "Seen again in May." in html
    client.post(act, {"quarter": "9", "findings": "No such quarter."})
    client.post(act, {"quarter": "1", "findings": ""})
    assert PlanReview.objects.count() == 2


def test_lead_sees_plans_and_reviews_none(client):
    client.force_login(UserFactory(role="Contact-centre lead"))
    plan = PlanFactory(year=2025)
    html = client.get(reverse("marketing_plans:inspect", args=[plan.pk])).content.decode()
    act = reverse("enquiries_plan_review", args=[plan.pk])
    assert act not in html
    client.post(act, {"quarter": "1", "findings": "Mine."})
    assert not PlanReview.objects.exists()


def test_agreement_is_signed_on_its_page_by_two_and_a_change_takes_both_away(client, marketing):
    said = {
        "name": "Leads of spring", "programme": "", "intake": "", "profile": SegmentFactory().pk,
        "from_day": "2026-03-01", "until_day": "2026-03-31", "enquiries": "10", "fit_percent": "60",
        "answer_hours": "24",
    }  # fmt: skip
    page = client.post(reverse("lead_agreements:add"), said).url
    agreement = LeadAgreement.objects.get()

    def sign(side):
        return client.post(reverse("enquiries_agreement_sign", args=[agreement.pk, side]))

    sign("marketing")
    assert sign("sales").status_code in (302, 403)
    client.force_login(UserFactory(role="Contact-centre lead"))
    sign("sales")
    assert "Signed by both sides" in client.get(page).content.decode()
    client.post(reverse("lead_agreements:edit", args=[agreement.pk]), said | {"enquiries": "20"})
    agreement.refresh_from_db()
    assert (agreement.enquiries, agreement.marketing_signed_at, agreement.sales_signed_at) == (20, None, None)


def test_director_who_signed_for_one_side_is_told_that_somebody_else_must_sign(client):
    client.force_login(UserFactory(role="Director"))
    agreement = AgreementFactory()
    client.post(reverse("enquiries_agreement_sign", args=[agreement.pk, "marketing"]))
    answer = client.post(reverse("enquiries_agreement_sign", args=[agreement.pk, "sales"]), follow=True)
    assert "somebody else has to sign" in answer.content.decode()


def test_agreement_that_cannot_be_is_refused_in_words(client, marketing):
    said = {
        "name": "A", "programme": ProgrammeFactory().pk, "intake": IntakeFactory().pk, "profile": SegmentFactory().pk,
        "from_day": "2026-03-31", "until_day": "2026-03-01", "enquiries": "10", "fit_percent": "160",
        "answer_hours": "0",
    }  # fmt: skip
    html = client.post(reverse("lead_agreements:add"), said).content.decode()
    for words in ("ends before it begins", "is of another programme", "Within no hours nobody can answer"):
        assert words in html
    assert not LeadAgreement.objects.exists()


def test_study_is_filed_in_units_and_says_who_bears_it(client, marketing):
    campaigns = CampaignFactory.create_batch(3)
    said = {
        "title": "Why people hesitate", "supplier": "Vora Mar", "on": "2026-02-01", "cost_minor": "1.000,00",
        "currency": "EUR", "findings": "Evenings.", "campaigns": [one.pk for one in campaigns],
    }  # fmt: skip
    answer = client.post(reverse("market_studies:add"), said)
    study = MarketStudy.objects.get()
    assert (study.cost_minor, study.filed_by) == (100_000, marketing)
    html = client.get(answer.url).content.decode()
    assert "333,34" in html or "333.34" in html
    assert html.count("333,33") + html.count("333.33") >= 2


def test_files_of_studies_and_partners_are_opened_by_those_who_may_see_them(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    user = UserFactory(role="Marketing", is_staff=True)
    client.force_login(user)
    upload, address = reverse("wagtaildocs:add_multiple"), {"title": "Findings", "collection": "1"}
    for name, content in (("found.pdf", b"<script>alert(1)</script>"), ("found.csv", b"MZ\x90\x00")):
        refused = client.post(upload, address | {"files[]": SimpleUploadedFile(name, content)}).json()
        assert not refused["success"]
    client.post(upload, address | {"files[]": SimpleUploadedFile("found.pdf", b"%PDF-1.4 found")})
    document = get_document_model().objects.get()
    StudyFactory().files.add(document)
    agreed = get_document_model().objects.create(title="Agreed", file=SimpleUploadedFile("agreed.pdf", b"%PDF-1.4"))
    PartnerAgreement.objects.create(partner=PartnerFactory(), title="Leads", from_day=date(2026, 1, 1), file=agreed)
    statuses = {}
    for role in ("Marketing", "Adviser", None):
        client.force_login(UserFactory(role=role))
        answers = [client.get(one.url) for one in (document, agreed)]
        statuses[role] = [answer.status_code for answer in answers]
        for answer in answers:
            assert not answer.streaming or answer.getvalue()  # to its end, where the file is closed
    assert statuses == {"Marketing": [200, 200], "Adviser": [403, 200], None: [403, 403]}


def test_study_of_another_currency_cannot_be_linked(client, marketing):
    said = {
        "title": "A", "supplier": "B", "on": "2026-02-01", "cost_minor": "10", "currency": "EUR", "findings": "C",
        "campaigns": [CampaignFactory(currency="USD", name="Overseas").pk],
    }  # fmt: skip
    html = client.post(reverse("market_studies:add"), said).content.decode()
    assert "count in another currency" in html
    assert "Overseas" in html
    assert not MarketStudy.objects.exists()


def test_partner_is_known_by_its_code_whatever_the_letters_and_claims_what_it_sent(client, marketing):
    EnquiryFactory.create_batch(2, source="Portal")
    said = {"name": "The portal", "code": "Portal", "kind": "portal", "is_active": "on"} | rows(
        "agreements", {"title": "Leads", "from_day": "2026-01-01", "until_day": "", "terms": "10 a month", "file": ""}
    )
    page = client.post(reverse("partners:add"), said).url
    partner = Partner.objects.get()
    assert partner.code == "portal"
    assert "10 a month" in client.get(page).content.decode()
    assert (
        "say so, without the partner"
        in client.get(f"{reverse('enquiries_partners_report')}?from=2026-01-01").content.decode()
    )
    client.post(reverse("enquiries_partner_claim", args=[partner.pk]))
    assert partner.enquiries.count() == 2
    again = client.post(reverse("partners:add"), said | {"code": "PORTAL"} | rows("agreements"))
    assert "Another partner has this code." in again.content.decode()


@pytest.mark.parametrize("query", ["from=yesterday", "from=2026-13-40&until=x", "from=2026-05-01&until=2020-01-01"])
def test_report_of_partners_with_days_that_are_none_still_opens(client, marketing, query):
    assert client.get(f"{reverse('enquiries_partners_report')}?{query}").status_code == 200


def test_lists_take_the_same_queries_for_one_and_three(client, marketing):
    def more():
        PlanFactory(owner=UserFactory(), year=2025)
        AgreementFactory(programme=ProgrammeFactory(), marketing_by=UserFactory())
        StudyFactory(on=date(2026, 1, 1)).campaigns.add(CampaignFactory())
        PartnerFactory(owner=UserFactory())

    more()
    for name in ("marketing_plans", "lead_agreements", "market_studies", "partners"):
        counts = []
        for _turn in range(2):
            client.get(reverse(f"{name}:index"))
            with CaptureQueriesContext(connection) as captured:
                client.get(reverse(f"{name}:index"))
            counts.append(len(captured))
            more()
            more()
        assert counts[0] == counts[1], name
