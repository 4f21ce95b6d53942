"""What every test stands on. Each run has its own folder for what is written at run time, unless one is named."""

import pytest
from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.translation import override


@pytest.fixture(autouse=True)
def english():
    """Texts read outside a request are those that stand in the code, whichever language the test before spoke."""
    with override("en"):
        yield


def _lay_the_ground(app_config, **_signal):
    """The roots of pages and collections, which come with migrations and go when a test empties all tables."""
    if app_config.label != "wagtailcore":
        return
    from wagtail.models import Collection, Locale, Page

    if not Page.objects.exists():
        locale, _made = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
        Page.add_root(title="Root", slug="root", locale=locale)
    if not Collection.objects.exists():
        Collection.add_root(name="Root")


@pytest.fixture(scope="session", autouse=True)
def ground():
    """Tests that commit leave empty tables behind; whoever comes after them finds what a new database has."""
    post_migrate.connect(_lay_the_ground)
    yield
    post_migrate.disconnect(_lay_the_ground)
