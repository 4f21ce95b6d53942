"""What is sent in, through whichever door: one row for each sending, and exactly one enquiry for each real question.

The public form, forms that editors make, the API and the doors for machines all post here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction

from enquiries.intake import promises, questions, suspects, writing
from enquiries.intake.arrivals import Arrival, take_in
from enquiries.intake.questions import Question
from enquiries.models import AnswerFile, Campaign, Enquiry, Form, Partner, Submission
from people.identity import matching
from people.models import Channel, Person

Door, Outcome = Submission.Door, Submission.Outcome
LONGEST_KEY = 200


class KeyReused(Exception):
    """The sender's number was theirs for something else before."""


@dataclass(frozen=True)
class Posted:
    """What became of a sending. ``errors`` says what to put right, field by field, where it was refused.

    ``unheard`` names purposes to which somebody said yes in words that we do not know, so that it does not count.
    """

    outcome: str
    submission: Submission
    enquiry: Enquiry | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    unheard: tuple[str, ...] = ()

    @property
    def is_taken(self) -> bool:
        """Whether whoever sent it is thanked: also for what came before, and for what is set aside."""
        return self.outcome != Outcome.REFUSED

    @property
    def address(self) -> str:
        """The page of the promise; a suspect gets the one its enquiry will have once somebody finds it real."""
        return promises.promise_url(self.enquiry) if self.enquiry else promises.address_of(self.submission.uuid)


def post(
    form: Form | None,
    fields: Mapping[str, str],
    files: Iterable[AnswerFile] = (),
    *,
    at: datetime,
    language: str,
    person: Person | None = None,
    door: str = Door.FORM,
    key: str = "",
    variant: str = "",
    answers: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    network: str = "",
    campaign: Campaign | None = None,
    partner: Partner | None = None,
    opened_at: datetime | None = None,
    channel: str = Channel.WEB,
    digest: str = "",
) -> Posted:
    """Take in what was sent: an enquiry, the one that came before, a suspect, or nothing but what was wrong with it.

    ``form`` is None for the school's own enquiry form; one that an editor made checks its fields itself and hands over
    in ``errors`` what it found, and in ``answers`` what was said besides. ``files`` are rows not saved yet, of what
    came with it. ``person`` is whoever is signed in: contacts that were typed win over the login, for somebody may
    ask for a friend. A ``key`` is the sender's own number for the sending and alone decides what is the same; without
    one the token of the page does, and the same words of the same person within a day are the same question. With a
    ``digest`` of what was sent, a key that was used for something else raises KeyReused.

    Suspects are sought among what comes through public forms only. One transaction; announces after_enquiry_received.
    """
    sending = Submission(
        at=at,
        door=door,
        form=form,
        variant=variant,
        page_url=questions.address(questions.storable(fields.get("page", ""))),
        network=network,
    )
    wrong = dict(errors or {})
    try:
        question = questions.read(fields, at=at, language=language, is_known=person is not None)
    except questions.Incomplete as incomplete:
        wrong |= incomplete.errors
    if wrong:
        return _refused(sending, wrong)
    question, unheard = _heard(question, form, answers)
    key = key[:LONGEST_KEY] or question.external_key
    sending.key = key
    if key and digest:
        sending.payload = {"digest": digest}
    asker = None if question.email or question.phone else person
    arrival = None if asker else _arriving(question, channel, at=at)
    seen = writing.look(arrival, key=key, network=network, at=at)
    doubt = suspects.Doubt()
    if door == Door.FORM:
        doubt = suspects.weigh(question, at=at, is_known=person is not None, from_network=seen.from_network)
    if seen.enquiry_id is None and (doubt.reasons or seen.suspect_id):
        return _set_aside(sending, question, doubt, seen, files)
    taken = receive(
        question,
        at=at,
        opened_at=opened_at,
        channel=channel,
        person=asker,
        key=key,
        form=form,
        variant=variant,
        campaign=campaign or (form.campaign if form else None),
        partner=partner,
        sending=sending,
        files=files,
        seen=seen,
        arrival=arrival,
    )
    if sending.outcome == Outcome.REPEATED and sending.payload:
        _refuse_another(sending)
    return Posted(sending.outcome, sending, taken.enquiry, unheard=unheard)


