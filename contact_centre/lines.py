"""The timeline as staff read it: what each line is called, how the person felt, where to read on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people import timeline
from people.access import visibility
from people.models import Touchpoint, User
from people.timeline import Key

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GOOD, MIXED, LOW = "good", "mixed", "low"  # what a shape and a colour say beside the word
TONES: dict[str, str] = {
    Touchpoint.Emotion.ENTHUSIASM: GOOD,
    Touchpoint.Emotion.CALM: GOOD,
    Touchpoint.Emotion.DOUBT: MIXED,
    Touchpoint.Emotion.WORRY: LOW,
    Touchpoint.Emotion.DISAPPOINTMENT: LOW,
    Touchpoint.Emotion.ANGER: LOW,
}
# From −1 to 1: below which figure each word stands, and the figure it is written down as.
SENTIMENTS = (
    (-0.6, -1.0, gettext_lazy("Bitter"), LOW),
    (-0.2, -0.5, gettext_lazy("Unhappy"), LOW),
    (0.2, 0.0, gettext_lazy("Neither happy nor unhappy"), MIXED),
    (0.6, 0.5, gettext_lazy("Pleased"), GOOD),
    (float("inf"), 1.0, gettext_lazy("Delighted"), GOOD),
)


@dataclass(frozen=True)
class Feeling:
    """How somebody felt, as a word; ``tone`` chooses the shape and the colour that go with it."""

    word: str
    tone: str


@dataclass(frozen=True)
class Line:
    """One touchpoint as it is shown; ``day`` is set on the first of a day."""

    touchpoint: Touchpoint
    label: str
    day: date | None
    address: str
    feelings: list[Feeling]
    is_withheld: bool
    is_own: bool  # the reader wrote it, and may say how the person felt

    @property
    def sentiments(self) -> list[tuple[str, str, bool]]:
        """The words to choose a sentiment from, with the figure each is written down as, and which one holds."""
        sentiment = self.touchpoint.sentiment
        now = _mood(sentiment).word if sentiment is not None else ""
        return [(str(at), str(word), str(word) == now) for _below, at, word, _tone in SENTIMENTS]


def lines(
    touchpoints: Iterable[Touchpoint],
    *,
    reader: User,
    day_above: date | None = None,
    names: dict[str, str] | None = None,
) -> list[Line]:
    """The touchpoints as ``reader`` may see them; ``day_above`` is the day under which the line above stands."""
    named = timeline.kinds() if names is None else names
    shown = visibility.with_words_for(reader, touchpoints)
    addresses = timeline.addresses(shown, user=reader)
    made = []
    for one in shown:
        day = timezone.localtime(one.at).date()
        is_withheld = getattr(one, "is_withheld", False)
        made.append(
            Line(
                touchpoint=one,
                label=label_of(one.kind, named),
                day=day if day != day_above else None,
                address=addresses.get(one.pk, ""),
                feelings=[] if is_withheld else feelings(one),
                is_withheld=is_withheld,
                is_own=one.by_id == reader.pk,
            )
        )
        day_above = day
    return made


def label_of(kind: str, named: dict[str, str]) -> str:
    """What a kind is called; one that no floor names any more says what it can."""
    return str(named.get(kind) or kind.rpartition(".")[2].replace("_", " "))


def feelings(touchpoint: Touchpoint) -> list[Feeling]:
    """The emotion and the sentiment, where somebody or something knows."""
    known = []
    if touchpoint.emotion:
        word = str(Touchpoint.Emotion(touchpoint.emotion).label)
        known.append(Feeling(word, TONES[touchpoint.emotion]))
    if touchpoint.sentiment is not None:
        known.append(_mood(touchpoint.sentiment))
    return known


def choices(kinds: Iterable[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Kinds for a list to choose from, grouped by floor; each group begins with all of the floor."""
    named = timeline.kinds()
    floors: dict[str, list[tuple[str, str]]] = {}
    for kind in kinds:
        floor = kind.partition(".")[0]
        floors.setdefault(floor, []).append((kind, label_of(kind, named)))
    return [
        (name, [(f"{floor}.", _("%(floor)s: everything") % {"floor": name}), *sorted(group, key=lambda one: one[1])])
        for floor, group in sorted(floors.items())
        for name in [_floor_name(floor)]
    ]


def write_key(key: Key) -> str:
    """A key as it stands in an address: microseconds since 1970, and the number."""
    return f"{(key[0] - EPOCH) // timedelta(microseconds=1)}-{key[1]}"


def read_key(text: str) -> Key:
    """The key that ``write_key`` wrote; raises ValueError."""
    microseconds, _dash, number = text.partition("-")
    if not (microseconds.isdecimal() and number.isdecimal() and len(text) <= 40):
        raise ValueError(text)
    try:
        return EPOCH + timedelta(microseconds=int(microseconds)), min(int(number), 2**63 - 1)
    except OverflowError as beyond:
        raise ValueError(text) from beyond


def _mood(sentiment: float) -> Feeling:
    word, tone = next((word, tone) for below, _at, word, tone in SENTIMENTS if sentiment < below)
    return Feeling(str(word), tone)


def _floor_name(floor: str) -> str:
    return str(apps.get_app_config(floor).verbose_name) if apps.is_installed(floor) else floor.replace("_", " ")
