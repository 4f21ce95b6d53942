"""A file on its way in: kept, looked through, taken in once whatever happens to the worker, forgotten in time."""

import os
import signal
import time
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from unittest import mock

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connections

from people.importing import import_look, imports, people_import, uploads
from people.importing.input_files import Unreadable
from people.models import ImportMapping, ImportRun, ImportUpload, Person
from tests.factories.people import PersonFactory
from tests.people import at_once

pytestmark = [pytest.mark.database, pytest.mark.django_db]
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
COLUMNS = {"columns": {"email": ["Email"], "given_name": ["Name"]}}
State = ImportUpload.State


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    location = {"location": tmp_path / "private", "base_url": None}
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": location},
    }


def text_of(count):
    return "Name,Email\n" + "".join(f"N{number},n{number}@example.org\n" for number in range(count))


def receive(text, kind="people", source="Secretary"):
    return uploads.receive(ContentFile(text, "people.csv"), kind=kind, file_name="people.csv", source=source, at=AT)


def queued(count=5):
    upload = uploads.map_columns(receive(text_of(count)), COLUMNS, at=AT)
    uploads.look_now(upload, at=AT)
    return uploads.queue(upload, at=AT, by=None)


def files_kept():
    found = storages["private"].listdir("people-files")
    return len(found[0])


def test_file_is_looked_through_then_taken_in():
    PersonFactory(given_name="N0", email="n0@example.org")
    upload = uploads.map_columns(receive(text_of(3)), COLUMNS, at=AT)
    assert upload.state == State.LOOKING
    uploads.look_now(upload, at=AT)
    assert (upload.state, upload.preview["counts"]) == (State.MAPPED, {"unchanged": 1, "created": 2})
    assert Person.objects.count() == 1
    uploads.queue(upload, at=AT, by=None)
    uploads.queue(upload, at=AT, by=None)
    assert uploads.work_due(at=AT) == 1
    assert uploads.work_due(at=AT) == 0
    run = ImportRun.objects.get()
    assert (run.created, run.unchanged, run.rows_done, run.rows_total) == (2, 1, 3, 3)
    upload.refresh_from_db()
    assert (upload.state, upload.preview) == (State.DONE, {})


def test_columns_of_a_source_are_remembered():
    first = uploads.map_columns(receive(text_of(1)), COLUMNS, at=AT)
    assert ImportMapping.objects.get().columns == COLUMNS
    second = receive(text_of(1))
    assert uploads.guess(second, uploads.table(second)) == COLUMNS
    other = receive("Mail,Name\na@example.org,A\n")  # the columns are not there: the headings decide
    assert uploads.guess(other, uploads.table(other))["columns"]["name"] == ["Name"]
    assert first.source == "Secretary"


@pytest.mark.parametrize(
    "content",
    [b"", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, b"<html></html>", b"\xd0\xcf\x11\xe0old", b"PK\x03\x04cut"],
)
def test_hostile_file_is_refused_and_not_kept(content):
    with pytest.raises(Unreadable):
        uploads.receive(ContentFile(content, "x.csv"), kind="people", file_name="x.csv", source="", at=AT)
    assert files_kept() == 0
    assert not ImportUpload.objects.exists()


def test_cancelling_deletes_the_file():
    upload = receive(text_of(1))
    assert files_kept() == 1
    with mock.patch("django.db.transaction.on_commit", lambda act: act()):
        uploads.cancel(upload)
    assert files_kept() == 0
    assert not ImportUpload.objects.exists()


def test_what_is_being_taken_in_is_neither_cancelled_nor_mapped_again():
    upload = queued()
    for act in (lambda: uploads.cancel(upload), lambda: uploads.map_columns(upload, COLUMNS, at=AT)):
        with pytest.raises(uploads.NotNow):
            act()


