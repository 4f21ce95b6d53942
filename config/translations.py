"""Translations: ``compile`` makes what Django reads; ``check`` says what is missing; ``extract`` updates the files.

Only ``.po`` files are kept. Compiling needs no tool beyond Babel; extracting and checking need gettext.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from config.environment import ROOT, read

LANGUAGES = ("ca", "es")
DOMAINS = ("django",)
NO_TEXTS = (".venv", "var", "tests", "docs")


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


def extract(root: Path = ROOT) -> None:
    """Bring every ``.po`` below ``root`` up to date with the texts in code and templates."""
    ignored = [f"--ignore={name}" for name in NO_TEXTS]
    languages = [f"--locale={language}" for language in LANGUAGES]
    for language in LANGUAGES:
        (root / "locale" / language / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
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
        cwd=root,
        env={**os.environ, "MATRICULA_VAR": str(read().var)},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def problems() -> list[str]:
    """What is wrong with the ``.po`` files; changes nothing.

    Texts without a translation, or with a doubtful one; placeholders that differ from the original's; files that no
    longer match the code.
    """
    with TemporaryDirectory() as place:
        copy = Path(place) / ROOT.name
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NO_TEXTS, ".*", "__pycache__", "*.mo"))
        extract(copy)
        return [line for path in _sources() for line in _problems_of(path, copy / path.relative_to(ROOT))]


def _problems_of(path: Path, extracted: Path) -> list[str]:
    name = path.relative_to(ROOT)
    kept, wanted = _messages(path), _messages(extracted)
    found = []
    if set(kept) != set(wanted):
        found.append(f"{name}: does not match the code; run: python -m config.translations extract")
    for text, message in wanted.items():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.fuzzy or not all(strings):
            found.append(f"{name}: not translated: {text}")
        else:
            found += [f"{name}: {error}: {text}" for error in message.check()]
    return found


def _sources() -> list[Path]:
    return [ROOT / "locale" / language / "LC_MESSAGES" / f"{domain}.po" for language in LANGUAGES for domain in DOMAINS]


def _messages(path: Path) -> dict[str, Message]:
    if not path.exists():
        return {}
    with path.open("rb") as text:
        catalogue = read_po(text)
    return {f"{message.context or ''}|{message.id}": message for message in catalogue if message.id}


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
