"""The stamp: the same while nothing changes, another one after each change, none that holds while one is under way."""

import pytest
from django.core.cache import caches
from django.db import transaction

from programmes.kept_pages import freshness
from programmes.models import Field, Intake, Programme
from tests.factories.programmes import IntakeFactory, ProgrammeFactory


@pytest.fixture
def shelf(settings):
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "freshness"}
    settings.CACHES = {**settings.CACHES, "freshness": memory}
    caches["freshness"].clear()
    yield caches["freshness"]
    caches["freshness"].clear()


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_a_mark_that_the_next_change_takes_away(shelf):
    programme = ProgrammeFactory()
    with pytest.raises(LookupError), transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(credits=5)
        raise LookupError
    assert freshness.stamp() != freshness.stamp()
    with transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(credits=6)
    assert freshness.stamp() == freshness.stamp()


@pytest.mark.django_db(transaction=True)
def test_stamp_stays_while_nothing_changes(shelf):
    before = freshness.stamp()
    list(Programme.objects.all())
    assert freshness.stamp() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [
        lambda intake: Intake.objects.filter(pk=intake.pk).update(price_minor=99_000),
        lambda intake: Intake.objects.bulk_create([Intake(programme=intake.programme, code="another")]),
        lambda intake: intake.delete(),
        lambda intake: Field.objects.create(slug="data", name_ca="Dades", name_es="Datos", name_en="Data"),
    ],
)
def test_every_way_to_write_makes_a_new_stamp(shelf, change):
    intake = IntakeFactory()
    before = freshness.stamp()
    change(intake)
    after = freshness.stamp()
    assert after != before
    assert freshness.stamp() == after  # nothing is under way any more


@pytest.mark.django_db(transaction=True)
def test_nothing_is_kept_while_a_change_is_under_way(shelf):
    programme = ProgrammeFactory()
    before = freshness.stamp()
    with transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(credits=5)
        assert len({before, freshness.stamp(), freshness.stamp()}) == 3
    after = freshness.stamp()
    assert after not in ("", before)
    assert freshness.stamp() == after


@pytest.mark.django_db(transaction=True)
def test_a_savepoint_rolled_back_does_not_hide_the_change_after_it(shelf):
    programme = ProgrammeFactory()
    with transaction.atomic():
        with pytest.raises(LookupError), transaction.atomic():
            Programme.objects.filter(pk=programme.pk).update(credits=5)
            raise LookupError
        Programme.objects.filter(pk=programme.pk).update(credits=6)
        under_way = freshness.stamp()
    settled = freshness.stamp()
    assert settled != under_way
    assert freshness.stamp() == settled


@pytest.mark.django_db(transaction=True)
def test_one_change_that_ends_does_not_end_the_others(shelf):
    first, second = freshness._Change().begin(), freshness._Change().begin()
    second.finish()
    assert freshness.stamp() != freshness.stamp()
    first.finish()
    assert freshness.stamp() == freshness.stamp()


@pytest.mark.django_db(transaction=True)
def test_who_dies_after_the_commit_leaves_no_old_stamp_behind(shelf):
    before = freshness.stamp()
    freshness._Change().begin()  # and is killed: nobody says that it is done
    shelf.delete_many(freshness.PLACES)  # the mark has ended by itself
    assert freshness.stamp() != before


def test_without_a_shelf_nothing_is_fresh_enough(settings):
    away = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {**settings.CACHES, "freshness": away}
    assert freshness.stamp() != freshness.stamp()
    with freshness.changing():
        pass


def test_what_is_counted_or_said_by_advisers_changes_no_page():
    shown = freshness.shown_tables()
    assert {"programmes_intake", "programmes_programmepage", "wagtailcore_page", "enrolment_payment"} <= shown
    assert not {"programmes_slotcount", "programmes_argument", "programmes_rival", "programmes_telling"} & shown
