"""Every field of ours is declared, and a person who is forgotten is found nowhere but where the law says so."""

import base64
import pickle
from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, models
from django.utils.translation import override
from wagtail.admin.models import FormState
from wagtail.models import ModelLogEntry

from enquiries.models import Partner
from people.importing import kept_files, uploads
from people.models import (
    Identity,
    ImportChange,
    ImportRun,
    ImportUpload,
    Person,
    SharedAddress,
    Suppression,
    Touchpoint,
    User,
)
from people.privacy import erasure, personal_data
from people.privacy.personal_data import CLEAR, DELETE, LAW, NAMELESS
from tests.factories.people import PersonFactory
from tests.people.planting import AT, Planter, tables_with

OURS = {
    "community", "config", "contact_centre", "enquiries", "enrolment", "insights", "people", "printing", "programmes",
    "tutoring",
}  # fmt: skip
MARK, OTHER_MARK = "zqxfirstmark", "zqxothermark"
# Tables of the libraries that hold rows about the school, its website or its machinery, and nobody's.
MACHINERY = (
    "auth_", "django_content_type", "django_migrations", "wagtail", "taggit_", "socialaccount_socialapp",
)  # fmt: skip


def declared() -> dict[str, personal_data.Table]:
    return {table.model: table for table in personal_data.tables()}


def names_of(model) -> set[str]:
    return {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}


def unregistered() -> list[str]:
    """``app.Model.field`` of every field of ours that no floor declares, or that is declared and not there."""
    found = []
    for model in apps.get_models():
        if model._meta.app_label in OURS:
            label = model._meta.label
            known = declared()[label].declared() if label in declared() else set()
            found += [f"{label}.{name}" for name in sorted(names_of(model) ^ known)]
    return found


def test_every_field_of_ours_is_declared_personal_a_link_or_nameless():
    assert unregistered() == []


def test_field_that_nobody_declared_is_named(monkeypatch):
    table = declared()["people.Person"]
    lacking = {name: words for name, words in table.personal.items() if name != "birth_date"}
    monkeypatch.setitem(table.__dict__, "personal", lacking)
    assert "people.Person.birth_date" in unregistered()


def test_whatever_points_at_a_person_or_a_login_is_declared_as_doing_so():
    missing = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.auto_created:
            continue  # declared by the field that stands for it
        table = declared().get(model._meta.label)
        for field in model._meta.local_concrete_fields:
            if field.is_relation and field.related_model in (Person, User):
                links = table.links.split() if table else []
                if field.name not in links and (table is None or field.name not in table.personal):
                    missing.append(f"{model._meta.label}.{field.name}")
    assert missing == []


def test_every_personal_field_says_what_why_and_how_long_and_its_erasure_is_possible():
    wrong = []
    for table in personal_data.tables():
        for name, field in table.fields().items():
            column = table.model_class._meta.get_field(name)
            if not (str(field.what) and str(field.why or table.why) and str(field.kept or table.kept)):
                wrong.append(f"{table.model}.{name} lacks words")
            if table.erasure_of(name) == CLEAR and not column.null and erasure.cleared_value(column) == 0:
                wrong.append(f"{table.model}.{name} cannot be cleared")
            if (table.erasure_of(name) == DELETE) != (table.erasure == DELETE):
                wrong.append(f"{table.model}.{name}: rows are deleted as a whole")
        if table.personal and not (table.of or table.reached):
            wrong.append(f"{table.model} does not say how its rows are found")
    assert wrong == []


@pytest.mark.django_db
def test_every_table_of_the_database_belongs_to_a_model_or_is_declared_as_a_place():
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    ours |= {table for place in personal_data.places() for table in place.tables}
    left = [name for name in connection.introspection.table_names() if name not in ours]
    assert [name for name in left if not name.startswith(MACHINERY)] == []


@pytest.fixture
def places(settings, tmp_path):
    """A cache in the database, a mail folder and a private storage of this test's own."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "people.contact.mail_files.EmailBackend", tmp_path / "outbox"
    settings.EMAIL_FILE_PATH.mkdir()
    private = {"location": tmp_path / "private", "base_url": None}
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": private},
    }
    call_command("createcachetable")
    return tmp_path


def plant_everything(mark: str, folder) -> Person:
    """The registry's tables, and by hand what no lookup leads to."""
    planter = Planter(mark)
    person = planter.plant()
    address = f"{mark}@example.org"
    Identity.objects.create(person=person, kind="email", value=address, as_typed=address.upper(), created_at=AT)
    EmailAddress.objects.create(user=person.user, email=address)
    run = ImportRun.objects.create(
        kind="people", file_name="a.csv", started_at=AT, rejected=[{"line": 3, "why": f"{address} comes twice"}]
    )
    ImportChange.objects.create(run=run, model="people.person", row_id=person.pk, before={"given_name": mark}, after={})
    Suppression.objects.create(kind="email", value=address, why=mark, at=AT)
    Partner.objects.create(
        code=f"portal-{Partner.objects.count()}", name="A portal", contact_name=mark, contact_email=address
    )
    ModelLogEntry.objects.log_action(person, "wagtail.edit", title=mark, data={"was": mark})
    FormState.objects.create(
        user=User.objects.create(email=f"staff-of-{mark[:4]}@{len(mark)}{mark[3:6]}.example"),
        content_type=ModelLogEntry.objects.latest("timestamp").content_type,
        object_id=str(person.pk),
        data={"given_name": mark},
        last_updated_at=AT,
    )
    for signed_in in (True, False):
        session = SessionStore()
        session["_auth_user_id" if signed_in else "account_login"] = str(person.user_id) if signed_in else address
        session["said"] = mark
        session.save()
    caches["default"].set(f"part-of-a-page-{person.uuid}", f"Hello, {mark}")
    (folder / "outbox" / f"{mark}.eml").write_bytes(f"To: {address}\r\n\r\nHello, {mark}".encode())
    number = kept_files.keep(uploads.FOLDER, file=ContentFile(f"name,mail\n{mark},{address}\n".encode()))
    ImportUpload.objects.create(
        kind="people", file_name="a.csv", stored_as=number, created_at=AT, preview={"rows": [[mark, address]]}
    )
    return person


