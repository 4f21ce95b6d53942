"""The stories of the demo's own accounts, and what is left open for today: something true on every desk."""

from datetime import datetime, timedelta

from community import forums
from config.demo import care, checkout, families, likenesses, voices
from config.demo.cast import Cast
from config.demo.history import History
from config.demo.simulation import Simulation
from contact_centre import answering, queue
from contact_centre.models import Case
from enquiries.intake import arrivals
from enquiries.models import Enquiry
from enrolment import applications, payments
from enrolment.models import Application
from people.contact import outbox
from people.models import Person
from programmes.models import Intake
from tutoring import surveys
from tutoring.models import SurveyInvitation


def schedule(simulation: Simulation, history: History) -> None:
    """Put the stories of ``student@`` and ``prospect@`` among those of the others."""
    now = simulation.now
    simulation.at(simulation.office_hours(now - timedelta(days=150)), student, simulation=simulation, history=history)
    simulation.at(simulation.office_hours(now - timedelta(days=4)), prospect, simulation=simulation, cast=history.cast)
    simulation.at(simulation.office_hours(now - timedelta(days=3)), hello, simulation=simulation)
    families.schedule(simulation, history)
    likenesses.schedule(simulation)
    care.schedule(simulation)


def leave_work(simulation: Simulation, cast: Cast) -> None:
    """What came in since yesterday and waits for somebody: enquiries, applications, a reported post, a bad score."""
    open_work(simulation, cast)
    reported_post(simulation)


def student(*, at: datetime, simulation: Simulation, history: History) -> None:
    """Berta studies data analysis: she has paid, has a tutor and a receipt, and a survey to answer."""
    berta = Person.objects.get(identities__value="student@llevant.example")
    intake = running_intake("data-analysis", simulation)
    cast = history.cast
    enquiry = arrivals.receive(
        at=at,
        email="student@llevant.example",
        message=voices.QUESTIONS["ca"][0],
        programme=intake.programme,
        intake=intake,
        language="ca",
    )
    adviser = cast.adviser()
    case = queue.take(_case_of(enquiry), by=adviser, at=at + timedelta(hours=1))
    subject, body = voices.reply("ca", berta, intake.programme, adviser)
    answering.answer(case, by=adviser, at=at + timedelta(hours=1, minutes=10), subject=subject, body=body)
    outbox.deliver_due(at=at + timedelta(hours=1, minutes=10))
    queue.close(case, by=adviser, at=at + timedelta(days=1))
    application = applications.start(berta, intake, at=at + timedelta(days=2))
    applications.submit(
        application,
        at=at + timedelta(days=2, minutes=20),
        motivation=voices.MOTIVATIONS["ca"][0],
        education=voices.STUDIES["ca"][0],
        weekly_hours=8,
    )
    outbox.deliver_due(at=at + timedelta(days=2, minutes=21))
    applications.admit(application, by=cast.admissions, at=at + timedelta(days=3))
    outbox.deliver_due(at=at + timedelta(days=3, minutes=1))
    application.refresh_from_db()
    payment = payments.start_checkout(application, at=at + timedelta(days=4), language="ca")
    checkout.pay(payment, card=checkout.GOOD)
    payments.settle(payment, at=at + timedelta(days=4, minutes=3))
    outbox.deliver_due(at=at + timedelta(days=4, minutes=5))
    application.refresh_from_db()
    met_on = simulation.office_hours(at + timedelta(days=27))
    simulation.at(met_on, history.contact, student=application.enrolment.student, times=7)


def hello(*, at: datetime, simulation: Simulation) -> None:
    """Berta begins a conversation in the forum of her programme."""
    berta = Person.objects.get(identities__value="student@llevant.example")
    forum = forums.open_forum(running_intake("data-analysis", simulation).programme)
    title, text = voices.THREADS["ca"][0]
    forums.start_thread(forum, author=berta, title=title, text=text, at=at)


def prospect(*, at: datetime, simulation: Simulation, cast: Cast) -> None:
    """Pau asked about UX design, was answered, and has begun to apply."""
    pau = Person.objects.get(identities__value="prospect@llevant.example")
    intake = coming_intake("ux-design", simulation)
    enquiry = arrivals.receive(
        at=at,
        email="prospect@llevant.example",
        message=voices.QUESTIONS["ca"][1],
        programme=intake.programme,
        intake=intake,
        language="ca",
    )
    adviser = cast.adviser()
    case = queue.take(_case_of(enquiry), by=adviser, at=at + timedelta(hours=2))
    subject, body = voices.reply("ca", pau, intake.programme, adviser)
    answering.answer(case, by=adviser, at=at + timedelta(hours=2, minutes=15), subject=subject, body=body)
    outbox.deliver_due(at=at + timedelta(hours=2, minutes=15))
    simulation.at(simulation.now - timedelta(days=1), applications.start, person=pau, intake=intake)


