"""Reminders of what somebody had begun: one for each thing, and none once it is finished.

Forms write a basket when somebody ticks "remind me" and goes on to the next step, or leaves an address in a form made
for it. Floors above offer what was begun there by the hook ``register_begun_baskets``: a function of ``since`` and
``until`` that gives ``Begun`` rows, and with ``is_finished`` says which of them are done or over. Those people said
nothing of a reminder, so theirs is commercial: it leaves only with their consent to that.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail import hooks

from enquiries.asking import building
from enquiries.models import Basket, Enquiry, Form
from people.contact import outbox
from people.identity import identities, merging
from people.models import Person, Purpose
from people.own_data import links

LINK, LINK_DAYS = "enquiries.form", 30
WAITS = timedelta(hours=24)
LOOKS_BACK = timedelta(days=14)  # what was begun longer ago has been given up
BATCH = 200
State = Basket.State


@dataclass(frozen=True)
class Begun:
    """Something begun on a floor above. ``key`` names it for ever, ``url`` is where it goes on."""

    key: str
    person_id: int
    title: str
    url: str
    language: str
    begun_at: datetime


@dataclass(frozen=True)
class Baskets:
    """What a floor above gives: what was begun between two instants, and which keys are finished or over by now."""

    begun: Callable[[datetime, datetime], Iterable[Begun]]
    finished: Callable[[Iterable[str]], set[str]]


def key_of(form: Form) -> str:
    return f"form:{form.pk}"


@transaction.atomic
def begin(form: Form, *, contact: str, name: str, language: str, at: datetime, title: str = "") -> Basket | None:
    """Write down that somebody wants to be reminded at the e-mail address they typed; None if it is none.

    Begun again it is the same one: one reminder for one form. The link in it knows who they are, and leaves out what
    we know of them.
    """
    try:
        address = identities.normalise_email(contact)
    except identities.BadIdentity:
        return None
    given, _gap, family = name.strip().partition(" ")
    person, _is_new = identities.match_or_create(
        at=at, email=address, given_name=given[:150], family_name=family[:150], language=language, source="basket"
    )
    token = links.sign_for(person, LINK, days=LINK_DAYS)
    facts = {
        "form": form,
        "title": title[:200],
        "url": f"{reverse('enquiries:form', args=[form.slug])}?k={token}",
        "to": address,
        "language": language,
        "begun_at": at,
        "due_at": at + WAITS,
    }
    basket, _is_new = Basket.objects.get_or_create(person=person, key=key_of(form), defaults=facts)
    return basket


def ask(enquiry: Enquiry, form: Form, *, to: str, at: datetime) -> Basket | None:
    """Write down that the sender of a form made for it wants to be reminded of the page on which it stood."""
    url = enquiry.page_url or enquiry.referrer or "/"
    facts = {
        "form": form,
        "url": url[:500],
        "to": identities.normalise_email(to) if "@" in to else "",
        "language": enquiry.language,
        "begun_at": at,
        "due_at": at + WAITS,
    }
    key = f"page:{sha256(url.encode()).hexdigest()[:40]}"
    return Basket.objects.get_or_create(person=enquiry.person, key=key, defaults=facts)[0]


def finish(person: Person, form: Form, *, at: datetime) -> int:
    """The form was sent: nobody is reminded of it any more."""
    waiting = Basket.objects.filter(person=merging.current(person), key=key_of(form), state=State.WAITING)
    return waiting.update(state=State.FINISHED, ended_at=at)


def drop(basket: Basket, *, at: datetime) -> None:
    """The person does not want it any more."""
    Basket.objects.filter(pk=basket.pk, state=State.WAITING).update(state=State.DROPPED, ended_at=at)


def collect(*, at: datetime) -> int:
    """Write down what was begun on the floors above and left alone for a day; return how many are new."""
    rows = []
    for offered in _offered():
        for one in offered.begun(at - LOOKS_BACK, at - WAITS):
            rows.append(
                Basket(
                    person_id=one.person_id,
                    key=one.key[:120],
                    title=one.title[:200],
                    url=one.url[:500],
                    language=one.language,
                    begun_at=one.begun_at,
                    due_at=at,
                )
            )
    before = Basket.objects.count()
    Basket.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return Basket.objects.count() - before


def remind_due(*, at: datetime) -> int:
    """Mail one reminder for each basket that is due; return how many. One transaction for each batch."""
    reminded = 0
    while True:
        with transaction.atomic():
            due = list(
                Basket.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(state=State.WAITING, due_at__lte=at)
                .select_related("person", "form")
                .order_by("due_at", "pk")[:BATCH]
            )
            done = _finished([basket.key for basket in due])
            for basket in due:
                is_over = basket.key in done or basket.person.erased_at or (basket.form and not basket.form.is_live)
                if not is_over:
                    _mail(basket, at=at)
                    reminded += 1
                basket.state, basket.ended_at = (State.FINISHED if is_over else State.REMINDED), at
            Basket.objects.bulk_update(due, ["state", "ended_at"])
        if len(due) < BATCH:
            return reminded


def _mail(basket: Basket, *, at: datetime) -> None:
    was_asked_for = basket.form_id is not None
    with override(basket.language):
        title = basket.title
        if basket.form:
            title = title or building.words_of(basket.form, basket.language).title or basket.form.name
        body = [
            _("You began “%(title)s” and did not finish it. It goes on where you left off.") % {"title": title},
            _("You asked for this reminder. There is only this one.")
            if was_asked_for
            else _("We write to you about it only once."),
        ]
        outbox.queue(
            merging.current(basket.person),
            # Asked for with a tick it carries out what was asked; else it is ours to prove that they agreed to news.
            purpose=Purpose.ENQUIRY if was_asked_for else Purpose.COMMERCIAL,
            key=f"basket:{basket.uuid}",
            subject=_("You had begun: %(title)s") % {"title": title},
            body="\n\n".join(body),
            language=basket.language,
            at=at,
            action_url=links.absolute(basket.url),
            action_label=_("Go on"),
            to=basket.to,
        )


def _finished(keys: list[str]) -> set[str]:
    return set().union(*(offered.finished(keys) for offered in _offered())) if keys else set()


def _offered() -> list[Baskets]:
    return [register() for register in hooks.get_hooks("register_begun_baskets")]
