"""Arguments and rivals for tests: the smallest valid row each, fixed values."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from programmes.models import Argument, Competitor, Rival
from tests.factories.programmes import ProgrammeFactory


class ArgumentFactory(DjangoModelFactory):
    """An argument for one programme in three languages; ``programme=None`` holds for all."""

    class Meta:
        model = Argument

    programme = factory.SubFactory(ProgrammeFactory)
    text_ca = factory.Sequence(lambda number: f"Practiques des del primer dia {number}")
    text_es = factory.Sequence(lambda number: f"Practicas desde el primer día {number}")
    text_en = factory.Sequence(lambda number: f"You practise from the first day {number}")
    answer_ca, answer_es, answer_en = "Vint hores", "Veinte horas", "Twenty hours"

    class Params:
        objection = factory.Trait(kind=Argument.Kind.OBJECTION)


class CompetitorFactory(DjangoModelFactory):
    class Meta:
        model = Competitor
        django_get_or_create = ("name",)

    name = "Invented Academy"


class RivalFactory(DjangoModelFactory):
    """A rival seen on the second of January 2027."""

    class Meta:
        model = Rival

    programme = factory.SubFactory(ProgrammeFactory)
    competitor = factory.SubFactory(CompetitorFactory)
    name = factory.Sequence(lambda number: f"Rival course {number}")
    price_minor = 100_000
    source = "https://rival.example/"
    seen_on = date(2027, 1, 2)
    reviewed_on = date(2027, 1, 2)
