"""What lies on the advisers' desks this morning: follow-ups, attempts that reached nobody, calls, a call list."""

from datetime import datetime, timedelta

from config.demo.cast import staff
from contact_centre import attempts, call_lists, calls, follow_ups, queue, saved_views, snoozing
from contact_centre.models import CallList, Case, Segment, SegmentMember
from enquiries.intake import arrivals
from people.contact import policy
from people.models import Channel, Person, Purpose
from programmes.models import Programme

HARD_TO_REACH = [
    # given name, family name, e-mail, telephone, language, programme, question
    ("Gemma", "Ribas", "gemma.ribas@example.org", "+34612000411", "ca", "ux-design",
     "Treballo fins a les sis. Es pot fer als vespres? Millor que em truqueu."),
    ("Álvaro", "Núñez", "alvaro.nunez@example.org", "+34612000412", "es", "data-analysis",
     "¿Qué nivel de matemáticas hace falta? Llamadme, por favor."),
]  # fmt: skip
CALLED_US = [
    # given name, family name, telephone, language, what was said, source
    ("Pilar", "Esteve", "+34612000421", "ca", "Vol saber quan s’obre la preinscripció; al maig.", "friend"),
    ("Tomás", "Reina", "+34612000422", "es", "Pregunta por el precio y los plazos; le envío la ficha.", "search"),
    ("Emily", "Hart", "+447911123456", "en", "Moving to Barcelona in June; asked about evening classes.", "fair"),
]  # fmt: skip
OFFER = (
    "Si et matricules abans del dia 30, la primera quota queda a la meitat.\n"
    "Pregunta primer com va anar l’última conversa, i què els va fer dubtar."
)


def play(*, at: datetime) -> None:
    """Set the desk for the morning of ``at``. Doing it again changes nothing."""
    if CallList.objects.exists():
        return
    for number, facts in enumerate(HARD_TO_REACH):
        _not_reached(facts, at=at - timedelta(hours=20 - number))
    for number, caller in enumerate(CALLED_US):
        _called_us(caller, at=at - timedelta(days=number, hours=3))
    _later(at=at)
    _views()
    _call_list(at=at)


def _not_reached(facts: tuple, *, at: datetime) -> None:
    """They asked, an adviser rang out, and the next attempt is planned."""
    given, family, email, phone, language, code, words = facts
    adviser = staff("adviser")
    enquiry = arrivals.receive(
        at=at, email=email, phone=phone, given_name=given, family_name=family, message=words,
        programme=Programme.objects.filter(code=code).first(), language=language, channel=Channel.WEB,
    )  # fmt: skip
    case = queue.take(Case.objects.get(enquiry=enquiry), by=adviser, at=at + timedelta(minutes=30))
    rang_at = at + timedelta(minutes=40)
    calls.log_call(case, by=adviser, at=rang_at, outcome="no_answer")
    proposal = attempts.standing(case, at=rang_at).proposal
    if proposal is not None:
        attempts.plan(case, proposal, by=adviser, at=rang_at)


def _called_us(facts: tuple, *, at: datetime) -> None:
    given, family, phone, language, note, source = facts
    person = Person.objects.filter(identities__value=phone).first()
    if person is None:
        enquiry = arrivals.receive(
            at=at - timedelta(days=9), phone=phone, given_name=given, family_name=family,
            message=note, language=language, channel=Channel.PHONE,
        )  # fmt: skip
        person = enquiry.person
    case = person.cases.open().first()
    adviser = staff("adviser2")
    calls.log_call(
        case or person, by=adviser, at=at, outcome="reached", direction="in", note=note, source=source,
        number=phone, logged_in_ms=14_000,
    )  # fmt: skip


def _later(*, at: datetime) -> None:
    """What two advisers set themselves for today, and one case that waits for a paper."""
    for login, words, hours in (
        ("adviser", "Ha parlat amb la família: com ho veuen?", 2),
        ("adviser", "Enviar-li el calendari del segon trimestre", 5),
        ("adviser2", "Preguntar si ha rebut el pressupost", 3),
    ):
        user = staff(login)
        person = Person.objects.known().filter(cases__adviser=user).order_by("-pk").first()
        if person is not None:
            follow_ups.set_for(person, due_at=at + timedelta(hours=hours), why=words, owner=user, by=user, at=at)
    user = staff("adviser2")
    waiting = Case.objects.unanswered().filter(adviser=user, answer_due_at__gt=at + timedelta(hours=4)).first()
    if waiting is not None:
        snoozing.snooze([waiting], until=at + timedelta(hours=2), by=user, at=at)


def _views() -> None:
    saved_views.save(staff("lead"), name="Queixes obertes", query="view=all&kind=complaint", is_shared=True)
    saved_views.save(staff("adviser"), name="En castellà", query="view=waiting&language=es")


def _call_list(*, at: datetime) -> None:
    """People who agreed to be called, with an offer to make."""
    marketing = staff("marketing")
    may_be_called = policy.allowed(
        Person.objects.known(), channel=Channel.PHONE, purpose=Purpose.COMMERCIAL, at=at.replace(hour=10)
    )
    segment = Segment.objects.create(
        name="Es poden trucar", slug="es-poden-trucar", kind=Segment.Kind.STATIC, owner=marketing, changed_at=at
    )
    SegmentMember.objects.bulk_create(
        SegmentMember(segment=segment, person=person, added_at=at) for person in may_be_called.order_by("pk")[:25]
    )
    made = CallList.objects.create(
        name="Matrícula avançada", segment=segment, offer=OFFER, campaign="matricula-avancada", owner=marketing
    )
    call_lists.start(made, at=at)
