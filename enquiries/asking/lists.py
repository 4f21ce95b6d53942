"""Lists of answers as an editor writes them: one a line, “Catalan | Spanish | English”."""

from collections.abc import Iterable, Mapping

from django.utils.text import slugify

LANGUAGES = ("ca", "es", "en")
BAR = " | "


def read(text: str) -> list[dict[str, str]]:
    """The answers of a text, each with a value of its own; one text alone serves all languages."""
    found: list[dict[str, str]] = []
    used: set[str] = set()
    for line in text.splitlines():
        texts = [part.strip() for part in line.split("|")]
        if not any(texts):
            continue
        first = next(text for text in texts if text)
        texts = [text or first for text in (texts + [first] * 3)[:3]]
        value = base = slugify(texts[2])[:50] or f"answer-{len(found) + 1}"
        number = 2
        while value in used:
            value, number = f"{base}-{number}", number + 1
        used.add(value)
        found.append({"value": value, **dict(zip(LANGUAGES, texts, strict=True))})
    return found


def write(answers: Iterable[Mapping[str, str]]) -> str:
    """The text that ``read`` makes of ``answers``."""
    return "\n".join(BAR.join(str(answer.get(code, "")) for code in LANGUAGES) for answer in answers)
