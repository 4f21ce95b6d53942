"""From ``.po`` to what Django reads, and what is said of a file that is behind."""

import os
from gettext import GNUTranslations

import pytest

from config import translations

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Your place"
msgstr "La teva plaça"

msgctxt "of a seat"
msgid "Open"
msgstr "Lliure"

msgid "%(count)d seat"
msgid_plural "%(count)d seats"
msgstr[0] "%(count)d plaça"
msgstr[1] "%(count)d places"

#, fuzzy
msgid "Doubtful"
msgstr "Dubtós"
"""


@pytest.fixture
def catalan(tmp_path, monkeypatch):
    """The one ``.po`` file of a project of its own."""
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "LANGUAGES", ("ca",))
    folder = tmp_path / "locale/ca/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO)
    return folder / "django.po"


def _compiled(source) -> GNUTranslations:
    with source.with_suffix(".mo").open("rb") as binary:
        return GNUTranslations(binary)


def test_compiled_file_speaks(catalan):
    translations.compile_all()
    speaks = _compiled(catalan)
    assert speaks.gettext("Your place") == "La teva plaça"
    assert speaks.pgettext("of a seat", "Open") == "Lliure"
    assert speaks.ngettext("%(count)d seat", "%(count)d seats", 3) == "%(count)d places"
    assert speaks.gettext("Doubtful") == "Doubtful"
    assert [path.name for path in catalan.parent.iterdir() if path.suffix not in (".po", ".mo")] == []


def test_only_what_is_older_is_compiled_again(catalan):
    translations.compile_all()
    binary = catalan.with_suffix(".mo")
    binary.write_bytes(b"kept")
    translations.compile_all()
    assert binary.read_bytes() == b"kept"
    os.utime(binary, (1, 1))
    translations.compile_all()
    assert _compiled(catalan).gettext("Your place") == "La teva plaça"


def test_check_names_what_is_behind_and_changes_nothing(catalan, monkeypatch):
    def extracted(root):
        """What gettext would leave behind: one text more, one placeholder that was renamed."""
        copy = root / catalan.relative_to(translations.ROOT)
        more = '\nmsgid "New"\nmsgstr ""\n\n#, python-format\nmsgid "Hello %(name)s"\nmsgstr "Hola %(nom)s"\n'
        copy.write_text(copy.read_text() + more)

    monkeypatch.setattr(translations, "extract", extracted)
    found = translations.problems()
    name = "locale/ca/LC_MESSAGES/django.po"
    assert found[0] == f"{name}: does not match the code; run: python -m config.translations extract"
    assert {line.rpartition(": ")[2] for line in found[1:]} == {"|New", "|Doubtful", "|Hello %(name)s"}
    assert catalan.read_text() == PO
