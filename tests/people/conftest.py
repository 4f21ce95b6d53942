"""What the tests of people stand on."""

import pytest
from django.test import Client


@pytest.fixture
def client():
    """A browser that reads English, as the texts stand in the code."""
    return Client(headers={"accept-language": "en"})
