"""What sessions and appointments hang on the walls: product sheet, person page, my day."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enquiries import roles
from enquiries.models import Appointment, Session, SessionPlace
from enquiries.sessions import appointment_letters, slots
from enquiries.views.sessions import bookable, day_words, where
from people.walls import Panel
from programmes.kept_pages import page_cache

SHOWN = 3


class NextSessionsPanel(Panel):
    """On a product sheet: when one can come and see. How many places are left is not said here: the page is kept."""

    order = 60
    name = "next-sessions"
    template_name = "enquiries/session_panel.html"

    def __init__(self, programme):
        self.programme, self.at = programme, timezone.now()
        self.found = list(bookable(at=self.at, programme=programme)[:SHOWN]) if programme else []
        for one in self.found:
            page_cache.ends(one.closes_at or one.starts_at)

    def is_shown(self):
        return bool(self.found)

    def get_context_data(self, parent_context=None):
        rows = [{"session": one, "where": where(one), **day_words(one)} for one in self.found]
        return {"rows": rows, "programme": self.programme}


class PersonMeetingsPanel(Panel):
    """The sessions and appointments of one person, and the way to book an hour for them."""

    order = 210
    name = "meetings"
    permissions = (roles.SEE_APPOINTMENTS, roles.CHECK_IN)
    comes_later, heading = True, _("Sessions and appointments")
    template_name = "enquiries/admin/sessions_person_panel.html"

    def __init__(self, request, person):
        self.request, self.person = request, person

    def get_context_data(self, parent_context=None):
        at, user = timezone.now(), self.request.user
        appointments = Appointment.objects.filter(person=self.person).select_related("adviser")
        places = SessionPlace.objects.filter(person=self.person).select_related("session")
        return {
            "person": self.person,
            "appointments": [
                {
                    "row": one,
                    "when": appointment_letters.when_at_school(one.starts_at),
                    "is_coming": one.state == Appointment.State.BOOKED and one.starts_at > at,
                    "is_open": one.state == Appointment.State.BOOKED and one.ends_at <= at,
                }
                for one in appointments.order_by("-starts_at")[:10]
            ],
            "places": [
                {"row": one, "when": appointment_letters.when_at_school(one.session.starts_at)}
                for one in places.order_by("-session__starts_at")[:10]
            ],
            "may_book": user.has_perm(roles.BOOK),
            "next": self.request.path,
        }


class MyAppointmentsPanel(Panel):
    """Today and tomorrow: whom I meet, the sessions I host, and what I have not said the outcome of."""

    order = 40
    name = "my-appointments"
    permissions = (roles.SEE_APPOINTMENTS, roles.CHECK_IN)
    template_name = "enquiries/admin/sessions_my_day_panel.html"

    def __init__(self, request):
        self.request, self.at = request, timezone.now()
        mine = Appointment.objects.filter(adviser=request.user, state=Appointment.State.BOOKED)
        self.coming = list(
            mine.filter(ends_at__gt=self.at, starts_at__lt=self.at + timedelta(days=2))
            .select_related("person")
            .order_by("starts_at")[:12]
        )
        for one in self.coming:
            one.adviser = request.user  # whose language is read already
        self.open = mine.filter(ends_at__lte=self.at).count()
        self.hosted = list(
            Session.objects.filter(
                hosts=request.user,
                state=Session.State.OPEN,
                ends_at__gt=self.at,
                starts_at__lt=self.at + timedelta(days=7),
            ).order_by("starts_at")[:5]
        )

    def is_shown(self):
        return bool(self.coming or self.open or self.hosted)

    def get_context_data(self, parent_context=None):
        today = slots.day_of(self.at)
        return {
            "coming": [
                {
                    "row": one,
                    "is_today": slots.day_of(one.starts_at) == today,
                    "when": appointment_letters.when_at_school(one.starts_at),
                    "what": appointment_letters.words_for(one),
                }
                for one in self.coming
            ],
            "hosted": [{"row": one, "when": appointment_letters.when_at_school(one.starts_at)} for one in self.hosted],
            "open": self.open,
        }
