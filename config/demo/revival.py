"""Lost enquiries of Escola Llevant: what was tried to bring them back, what it brought, and what is closed."""

import random
from datetime import datetime, timedelta

from config.demo.cast import FAMILY_NAMES, GIVEN_NAMES, staff
from contact_centre.models import MessageTemplate, TemplateVersion
from enquiries.life import interests
from enquiries.models import AgeBand, Enquiry, EnquiryMove, Play, PlayMember
from enquiries.revival import acting, cells, closing, plays
from enquiries.revival.cells import Cell
from people.contact import consents
from people.models import Channel, Consent, Identity, Person, Purpose
from programmes.models import Competitor, Programme

SEED = 71
CODE = "tornem-hi"
ASKED_AGAIN = 150  # of last year's fair, told in a play that is over
LETTER = {
    "ca": (
        "{person.given}, encara hi penses?",
        "Hola, {person.given},\n\nFa un temps ens vas demanar informació i el preu no encaixava. Des d’aleshores es "
        "pot pagar en deu terminis i hi ha beques noves.\n\nSi encara hi penses, respon aquest correu i ho mirem "
        "plegats.\n\n{school}",
    ),
    "es": (
        "{person.given}, ¿todavía lo piensas?",
        "Hola, {person.given}:\n\nHace un tiempo nos pediste información y el precio no encajaba. Desde entonces se "
        "puede pagar en diez plazos y hay becas nuevas.\n\nSi todavía lo piensas, responde a este correo y lo vemos "
        "juntos.\n\n{school}",
    ),
    "en": (
        "{person.given}, are you still thinking about it?",
        "Hello {person.given},\n\nSome time ago you asked us and the price did not fit. Since then it can be paid in "
        "ten instalments, and there are new grants.\n\nIf you are still thinking about it, answer this mail and we "
        "will look at it together.\n\n{school}",
    ),
}
OTHER_REASONS = ("Se’n va a viure fora", "Se va a vivir fuera", "The timetable clashes with work")


def play(*, at: datetime) -> None:
    """Reasons and rivals on what was lost; one play that is over, one that runs, one cell that is closed."""
    if Play.objects.exists():
        return
    chance = random.Random(SEED)  # noqa: S311 -- a story, not a secret
    _name_rivals(at)
    _add_interests(at, chance)
    template = _letter(at)
    _finished(at, template, chance)
    _running(at)
    _closed(at)


def _name_rivals(at: datetime) -> None:
    """Rivals whose names were typed are those we know; a few were lost for a reason of their own."""
    for name in Enquiry.objects.exclude(lost_to="").values_list("lost_to", flat=True).distinct():
        school, _is_new = Competitor.objects.get_or_create(name=name)
        Enquiry.objects.filter(lost_to=name).update(rival=school, lost_to="")
    undecided = Enquiry.objects.filter(state="lost", lost_reason="undecided").order_by("-ended_at")
    for enquiry, words in zip(undecided[: len(OTHER_REASONS)], OTHER_REASONS, strict=False):
        Enquiry.objects.filter(pk=enquiry.pk).update(lost_reason="other", lost_note=words)
        EnquiryMove.objects.filter(enquiry=enquiry, to_state="lost").update(why="other")


def _add_interests(at: datetime, chance: random.Random) -> None:
    programmes = list(Programme.objects.filter(is_open=True).order_by("pk"))
    open_ones = Enquiry.objects.live().open().select_related("person").order_by("-received_at")
    for enquiry in open_ones[:6]:
        interests.add(enquiry, chance.choice(programmes), at=at, by=staff("adviser"))


def _letter(at: datetime) -> MessageTemplate:
    marketing = staff("marketing")
    made = {}
    for language, (subject, body) in LETTER.items():
        made[language] = MessageTemplate.objects.create(
            code=CODE,
            title="Tornem-hi: preu i terminis",
            channel=Channel.EMAIL,
            language=language,
            purpose=Purpose.COMMERCIAL,
            subject=subject,
            body=body,
        )
        TemplateVersion.objects.create(
            template=made[language],
            number=1,
            subject=subject,
            body=body,
            state=TemplateVersion.State.APPROVED,
            written_at=at - timedelta(days=170),
            written_by=marketing,
            decided_at=at - timedelta(days=169),
            decided_by=staff("lead"),
        )
    return made["ca"]


