"""What the balancer hears is the truth."""

from datetime import timedelta

import pytest
from django.utils import timezone

from people import heartbeats, tasks

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def all_alive(settings, tmp_path):
    settings.BROKER = tmp_path
    settings.CELERY_BROKER_URL = "filesystem://"
    heartbeats.beat(at=timezone.now())


def down(answer):
    return {name for name, part in answer.json()["parts"].items() if part["state"] != "ok"}


def test_alive_needs_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok"


def test_ready_when_every_part_is_there(client, all_alive):
    answer = client.get("/readyz")
    assert (answer.status_code, down(answer)) == (200, set())
    assert answer.json()["ready"] is True


def test_old_heartbeat_is_named(client, all_alive):
    heartbeats.beat(at=timezone.now() - timedelta(seconds=91), processes=("worker",))
    answer = client.get("/readyz")
    assert (answer.status_code, down(answer)) == (503, {"worker"})


def test_process_never_seen_is_named(client, settings, tmp_path):
    settings.BROKER, settings.CELERY_BROKER_URL = tmp_path, "filesystem://"
    answer = client.get("/readyz")
    assert (answer.status_code, down(answer)) == (503, {"scheduler", "worker"})


def test_broker_that_cannot_be_written_to_is_named(client, all_alive, settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.BROKER = tmp_path / "file"
    assert down(client.get("/readyz")) == {"broker"}


def test_migration_that_is_not_applied_is_named(client, all_alive, monkeypatch):
    from django.db.migrations.recorder import MigrationRecorder

    from config import health

    monkeypatch.setattr(health, "_migrated", set())
    MigrationRecorder.Migration.objects.filter(app="people").order_by("name").last().delete()
    answer = client.get("/readyz")
    assert (answer.status_code, down(answer)) == (503, {"migrations"})


def test_heartbeat_task_shows_both_processes_alive():
    tasks.heartbeat()
    assert set(heartbeats.last_seen()) == {"scheduler", "worker"}
