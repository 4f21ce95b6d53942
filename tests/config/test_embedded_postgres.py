"""The default database, as far as it can be looked at without starting another one."""

import os

import pytest

from config import embedded_postgres
from config.environment import Misconfigured


def _note(var, *, process: int, state: str = "ready"):
    """The note a server keeps of itself, in the format of ``postmaster.pid``."""
    folder = var / "postgres"
    folder.mkdir()
    lines = [process, folder, 1_700_000_000, "", folder, "", "123 456", state]
    (folder / "postmaster.pid").write_text("\n".join(str(line) for line in lines) + "\n")


@pytest.fixture
def not_started(monkeypatch):
    """Starting a server is noted and refused."""

    def refuse(_folder):
        raise Misconfigured("would be started")

    monkeypatch.setattr(embedded_postgres, "_server", refuse)


def test_folder_without_a_server_has_none_running(tmp_path):
    assert not embedded_postgres.is_running(tmp_path)
    embedded_postgres.stop(tmp_path)


@pytest.mark.parametrize("content", ["", "not a number\n", "1\n2\n"])
def test_note_that_cannot_be_read_is_no_running_server(tmp_path, content):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres/postmaster.pid").write_text(content)
    assert not embedded_postgres.is_running(tmp_path)


def test_note_of_a_process_that_is_another_program_is_stale(tmp_path, not_started):
    _note(tmp_path, process=os.getpid())
    assert not embedded_postgres.is_running(tmp_path)
    with pytest.raises(Misconfigured, match="would be started"):
        embedded_postgres.address(tmp_path)


def test_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "var").write_text("")
    with pytest.raises(Misconfigured, match=r"The database folder .*postgres cannot be used: Not a directory"):
        embedded_postgres.address(tmp_path / "var")


def test_server_that_does_not_start_points_to_its_logs(tmp_path, monkeypatch):
    def broken(folder):
        (folder / "log").write_text("FATAL")
        raise AssertionError

    monkeypatch.setattr(embedded_postgres, "_server", broken)
    with pytest.raises(Misconfigured) as refusal:
        embedded_postgres.address(tmp_path)
    log = tmp_path / "postgres/log"
    assert str(refusal.value) == f"The embedded database did not start (AssertionError); see {log}."


def test_full_disk_is_named_before_a_database_is_half_made(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded_postgres, "NEW_DATABASE_MB", 10**9)
    with pytest.raises(Misconfigured, match="MB free; a new database needs"):
        embedded_postgres.address(tmp_path)
