"""From a bare checkout to a working environment, with Python's standard library only.

Makes ``.venv``, installs the locked dependencies and, where the user may, the system libraries that are missing. What
cannot be installed is named in one line with the command that installs it. Run again, it changes nothing and is quick;
whatever an interruption left half done is done again.
"""

import argparse
import ctypes.util
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.json"
OLDEST = (3, 11)
# What is missing without it, how we notice, and the Debian packages that bring it
SYSTEM = {
    "pango": (
        "PDF papers (Pango)",
        lambda: ctypes.util.find_library("pangoft2-1.0"),
        ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"],
    ),
    "fonts": ("fonts for PDF papers", lambda: any(Path("/usr/share/fonts").rglob("*.ttf")), ["fonts-dejavu-core"]),
    "chromium": (
        "browser tests (Chromium)",
        lambda: shutil.which("chromium") or shutil.which("chromium-browser"),
        ["chromium"],
    ),
    "gettext": ("the check of translations (gettext)", lambda: shutil.which("xgettext"), ["gettext"]),
}
NEEDS = {"demo": ["pango", "fonts"], "test": ["pango", "fonts", "chromium"], "check": ["gettext"], "bench": ["pango"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--for", dest="purpose", choices=NEEDS, required=True)
    purpose = parser.parse_args().purpose
    if sys.version_info < OLDEST:
        this = sys.version.split()[0]
        refuse(f"Python {'.'.join(map(str, OLDEST))} or newer is needed; this is {this}. Set PYTHON=… to another.")
    try:
        with alone():
            make_environment(dev=purpose != "demo")
            for name in NEEDS[purpose]:
                ensure_system(name)
            compile_translations()
    except KeyboardInterrupt:
        say("interrupted; the next start goes on from here")
        raise SystemExit(130) from None
    except OSError as error:
        refuse(f"{error.filename or ROOT} cannot be written: {error.strerror}.")


@contextmanager
def alone() -> Iterator[None]:
    """Two starts at once take turns."""
    with (ROOT / "requirements/run.txt").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("waiting for another start to finish installing")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_environment(*, dev: bool) -> None:
    """Install what the lock files say, unless that is what is installed already."""
    wanted = {
        name: hashlib.sha256((ROOT / f"requirements/{name}.txt").read_bytes()).hexdigest() for name in ("run", "dev")
    }
    installed = _stamped()
    lock = "dev" if dev or "dev" in installed.get("locks", {}) else "run"
    covered = wanted if lock == "dev" else {"run": wanted["run"]}  # dev contains run
    if installed.get("locks") == covered and _is_whole(installed):
        return
    # Without a stamp something was interrupted here, and nobody knows how far it came.
    is_sound = bool(installed) and _is_whole(installed)
    STAMP.unlink(missing_ok=True)
    if not is_sound:
        make_venv()
    say(f"installing the locked dependencies ({lock}); this takes a minute or two the first time")
    pip = [
        str(VENV / "bin/python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
    ]
    # The lock files name packages and hashes; where they come from is the machine's own pip configuration.
    done = subprocess.run([*pip, "-r", str(ROOT / f"requirements/{lock}.txt")], cwd=ROOT)
    if done.returncode:
        refuse("the dependencies could not be installed; pip says why above.")
    unfinished = STAMP.with_suffix(".new")
    unfinished.write_text(json.dumps({"python": _python(), "locks": covered, "records": _records()}))
    unfinished.replace(STAMP)


def make_venv() -> None:
    if not (find_spec("venv") and find_spec("ensurepip")):
        # Debian and Ubuntu keep both in a package of their own.
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if may_install():
            say(f"installing {package}")
        if not install([package]):
            refuse(f"Python's venv module is missing; install it with: {as_root()}apt-get install {package}")
    say("making .venv")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL).returncode:
        refuse(f"{VENV} could not be made; venv says why above.")


def compile_translations() -> None:
    stale = [
        po
        for po in (ROOT / "locale").glob("*/LC_MESSAGES/*.po")
        if not po.with_suffix(".mo").exists() or po.with_suffix(".mo").stat().st_mtime < po.stat().st_mtime
    ]
    if stale:
        done = subprocess.run([VENV / "bin/python", "-m", "config.translations", "compile"], cwd=ROOT)
        if done.returncode:
            raise SystemExit(done.returncode)


def ensure_system(name: str) -> None:
    what, is_there, packages = SYSTEM[name]
    if is_there():
        return
    if may_install():
        say(f"installing {' '.join(packages)} for {what}")
        if install(packages) and is_there():
            return
    say(f"{what} switched off; to switch on: {as_root()}apt-get install {' '.join(packages)}")


def may_install() -> bool:
    return os.geteuid() == 0 and bool(shutil.which("apt-get"))


def install(packages: list[str]) -> bool:
    """Install Debian packages if this user may; quietly, and never asking."""
    if not may_install():
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    get = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "-qq"], get):
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
    if done.returncode:
        say(f"apt-get: {(done.stderr.decode(errors='replace').strip().splitlines() or ['failed'])[-1]}")
    return done.returncode == 0


def as_root() -> str:
    return "" if os.geteuid() == 0 else "sudo "


def _stamped() -> dict:
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def _is_whole(installed: dict) -> bool:
    """Whether ``.venv`` still holds what was installed, for the Python that runs this."""
    return (
        installed.get("python") == _python()
        and os.access(VENV / "bin/python", os.X_OK)
        and set(installed.get("records", ["none"])) <= set(_records())
    )


def _records() -> list[str]:
    """The notes that pip keeps of each installed package, which it writes last."""
    return sorted(str(path.relative_to(VENV)) for path in VENV.glob("lib/python*/site-packages/*.dist-info/RECORD"))


def _python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor} {Path(sys.executable).resolve()}"


def say(what: str) -> None:
    print(f"matricula: {what}", flush=True)


def refuse(why: str) -> None:
    sys.stderr.write(f"matricula: {why}\n")
    raise SystemExit(2)


if __name__ == "__main__":
    main()
