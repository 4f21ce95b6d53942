"""From a bare checkout to a working environment, with Python's standard library only.

Makes ``.venv``, installs the locked dependencies and, where the user may, the system libraries that are missing. What
cannot be installed is named in one line with the command that installs it. Run again, it changes nothing and is quick.
"""

import argparse
import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
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
        make_environment(dev=purpose != "demo")
    except PermissionError as error:
        refuse(f"{error.filename} cannot be written: {error.strerror}.")
    for name in NEEDS[purpose]:
        ensure_system(name)
    subprocess.run([VENV / "bin/python", "-m", "config.translations", "compile"], cwd=ROOT, check=True)


def make_environment(*, dev: bool) -> None:
    """Install what the lock files say, unless that is what is installed already."""
    stamp = VENV / "installed"
    locks = ["run", "dev"]
    wanted = {name: hashlib.sha256((ROOT / f"requirements/{name}.txt").read_bytes()).hexdigest() for name in locks}
    installed = dict(line.split() for line in stamp.read_text().splitlines()) if stamp.exists() else {}
    lock = "dev" if dev or installed.get("dev") else "run"
    if installed.get(lock) == wanted[lock] and (lock == "dev" or installed.get("run") == wanted["run"]):
        return
    if not (VENV / "bin/pip").exists():
        say("making .venv")
        make_venv()
    say(f"installing the locked dependencies ({lock}); this takes a minute or two the first time")
    command = [
        VENV / "bin/python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
    ]
    done = subprocess.run([*command, "-r", ROOT / f"requirements/{lock}.txt"], cwd=ROOT)
    if done.returncode:
        refuse("the dependencies could not be installed; pip says why above.")
    covered = locks if lock == "dev" else ["run"]  # dev contains run
    stamp.write_text("".join(f"{name} {wanted[name]}\n" for name in covered))


def make_venv() -> None:
    try:
        venv.EnvBuilder(with_pip=True, clear=VENV.exists()).create(VENV)
    except (subprocess.CalledProcessError, ImportError, SystemExit):
        # Debian and Ubuntu keep pip's wheels in a package of their own.
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if not install([package]):
            refuse(f"Python's venv module is incomplete; install it with: apt-get install {package}")
        venv.EnvBuilder(with_pip=True, clear=True).create(VENV)


def ensure_system(name: str) -> None:
    what, is_there, packages = SYSTEM[name]
    if is_there():
        return
    say(f"installing {' '.join(packages)} for {what}")
    if not install(packages) or not is_there():
        say(f"{what} switched off; to switch on: apt-get install {' '.join(packages)}")


def install(packages: list[str]) -> bool:
    """Install Debian packages if this user may; quietly, and never asking."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    quiet = {
        "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        "stdout": subprocess.DEVNULL,
        "stdin": subprocess.DEVNULL,
    }
    subprocess.run(["apt-get", "update", "-qq"], **quiet)
    return (
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], **quiet).returncode
        == 0
    )


def say(what: str) -> None:
    print(f"matricula: {what}", flush=True)


def refuse(why: str) -> None:
    sys.stderr.write(f"matricula: {why}\n")
    raise SystemExit(2)


if __name__ == "__main__":
    main()