def open_work(simulation: Simulation, cast: Cast) -> None:
    """What came in since yesterday: some waits, some is in hand, some is late, some is to be decided or paid."""
    now = simulation.now
    intakes = list(
        Intake.objects.upcoming(on=now.date()).filter(programme__collection__is_own=True).select_related("programme")
    )
    for minutes in (9, 22, 48, 75, 130, 190, 260, 340, 480, 620, 800, 1100, 1350, 1500, 1640):
        visitor = cast.visitor()
        intake = simulation.chance.choice(intakes)
        at = now - timedelta(minutes=minutes)
        campaign = cast.campaign_running(at)
        enquiry = arrivals.receive(
            at=at,
            email=visitor.email,
            phone=visitor.phone,
            name=visitor.name,
            message=simulation.chance.choice(voices.QUESTIONS[visitor.language]),
            programme=intake.programme,
            intake=intake,
            language=visitor.language,
            utm=campaign.utm if campaign else None,
        )
        if minutes in (190, 480, 1100):
            queue.take(_case_of(enquiry), by=cast.adviser(), at=at + timedelta(minutes=7))
    for days, is_admitted in ((3, True), (2, False), (1, False), (1, True)):
        visitor = cast.visitor()
        intake = simulation.chance.choice(intakes)
        at = now - timedelta(days=days, hours=2)
        enquiry = arrivals.receive(
            at=at,
            email=visitor.email or f"{visitor.phone.lstrip('+')}@example.org",
            name=visitor.name,
            message=simulation.chance.choice(voices.QUESTIONS[visitor.language]),
            programme=intake.programme,
            intake=intake,
            language=visitor.language,
        )
        adviser = cast.adviser()
        case = queue.take(_case_of(enquiry), by=adviser, at=at + timedelta(minutes=30))
        subject, body = voices.reply(enquiry.language, enquiry.person, intake.programme, adviser)
        answering.answer(case, by=adviser, at=at + timedelta(minutes=40), subject=subject, body=body)
        application = applications.start(enquiry.person, intake, at=at + timedelta(hours=5))
        applications.submit(
            application,
            at=at + timedelta(hours=6),
            motivation=simulation.chance.choice(voices.MOTIVATIONS[visitor.language]),
            education=simulation.chance.choice(voices.STUDIES[visitor.language]),
            weekly_hours=6,
        )
        if is_admitted:
            application = Application.objects.get(pk=application.pk)
            applications.admit(application, by=cast.admissions, at=at + timedelta(hours=9))


def reported_post(simulation: Simulation) -> None:
    """Somebody reports a post for the moderators to decide on, and somebody answers a survey unhappily."""
    berta = Person.objects.get(identities__value="student@llevant.example")
    forum = forums.open_forum(running_intake("data-analysis", simulation).programme)
    thread = forum.threads.exclude(author=berta).order_by("-created_at").first()
    if thread:
        post = thread.posts.earliest("created_at")
        forums.report(post, by=berta, why=voices.REPORT, at=simulation.now - timedelta(hours=5))
    invitation = (
        SurveyInvitation.objects.filter(answered_at=None, student__state="in_progress")
        .exclude(student__person=berta)
        .first()
    )
    if invitation:
        language = invitation.student.person.language
        comment = voices.SURVEY_BAD[language][0]
        surveys.answer(invitation, score=3, comment=comment, language=language, at=simulation.now - timedelta(hours=7))


def _case_of(enquiry: Enquiry) -> Case:
    return Case.objects.get(enquiry=enquiry)


def running_intake(code: str, simulation: Simulation) -> Intake:
    """The newest intake of the programme that has started."""
    started = Intake.objects.filter(programme__code=code, starts_on__lte=simulation.now.date())
    return started.select_related("programme").latest("starts_on")


def coming_intake(code: str, simulation: Simulation) -> Intake:
    return (
        Intake.objects.filter(programme__code=code)
        .upcoming(on=simulation.now.date())
        .select_related("programme")
        .first()
    )
