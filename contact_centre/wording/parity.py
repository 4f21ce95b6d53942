"""Which text is there in which language: what is missing, what waits, and what fell behind the others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Max, Q

from contact_centre.models import MessageTemplate, TemplateVersion
from contact_centre.wording.choosing import FALLBACK
from people.models import Language

GRACE = timedelta(days=1)  # languages that are written on the same day are as old as each other
MISSING, WAITING, BEHIND, OFF, READY = "missing", "waiting", "behind", "off", "ready"


@dataclass(frozen=True)
class There:
    """One language of a text: its ``state``, the template if there is one, and which language is read instead."""

    language: str
    state: str
    template: MessageTemplate | None = None
    has_pending: bool = False
    instead: str = ""


@dataclass
class Text:
    """One text on one channel with its languages, in the order ca, es, en."""

    code: str
    channel: str
    title: str
    moment: str
    languages: list[There] = field(default_factory=list)
    first: MessageTemplate | None = None

    @property
    def is_whole(self) -> bool:
        return all(one.state == READY for one in self.languages)


def texts(templates: Iterable[MessageTemplate]) -> list[Text]:
    """The texts that ``templates`` make up, by title; three queries for however many."""
    rows = list(templates)
    written = _written(rows)
    pending = set(
        TemplateVersion.objects.filter(template__in=rows, state__in=["draft", "proposed", "sent_back"]).values_list(
            "template", flat=True
        )
    )
    groups: dict[tuple[str, str], dict[str, MessageTemplate]] = {}
    for row in rows:
        groups.setdefault((row.code, row.channel), {})[row.language] = row
    found = [_text(code, channel, there, written, pending) for (code, channel), there in groups.items()]
    return sorted(found, key=lambda text: (text.title.lower(), text.code, text.channel))


def gaps(found: Iterable[Text]) -> int:
    """How many languages are missing or fell behind."""
    return sum(one.state in (MISSING, BEHIND) for text in found for one in text.languages)


def _written(rows: list[MessageTemplate]) -> dict[int, tuple[datetime | None, datetime | None]]:
    """When each was last written: what is in use, and what is in use or proposed."""
    used, proposed = Q(state=TemplateVersion.State.APPROVED), Q(state=TemplateVersion.State.PROPOSED)
    held = TemplateVersion.objects.filter(used | proposed, template__in=rows).values("template")
    found = held.annotate(used=Max("written_at", filter=used), last=Max("written_at"))
    return {one["template"]: (one["used"], one["last"]) for one in found}


def _text(
    code: str,
    channel: str,
    there: Mapping[str, MessageTemplate],
    written: Mapping[int, tuple[datetime | None, datetime | None]],
    pending: set[int],
) -> Text:
    first = next(there[language] for language in Language.values if language in there)
    live = {language for language, row in there.items() if row.number and row.is_on}
    # A proposal puts no other language behind before it is approved, and its own is not behind any more.
    used = [written[row.pk][0] for row in there.values() if row.pk in written]
    newest = max((one for one in used if one is not None), default=None)
    text = Text(code, channel, first.title, first.moment, first=first)
    for language in Language.values:
        row = there.get(language)
        own = written.get(row.pk, (None, None))[1] if row else None
        if row is None:
            state = MISSING
        elif not row.is_on:
            state = OFF
        elif not row.number:
            state = WAITING
        elif newest is not None and (own is None or newest - own > GRACE):
            state = BEHIND
        else:
            state = READY
        instead = "" if language in live else next((one for one in FALLBACK[Language(language)] if one in live), "")
        text.languages.append(There(language, state, row, row is not None and row.pk in pending, instead))
    return text
