"""``make check``: everything that can be said of the code without running it."""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from config.environment import ROOT

PRODUCTION = {
    "MATRICULA_ENV": "production",
    "SECRET_KEY": "check-" + "x" * 60,
    "ALLOWED_HOSTS": "school.example",
    "BASE_URL": "https://school.example",
    "CELERY_BROKER_URL": "redis://localhost:6379/0",
    "EMAIL_URL": "console://",
    "STRIPE_API_KEY": "sk_live_check",
    "STRIPE_WEBHOOK_SECRET": "whsec_check",
    # The deploy check opens no connection.
    "DATABASE_URL": "postgres://nobody@localhost/none",
}
Check = tuple[str, list[str], dict[str, str]]  # name, command, what it wants in the environment
MOST_LINES = 60
HERE = Path(sys.executable).parent
DJANGO = [sys.executable, "manage.py"]
TEMPLATES = [str(path.relative_to(ROOT)) for path in ROOT.glob("**/templates/**/*.html") if ".venv" not in path.parts]
CHECKS: list[Check] = [
    ("types", [str(HERE / "mypy"), "."], {}),
    ("templates", [str(HERE / "curlylint"), *TEMPLATES], {}),
    ("lint", [str(HERE / "ruff"), "check", "."], {}),
    ("format", [str(HERE / "ruff"), "format", "--check", "."], {}),
    ("imports", [str(HERE / "lint-imports"), "--no-cache"], {}),
    ("migrations", [*DJANGO, "makemigrations", "--check", "--dry-run"], {}),
    ("translations", [sys.executable, "-m", "config.translations", "check"], {}),
    ("template format", [str(HERE / "djhtml"), "--tabwidth", "2", "--check", *TEMPLATES], {}),
    ("system", [*DJANGO, "check", "--fail-level", "WARNING"], {}),
    ("deployment", [*DJANGO, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
]


def main() -> int:
    failed = []
    # Without our own settings module: each check chooses its own by MATRICULA_ENV.
    ours = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    base = {**ours, "MATRICULA_ENV": "test"}
    base.setdefault("MATRICULA_VAR", str(ROOT / "var" / "test"))
    wanted = CHECKS
    if not shutil.which("xgettext"):
        wanted = [check for check in CHECKS if check[0] != "translations"]
        sys.stdout.write("translations     left out: gettext is missing\n")
        if os.environ.get("CI"):
            failed.append("translations")
    # As many at once as there are processors; types and templates take longest and do not wait for each other.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, done, seconds in pool.map(lambda check: _run(check, base), wanted):
            sys.stdout.write(f"{name:<16} {'FAILED' if done.returncode else 'ok'}  {seconds:.1f} s\n")
            if done.returncode:
                failed.append(name)
                sys.stdout.write(_tail(done.stdout) + _tail(done.stderr))
            sys.stdout.flush()
    return 1 if failed else 0


def _run(check: Check, base: dict[str, str]) -> tuple[str, subprocess.CompletedProcess, float]:
    name, command, environment = check
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=base | environment, capture_output=True, text=True)
    return name, done, time.monotonic() - started


def _tail(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join([*(["…\n"] if len(lines) > MOST_LINES else []), *lines[-MOST_LINES:]])


if __name__ == "__main__":
    raise SystemExit(main())
