"""The demo school's texts and matrix: sound, written once, and filled with what the school knows."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.demo import wording
from contact_centre.matrix import moments
from contact_centre.models import MatrixCell, MessageTemplate
from contact_centre.wording import parity, versions
from tests.factories.people import UserFactory

NOW = datetime(2027, 3, 8, 9, tzinfo=ZoneInfo("Europe/Madrid"))


@pytest.mark.django_db
def test_texts_are_sound_and_belong_to_moments_there_are():
    for letter in wording.LETTERS:
        assert letter.moment in moments.registered()
        for subject, body in letter.texts.values():
            assert [str(fault) for text in (subject, body) for fault in versions.faults_of(text)] == []
    assert {code for code, _channel in wording.NEEDLESS} <= set(moments.registered())


@pytest.mark.django_db
def test_texts_and_matrix_are_written_once_and_one_language_is_left_behind():
    UserFactory(email="marketing@llevant.example", role="Marketing")
    UserFactory(email="lead@llevant.example", role="Contact-centre lead")
    for _run in range(2):
        wording.write(at=NOW - timedelta(days=60))
    assert MessageTemplate.objects.ready().count() == sum(len(letter.texts) for letter in wording.LETTERS)
    assert MatrixCell.objects.count() == len(wording.LETTERS) + len(wording.NEEDLESS)
    wording.play(at=NOW)
    states = {text.code: [one.state for one in text.languages] for text in parity.texts(MessageTemplate.objects.all())}
    assert states["enhorabona"] == ["ready", "behind", "missing"]
    assert states["comencem-aviat"] == ["ready", "ready", "ready"]