def test_files_are_forgotten_after_thirty_days():
    upload = queued()
    uploads.work_due(at=AT)
    assert uploads.forget_old(at=AT + timedelta(days=29)) == 0
    assert uploads.forget_old(at=AT + timedelta(days=31)) == 1
    assert uploads.forget_old(at=AT + timedelta(days=31)) == 0
    assert files_kept() == 0
    upload.refresh_from_db()
    assert upload.stored_as == ""


def test_two_uploads_at_once_do_not_wait_for_each_other():
    one, two = queued(), queued()
    assert uploads._claim(at=AT).pk == one.pk
    assert uploads._claim(at=AT).pk == two.pk
    assert uploads._claim(at=AT) is None


def test_silent_worker_is_taken_over_and_a_late_one_stops():
    queued(9)
    late = uploads._claim(at=AT)
    assert uploads.work_due(at=AT + timedelta(minutes=1)) == 0
    assert uploads.work_due(at=AT + timedelta(minutes=5)) == 1
    assert uploads.work(late, now=lambda: AT + timedelta(minutes=6)) is False
    run = ImportRun.objects.get()
    assert (run.created, run.rows_done, Person.objects.count()) == (9, 9, 9)


def test_worker_without_time_leaves_the_rest_to_the_next(monkeypatch):
    monkeypatch.setattr(import_look, "BATCH", 4)
    upload = queued(10)
    uploads.work_due(at=AT, seconds=-1)
    upload.refresh_from_db()
    assert (upload.state, upload.rows_done, Person.objects.count()) == (State.QUEUED, 4, 4)
    uploads.work_due(at=AT)
    assert Person.objects.count() == 10


def test_file_that_is_gone_ends_the_import_with_the_reason():
    upload = queued()
    uploads.kept_files.forget(uploads.FOLDER, upload.stored_as)
    uploads.work_due(at=AT)
    upload.refresh_from_db()
    assert (upload.state, upload.why) == (State.FAILED, "The file is no longer kept.")
    assert ImportRun.objects.get().finished_at is not None


def test_refused_rows_can_be_had_with_their_reason():
    upload = uploads.map_columns(receive("Name,Email\n=A1,a@example.org\n=B1,not one\n"), COLUMNS, at=AT)
    uploads.look_now(upload, at=AT)
    uploads.queue(upload, at=AT, by=None)
    uploads.work_due(at=AT)
    upload.refresh_from_db()
    headings, row = uploads.rejected_rows(upload)
    assert headings == ["Name", "Email", "Line", "Why"]
    assert row[:3] == ["=B1", "not one", "3"]
    assert "not an e-mail address" in row[3]


@pytest.mark.django_db(transaction=True)
def test_killed_worker_leaves_nothing_twice_and_nothing_out(monkeypatch):
    monkeypatch.setattr(import_look, "BATCH", 10)
    upload = queued(60)
    connections.close_all()

    def work():
        slow = people_import.add_counts

        def add(*facts):
            time.sleep(0.2)
            slow(*facts)

        people_import.add_counts = add
        uploads.work_due(at=AT)

    worker = get_context("fork").Process(target=work, daemon=True)
    worker.start()
    deadline = time.monotonic() + 30
    while not 10 <= ImportUpload.objects.get().rows_done < 60 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(worker.pid, signal.SIGKILL)
    worker.join(10)
    upload.refresh_from_db()
    assert upload.state == State.RUNNING
    assert Person.objects.count() == upload.rows_done < 60
    assert uploads.work_due(at=AT + timedelta(minutes=5)) == 1
    run = ImportRun.objects.get()
    assert (run.created, run.unchanged, Person.objects.count()) == (60, 0, 60)
    imports.undo(run, at=AT)
    assert not Person.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_several_workers_take_each_file_in_once(monkeypatch):
    monkeypatch.setattr(import_look, "BATCH", 10)
    for _upload in range(3):
        queued(40)
    done = at_once.run(lambda _number: uploads.work_due(at=AT), processes=3)
    assert sum(done) == 3
    assert Person.objects.count() == 40
    assert sum(run.created for run in ImportRun.objects.all()) == 40
