"""Dates, durations, languages and modes of study as catalogues word them, in English, Spanish and Catalan."""

import re
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero gener",
            "february feb febrero febrer",
            "march mar marzo març",
            "april apr abril",
            "may mayo maig",
            "june jun junio juny",
            "july jul julio juliol",
            "august aug agosto agost",
            "september sep sept septiembre setembre",
            "october oct octubre",
            "november nov noviembre novembre",
            "december dec diciembre desembre",
        ),
        start=1,
    )
    for name in names.split()
}
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}.*)?")
_WORDED_DATE = re.compile(
    r"(?:\w+,? )?(\d{1,2})(?:st|nd|rd|th)? (?:de |d['’])?([^\W\d]+)\.?,? (?:de |del )?(\d{4})", re.IGNORECASE
)
_DURATION = re.compile(
    r"(?:about |approx\.? |approximately |aprox\.? )?(\d{1,3}) ?-?([^\W\d]+)"
    r"(?: ?\(?(?:approx|approximately|aprox|full[- ]time|part[- ]time)\.?\)?)?",
    re.IGNORECASE,
)
_INTERVAL = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")
_WEEKS_OF = {
    "week": "week weeks wk wks semana semanas setmana setmanes",
    "month": "month months mes meses mesos",
    "year": "year years año años any anys",
    "day": "day days día días dia dies",
}
_UNITS = {word: unit for unit, words in _WEEKS_OF.items() for word in words.split()}
_LANGUAGES = {
    "english": "en", "inglés": "en", "anglès": "en", "spanish": "es", "español": "es", "castellano": "es",
    "castellà": "es", "espanyol": "es", "catalan": "ca", "catalán": "ca", "català": "ca", "french": "fr",
    "francés": "fr", "francès": "fr", "italian": "it", "italiano": "it", "german": "de", "alemán": "de",
    "alemany": "de", "portuguese": "pt", "portugués": "pt", "galego": "gl", "euskara": "eu", "welsh": "cy",
}  # fmt: skip
# Codes and words of the XCRI-CAP attendance mode vocabulary, schema.org's courseMode, and common words.
_MODALITIES = {
    "on_site": "cm campus nc face-to-face on-site onsite on_site presencial classroom in-person full-campus",
    "online": "on online en_línia",
    "blended": "mm mixed da blended semipresencial hybrid híbrido híbrid",
    "distance": "ds distance distancia distància",
}
_MODALITY_OF = {word: modality for modality, words in _MODALITIES.items() for word in words.split()}


def read_date(text: str) -> date | None:
    """The day a text names exactly: ISO, or day, month name and year. None if it names none, or leaves a doubt."""
    text = " ".join(text.split())
    if iso := _ISO_DATE.fullmatch(text):
        parts = tuple(int(part) for part in iso.groups())
    elif (worded := _WORDED_DATE.fullmatch(text)) and worded[2].lower() in _MONTHS:
        parts = (int(worded[3]), _MONTHS[worded[2].lower()], int(worded[1]))
    else:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def read_day_first_date(text: str) -> date | None:
    """As ``read_date``, and also “31/12/2026”, as dates are written in the languages of the school."""
    if figures := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text.strip()):
        return read_date(f"{figures[3]}-{int(figures[2]):02}-{int(figures[1]):02}")
    return read_date(text)


def weeks_in(text: str) -> int | None:
    """The weeks a duration means, if it is one number of weeks, months, years or whole weeks of days.

    A year counts 52 weeks and a month a twelfth of that, rounded. “Variable”, ranges and hours mean None.
    """
    text = " ".join(text.split())
    if text.startswith("P") and (interval := _INTERVAL.fullmatch(text)):
        years, months, weeks, days = (int(part or 0) for part in interval.groups())
        return None if days % 7 else _weeks(years=years, months=months, weeks=weeks + days // 7)
    if not (worded := _DURATION.fullmatch(text)):
        return None
    count, unit = int(worded[1]), _UNITS.get(worded[2].lower(), "")
    if unit == "day":
        return None if count % 7 else _weeks(weeks=count // 7)
    return _weeks(**{f"{unit}s": count}) if unit else None


def _weeks(*, years: int = 0, months: int = 0, weeks: int = 0) -> int | None:
    return years * 52 + round(months * 52 / 12) + weeks or None


def language_code(text: str) -> str:
    """A language as its lower-case code (“EN”, “en-GB”, “English” are all “en”), or "" if it is not known."""
    text = text.strip().lower()
    if code := re.fullmatch(r"([a-z]{2})(?:[-_][a-z0-9-]+)?", text):
        return code[1]
    return _LANGUAGES.get(text, "")


def modality_of(text: str) -> str:
    """The mode of study the text names (“on_site”, “online”, “blended”, “distance”), or ""."""
    text = text.strip().lower()
    if text.startswith(("http:", "https:")):
        text = text.rsplit("/", 1)[-1]
    if text.startswith("distance with attendance"):
        return "blended"
    words = re.split(r"[\s,;/]+", text.replace("en línia", "en_línia").replace("en línea", "online"))
    found = {_MODALITY_OF[word] for word in words if word in _MODALITY_OF}
    if "blended" in found:
        return "blended"
    return found.pop() if len(found) == 1 else ""
