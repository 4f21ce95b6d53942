import pytest


@pytest.fixture(autouse=True)
def english(settings):
    """The screens are read in English, whatever catalogues of translations have been compiled."""
    settings.LANGUAGE_CODE = "en"
