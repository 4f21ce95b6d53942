"""``make check``: everything that can be said of the code without running it."""

import os
import shutil
import subprocess
import sys
import time
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
MOST_LINES = 60
HERE = Path(sys.executable).parent
DJANGO = [sys.executable, "manage.py"]
TEMPLATES = [str(path.relative_to(ROOT)) for path in ROOT.glob("**/templates/**/*.html") if ".venv" not in path.parts]
CHECKS: list[tuple[str, list[str], dict[str, str]]] = [
    ("lint", [str(HERE / "ruff"), "check", "."], {}),
    ("format", [str(HERE / "ruff"), "format", "--check", "."], {}),
    ("imports", [str(HERE / "lint-imports"), "--no-cache"], {}),
    ("types", [str(HERE / "mypy"), "."], {}),
    ("migrations", [*DJANGO, "makemigrations", "--check", "--dry-run"], {}),
    ("translations", [sys.executable, "-m", "config.translations", "check"], {}),
    ("template format", [str(HERE / "djhtml"), "--tabwidth", "2", "--check", *TEMPLATES], {}),
    ("templates", [str(HERE / "curlylint"), *TEMPLATES], {}),
    ("system", [*DJANGO, "check", "--fail-level", "WARNING"], {}),
    ("deployment", [*DJANGO, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
]


def main() -> int:
    failed = []
    # Without our own settings module: each check chooses its own by MATRICULA_ENV.
    ours = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    base = {**ours, "MATRICULA_ENV": "test"}
    base.setdefault("MATRICULA_VAR", str(ROOT / "var" / "test"))
    for name, command, environment in CHECKS:
        if name == "translations" and not shutil.which("xgettext"):
            if os.environ.get("CI"):
                failed.append(name)
            sys.stdout.write("translations     left out: gettext is missing\n")
            continue
        started = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=base | environment, capture_output=True, text=True)
        verdict = "ok" if done.returncode == 0 else "FAILED"
        sys.stdout.write(f"{name:<16} {verdict}  {time.monotonic() - started:.1f} s\n")
        if done.returncode:
            failed.append(name)
            sys.stdout.write(_tail(done.stdout) + _tail(done.stderr))
        sys.stdout.flush()
    return 1 if failed else 0


def _tail(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join([*(["…\n"] if len(lines) > MOST_LINES else []), *lines[-MOST_LINES:]])


if __name__ == "__main__":
    raise SystemExit(main())
