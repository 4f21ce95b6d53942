"""A catalogue's XML, element by element, in the memory of one course.

The parser is expat with everything dangerous refused: entities of the document's own, external DTDs and external
entities. ``schemaLocation`` is an attribute like any other and is never followed. The text is decoded before expat
sees it, so a wrong declaration of the encoding does no harm.
"""

import html
from collections import deque
from collections.abc import Iterator
from typing import NoReturn
from xml.parsers import expat

from django.utils.translation import gettext as _

from people.importing.input_files import InputFile, Unreadable
from programmes.feeds.markup import mend

XHTML = "http://www.w3.org/1999/xhtml"
XSI_TYPE = "http://www.w3.org/2001/XMLSchema-instance}type"
_DEPTH_LIMIT = 200
_CHUNK_CHARACTERS = 65536
# Characters XML 1.0 does not allow; one of them would end the whole feed.
_FORBIDDEN = dict.fromkeys(
    [*(code for code in range(32) if code not in (9, 10, 13)), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]
)


class Element:
    """An element with the line it starts on; ``parts`` are its elements and text in order."""

    __slots__ = ("attributes", "line", "name", "namespace", "parts")

    def __init__(self, tag: str, attributes: dict[str, str], line: int):
        namespace, _brace, name = tag.rpartition("}")
        self.namespace, self.name, self.attributes, self.line = namespace, name, attributes, line
        self.parts: list[Element | str] = []

    def children(self, name: str) -> list["Element"]:
        return [part for part in self.parts if isinstance(part, Element) and part.name == name]

    def child(self, name: str) -> "Element | None":
        return next(iter(self.children(name)), None)

    def attribute(self, name: str) -> str:
        """An attribute by its local name, whatever its prefix."""
        return next((value.strip() for key, value in self.attributes.items() if key.rpartition("}")[2] == name), "")

    @property
    def kind(self) -> str:
        """The value of xsi:type without its prefix, which may be empty (“:teachingStrategy”)."""
        return self.attributes.get(XSI_TYPE, "").rpartition(":")[2].strip()

    def text(self) -> str:
        return mend("".join(part if isinstance(part, str) else part.text() for part in self.parts)).strip()

    def raw(self) -> str:
        """The text as it stands, with the white space around it."""
        return "".join(part if isinstance(part, str) else part.raw() for part in self.parts)

    def markup(self) -> str:
        """The content as HTML source: xhtml elements are written out, CDATA is HTML already."""
        if not any(isinstance(part, Element) for part in self.parts):
            return self.text()
        return "".join(
            html.escape(part, quote=False) if isinstance(part, str) else part._as_html() for part in self.parts
        )

    def _as_html(self) -> str:
        content = "".join(
            html.escape(part, quote=False) if isinstance(part, str) else part._as_html() for part in self.parts
        )
        link = f' href="{html.escape(self.attributes["href"])}"' if "href" in self.attributes else ""
        return f"<br>{content}" if self.name == "br" else f"<{self.name}{link}>{content}</{self.name}>"


class Broken(Exception):
    """The XML ends or breaks on ``line``."""

    def __init__(self, line: int, why: str):
        super().__init__(why)
        self.line, self.why = line, why


class _Builder:
    def __init__(self, name: str, container: str, *, is_whole: bool = False):
        self.name, self.container, self.is_whole = name, container, is_whole
        self.path: list[str] = []
        self.open: list[Element] = []
        self.finished: deque[Element] = deque()
        self.parser = expat.ParserCreate("utf-8", "}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.refuse
        self.parser.ExternalEntityRefHandler = self.refuse

    def refuse(self, *_declaration) -> NoReturn:
        raise Unreadable(_("“%(name)s” declares XML entities, which are not accepted.") % {"name": self.name})

    def doctype(self, _name, system_id, public_id, _has_subset) -> None:
        if system_id or public_id:
            raise Unreadable(_("“%(name)s” refers to an external DTD, which is not accepted.") % {"name": self.name})

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self.path) >= _DEPTH_LIMIT:
            raise Unreadable(_("“%(name)s” is nested too deeply to be a catalogue.") % {"name": self.name})
        if not self.path and tag != self.container:
            raise Unreadable(
                _("“%(name)s” is not an XCRI-CAP 1.2 catalogue: it starts with <%(element)s>.")
                % {"name": self.name, "element": tag.rpartition("}")[2]}
            )
        self.path.append(tag.rpartition("}")[2])
        # What is built is every child of a provider: its own few fields, and its courses one after another.
        if self.is_whole or self.open or (len(self.path) == 3 and self.path[1] == "provider"):
            element = Element(tag, attributes, self.parser.CurrentLineNumber)
            if self.open:
                self.open[-1].parts.append(element)
            self.open.append(element)
        elif len(self.path) == 2 and self.path[1] == "provider":
            self.finished.append(Element(tag, attributes, self.parser.CurrentLineNumber))

    def end(self, _tag: str) -> None:
        self.path.pop()
        if self.open:
            element = self.open.pop()
            if not self.open:
                self.finished.append(element)

    def characters(self, text: str) -> None:
        if self.open:
            self.open[-1].parts.append(text)


def whole_document(opened: InputFile, *, root: str) -> Element:
    """The whole tree of a document; raises as ``provider_children`` does."""
    builder = _Builder(opened.path.name, root, is_whole=True)
    last = None
    for last in _elements(opened, builder):  # noqa: B007 -- the root is finished last
        continue
    if last is None:
        raise Unreadable(_("“%(name)s” is not well-formed XML.") % {"name": opened.path.name})
    return last


def provider_children(opened: InputFile, *, root: str) -> Iterator[Element]:
    """An empty “provider” element for each provider, followed by its children, each when it is complete.

    Raises Unreadable if the root element is not ``root`` (“namespace}name”) or the file is hostile, and Broken,
    after everything before the break, if the XML is ill-formed or cut off.
    """
    yield from _elements(opened, _Builder(opened.path.name, root))


def _elements(opened: InputFile, builder: _Builder) -> Iterator[Element]:
    try:
        with opened.open_text() as stream:
            while chunk := stream.read(_CHUNK_CHARACTERS):
                builder.parser.Parse(chunk.translate(_FORBIDDEN).encode("utf-8", "replace"), False)
                while builder.finished:
                    yield builder.finished.popleft()
        builder.parser.Parse(b"", True)
        yield from builder.finished
    except expat.ExpatError as error:
        yield from builder.finished
        if not builder.path:
            raise Unreadable(_("“%(name)s” is not well-formed XML.") % {"name": opened.path.name}) from None
        why = _("The XML breaks on line %(line)s (%(error)s); nothing after it could be read.")
        raise Broken(error.lineno, why % {"line": error.lineno, "error": expat.ErrorString(error.code)}) from None
