"""What the school teaches and how it tells it: one module for each topic.

Facts (``facts``, ``intakes``, ``school``) hold in every language; pages (``pages``, ``articles``, ``landing``,
``showcases``) tell them; ``told`` remembers what was told to whom.
"""

from programmes.models.arguments import Argument, SheetLookup
from programmes.models.articles import ArticleIndexPage, ArticlePage, Topic
from programmes.models.competitors import BenchmarkReview, Competitor, Rival
from programmes.models.facts import Campus, Collection, Field, Level, Modality, Programme, Teacher
from programmes.models.intakes import Intake
from programmes.models.landing import LandingPage
from programmes.models.menus import Menu, MenuEntry
from programmes.models.naming import LANGUAGES
from programmes.models.pages import CataloguePage, HomePage, ProgrammePage, SheetWords, TextPage
from programmes.models.parity import LanguageVersion
from programmes.models.print_batches import PrintBatch, PrintBatchCount
from programmes.models.school import SchoolSettings
from programmes.models.showcases import FieldPage, TeachersPage
from programmes.models.slots import Slot, SlotCount
from programmes.models.testimonials import Testimonial
from programmes.models.told import Correction, Fact, FactVersion, Telling, ToldFact
from programmes.models.words import PageWords

__all__ = [
    "LANGUAGES",
    "Argument",
    "ArticleIndexPage",
    "ArticlePage",
    "BenchmarkReview",
    "Campus",
    "CataloguePage",
    "Collection",
    "Competitor",
    "Correction",
    "Fact",
    "FactVersion",
    "Field",
    "FieldPage",
    "HomePage",
    "Intake",
    "LandingPage",
    "LanguageVersion",
    "Level",
    "Menu",
    "MenuEntry",
    "Modality",
    "PageWords",
    "PrintBatch",
    "PrintBatchCount",
    "Programme",
    "ProgrammePage",
    "Rival",
    "SchoolSettings",
    "SheetLookup",
    "SheetWords",
    "Slot",
    "SlotCount",
    "Teacher",
    "TeachersPage",
    "Telling",
    "Testimonial",
    "TextPage",
    "ToldFact",
    "Topic",
]
