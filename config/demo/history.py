"""Two intakes of history and one to come: who asked, who was answered, who enrolled, who left, and why.

Every line is an act of the product itself on a moved clock. Shares follow what such schools see: about one enquiry in
four enrols, one answer in twelve is late, one student in nine leaves.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from community import forums
from config.demo import checkout, talks, voices
from config.demo.cast import Cast
from config.demo.simulation import Simulation
from contact_centre import answering, queue
from contact_centre.models import Case
from enquiries.intake import arrivals
from enquiries.life import progress
from enquiries.models import Enquiry
from enrolment import applications, enrolments, payments, seats
from people import sweeping
from people.contact import consents, outbox
from people.models import Identity
from programmes.models import Intake
from tutoring import caseload, surveys
from tutoring.models import SurveyInvitation

RECENT = timedelta(days=21)
LATE_SHARE = 0.05
APPLY_SHARE = 0.36
ADMIT_SHARE = 0.92
PAY_SHARE = 0.88
LEAVE_SHARE = 0.11
ANSWER_SURVEY_SHARE = 0.62
LOST_REASONS = ["budget", "undecided", "rival", "lost_contact", "follow_up", "empathy"]
RIVALS = ["Acadèmia Ponent", "Institut Migjorn", "Campus Tramuntana"]


@dataclass(frozen=True)
class Season:
    """One intake and how much interest there was in it."""

    intake: Intake
    starts_at: datetime
    enquiries: int
    days_before: int = 95


class History:
    """Plays the seasons of the school on a simulation."""

    def __init__(self, simulation: Simulation, cast: Cast):
        self.simulation = simulation
        self.cast = cast
        self.chance = simulation.chance

    def play(self, seasons: list[Season]) -> int:
        for season in seasons:
            for _ in range(season.enquiries):
                before = self.chance.triangular(1, season.days_before, season.days_before / 2.5)
                asked_at = season.starts_at - timedelta(days=before, minutes=self.chance.randrange(1440))
                self.simulation.at(asked_at, self.ask, season=season)
        return self.simulation.run(each_day=self.night)

    def night(self, *, at: datetime) -> None:
        """What was due is done: each night of the last three weeks, one in six before, to be told sooner."""
        if at > self.simulation.now - RECENT or at.toordinal() % 6 == 0:
            sweeping.sweep(at=at)

    # --- before they are students
    def ask(self, *, at: datetime, season: Season) -> None:
        visitor = self.cast.visitor()
        campaign = self.cast.campaign_running(at)
        wording = consents.current_wording("commercial", visitor.language)
        news = arrivals.ConsentSaid("commercial", "email", wording.version)
        enquiry = arrivals.receive(
            at=at,
            email=visitor.email,
            phone=visitor.phone,
            name=visitor.name,
            message=self.chance.choice(voices.QUESTIONS[visitor.language]),
            programme=season.intake.programme,
            intake=season.intake,
            language=visitor.language,
            channel=self.chance.choices(["web", "phone", "email", "in_person"], [70, 15, 10, 5])[0],
            utm=campaign.utm if campaign else None,
            campaign_slug=campaign.slug if campaign else "",
            consents=[news] if visitor.email and self.simulation.likely(0.45) else [],
        )
        wait = (
            timedelta(hours=30)
            if self.simulation.likely(LATE_SHARE)
            else timedelta(minutes=self.chance.randrange(10, 600))
        )
        self.simulation.at(self.simulation.office_hours(at + wait), self.answer, enquiry=enquiry, season=season)

    def answer(self, *, at: datetime, enquiry: Enquiry, season: Season) -> None:
        case = enquiry.case
        if case is None or case.state in case.CLOSED or at > self.simulation.now - timedelta(minutes=40):
            return
        adviser = self.cast.adviser()
        case = queue.take(case, by=adviser, at=at - timedelta(minutes=6))
        if self.simulation.likely(0.2) or not Identity.objects.filter(person=case.person, kind="email").exists():
            note = self.chance.choice(voices.CALL_NOTES)
            emotion, sentiment = voices.FEELINGS.get(note, ("", None))
            talks.called(case, note, by=adviser, at=at, emotion=emotion, sentiment=sentiment)
        else:
            subject, body = voices.reply(enquiry.language, enquiry.person, season.intake.programme, adviser)
            answering.answer(case, by=adviser, at=at, subject=subject, body=body)
            outbox.deliver_due(at=at)
        days = self.chance.randrange(1, 12)
        if self.simulation.likely(APPLY_SHARE):
            self.simulation.at(at + timedelta(days=days), self.apply, enquiry=enquiry, season=season)
        else:
            self.simulation.at(at + timedelta(days=days + 14), self.lose, enquiry=enquiry, adviser=adviser)
        self.simulation.at(at + timedelta(days=2), self.close_case, enquiry=enquiry, adviser=adviser)

    def close_case(self, *, at: datetime, enquiry: Enquiry, adviser) -> None:
        case = Case.objects.get(enquiry=enquiry)
        if case.state == Case.State.ANSWERED:
            queue.close(case, by=case.adviser or adviser, at=at)  # a colleague may have taken it over

    def lose(self, *, at: datetime, enquiry: Enquiry, adviser) -> None:
        enquiry.refresh_from_db()
        if enquiry.state in Enquiry.ENDED:
            return
        reason = self.chance.choices(LOST_REASONS, [30, 25, 18, 15, 7, 5])[0]
        rival = self.chance.choice(RIVALS) if reason == "rival" else ""
        progress.lose(enquiry, reason=reason, at=at, by=adviser, lost_to=rival)

    def apply(self, *, at: datetime, enquiry: Enquiry, season: Season) -> None:
        if season.intake.apply_by and at.date() > season.intake.apply_by:
            return
        application = applications.start(enquiry.person, season.intake, at=at)
        if application.state != "draft":
            return
        if self.simulation.likely(0.08):
            return  # begun and left lying: a draft
        applications.submit(
            application,
            at=at,
            motivation=self.chance.choice(voices.MOTIVATIONS[enquiry.language]),
            education=self.chance.choice(voices.STUDIES[enquiry.language]),
            weekly_hours=self.chance.randrange(4, 16),
        )
        decided_at = self.simulation.office_hours(at + timedelta(hours=self.chance.randrange(4, 70)))
        self.simulation.at(decided_at, self.decide, application=application, season=season)

    def decide(self, *, at: datetime, application, season: Season) -> None:
        if not self.simulation.likely(ADMIT_SHARE):
            applications.reject(application, by=self.cast.admissions, at=at, note=voices.REJECTION)
            return
        applications.admit(application, by=self.cast.admissions, at=at)
        outbox.deliver_due(at=at)
        if self.simulation.likely(PAY_SHARE):
            self.simulation.at(
                at + timedelta(hours=self.chance.randrange(2, 96)), self.pay, application=application, season=season
            )

    def pay(self, *, at: datetime, application, season: Season) -> None:
        application.refresh_from_db()
        if application.state != "admitted":
            return
        try:
            payment = payments.start_checkout(application, at=at, language=application.person.language)
        except seats.PlacesGone:
            return
        if self.simulation.likely(0.06):
            checkout.pay(payment, card=checkout.DECLINED)
        checkout.pay(payment, card=checkout.GOOD)
        payments.settle(payment, at=at + timedelta(minutes=3))
        outbox.deliver_due(at=at + timedelta(minutes=4))
        application.refresh_from_db()
        if application.state == "enrolled":
            self.follow(application.enrolment, season)

    # --- students
    def follow(self, enrolment, season: Season) -> None:
        student = enrolment.student
        first = self.simulation.office_hours(student.started_at + timedelta(days=self.chance.randrange(1, 6)))
        self.simulation.at(first, self.contact, student=student, times=self.chance.randrange(7, 13))
        self.simulation.at(season.starts_at + timedelta(days=9), self.answer_surveys, student=student)
        if self.simulation.likely(0.35):
            self.simulation.at(
                season.starts_at + timedelta(days=self.chance.randrange(1, 60)), self.write, student=student
            )
        if self.simulation.likely(LEAVE_SHARE):
            self.simulation.at(
                season.starts_at + timedelta(days=self.chance.randrange(15, 90)), self.leave, enrolment=enrolment
            )
        elif season.intake.starts_on and season.intake.ends_on:
            length = season.intake.ends_on - season.intake.starts_on
            self.simulation.at(season.starts_at + length, self.finish, enrolment=enrolment)

    def contact(self, *, at: datetime, student, times: int) -> None:
        student.refresh_from_db()
        if student.state != "in_progress" or student.tutor is None:
            return
        next_on = (at + timedelta(days=21)).date()
        caseload.note_contact(
            student,
            by=student.tutor,
            at=at,
            channel="phone",
            note=self.chance.choice(voices.TUTOR_NOTES),
            next_on=next_on,
        )
        if times > 1:
            again = self.simulation.office_hours(at + timedelta(days=20, hours=self.chance.randrange(1, 40)))
            self.simulation.at(again, self.contact, student=student, times=times - 1)

    def answer_surveys(self, *, at: datetime, student) -> None:
        student.refresh_from_db()
        if student.state != "in_progress":
            return
        for invitation in SurveyInvitation.objects.filter(student=student, answered_at=None):
            if not self.simulation.likely(ANSWER_SURVEY_SHARE):
                continue
            language = student.person.language
            score = self.chance.choices([10, 9, 8, 7, 6, 4, 2], [24, 28, 22, 12, 6, 5, 3])[0]
            said = voices.SURVEY_GOOD if score >= 7 else voices.SURVEY_BAD
            comment = self.chance.choice(said[language])
            surveys.answer(invitation, score=score, comment=comment, language=language, at=at)
            if score <= surveys.UNHAPPY_UP_TO:
                heard_at = self.simulation.office_hours(at + timedelta(hours=self.chance.randrange(2, 12)))
                self.simulation.at(heard_at, self.put_right, person=student.person)

    def put_right(self, *, at: datetime, person) -> None:
        """Somebody calls whoever was unhappy, and the case is closed."""
        for case in Case.objects.open().filter(person=person, kind=Case.Kind.SURVEY):
            lead = self.cast.adviser()
            case = queue.take(case, by=lead, at=at)
            note = self.chance.choice(voices.PUT_RIGHT_NOTES)
            talks.called(case, note, by=lead, at=at, emotion="let_down", sentiment=-0.5)
            queue.close(case, by=lead, at=at + timedelta(minutes=5))

    def write(self, *, at: datetime, student) -> None:
        person = student.person
        forum = forums.open_forum(student.intake.programme)
        if not forums.may_post(person, forum):
            return  # left meanwhile
        title, text = self.chance.choice(voices.THREADS[person.language])
        recent = forum.threads.order_by("-created_at").first()
        if recent is not None and self.simulation.likely(0.6):
            forums.reply(recent, author=person, text=self.chance.choice(voices.REPLIES[person.language]), at=at)
        else:
            forums.start_thread(forum, author=person, title=title, text=text, at=at)

    def leave(self, *, at: datetime, enrolment) -> None:
        enrolment.refresh_from_db()
        if enrolment.state == "active":
            enrolments.end(enrolment, state="withdrawn", at=at, why=self.chance.choice(voices.LEAVING))

    def finish(self, *, at: datetime, enrolment) -> None:
        enrolment.refresh_from_db()
        if enrolment.state == "active":
            enrolments.end(enrolment, state="completed", at=at)
