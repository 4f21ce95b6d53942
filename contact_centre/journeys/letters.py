"""What a step of a journey causes: a message in the outbox, a task in the queue."""

from datetime import datetime

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import override

from contact_centre import queue
from contact_centre.journeys import steps, triggers, words
from contact_centre.journeys.moves import Done
from contact_centre.journeys.steps import Step
from contact_centre.models import Case, MessageTemplate, Walk
from contact_centre.sends import pressure
from contact_centre.wording import choosing, rendering, telling
from people.contact import carriers, outbox, policy
from people.models import Channel, OutgoingMessage, Person, User


def send(walk: Walk, step: Step, *, at: datetime) -> Done:
    """Put the message of a step in the outbox; what the policy forbids, or a gap in the text, is noted as the reason.

    One message per walk, step and instant: a turn that is done again after a crash asks for the same one.
    """
    person = walk.person
    channel, template = template_for(person, step, at=at)
    if template is None:
        return Done("refused", _("There is no text for them in “%(code)s”.") % {"code": step.get("template")})
    programme = programme_of(walk)
    about = (walk.about_kind, walk.about_id) if walk.about_id is not None else None
    text = rendering.render(
        template, person=person, at=at, language=template.language, programme=programme, about=about
    )
    if text.missing:
        gaps = ", ".join(str(gap) for gap in text.missing)
        return Done("refused", _("What the text needs is not known: %(gaps)s.") % {"gaps": gaps})
    key = f"journey:{walk.pk}:{step.key}:{at.isoformat()}"
    place = pressure.ask(person, purpose=template.purpose, at=at, key=key)
    if not place:
        return Done("refused", pressure.words(place))
    message = outbox.queue(
        person,
        purpose=template.purpose,
        key=key,
        subject=text.subject,
        body=text.body,
        language=template.language,
        at=at,
        channel=channel,
        about=walk,
        topic=template.topic,
    )
    if message.state == OutgoingMessage.State.REFUSED:
        return Done("refused", message.why, message.pk)
    telling.note(text, message, at=at)
    names = {"title": template.title, "channel": words.channel(channel), "when": words.instant(message.due_at)}
    if message.due_at > at:
        return Done("sent", _("“%(title)s” by %(channel)s, leaves on %(when)s.") % names, message.pk)
    return Done("sent", _("“%(title)s” by %(channel)s.") % names, message.pk)


def template_for(person: Person, step: Step, *, at: datetime) -> tuple[str, MessageTemplate | None]:
    """The channel and the text for somebody; the best channel is one for which there is a text and a carrier."""
    code, channel = step.get("template"), step.get("channel", steps.BEST)
    if channel != steps.BEST:
        return channel, choosing.find(code, channel=channel, language=person.language)
    written = MessageTemplate.objects.filter(code=code, is_on=True).values_list("channel", "purpose", "topic")
    by_channel = {name: (purpose, topic) for name, purpose, topic in written if name in carried()}
    if not by_channel:
        return Channel.EMAIL, None
    purpose, topic = next(iter(by_channel.values()))
    order = [name for name in policy.ORDER if name in by_channel]
    best = policy.best_channel(person, purpose, at, channels=order, topic=topic)
    # Where none is open now, the first waits for its hour in the outbox or is refused there, with the reason.
    channel = best.channel if best else order[0]
    return channel, choosing.find(code, channel=channel, language=person.language)


def carried() -> tuple[str, ...]:
    """The channels on which a message can leave."""
    return tuple(carriers.channels())


def give(walk: Walk, step: Step, *, at: datetime) -> Done:
    """Open a case for a colleague; without one, or if they are gone, it waits in the queue."""
    named = step.get("user")
    colleague = User.objects.filter(pk=named, is_active=True).first() if named else None
    with override(walk.person.language):
        case = queue.open_case(
            walk.person,
            kind=Case.Kind.CALL if step.get("case_kind", "call") == "call" else Case.Kind.FOLLOW_UP,
            at=at,
            question=str(step.get("text")),
            programme=programme_of(walk),
            channel=Channel.PHONE if step.get("case_kind", "call") == "call" else Channel.EMAIL,
            language=walk.person.language,
            adviser=colleague,
        )
    if colleague is not None:
        return Done("tasked", _("Given to %(name)s.") % {"name": colleague.get_full_name() or colleague.email})
    why = _("In the queue, due on %(when)s.") % {"when": words.instant(case.answer_due_at)}
    return Done("tasked", why)


def programme_of(walk: Walk):
    """The programme that what began the journey is about, if it is still there and about one."""
    happening = triggers.happenings().get(walk.journey.trigger)
    if happening is None or not happening.programme or not walk.about_kind:
        return None
    row = apps.get_model(walk.about_kind)._base_manager.filter(pk=walk.about_id).first()
    return triggers.along(row, happening.programme) if row is not None else None
