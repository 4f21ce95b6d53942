"""What every test stands on. Each run has its own folder for what is written at run time, unless one is named."""

import pytest
from django.utils.translation import override


@pytest.fixture(autouse=True)
def english():
    """Texts read outside a request are those that stand in the code, whichever language the test before spoke."""
    with override("en"):
        yield
