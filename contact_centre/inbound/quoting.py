"""What somebody wrote, apart from what they quote. Pure: no clock, no database."""

import re

_SAID = (
    r"(?:on|el|la|le|am|em|il)\b.{0,250}\b(?:wrote|va escriure|escrigu[eé]|ha escrit|escribi[oó]|ha escrito"
    r"|a écrit|schrieb|escreveu|ha scritto)\s*:"
)
# The line above a quotation may be broken in two by the program that writes it.
_HEADING = re.compile(rf"(?i)^{_SAID}$")
_BLOCKS = re.compile(
    r"(?i)^(?:-{2,}\s*(?:original message|missatge original|mensaje original|forwarded message|missatge reenviat"
    r"|mensaje reenviado)\s*-{2,}|_{20,})$"
)
_FROM = re.compile(r"(?i)^\*?(?:from|de|von)\s*:\*?\s*\S")
_SENT = re.compile(r"(?i)^\*?(?:sent|date|enviat|enviado|data|fecha)(?: el)?\s*:\*?\s*\S")
_SIGNATURE = re.compile(r"^--\s?$")


def cut(text: str) -> tuple[str, str]:
    """Their own words and the quoted end. Answers written between the lines of a quotation keep it: they need it."""
    lines = text.split("\n")
    begins = _where_it_begins(lines)
    if begins is None:
        return text.strip(), ""
    own, quoted = "\n".join(lines[:begins]).strip(), "\n".join(lines[begins:]).strip()
    if not own or _is_answered_between(lines[begins:]):
        return text.strip(), ""
    return own, quoted


def _where_it_begins(lines: list[str]) -> int | None:
    for number, line in enumerate(lines):
        two = f"{line} {lines[number + 1]}".strip() if number + 1 < len(lines) else line
        if _HEADING.match(line) or (line.strip() and _HEADING.match(two)) or _BLOCKS.match(line):
            return number
        if _FROM.match(line) and any(_SENT.match(after) for after in lines[number + 1 : number + 4]):
            return number
        if line.startswith(">") and (number == 0 or not lines[number - 1].startswith(">")):
            return number
    return None


def _is_answered_between(lines: list[str]) -> bool:
    """Whether, after a quoted line, something stands that is neither quoted nor a signature."""
    has_quoted = False
    for number, line in enumerate(lines):
        if line.startswith(">"):
            has_quoted = True
        elif _SIGNATURE.match(line):
            return False
        elif has_quoted and line.strip():
            two = f"{line} {lines[number + 1]}".strip() if number + 1 < len(lines) else line
            if not (_HEADING.match(line) or _HEADING.match(two)):
                return True
    return False
