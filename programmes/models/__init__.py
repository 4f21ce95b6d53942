"""Programmes as facts (``facts``) and the pages that tell them (``pages``)."""

from programmes.models.facts import (
    Collection,
    Field,
    Intake,
    Level,
    Modality,
    Programme,
    SchoolSettings,
    Teacher,
)
from programmes.models.pages import CataloguePage, HomePage, ProgrammePage, SheetWords, TextPage

__all__ = [
    "CataloguePage",
    "Collection",
    "Field",
    "HomePage",
    "Intake",
    "Level",
    "Modality",
    "Programme",
    "ProgrammePage",
    "SchoolSettings",
    "SheetWords",
    "Teacher",
    "TextPage",
]
