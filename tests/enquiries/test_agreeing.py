"""The agreement with sales: two hands sign it, a changed term opens it again, and it is measured by what came."""

from datetime import UTC, datetime, timedelta

import pytest

from contact_centre.models import Case, CaseEvent, SegmentMember, StaffNotice
from enquiries.models import LeadAgreement
from enquiries.plans import agreeing
from tests.factories.contact_centre import CaseFactory
from tests.factories.enquiries import ARRIVED, EnquiryFactory
from tests.factories.people import UserFactory
from tests.factories.plans import AgreementFactory
from tests.factories.programmes import IntakeFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 16, 12, tzinfo=UTC)


@pytest.fixture
def signed():
    agreement = AgreementFactory(profile__changed_at=AT - timedelta(days=60))
    agreeing.sign(agreement, agreeing.MARKETING, at=AT, by=UserFactory(role="Marketing"))
    return agreeing.sign(agreement, agreeing.SALES, at=AT, by=UserFactory(role="Contact-centre lead"))


def test_two_different_people_sign_and_the_agreement_is_in_force(signed):
    assert agreeing.is_in_force(signed)
    assert signed.marketing_by != signed.sales_by


def test_nobody_signs_for_both_sides():
    agreement, director = AgreementFactory(), UserFactory(role="Director")
    agreeing.sign(agreement, agreeing.MARKETING, at=AT, by=director)
    with pytest.raises(agreeing.SameHand):
        agreeing.sign(agreement, agreeing.SALES, at=AT, by=director)
    assert not agreeing.is_in_force(LeadAgreement.objects.get())


def test_signing_again_changes_nothing_and_the_other_side_is_asked_once(signed):
    lead, marketing = UserFactory(role="Contact-centre lead"), UserFactory(role="Marketing")
    agreement = AgreementFactory()
    agreeing.sign(agreement, agreeing.MARKETING, at=AT, by=marketing)
    again = agreeing.sign(agreement, agreeing.MARKETING, at=AT + timedelta(hours=1), by=UserFactory(role="Marketing"))
    assert (again.marketing_by, again.marketing_signed_at) == (marketing, AT)
    assert StaffNotice.objects.filter(user=lead, url__endswith=f"/{agreement.pk}/").count() == 1


@pytest.mark.parametrize("name, value", [("enquiries", 99), ("fit_percent", 1), ("answer_hours", 2)])
def test_changed_term_has_it_signed_again(signed, name, value):
    setattr(signed, name, value)
    agreeing.keep(signed, at=AT, by=None)
    held = LeadAgreement.objects.get()
    assert (held.marketing_by, held.sales_by, held.marketing_signed_at) == (None, None, None)


def test_another_name_is_no_other_agreement(signed):
    signed.name = "Spring, as agreed"
    agreeing.keep(signed, at=AT, by=None)
    assert agreeing.is_in_force(LeadAgreement.objects.get())


def test_form_that_was_opened_before_the_signatures_does_not_take_them_away():
    stale = AgreementFactory(profile__changed_at=AT - timedelta(days=60))
    agreeing.sign(stale, agreeing.MARKETING, at=AT, by=UserFactory(role="Marketing"))
    stale.name = "Written meanwhile"
    agreeing.keep(stale, at=AT, by=None)
    assert LeadAgreement.objects.get().marketing_signed_at == AT


def test_changed_profile_is_another_agreement(signed):
    signed.profile.changed_at = AT + timedelta(days=1)
    signed.profile.save()
    assert not agreeing.is_in_force(signed)
    signed = agreeing.sign(signed, agreeing.SALES, at=AT + timedelta(days=2), by=signed.sales_by)
    assert signed.marketing_signed_at is None
    assert not agreeing.is_in_force(signed)


def test_volume_and_profile_are_counted_against_what_was_agreed():
    programme = ProgrammeFactory()
    agreement = AgreementFactory(programme=programme)
    enquiries = EnquiryFactory.create_batch(4, programme=programme)
    for enquiry in enquiries[:3]:
        SegmentMember.objects.create(segment=agreement.profile, person=enquiry.person, added_at=ARRIVED)
    EnquiryFactory()  # of another programme
    EnquiryFactory(programme=programme, received_at=datetime(2026, 4, 1, tzinfo=UTC))
    EnquiryFactory(programme=programme, state="invalid", ended_at=AT)
    standing = agreeing.standing(agreement, at=AT)
    assert (standing.received, standing.fitting, standing.fit_percent) == (4, 3, 75)
    assert standing.is_fit
    assert (standing.expected, standing.is_on_course) == (5, False)  # half of ten by the middle of the month


def test_answers_count_within_the_agreed_hours_and_not_before_their_time_is_over():
    agreement = AgreementFactory(answer_hours=24)
    for opened, answered in ((ARRIVED, ARRIVED + timedelta(hours=3)), (ARRIVED, None), (AT - timedelta(hours=1), None)):
        case = CaseFactory(opened_at=opened, answered_at=answered, answer_due_at=opened + timedelta(hours=24))
        CaseEvent.objects.create(case=case, kind="opened", at=opened)
        if answered:
            CaseEvent.objects.create(case=case, kind="answered", at=answered)
        EnquiryFactory(case=case, person=case.person, received_at=opened)
    standing = agreeing.standing(agreement, at=AT)
    assert (standing.answered, standing.answered_in_time, standing.still_in_time) == (2, 1, 1)
    assert standing.in_time_percent == 50


def test_intake_narrows_an_agreement():
    intake = IntakeFactory()
    agreement = AgreementFactory(programme=intake.programme, intake=intake)
    EnquiryFactory(programme=intake.programme)
    mine = EnquiryFactory(programme=intake.programme, intake=intake)
    assert list(agreeing.enquiries_of(agreement)) == [mine]
    assert Case.objects.count() == 0


def test_standing_takes_the_same_queries_for_one_and_many(django_assert_num_queries):
    agreement = AgreementFactory()
    EnquiryFactory()
    with django_assert_num_queries(3):
        agreeing.standing(agreement, at=AT)
    EnquiryFactory.create_batch(5)
    with django_assert_num_queries(3):
        agreeing.standing(agreement, at=AT)
