"""A JSON document whose objects know where they stand, so that whatever is wrong can be found again."""

import json
import re
from bisect import bisect_right
from functools import cached_property
from json import decoder, scanner
from typing import Any

from django.utils.translation import gettext as _

from people.importing.input_files import InputFile, Unreadable

FACTS, TEXTS = "matricula:facts", "matricula:texts"  # what our exports state beside the vocabulary


class Node(dict):
    """A JSON object that knows where in the text it starts, or on which line of an XML document."""

    start = 0
    line = 0


class _LocatingDecoder(json.JSONDecoder):
    def __init__(self):
        super().__init__()
        self.parse_object = self._located
        self.scan_once = scanner.py_make_scanner(self)  # the one in C would not call parse_object

    @staticmethod
    def _located(text_and_end, *arguments):
        pairs, end = decoder.JSONObject(text_and_end, *arguments)
        node = Node(pairs)
        node.start = text_and_end[1] - 1
        return node, end


class Document:
    """A whole JSON text in memory."""

    def __init__(self, name: str, text: str, root: Any):
        self.name, self.text, self.root = name, text, root

    @cached_property
    def _newlines(self) -> list[int]:
        return [found.start() for found in re.finditer("\n", self.text)]

    def line_of(self, node: Node) -> int:
        return node.line or bisect_right(self._newlines, node.start) + 1


def load(opened: InputFile) -> Document:
    """Raises Unreadable for what is not JSON, or is nested too deeply."""
    with opened.open_text() as stream:
        text = stream.read().removeprefix("\ufeff")
    try:
        return Document(opened.path.name, text, _LocatingDecoder().decode(text))
    except json.JSONDecodeError as error:
        raise Unreadable(
            _("“%(name)s” is not valid JSON: it breaks on line %(line)s.")
            % {"name": opened.path.name, "line": error.lineno}
        ) from None
    except (RecursionError, ValueError):
        raise Unreadable(_("“%(name)s” is JSON that cannot be read.") % {"name": opened.path.name}) from None


def stated(node: Node) -> dict[str, str]:
    """What an export of ours states of a programme or an intake."""
    return _strings(node.get(FACTS))


def stated_texts(node: Node) -> dict[str, dict[str, str]]:
    """What it states of its sheets, by language."""
    told = node.get(TEXTS)
    return {language: _strings(texts) for language, texts in told.items()} if isinstance(told, dict) else {}


def _strings(value: Any) -> dict[str, str]:
    return {key: text for key, text in value.items() if isinstance(text, str)} if isinstance(value, dict) else {}
