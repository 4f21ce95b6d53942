"""Translations: ``compile`` makes what Django reads; ``check`` says what is missing; ``extract`` updates the files.

Only ``.po`` files are kept. Compiling needs no tool beyond Babel; extracting and checking need gettext.
"""

import subprocess
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from config.environment import ROOT

LANGUAGES = ("ca", "es")
DOMAINS = ("django",)


def compile_all() -> None:
    """Write each ``.mo`` that is older than its ``.po``."""
    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text)
        unfinished = target.with_suffix(".mo.tmp")  # another process may be reading the old one
        with unfinished.open("wb") as binary:
            write_mo(binary, catalogue)
        unfinished.replace(target)


def extract() -> None:
    """Bring every ``.po`` up to date with the texts in code and templates."""
    ignored = [f"--ignore={name}" for name in (".venv", "var", "tests", "docs")]
    languages = [f"--locale={language}" for language in LANGUAGES]
    for language in LANGUAGES:
        (ROOT / "locale" / language / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            sys.executable,
            "manage.py",
            "makemessages",
            "--no-location",
            "--no-wrap",
            "--no-obsolete",
            *ignored,
            *languages,
        ],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def problems() -> list[str]:
    """Texts without a translation, or with a doubtful one, and files that no longer match the code; changes nothing."""
    kept = {path: path.read_bytes() if path.exists() else None for path in _sources()}
    before = {path: _texts(path) for path in _sources()}
    try:
        extract()
        texts = {path: _texts(path) for path in _sources()}
    finally:
        for path, content in kept.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content)
    found = []
    for path, after in texts.items():
        if set(after) != set(before[path]):
            found.append(
                f"{path.relative_to(ROOT)}: does not match the code; run: python -m config.translations extract"
            )
        found += [f"{path.relative_to(ROOT)}: not translated: {text}" for text, is_done in after.items() if not is_done]
    return found


def _sources() -> list[Path]:
    return [ROOT / "locale" / language / "LC_MESSAGES" / f"{domain}.po" for language in LANGUAGES for domain in DOMAINS]


def _texts(path: Path) -> dict[str, bool]:
    if not path.exists():
        return {}
    with path.open("rb") as text:
        catalogue = read_po(text)
    return {
        f"{message.context or ''}|{message.id}": not message.fuzzy
        and all(message.string if isinstance(message.string, tuple) else (message.string,))
        for message in catalogue
        if message.id
    }


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["compile"]:
            compile_all()
        case ["extract"]:
            extract()
        case ["check"]:
            found = problems()
            sys.stdout.writelines(f"{line}\n" for line in found)
            raise SystemExit(1 if found else 0)
        case _:
            sys.stderr.write(f"{__doc__}\n")
            raise SystemExit(2)
