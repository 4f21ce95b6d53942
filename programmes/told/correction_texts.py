"""The text of a correction, in the language of whoever gets it: what we said, and what holds now."""

from dataclasses import dataclass
from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import override

from people.models import Person
from programmes.models import FactVersion, Programme, ToldFact
from programmes.told import facts, versions


@dataclass(frozen=True)
class Owed:
    """A fact that a person was told and what it is now."""

    told: ToldFact
    now: FactVersion

    @property
    def person(self) -> Person:
        return cast(Person, self.told.telling.person)  # only what people were told is owed

    @property
    def person_id(self) -> int:
        return self.person.pk


def compose(person: Person, programme: Programme, owed: list[Owed]) -> tuple[str, str]:
    """Subject and text, without a signature: whoever sends it signs."""
    language = person.language
    with override(language):
        title = programme.title_in(language)
        greeting = _("Hello %(name)s,") % {"name": person.given_name} if person.given_name else _("Hello,")
        opening = _(
            "What we told you about “%(programme)s” has changed since, and we want you to have it right before you "
            "decide:"
        ) % {"programme": title}
        changed = "\n".join(f"– {line(one, language)}" for one in sorted(owed, key=place))
        closing = _("We are sorry for the change. If it upsets your plans, answer this message and we will look at it.")
        return _("Correction: %(programme)s") % {"programme": title}, "\n\n".join([greeting, opening, changed, closing])


def line(owed: Owed, language: str) -> str:
    """One fact on one line: “Price (March 2027, Barcelona): we said 1.950 €, it is 2.100 € now.”"""
    now = owed.now
    with override(language):
        name = str(now.get_fact_display())
        if now.intake is not None:
            name = f"{name} ({now.intake.label()})"
        said, is_now = versions.words(owed.told.version, language), versions.words(now, language)
        words = {"fact": name, "said": said, "now": is_now}
        if not is_now:
            return _("%(fact)s: we said %(said)s; this is not settled any more.") % words
        if now.fact in facts.PROSE or not said:
            return _("%(fact)s, as of now: %(now)s") % words
        return _("%(fact)s: we said %(said)s, it is %(now)s now.") % words


def place(owed: Owed) -> tuple:
    """Where a fact stands among the others: the nearest intake first, the price before the rest."""
    order = [*facts.OF_INTAKES, *facts.OF_PROGRAMMES, *facts.OF_PAGES]
    intake = owed.now.intake
    return (
        intake is None,
        str(intake.starts_on or "") if intake else "",
        order.index(facts.Fact(owed.now.fact)),
        owed.now.pk,
    )
