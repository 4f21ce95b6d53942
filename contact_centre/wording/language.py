"""The language of templates: words in braces, and parts that stand only where a condition holds.

- ``{person}``, ``{price}``: a word, which is filled for each reader. A form before it asks for the article or the
  preposition as its language has them: ``{de person}``, ``{el programme}``, ``{del programme}``, ``{al starts_on}``
- ``{if price} … {elif language:es,en} … {else} … {end}``: a part that stands where the condition holds
- a condition is a word (it is known), or ``kind:value,value``; ``not`` before it, ``and`` and ``or`` between them,
  ``and`` binding tighter
- ``{{`` and ``}}`` are braces

Nothing is ever evaluated: a text is read into a tree once, and the tree is walked. Reading never fails; what is wrong
is listed with its line, and stands in the text as it was typed.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache, partial

from django.utils.translation import gettext as _

FORMS = {"el": "the", "la": "the", "the": "the", "de": "of", "of": "of", "del": "of_the", "al": "to_the"}
TESTS = ("language", "programme", "field", "kind", "phase", "segment")
BLOCKS = ("if", "elif", "else", "end")
VALUES_TOLD = 12
_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
_NAME = re.compile(r"[a-z_]+(\.[a-z_]+)*")
# A line that holds only marks of blocks leaves no empty line behind.
_ALONE = re.compile(r"^[ \t]*(?:\{(?:if|elif|else|end)\b[^{}\n]*\}[ \t]*)+(?:\n|\Z)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Said:
    """A word in the text; ``form`` is "" or one of the values of ``FORMS``."""

    name: str
    form: str
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Test:
    """One thing that must hold: with ``kind`` one of ``values``, without it the word ``name`` is known."""

    name: str
    values: tuple[str, ...]
    is_negated: bool
    line: int


Condition = tuple[tuple[Test, ...], ...]  # one of the groups holds, and in it every test


@dataclass(slots=True)
class Choice:
    """Parts of which the first stands whose condition holds; the one without a condition is the last."""

    line: int
    branches: list[tuple[Condition, list["Node"]]] = field(default_factory=list)

    @property
    def has_else(self) -> bool:
        return bool(self.branches) and not self.branches[-1][0]


Node = str | Said | Choice


@dataclass(frozen=True)
class Fault:
    """What is wrong, in the words of the reader, on which line, and what may have been meant."""

    line: int
    text: str
    hint: str = ""

    def __str__(self):
        told = _("Line %(line)s: %(fault)s") % {"line": self.line, "fault": self.text}
        return f"{told} {self.hint}".strip()


@dataclass(frozen=True)
class Reading:
    """A text that was read: its tree, and what the grammar objects to (each a function, for the reader's language)."""

    nodes: tuple[Node, ...]
    faults: tuple[Callable[[], Fault], ...]


@lru_cache(maxsize=512)
def read(text: str) -> Reading:
    """Read ``text`` into a tree. Read once, however many people it is filled for."""
    return _Reader(text.replace("\r\n", "\n")).read()


def check(text: str, *, words: Mapping[str, Iterable[str]], values: Mapping[str, Iterable[str]]) -> list[Fault]:
    """What is wrong with ``text``, in the order of its lines.

    ``words`` names the words there are, each with the forms it can take; ``values`` the values that a kind of condition
    can have, where there is a list of them.
    """
    reading = read(text)
    faults = [tell() for tell in reading.faults]
    for node in _walk(reading.nodes):
        if isinstance(node, Said):
            faults += _fault_of_word(node, words)
        else:
            faults += _fault_of_test(node, words, values)
    return sorted(faults, key=lambda fault: fault.line)


def words_in(text: str) -> set[str]:
    """The words that a text holds, in sentences and in conditions."""
    return {node.name for node in _walk(read(text).nodes) if isinstance(node, Said) or not node.values}


def tests_in(text: str) -> set[tuple[str, str]]:
    """The kinds and values that the conditions of a text ask for."""
    tests = [node for node in _walk(read(text).nodes) if isinstance(node, Test)]
    return {(test.name, value) for test in tests for value in test.values}


def escaped(text: str) -> str:
    """``text`` as a template that says just that."""
    return text.replace("{", "{{").replace("}", "}}")


def _walk(nodes: Iterable[Node]) -> Iterator[Said | Test]:
    for node in nodes:
        if isinstance(node, Said):
            yield node
        elif isinstance(node, Choice):
            for condition, inner in node.branches:
                for group in condition:
                    yield from group
                yield from _walk(inner)


class _Reader:
    """One pass over a text, with a stack of the blocks that are open."""

    def __init__(self, text: str):
        self.text = text
        self.faults: list[Callable[[], Fault]] = []
        self.root: list[Node] = []
        self.open: list[Choice] = []
        self.left_out = [alone.span() for alone in _ALONE.finditer(text)]

    def read(self) -> Reading:
        end = 0
        for token in _TOKEN.finditer(self.text):
            self._say(end, token.start())
            self._take(token, 1 + self.text.count("\n", 0, token.start()))
            end = token.end()
        self._say(end, len(self.text))
        for choice in self.open:
            self._object(choice.line, lambda: (_("This {if} is never closed."), _("Write {end} where the part ends.")))
        return Reading(tuple(self.root), tuple(self.faults))

    @property
    def here(self) -> list[Node]:
        return self.open[-1].branches[-1][1] if self.open else self.root

    def _say(self, start: int, end: int) -> None:
        if start < end and not any(one <= start and end <= other for one, other in self.left_out):
            # A line of marks may stand between two texts: what is before its first mark and after its last is left out.
            for one, other in self.left_out:
                if start < one < end:
                    end = one
                if start < other <= end:
                    start = other
            self.here.append(self.text[start:end])

    def _take(self, token: re.Match, line: int) -> None:
        mark = token[0]
        if mark in ("{{", "}}"):
            self.here.append(mark[0])
        elif token[1] is None:
            self._object(line, lambda: (_("A brace stands alone."), _("Write {{ or }} to say a brace.")))
            self.here.append(mark)
        else:
            parts = token[1].split()
            if parts and parts[0] in BLOCKS:
                getattr(self, f"_{parts[0]}")(parts[1:], line)
            else:
                self._word(parts, mark, line)

    def _word(self, parts: list[str], mark: str, line: int) -> None:
        form, name = (parts[0], parts[1]) if len(parts) == 2 else ("", parts[0] if len(parts) == 1 else "")
        if not _NAME.fullmatch(name) or (form and form not in FORMS):
            self._object(line, lambda: (_("“%(mark)s” cannot be read.") % {"mark": mark}, _form_hint(parts)))
            self.here.append(mark)
        else:
            self.here.append(Said(name, FORMS.get(form, ""), mark, line))

    def _if(self, parts: list[str], line: int) -> None:
        choice = Choice(line)
        self.here.append(choice)
        choice.branches.append((self._condition(parts, line), []))
        self.open.append(choice)

    def _elif(self, parts: list[str], line: int) -> None:
        if not self.open or self.open[-1].has_else:
            self._object(line, lambda: (_("This {elif} belongs to no {if}."), ""))
        else:
            self.open[-1].branches.append((self._condition(parts, line), []))

    def _else(self, parts: list[str], line: int) -> None:
        if not self.open or self.open[-1].has_else:
            self._object(line, lambda: (_("This {else} belongs to no {if}."), ""))
        else:
            self.open[-1].branches.append(((), []))

    def _end(self, parts: list[str], line: int) -> None:
        if self.open:
            self.open.pop()
        else:
            self._object(line, lambda: (_("This {end} closes nothing."), _("There is no {if} before it.")))

    def _condition(self, parts: list[str], line: int) -> Condition:
        groups: list[list[Test]] = [[]]
        is_negated = False
        wants_test = True
        for part in parts:
            if part == "not" and wants_test:
                is_negated = not is_negated
            elif part in ("and", "or") and not wants_test:
                wants_test = True
                if part == "or":
                    groups.append([])
            elif wants_test and part not in ("and", "or"):
                name, colon, values = part.partition(":")
                groups[-1].append(Test(name, tuple(filter(None, values.split(","))), is_negated, line))
                if colon and not groups[-1][-1].values:
                    self._object(line, partial(_no_value, name))
                is_negated, wants_test = False, False
            else:
                self._object(line, partial(_no_link, part))
        if wants_test:
            self._object(line, lambda: (_("A condition is missing."), _("For instance {if price}.")))
        # A condition that says nothing never holds; an empty one would be taken for {else}.
        return tuple(tuple(group) for group in groups if group) or ((Test("", (), False, line),),)

    def _object(self, line: int, tell: Callable[[], tuple[str, str]]) -> None:
        self.faults.append(lambda: Fault(line, *tell()))


def _no_value(name: str) -> tuple[str, str]:
    return _("After “%(name)s:” a value is missing.") % {"name": name}, ""


def _no_link(part: str) -> tuple[str, str]:
    told = _("The condition cannot be read at “%(part)s”.") % {"part": part}
    return told, _("Between two conditions stands “and” or “or”.")


def _form_hint(parts: list[str]) -> str:
    if len(parts) == 2:
        near = get_close_matches(parts[0], FORMS, n=1, cutoff=0.5)
        known = near[0] if near else ", ".join(("de", "el", "del", "al"))
        return _("Before a word may stand: %(forms)s.") % {"forms": known}
    return _("A word has small letters only, such as {person}.")


def _fault_of_word(word: Said, words: Mapping[str, Iterable[str]]) -> list[Fault]:
    if word.name not in words:
        return [Fault(word.line, _("There is no word “%(word)s”.") % {"word": word.name}, _meant(word.name, words))]
    if word.form and word.form not in words[word.name]:
        hint = _("Write {%(word)s}.") % {"word": word.name}
        return [Fault(word.line, _("“%(word)s” takes no article here.") % {"word": word.source}, hint)]
    return []


def _fault_of_test(test: Test, words: Mapping[str, Iterable[str]], values: Mapping[str, Iterable[str]]) -> list[Fault]:
    if not test.name:
        return []  # said already: the condition is missing
    if not test.values:
        if test.name in words:
            return []
        told = _("There is no word “%(word)s” to ask for.") % {"word": test.name}
        return [Fault(test.line, told, _meant(test.name, words))]
    if test.name not in TESTS:
        told = _("“%(kind)s:” is no kind of condition.") % {"kind": test.name}
        return [Fault(test.line, told, _meant(test.name, TESTS) or ", ".join(f"{one}:" for one in TESTS))]
    if test.name not in values:
        return []
    known = list(values[test.name])
    told = _("“%(value)s” is none of the values.")
    some = ", ".join([*known[:VALUES_TOLD], "…"] if len(known) > VALUES_TOLD else known)  # nobody knows codes by heart
    return [
        Fault(test.line, told % {"value": value}, _meant(value, known) or some)
        for value in test.values
        if value not in known
    ]


def _meant(typed: str, known: Iterable[str]) -> str:
    near = get_close_matches(typed, list(known), n=1, cutoff=0.6)
    return _("Did you mean “%(word)s”?") % {"word": near[0]} if near else ""