def receive(question: Question, *, at: datetime, key: str = "", uuid: UUID | None = None, **how) -> Arrival:
    """Make the enquiry of a question that was read; ``how`` goes on to ``arrivals.take_in``."""
    return take_in(
        at=at,
        uuid=uuid,
        email=question.email,
        phone=question.phone,
        name=question.name,
        given_name=question.given_name,
        family_name=question.family_name,
        country=question.country,
        message=question.message,
        programme=question.programme,
        intake=question.intake,
        language=question.language,
        utm=question.utm,
        page_url=question.page_url,
        referrer=question.referrer,
        consents=question.consents,
        external_key=key or question.external_key,
        answers=question.answers,
        # Whoever numbers what they send says themselves what is the same.
        is_once_a_day=not key or key == question.external_key,
        **how,
    )


def key_of(door: str, owner: object, number: str) -> str:
    """The key of a sending that its sender numbers: theirs alone, and never longer than a key may be."""
    whole = f"{door}:{owner}:{number}"
    return whole if len(whole) <= LONGEST_KEY else f"{door}:{owner}:{sha256(number.encode()).hexdigest()}"


def _heard(
    question: Question, form: Form | None, answers: Mapping[str, Any] | None
) -> tuple[Question, tuple[str, ...]]:
    """The question with what the form adds to it, and without a yes to words that nobody knows."""
    said, unheard = questions.heard(question.consents, language=question.language)
    programme = question.programme or (form.programme if form else None)
    return (
        replace(question, consents=said, programme=programme, answers={**question.answers, **(answers or {})}),
        unheard,
    )


def _refuse_another(sending: Submission) -> None:
    first = Submission.objects.filter(enquiry=sending.enquiry, key=sending.key, outcome=Outcome.ENQUIRY).first()
    if first is not None and first.payload and first.payload != sending.payload:
        raise KeyReused(sending.key)


def _arriving(question: Question, channel: str, *, at: datetime) -> matching.Arrival:
    given, _gap, family = question.name.partition(" ")
    return matching.arriving(
        at=at,
        email=question.email,
        phone=question.phone,
        given_name=question.given_name or ("" if question.family_name else given),
        family_name=question.family_name or ("" if question.given_name else family),
        language=question.language,
        country=question.country,
        source=question.utm.get("utm_source", "") or str(channel),
    )


def _refused(sending: Submission, errors: dict[str, str]) -> Posted:
    """Counted with the names of the fields at fault; of what stood in them nothing is kept."""
    sending.outcome, sending.reasons = Outcome.REFUSED, sorted(errors)
    sending.page_url = ""
    sending.save(force_insert=True)
    return Posted(Outcome.REFUSED, sending, errors=errors)


@transaction.atomic
def _set_aside(
    sending: Submission, question: Question, doubt: suspects.Doubt, seen: writing.Seen, files: Iterable[AnswerFile]
) -> Posted:
    """Keep what was sent for somebody to look at, once for each key, with the files that came with it."""
    if seen.suspect_id is None:
        sending.outcome, sending.reasons, sending.score = Outcome.SUSPECT, list(doubt.reasons), doubt.score
        sending.payload = suspects.packed(question)
        # Two at once: the unique key lets one row in, and the other is the same sending again.
        Submission.objects.bulk_create([sending], ignore_conflicts=True)
        kept = Submission.objects.filter(uuid=sending.uuid).first()
        if kept is not None:
            for file in (files := list(files)):
                file.submission = kept
            AnswerFile.objects.bulk_create(files)
            return Posted(Outcome.SUSPECT, kept)
        sending.reasons, sending.score, sending.payload = [], None, None
    before = Submission.objects.get(outcome=Outcome.SUSPECT, key=sending.key)
    sending.outcome = Outcome.REPEATED
    sending.save(force_insert=True)
    return Posted(Outcome.REPEATED, before, before.enquiry)
