"""Rows about a person in every table that the registry of personal data names, with a mark in every word of theirs.

Driven by the registry and by the models themselves: a field that is added and registered needs no line here.
"""

import itertools
import json
from datetime import UTC, date, datetime, time
from uuid import uuid4

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from wagtail.models import Locale, Page, Site

from people.models import Person, User
from people.privacy import personal_data
from people.privacy.personal_data import NAMELESS
from programmes.models import HomePage

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# What the database's own rules ask of a row, beyond its fields one by one.
RULES = {
    "programmes.Testimonial": {"withdrawn_at": None},  # a withdrawn one is not shown
    "contact_centre.Case": {"answer_due_at": datetime(2026, 3, 3, 9, 0, tzinfo=UTC)},
    "contact_centre.Absence": {"ends_at": datetime(2026, 3, 3, 9, 0, tzinfo=UTC)},
    "enquiries.Session": {"ends_at": datetime(2026, 3, 3, 9, 0, tzinfo=UTC)},
    "enquiries.Appointment": {"ends_at": datetime(2026, 3, 3, 9, 0, tzinfo=UTC)},
    "enquiries.BookableHours": {"until_time": time(23, 0)},
    "tutoring.SurveyInvitation": {"score": 9, "answered_at": AT},
    "enrolment.Payment": {"amount_minor": 100},
    "people.DuplicatePair": {"probability": 0.5},
    "people.Touchpoint": {"sentiment": 0.5},
    "people.ImportUpload": {"state": "uploaded"},
    "people.AuditReview": {},
}
_numbers = itertools.count(1)


class Planter:
    """Makes one row of each model it is asked for, all about one person and their login."""

    def __init__(self, mark: str):
        self.mark = mark
        self.made: dict[tuple[type[models.Model], str], models.Model] = {}
        self.personal = {table.model_class: table for table in personal_data.tables()}

    def plant(self) -> Person:
        """One row of every table that leads to the person; the person."""
        self.earlier = other(Person)
        person = self.row(Person)
        for table in personal_data.tables():
            if table.of:
                for lookup in table.of:
                    self.row(table.model_class, through=lookup)
        return person

    def row(self, model: type[models.Model], *, through: str = "") -> models.Model:
        """The row of ``model``; ``through`` names the field that leads on to the person, if several could."""
        several = model in self.personal and len(self.personal[model].of) > 1
        key = (model, through if several else "")
        if key in self.made:
            return self.made[key]
        values = {field.name: self.value(model, field, through) for field in model._meta.concrete_fields}
        values |= RULES.get(model._meta.label, {})
        row = model(**{name: value for name, value in values.items() if value is not ...})
        row.save(force_insert=True)
        self.made[key] = row
        return row

    def value(self, model: type[models.Model], field: models.Field, through: str):
        if field.primary_key and field.has_default() is False and not isinstance(field, models.CharField):
            return ...
        if field.is_relation:
            return self.related(model, field, through)
        table = self.personal.get(model)
        if table is not None and field.name in table.personal and table.erasure_of(field.name) != NAMELESS:
            return self.marked(field)
        if field.null or (field.has_default() and not field.unique):
            return ...
        return plain(field)

    def marked(self, field: models.Field):
        """A word with the mark in it, where the field takes words; elsewhere something that is not nothing."""
        if isinstance(field, models.JSONField):
            return [self.mark] if field.has_default() and field.get_default() == [] else {"planted": self.mark}
        if isinstance(field, models.EmailField):
            return f"{self.mark}{next(_numbers)}@example.org"
        if isinstance(field, models.CharField | models.TextField | models.FileField) and not field.choices:
            return f"{self.mark}{next(_numbers)}"[: field.max_length]
        return plain(field)

    def related(self, model: type[models.Model], field: models.Field, through: str):
        target = field.related_model
        if target in (Person, User):
            if through in ("", "pk") or through.partition("__")[0] == field.name or model in (Person,):
                return None if field.name == "merged_into" else self.row(target)
            # A pair of possible duplicates stands in the order of its numbers.
            return None if field.null else self.earlier if field.name == "one" else other(target)
        if through.partition("__")[0] == field.name:
            return self.row(target, through=through.partition("__")[2])
        if field.null:
            return None
        return known(target) or self.row(target)


def other(target):
    """Somebody else, for rows about two people."""
    if target is User:
        return User.objects.create(email=f"somebody{next(_numbers)}@example.net")
    return Person.objects.create(given_name="Somebody", created_at=AT)


def known(target):
    """Rows of the libraries that every database has."""
    if target is ContentType:
        return ContentType.objects.get_for_model(Person)
    if target is Locale:
        return Locale.objects.first() or Locale.objects.create(language_code="ca")
    if target is Page:
        return Page.objects.first() or Page.add_root(title="Root", slug="root", locale=known(Locale))
    if target is Site:
        return Site.objects.first()
    if target is Group:
        return Group.objects.first()
    return HomePage.objects.first() if target is HomePage else None


def plain(field: models.Field):
    """The smallest thing a field takes that is not nothing."""
    if field.choices:
        return next(value for value, _label in field.flatchoices if value != "")
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.DateTimeField):
        return AT
    if isinstance(field, models.DateField):
        return date(2026, 3, 2)
    if isinstance(field, models.TimeField):
        return time(9)
    if isinstance(field, models.UUIDField):
        return uuid4()
    if isinstance(field, models.GenericIPAddressField):
        return "192.0.2.1"
    if isinstance(field, models.JSONField):
        return field.get_default() if field.has_default() else {}
    if isinstance(field, models.IntegerField | models.FloatField | models.DecimalField):
        return next(_numbers)
    return f"plain-{next(_numbers)}"[: field.max_length]


def tables_with(mark: str) -> dict[str, set[str]]:
    """Every column of every table of the database in which ``mark`` stands, by table."""
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for (table,) in cursor.fetchall():
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT to_jsonb(t) FROM {name} AS t WHERE lower(t::text) LIKE %s", [f"%{mark.lower()}%"])
            for (row,) in cursor.fetchall():
                row = json.loads(row) if isinstance(row, str) else row
                columns = {column for column, value in row.items() if mark.lower() in json.dumps(value).lower()}
                found[table] = found.get(table, set()) | columns
    return found
