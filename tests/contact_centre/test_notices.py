from datetime import timedelta

import pytest
from django.core import mail
from django.utils.translation import gettext_lazy
from wagtail.users.models import UserProfile

from contact_centre import notices
from contact_centre.models import StaffNotice
from tests.factories.assignment import AbsenceFactory
from tests.factories.people import MONDAY_9AM, UserFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NIGHT = MONDAY_9AM.replace(hour=22)
MORNING = MONDAY_9AM.replace(day=3, hour=8)


def test_a_notice_is_told_once_and_mailed_once():
    user = UserFactory()

    first = notices.tell(user, key="late:1", text="One is late", url="/admin/queue/", at=MONDAY_9AM)
    again = notices.tell(user, key="late:1", text="One is late", at=MONDAY_9AM)
    sent = [notices.mail_due(at=MONDAY_9AM), notices.mail_due(at=MONDAY_9AM + timedelta(minutes=1))]

    assert (first.text, again, sent) == ("One is late", None, [1, 0])
    assert (len(mail.outbox), mail.outbox[0].to, mail.outbox[0].subject) == (1, [user.email], "One is late")
    assert "/admin/queue/" in mail.outbox[0].body


def test_nobody_is_written_to_in_their_night():
    user = UserFactory()

    notice = notices.tell(user, key="late", text="One is late", at=NIGHT)

    assert notices.unread(user) == [notice]  # it stands on their day at once
    assert (notices.mail_due(at=NIGHT), notice.due_at) == (0, MORNING)
    assert notices.mail_due(at=MORNING) == 1


def test_a_notice_for_somebody_who_fell_ill_since_waits_for_them():
    user = UserFactory()
    notices.tell(user, key="late", text="One is late", at=NIGHT)
    AbsenceFactory(user=user, starts_at=MORNING, ends_at=MORNING + timedelta(days=1))

    assert notices.mail_due(at=MORNING) == 0
    assert StaffNotice.objects.get().due_at == MORNING + timedelta(days=1)


def test_several_notices_make_one_letter_in_the_language_of_the_reader():
    user = UserFactory()
    UserProfile.objects.create(user=user, preferred_language="es")

    for number in range(2):
        notices.tell(user, key=str(number), text=gettext_lazy("Queue"), at=MONDAY_9AM)

    assert notices.mail_due(at=MONDAY_9AM) == 2
    assert (len(mail.outbox), mail.outbox[0].body.count("Cola")) == (1, 2)


def test_what_was_read_is_not_mailed():
    user = UserFactory()
    notices.tell(user, key="late", text="One is late", at=NIGHT)

    assert notices.set_aside(user, at=NIGHT + timedelta(minutes=1)) == 1

    assert (notices.unread(user), notices.mail_due(at=MORNING)) == ([], 0)


def test_a_mail_server_that_is_away_costs_no_notice(settings):
    user = UserFactory()
    notices.tell(user, key="late", text="One is late", at=MONDAY_9AM)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    assert notices.mail_due(at=MONDAY_9AM) == 0

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert notices.mail_due(at=MONDAY_9AM + timedelta(minutes=11)) == 1


def test_a_closed_login_is_told_nothing():
    assert notices.tell(UserFactory(is_active=False), key="late", text="One is late", at=MONDAY_9AM) is None
