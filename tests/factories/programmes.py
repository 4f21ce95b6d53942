"""Programmes, intakes and sheets for tests: the smallest valid ones, with fixed values."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import factory
from factory.django import DjangoModelFactory

from programmes import site
from programmes.models import Collection, Field, Intake, Programme, Teacher

MONDAY_9AM = datetime(2027, 1, 11, 9, tzinfo=ZoneInfo("Europe/Madrid"))


def build_tree():
    """The homes and catalogues of the website, once."""
    return site.build_tree(at=MONDAY_9AM)


class FieldFactory(DjangoModelFactory):
    class Meta:
        model = Field
        django_get_or_create = ("slug",)

    slug = "health"
    name_ca, name_es, name_en = "Salut", "Salud", "Health"


class TeacherFactory(DjangoModelFactory):
    class Meta:
        model = Teacher

    name = "Remei Fontanals"
    role_ca, role_es, role_en = "Infermera", "Enfermera", "Nurse"


class CollectionFactory(DjangoModelFactory):
    """An imported collection; ``is_own=True`` gives the school's."""

    class Meta:
        model = Collection
        django_get_or_create = ("slug",)

    slug = factory.Sequence(lambda number: f"collection-{number}")
    name = "Invented University"


class ProgrammeFactory(DjangoModelFactory):
    """A programme of the school; with ``page=True`` it has a published sheet in each of the three languages."""

    class Meta:
        model = Programme
        skip_postgeneration_save = True

    class Params:
        own = factory.LazyFunction(site.own_collection)

    code = factory.Sequence(lambda number: f"programme-{number}")
    title = factory.Sequence(lambda number: f"Community nursing {number}")
    collection = factory.LazyAttribute(lambda made: made.own)
    field = factory.SubFactory(FieldFactory)
    modality = "blended"
    taught_in = "ca, es"
    length_weeks = 12
    weekly_hours = 6

    @factory.post_generation
    def page(self, create, wanted, **_more):
        if create and wanted:
            build_tree()
            facts = {"code": self.code, "title": self.title, "collection": self.collection}
            texts = {
                language: {
                    "title": self.title,
                    "slug": self.code,
                    "promise": "Work near the people you care for",
                    "description": "<p>Nursing outside the hospital.</p>",
                    "syllabus": [("Care at home", "What changes when the ward is a kitchen.")],
                    "questions": [("Do I need a degree?", "<p>Yes, in nursing.</p>")],
                }
                for language in ("ca", "es", "en")
            }
            site.publish_programme(facts, texts, at=MONDAY_9AM)


class IntakeFactory(DjangoModelFactory):
    class Meta:
        model = Intake

    programme = factory.SubFactory(ProgrammeFactory)
    code = factory.Sequence(lambda number: f"intake-{number}")
    starts_on = date(2027, 3, 1)
    ends_on = date(2027, 5, 28)
    seats = 20
    campus = "Barcelona"
    price_minor = 125_000
    currency = "EUR"