def found(mark: str, folder) -> set[str]:
    """``table.column`` and files in which the mark stands; sessions and the cache are unpacked first."""
    places = {f"{table}.{column}" for table, columns in tables_with(mark).items() for column in columns}
    places |= {"session" for session in Session.objects.all() if mark in str(session.get_decoded())}
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM cache")
        places |= {
            "cache" for key, value in cursor.fetchall() if mark in key + str(pickle.loads(base64.b64decode(value)))
        }
    places |= {
        f"file {path.relative_to(folder).parts[0]}"
        for path in folder.rglob("*")
        if path.is_file() and mark.encode() in path.read_bytes().lower()
    }
    return places


def columns(*, kept: bool) -> dict[str, models.Field]:
    """``table.column`` of the personal fields that a law keeps, or of those that an erasure empties."""
    return {
        f"{table.model_class._meta.db_table}.{field.column}": field
        for table in personal_data.tables()
        for name in table.personal
        for field in [table.model_class._meta.get_field(name)]
        if table.erasure_of(name) != NAMELESS and (table.erasure_of(name) == LAW) == kept
    }


# Reached by an address or a row, not by a lookup: the test plants what an erasure has to find there.
PLANTED_BY_HAND = {
    "people_importrun", "people_importchange", "people_importupload", "people_suppression", "django_session",
    "enrolment_providerevent", "enquiries_partner",
}  # fmt: skip


def columns_that_take_words() -> set[str]:
    """Where a mark must stand once it is planted."""
    words = models.CharField | models.TextField | models.JSONField | models.FileField
    return {
        name
        for kept in (True, False)
        for name, field in columns(kept=kept).items()
        if isinstance(field, words) and not field.choices and (field.max_length or 99) >= len(MARK)
        if name.partition(".")[0] not in PLANTED_BY_HAND
    }


@pytest.mark.django_db
def test_mark_planted_in_every_personal_field_is_found_only_where_the_law_keeps_it(
    places, django_capture_on_commit_callbacks
):
    person = plant_everything(MARK, places)
    other = plant_everything(OTHER_MARK, places)
    # A shared address goes over to whoever shares it, which has a test of its own.
    SharedAddress.objects.filter(identity__person__in=[person, other]).exclude(person__in=[person, other]).delete()
    before, of_other = found(MARK, places), found(OTHER_MARK, places)
    assert columns_that_take_words() - before == set()
    assert {"session", "cache", "file outbox", "file private"} <= before
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(person, at=AT)
    after = found(MARK, places)
    assert after <= set(columns(kept=True))
    assert "enrolment_receipt.payer_name" in after
    assert found(OTHER_MARK, places) == of_other
    other.refresh_from_db()
    assert other.erased_at is None and other.user.is_active


@pytest.mark.django_db
def test_person_is_told_every_value_held_about_them_with_why_and_how_long(django_assert_max_num_queries):
    person = Planter(MARK).plant()
    person.refresh_from_db()
    timeline_rows = [
        Touchpoint(person=person, at=AT, channel="web", direction="in", kind="enquiries.received", summary=f"No {n}")
        for n in range(250)
    ]
    Touchpoint.objects.bulk_create(timeline_rows)
    with django_assert_max_num_queries(90), override("en"):
        held = personal_data.held_about(person)
    sections = {one.section for one in held}
    assert {"About you", "How to reach you", "Your enquiries", "Your payments", "Your account"} <= sections
    assert all(one.label and one.value and one.why and one.kept for one in held)
    by_label = {(one.section, one.label): one for one in held}
    assert MARK in by_label["About you", "Given name"].value
    assert by_label["Your account", "Password"].value == "held, and shown to nobody"
    assert by_label["What happened between us", "In all"].value == "251 entries; the newest 200 are shown."
    assert by_label["Your payments", "Paid by"].kept.startswith("72 months after the end of the year")
    assert len([one for one in held if one.section == "What happened between us"]) < 1_500
    with override("ca"):
        assert personal_data.held_about(PersonFactory(given_name="Joan"))[0].value == "Joan"


def test_readers_see_dates_and_choices_in_their_language():
    with override("es"):
        assert personal_data.shown(date(2026, 3, 2)) == "02/03/2026"
    assert personal_data.shown({"utm_source": ["a", "b"]}) == "utm_source: a, b"
    assert personal_data.shown(True) == "Yes"
