"""Which column of a file is what: TOML files written by hand, or the same sections chosen in the back office."""

import tomllib
from collections.abc import Mapping as Sections
from pathlib import Path
from zoneinfo import ZoneInfo

import phonenumbers
from django.utils.translation import gettext as _


class BadMapping(Exception):
    """The mapping cannot be used; the message names the key."""


def read_document(path: str | Path) -> dict:
    """The sections of a TOML file. Raises BadMapping."""
    path = Path(path)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise BadMapping(_("The mapping “%(name)s” cannot be read.") % {"name": path}) from None
    except tomllib.TOMLDecodeError as error:
        why = _("The mapping “%(name)s” is not valid TOML: %(error)s.")
        raise BadMapping(why % {"name": path.name, "error": error}) from None


def check_keys(document: dict, known: Sections[str, set[str] | None]) -> None:
    """Raise BadMapping for a section or key nobody reads; a section that is None takes any key."""
    for section, content in document.items():
        if section not in known or not isinstance(content, dict):
            raise BadMapping(_("The mapping has a section “%(key)s”, which is not known.") % {"key": section})
        keys = known[section]
        for key in content if keys is not None else ():
            if key not in keys:
                why = _("The mapping has a key “%(key)s”, which is not known.")
                raise BadMapping(why % {"key": f"{section}.{key}"})


def check_columns(columns: dict[str, str]) -> None:
    """Raise BadMapping if no column is named, or one by nothing."""
    if not columns:
        raise BadMapping(_("The mapping has no section “%(key)s”.") % {"key": "columns"})
    for key, column in columns.items():
        if not column:
            raise BadMapping(_("In the mapping, “%(key)s” is empty.") % {"key": f"columns.{key}"})


def check_zone(name: str) -> None:
    """Raise BadMapping if ``source.timezone`` names no time zone."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise BadMapping(_("“source.timezone” names no time zone: “%(name)s”.") % {"name": name}) from None


def check_region(region: str) -> None:
    """Raise BadMapping if ``source.region`` is no country telephone numbers are dialled in."""
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise BadMapping(_("“source.region” is no country code: “%(name)s”.") % {"name": region})


def string(document: dict, section: str, key: str) -> str:
    """A text of ``section``, empty if it is not there. This and those below raise BadMapping for another kind."""
    value = document.get(section, {}).get(key, "")
    if not isinstance(value, str):
        raise _wrong(section, key, _("a text"))
    return value.strip()


def flag(document: dict, section: str, key: str) -> bool:
    value = document.get(section, {}).get(key, False)
    if not isinstance(value, bool):
        raise _wrong(section, key, _("true or false"))
    return value


def texts(document: dict, section: str, key: str) -> tuple[str, ...]:
    value = document.get(section, {}).get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(section, key, _("a list of texts"))
    return tuple(item.strip() for item in value)


def table(document: dict, section: str, key: str) -> dict[str, str]:
    value = document[section][key]
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise _wrong(section, key, _("a table of texts"))
    return value


def _wrong(section: str, key: str, kind: str) -> BadMapping:
    return BadMapping(_("In the mapping, “%(key)s” must be %(kind)s.") % {"key": f"{section}.{key}", "kind": kind})
