"""How an enquiry gets on, and which steps there are not."""

from datetime import UTC, datetime, timedelta

import pytest
from wagtail import hooks

from contact_centre import answering, queue
from contact_centre.models import Case
from enquiries.intake import arrivals
from enquiries.life import progress
from enquiries.models import Enquiry
from people.models import Touchpoint
from tests.factories.enquiries import EnquiryFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=3)
State = Enquiry.State
ALLOWED = {
    "received": {"contacted", "qualified", "applied", "enrolled", "lost", "invalid"},
    "contacted": {"qualified", "applied", "enrolled", "lost", "invalid"},
    "qualified": {"applied", "enrolled", "lost", "invalid"},
    "applied": {"enrolled", "lost"},
    "enrolled": set(),
    "lost": {"contacted", "qualified", "applied"},
    "invalid": {"received"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("start", State.values)
@pytest.mark.parametrize("to", State.values)
def test_enquiry_moves_only_as_the_table_says(start, to):
    reason = {"lost_reason": "budget"} if start == "lost" else {}
    enquiry = EnquiryFactory(state=start, **reason)
    ending = {"lost_reason": "rival"} if to == "lost" else {}
    if to == start:
        assert progress.move(enquiry, to, at=LATER).state == start
        assert not enquiry.moves.exists()
    elif to in ALLOWED[start]:
        moved = progress.move(enquiry, to, at=LATER, **ending)
        assert (moved.state, moved.ended_at) == (to, LATER if to in ("enrolled", "lost", "invalid") else None)
        assert [(step.from_state, step.to_state, step.at) for step in enquiry.moves.all()] == [(start, to, LATER)]
    else:
        with pytest.raises(progress.MoveNotAllowed):
            progress.move(enquiry, to, at=LATER, **ending)
        enquiry.refresh_from_db()
        assert enquiry.state == start


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["", "because", "LOST_CONTACT"])
def test_losing_needs_a_reason_from_the_list(reason):
    enquiry = EnquiryFactory()
    with pytest.raises(progress.ReasonMissing):
        progress.lose(enquiry, reason=reason, at=LATER, by=None)
    enquiry.refresh_from_db()
    assert enquiry.state == State.RECEIVED


@pytest.mark.django_db
def test_losing_is_told_once_and_closes_the_case():
    adviser = UserFactory()
    enquiry = arrivals.receive(at=AT, email="a@example.org")
    told = []

    def listen(*, enquiry, at):
        told.append((enquiry.pk, at))

    with hooks.register_temporarily("after_enquiry_lost", listen):
        progress.lose(enquiry, reason="rival", lost_to="Another school", note="Nearer home", at=LATER, by=adviser)
        progress.lose(enquiry, reason="budget", at=LATER, by=adviser)
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.lost_reason, enquiry.lost_to) == ("lost", "rival", "Another school")
    assert told == [(enquiry.pk, LATER)]
    assert Case.objects.get().state == Case.State.CLOSED
    assert Touchpoint.objects.filter(kind="enquiries.lost", by=adviser, summary="Nearer home").count() == 1


@pytest.mark.django_db
def test_answer_by_an_adviser_makes_the_enquiry_contacted():
    adviser = UserFactory()
    enquiry = arrivals.receive(at=AT, email="a@example.org")
    case = queue.take(enquiry.case, by=adviser, at=AT)
    answering.answer(case, by=adviser, at=LATER, subject="Your question", body="In March.")
    enquiry.refresh_from_db()
    assert enquiry.state == State.CONTACTED
    assert enquiry.moves.get(to_state="contacted").by == adviser


@pytest.mark.django_db
def test_revived_enquiry_has_no_reason_for_loss_any_more():
    enquiry = progress.revive(EnquiryFactory(lost=True), at=LATER, by=None)
    assert (enquiry.state, enquiry.lost_reason, enquiry.ended_at) == ("contacted", "", None)


@pytest.mark.django_db
def test_applying_and_enrolling_carry_the_enquiry_about_that_programme():
    programme, other = ProgrammeFactory(), ProgrammeFactory()
    person = PersonFactory()
    about_other = EnquiryFactory(person=person, programme=other)
    about_it = EnquiryFactory(person=person, programme=programme)
    EnquiryFactory(programme=programme)
    progress.mark_applied(person, programme, AT)
    progress.mark_enrolled(person, programme, LATER)
    progress.mark_enrolled(person, programme, LATER)
    assert [one.state for one in Enquiry.objects.order_by("pk")] == ["received", "enrolled", "received"]
    assert about_it.moves.count() == 2
    assert progress.open_enquiry_of(person, programme) is None
    assert progress.open_enquiry_of(person, other) == about_other


@pytest.mark.django_db
def test_imported_history_is_not_taken_for_an_open_enquiry():
    enquiry = EnquiryFactory(history=True)
    assert progress.open_enquiry_of(enquiry.person, None) is None
    assert progress.mark_enrolled(enquiry.person, None, LATER) is None


@pytest.mark.django_db
def test_what_is_added_reaches_the_adviser():
    enquiry = arrivals.receive(at=AT, email="a@example.org", message="When?")
    progress.add_information(enquiry, "And how\u200b much?", at=LATER)
    case = Case.objects.get()
    assert case.question == "When?\n\nAnd how much?"
    assert case.events.filter(kind="they_wrote", note="And how much?").exists()
    assert list(case.questions.values_list("topic", flat=True)) == ["price"]
    assert Touchpoint.objects.get(kind="enquiries.added").summary == "And how much?"
