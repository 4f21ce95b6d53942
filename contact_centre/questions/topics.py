"""The topics of questions. Other floors add theirs with the hook ``register_question_topics``: code to name."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

OTHER = "other"
SCHOOL = {
    "price": _("Price"),
    "dates": _("Dates"),
    "grants": _("Grants and discounts"),
    "requirements": _("Entry requirements"),
    "modality": _("Online or on site"),
    "timetable": _("Timetable"),
    "recognition": _("Recognition of the title"),
    "jobs": _("Jobs and placements"),
    "payment": _("Ways of paying"),
    "place": _("Where it is"),
    "language": _("Language of teaching"),
    "how_to_apply": _("How to apply"),
    "documents": _("Documents"),
}


def named() -> dict[str, str | Promise]:
    """Every topic with its name: those of the school, those that floors added, and "something else" at the end."""
    found: dict[str, str | Promise] = dict(SCHOOL)
    for added in hooks.get_hooks("register_question_topics"):
        found |= added()
    return {**found, OTHER: _("Something else")}


def name_of(code: str, names: Mapping[str, str | Promise] | None = None) -> str:
    """What a topic is called; one that no floor names any more is shown by its code."""
    return str((names or named()).get(code, code.replace("_", " ")))
