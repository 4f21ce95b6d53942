"""Words of our lists as people write them in tables: yes and no, channels, languages, in three languages."""

from collections.abc import Mapping
from functools import cache

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext as _

from people.importing.cells import BadCell

YES = frozenset({"yes", "y", "sí", "si", "s", "true", "1", "x", "✓", "✔", "oui", "ok", "granted"})
NO = frozenset({"no", "n", "false", "0", "denied"})
WITHDRAWN = frozenset({"withdrawn", "unsubscribed", "baixa", "baja", "revocat", "revocado"})
LANGUAGES = {
    "catalan": "ca", "catalán": "ca", "cat": "ca", "catala": "ca", "spanish": "es", "castellà": "es",
    "castellano": "es", "espanyol": "es", "esp": "es", "espanol": "es", "english": "en", "anglès": "en",
    "inglés": "en", "eng": "en",
}  # fmt: skip
CHANNELS = {
    "mail": "email", "correu": "email", "correo": "email", "call": "phone", "trucada": "phone", "llamada": "phone",
    "tel": "phone", "visit": "in_person", "visita": "in_person", "presencial": "in_person", "sms": "sms",
    "web": "web", "carta": "post",
}  # fmt: skip
DIRECTIONS = {
    "inbound": "in", "incoming": "in", "entrant": "in", "entrada": "in", "entrante": "in", "rebuda": "in",
    "recibida": "in", "outbound": "out", "outgoing": "out", "sortint": "out", "sortida": "out", "saliente": "out",
    "enviada": "out", "internal": "inner", "interna": "inner", "intern": "inner",
}  # fmt: skip


def choice(text: str, choices: type[TextChoices], what: str, also: Mapping[str, str] | None = None) -> str:
    """The code that ``text`` means: the code itself, its label in any of our languages, or a word of ``also``.

    Empty for an empty text; raises BadCell, naming ``what`` is asked for, if it means none.
    """
    if not text:
        return ""
    said = text.casefold()
    meant = _words(choices).get(said) or (also or {}).get(said)
    if meant is None and choices.__name__ == "Language":
        meant = _words(choices).get(said[:2]) if said[2:3] in ("-", "_") else None
    if meant is None:
        raise BadCell(_("“%(value)s” is no %(what)s that is known.") % {"value": text[:40], "what": what})
    return meant


@cache
def _words(choices: type[TextChoices]) -> dict[str, str]:
    words: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words |= {str(one.label).casefold(): one.value for one in choices}
    return words | {one.value.casefold(): one.value for one in choices}


def is_yes(text: str) -> bool:
    """Whether a cell says yes; an empty one says no. Raises BadCell for anything else."""
    said = text.casefold()
    if said in YES:
        return True
    if not said or said in NO:
        return False
    raise BadCell(_("“%(value)s” is neither yes nor no.") % {"value": text[:40]})