def _finished(at: datetime, template: MessageTemplate, chance: random.Random) -> None:
    """Those of last year's fair whom the price kept away: a letter, and what became of it in ninety days."""
    programme = Programme.objects.filter(is_open=True).order_by("pk")[0]
    asked_at, began = at - timedelta(days=620), at - timedelta(days=150)
    people = _people_of_the_fair(asked_at, chance)
    lost_at = asked_at + timedelta(days=20)
    enquiries = Enquiry.objects.bulk_create(
        Enquiry(
            person=person,
            programme=programme,
            state=Enquiry.State.LOST,
            channel=Channel.IN_PERSON,
            language=person.language,
            source="saló-de-l-ensenyament",
            received_at=asked_at,
            ended_at=lost_at,
            lost_reason=Enquiry.LostReason.BUDGET,
            is_history=True,
        )
        for person in people
    )
    over = plays.make(
        plays.Draft(
            name="Saló de l’Ensenyament: el preu, un any després",
            cell=Cell("budget", AgeBand.OLD, programme.pk),
            kind=Play.Kind.EMAIL,
            template=template,
        ),
        at=began,
        by=staff("marketing"),
    )
    over.state, over.started_at, over.ends_at = Play.State.DONE, began, began + timedelta(days=90)
    over.save()
    members, back = [], []
    for number, enquiry in enumerate(enquiries):
        is_held_out = number % 5 == 0
        returns = number % 50 == 0 if is_held_out else chance.random() < 0.24
        revived_at = began + timedelta(days=3 + chance.randrange(60), hours=4) if returns else None
        if revived_at:
            back.append((enquiry, revived_at))
        enrols = bool(revived_at) and not is_held_out and chance.random() < 0.3
        members.append(
            PlayMember(
                play=over,
                enquiry=enquiry,
                person=enquiry.person,
                is_held_out=is_held_out,
                state=PlayMember.State.WAITING if is_held_out else PlayMember.State.DONE,
                acted_at=None if is_held_out else began + timedelta(minutes=number),
                revived_at=revived_at,
                enrolled_at=revived_at + timedelta(days=21) if enrols and revived_at else None,
            )
        )
    PlayMember.objects.bulk_create(members)
    _open_again(back)


def _people_of_the_fair(asked_at: datetime, chance: random.Random) -> list[Person]:
    """People of the fair of two springs ago, each with an address and a yes to commercial letters."""
    known = {(one.lower(), two.lower()) for one, two in Person.objects.values_list("given_name", "family_name")}
    pairs = [
        (given, family, language)
        for language in ("ca", "es")
        for given in GIVEN_NAMES[language].split()
        for family in FAMILY_NAMES[language].partition("|")[0].split()
        if (given.lower(), family.lower()) not in known
    ]
    chance.shuffle(pairs)
    people = Person.objects.bulk_create(
        Person(given_name=given, family_name=family, language=language, created_at=asked_at, phase=Person.Phase.LOST)
        for given, family, language in pairs[:ASKED_AGAIN]
    )
    Identity.objects.bulk_create(
        Identity(person=person, kind=Identity.Kind.EMAIL, value=f"sal.{person.pk}@correu.example", created_at=asked_at)
        for person in people
    )
    Consent.objects.bulk_create(
        Consent(
            person=person,
            purpose=Purpose.COMMERCIAL,
            channel=Channel.EMAIL,
            decision=Consent.Decision.GRANTED,
            wording_version=consents.current_wording(Purpose.COMMERCIAL, person.language).version,
            language=person.language,
            at=asked_at,
            source="Saló de l’Ensenyament",
        )
        for person in people
    )
    return people


def _open_again(back: list[tuple[Enquiry, datetime]]) -> None:
    EnquiryMove.objects.bulk_create(
        EnquiryMove(enquiry=enquiry, from_state="lost", to_state="contacted", at=at) for enquiry, at in back
    )
    for enquiry, at in back:
        enquiry.state, enquiry.ended_at, enquiry.lost_reason = Enquiry.State.CONTACTED, None, ""
        enquiry.contacted_at = at
    Enquiry.objects.bulk_update([one for one, _at in back], ["state", "ended_at", "lost_reason", "contacted_at"])


def _running(at: datetime) -> None:
    """The fullest cell in which somebody may be called: another adviser tries, since last week."""
    began = at - timedelta(days=6)
    for cell in _fullest(at):
        draft = plays.Draft(
            name=f"{cell.reason_name}: una altra veu",
            cell=cell,
            kind=Play.Kind.OTHER_ADVISER,
            held_out_percent=20,
        )
        running = plays.make(draft, at=began, by=staff("lead"))
        try:
            plays.start(running, at=began, by=staff("lead"))
        except plays.NotReady:
            running.delete()
            continue
        acting.work(at=at, seconds=1)
        return


def _closed(at: datetime) -> None:
    taken = {cells.of_play(one) for one in Play.objects.all()}
    for cell in _fullest(at):
        if cell not in taken:
            why = "Ja s’hi ha provat tot el que tenia sentit."
            closing.close(cell, why=why, at=at - timedelta(days=2), by=staff("marketing"))
            return


def _fullest(at: datetime) -> list[Cell]:
    """The cells of enquiries of our own, the fullest first."""
    counted: dict[Cell, int] = {}
    lost = Enquiry.objects.live().filter(state="lost", programme__isnull=False)
    for enquiry in lost:
        for age in AgeBand.values:
            after, until = cells.lost_between(age, at=at)
            if enquiry.ended_at and enquiry.ended_at <= until and (after is None or enquiry.ended_at > after):
                cell = Cell(enquiry.lost_reason, age, enquiry.programme_id)
                counted[cell] = counted.get(cell, 0) + 1
    return sorted(counted, key=lambda one: (-counted[one], one.reason, one.age, one.programme_id or 0))
