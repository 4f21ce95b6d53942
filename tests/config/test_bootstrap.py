"""From a bare checkout to an environment: what is whole is left alone, what is half done is done again."""

import json
import subprocess
import sys

import pytest

from config import bootstrap


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A checkout of its own, whose pip and venv only note that they were called."""
    calls = []

    def run(command, **_more):
        calls.append("venv" if "venv" in command else "pip")
        if "venv" in command:
            (tmp_path / ".venv/bin").mkdir(parents=True, exist_ok=True)
            (tmp_path / ".venv/bin/python").unlink(missing_ok=True)
            (tmp_path / ".venv/bin/python").symlink_to(sys.executable)
        else:
            record = tmp_path / ".venv/lib/python3.11/site-packages/django-5.2.dist-info/RECORD"
            record.parent.mkdir(parents=True, exist_ok=True)
            record.write_text("")
        return subprocess.CompletedProcess(command, run.status)

    run.status = 0
    run.calls = calls
    (tmp_path / "requirements").mkdir()
    for name in ("run", "dev"):
        (tmp_path / f"requirements/{name}.txt").write_text(f"{name}==1\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv/installed.json")
    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    return run


def _again(tree, *, dev=False) -> list[str]:
    tree.calls.clear()
    bootstrap.make_environment(dev=dev)
    return tree.calls


def test_bare_checkout_gets_an_environment_once(tree):
    assert _again(tree) == ["venv", "pip"]
    assert _again(tree) == []


def test_changed_lock_is_installed_into_the_same_environment(tree):
    _again(tree)
    (bootstrap.ROOT / "requirements/run.txt").write_text("run==2\n")
    assert _again(tree) == ["pip"]


def test_tests_want_more_than_the_demo_and_the_demo_takes_nothing_away(tree):
    _again(tree)
    assert _again(tree, dev=True) == ["pip"]
    assert _again(tree, dev=False) == []


def test_environment_of_the_tests_remembers_both_locks(tree):
    _again(tree, dev=True)
    assert json.loads(bootstrap.STAMP.read_text())["locks"].keys() == {"run", "dev"}


@pytest.mark.parametrize("damage", ["stamp", "package", "python", "another python", "half a stamp"])
def test_damaged_environment_is_made_anew(tree, damage):
    _again(tree)
    match damage:
        case "stamp":
            bootstrap.STAMP.unlink()
        case "package":
            next(bootstrap.VENV.rglob("RECORD")).unlink()
        case "python":
            (bootstrap.VENV / "bin/python").unlink()
        case "another python":
            stamp = json.loads(bootstrap.STAMP.read_text())
            bootstrap.STAMP.write_text(json.dumps({**stamp, "python": "3.10 /usr/bin/python3.10"}))
        case "half a stamp":
            bootstrap.STAMP.write_text('{"python": ')
    assert _again(tree) == ["venv", "pip"]
    assert _again(tree) == []


def test_interrupted_installation_leaves_no_stamp(tree):
    tree.status = 1
    with pytest.raises(SystemExit) as ended:
        _again(tree)
    assert (ended.value.code, bootstrap.STAMP.exists()) == (2, False)
    tree.status = 0
    assert _again(tree) == ["venv", "pip"]


def test_missing_system_library_is_named_with_its_remedy(monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "may_install", lambda: False)
    monkeypatch.setattr(bootstrap, "as_root", lambda: "sudo ")
    monkeypatch.setitem(bootstrap.SYSTEM, "gettext", ("the check of translations", lambda: None, ["gettext"]))
    bootstrap.ensure_system("gettext")
    assert capsys.readouterr().out == (
        "matricula: the check of translations switched off; to switch on: sudo apt-get install gettext\n"
    )


def test_too_old_python_is_refused_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", "--for", "demo"])
    monkeypatch.setattr(bootstrap, "OLDEST", (9, 0))
    with pytest.raises(SystemExit) as ended:
        bootstrap.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("matricula: Python 9.0 or newer is needed; this is ")
