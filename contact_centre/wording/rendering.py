"""A template filled for one reader or for thousands, with the versions of the facts it states and what it lacks."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contact_centre import phases, segments
from contact_centre.models import Case, Segment
from contact_centre.wording import language as grammar
from contact_centre.wording import spelling, words
from contact_centre.wording.language import Choice, Condition, Node, Said, Test
from contact_centre.wording.words import Letter
from people.models import Person, User
from programmes.models import FactVersion, Intake, Programme

_GAPS = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")
_MARK = re.compile(r"\[\[[^\[\]\n]+\]\]")


class Text(Protocol):
    """What can be filled: a template, a version of one, or what is being typed."""

    subject: str
    body: str


@dataclass(frozen=True)
class Rendered:
    """A letter that is ready, or that lacks something.

    ``missing`` names the words of which nothing is known: such a letter must not leave by itself. In the text they
    stand as ``[[price]]``, for an adviser to fill in. ``versions`` are the facts it states, of ``programme``.
    """

    subject: str
    body: str
    versions: tuple[FactVersion, ...] = ()
    missing: tuple[str, ...] = ()
    language: str = ""
    programme: Programme | None = None


def render(
    template: Text,
    *,
    person: Person,
    at: datetime,
    language: str = "",
    case: Case | None = None,
    programme: Programme | None = None,
    by: User | None = None,
    intake: Intake | None = None,
    about: tuple[str, int] | None = None,
) -> Rendered:
    """Fill ``template`` for ``person``: facts are those of ``at``, names and days are spelled as its language does.

    Without a ``programme`` it is that of the case. ``intake`` is the start that is spoken of, by default the nearest.
    ``by`` is whoever signs. Nothing is written down; what was told is noted when it is sent (``telling``).
    """
    letter = Letter(
        person=person,
        language=language or _language(template),
        at=at,
        programme=programme or (case.programme if case else None),
        intake=intake,
        case=case,
        by=by,
        about=about,
    )
    return fill(template, [letter])[0]


def render_many(
    template: Text,
    people: Iterable[Person],
    *,
    at: datetime,
    programme: Programme | None = None,
    by: User | None = None,
    language: str = "",
) -> dict[int, Rendered]:
    """Fill ``template`` for each of ``people``, by their number, in as many queries for one as for thousands."""
    said_in = language or _language(template)
    letters = [Letter(person=person, language=said_in, at=at, programme=programme, by=by) for person in people]
    return {letter.person.pk: rendered for letter, rendered in zip(letters, fill(template, letters), strict=True)}


def fill(template: Text, letters: Sequence[Letter]) -> list[Rendered]:
    """Fill one text for many letters, in their order."""
    if not letters:
        return []
    wanted = grammar.words_in(template.subject) | grammar.words_in(template.body)
    known = words.fill(letters, wanted)
    kinds = words.all_words()
    holds = _Conditions(template, letters)
    subject, body = grammar.read(template.subject).nodes, grammar.read(template.body).nodes
    rendered = []
    for place, letter in enumerate(letters):
        filling = _Filling(letter, known[place], kinds, holds)
        rendered.append(
            Rendered(
                subject=" ".join(_tidy(filling.say(subject)).split()),
                body=_tidy(filling.say(body)),
                versions=tuple(filling.versions.values()),
                missing=tuple(filling.missing),
                language=letter.language,
                programme=letter.programme,
            )
        )
    return rendered


def gaps_in(text: str) -> list[str]:
    """The marks of missing words that still stand in a text."""
    return _MARK.findall(text)


def _language(template: Text) -> str:
    return getattr(template, "language", "") or template.template.language  # type: ignore[attr-defined]


def _tidy(text: str) -> str:
    """Without the traces of what was left out: a space before a comma, more than one empty line."""
    return _GAPS.sub("\n\n", text.replace(" ,", ",")).strip()


class _Conditions:
    """What only the database can say of a condition, asked once for all letters."""

    def __init__(self, template: Text, letters: Sequence[Letter]):
        asked = grammar.tests_in(template.subject) | grammar.tests_in(template.body)
        ids = {letter.person.pk for letter in letters}
        at = letters[0].at
        slugs = [value for name, value in asked if name == "segment"]
        self.segments: Mapping[str, set[int]] = {
            segment.slug: set(segments.people_of(segment, at=at).filter(pk__in=ids).values_list("pk", flat=True))
            for segment in (Segment.objects.filter(slug__in=slugs) if slugs else ())
        }
        asks_phase = any(name == "phase" for name, _value in asked)
        self.phases: Mapping[int, str] = phases.of_many(sorted(ids), at=at) if asks_phase else {}


class _Filling:
    """One letter while it is written."""

    def __init__(self, letter: Letter, known: words.Known, kinds: Mapping[str, words.Word], holds: _Conditions):
        self.letter, self.known, self.kinds, self.holds = letter, known, kinds, holds
        self.versions: dict[int, FactVersion] = {}
        self.missing: dict[str, None] = {}

    def say(self, nodes: Iterable[Node]) -> str:
        return "".join(self._node(node) for node in nodes)

    def _node(self, node: Node) -> str:
        if isinstance(node, str):
            return node
        if isinstance(node, Choice):
            chosen = next((inner for condition, inner in node.branches if self._stands(condition)), ())
            return self.say(chosen)
        return self._word(node)

    def _word(self, said: Said) -> str:
        value = self.known.get(said.name)
        if value is None:
            if said.name in self.kinds and self.kinds[said.name].is_optional:
                return ""
            self.missing[said.name] = None
            return f"[[{said.name}]]" if said.name in self.kinds else said.source
        if isinstance(value.version, FactVersion):
            self.versions[value.version.pk] = value.version
        if not said.form:
            return value.text
        if value.on is not None:
            return spelling.day(said.form, value.on, self.letter.language)
        spell = spelling.name if self.kinds[said.name].sort == words.NAME else spelling.noun
        return spell(said.form, value.text, self.letter.language)

    def _stands(self, condition: Condition) -> bool:
        return not condition or any(all(self._holds(test) for test in group) for group in condition)

    def _holds(self, test: Test) -> bool:
        return self._is_so(test) is not test.is_negated

    def _is_so(self, test: Test) -> bool:
        letter, values = self.letter, test.values
        if not values:
            return test.name in self.known
        if test.name == "segment":
            return any(letter.person.pk in self.holds.segments.get(value, ()) for value in values)
        if test.name == "phase":
            return self.holds.phases.get(letter.person.pk) in values
        programme = letter.programme
        is_now = {
            "language": letter.language,
            "programme": programme.code if programme else "",
            "field": programme.field.slug if programme and programme.field else "",
            "kind": letter.case.kind if letter.case else "",
        }
        return is_now.get(test.name, "") in values
