"""What every test stands on. Each run has its own folder for what is written at run time, unless one is named."""

import pytest
from django.utils.translation import override


@pytest.fixture(autouse=True)
def english():
    """Texts read outside a request are those that stand in the code, whichever language the test before spoke."""
    with override("en"):
        yield


def pytest_collection_modifyitems(items):
    """With several runners a module stays with one of them; everything that needs the demo school with another."""
    for item in items:
        name = "browser" if item.get_closest_marker("browser") else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(name))
