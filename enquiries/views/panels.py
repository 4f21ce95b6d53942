"""What the enquiries hang on the walls of other floors."""

from datetime import timedelta

from django.db.models import Count
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contact_centre.models import DeskSettings
from enquiries.life import acts
from enquiries.models import Enquiry, Form
from enquiries.roles import LOSE, SEE
from enquiries.views.life_forms import InterestForm
from enquiries.views.public import blank_form
from people.walls import Panel

State = Enquiry.State


class AskPanel(Panel):
    """The enquiry form, on a product sheet or any other public page that offers its wall."""

    order = 100
    region = "form"
    name = "enquire"
    template_name = "enquiries/enquiry_panel.html"

    def __init__(self, request, page=None, programme=None):
        self.request, self.page = request, page
        self.programme = programme or getattr(page, "programme", None)

    def is_shown(self):
        # A page with a form of its own asks with that one, as long as it is in use.
        slug = getattr(self.page, "form", "")
        return not (slug and Form.objects.filter(slug=slug, is_live=True).exists())

    def get_context_data(self, parent_context=None):
        # A sheet has read its starts already.
        offers = getattr(self.page, "offers", None)
        coming = None if offers is None else [offer.intake for offer in offers]
        campaign = getattr(self.page, "campaign", "")
        form = blank_form(self.request, self.programme, coming=coming, campaign=campaign)
        return {
            "form": form,
            "person": form.person,
            "answer_within_hours": DeskSettings.of_school().answer_within_hours,
        }


def life_of(enquiry: Enquiry, user) -> dict:
    """What may be done with an enquiry now, and what else it is about: for its page and for the panel beside a case."""
    ways = Enquiry.MOVES[State(enquiry.state)]
    may_lose = user.has_perm(LOSE)
    return {
        "enquiry": enquiry,
        "interests": enquiry.interests.select_related("programme").order_by("added_at", "pk"),
        "interest_form": InterestForm() if may_lose and enquiry.state != State.INVALID else None,
        "acts": acts.offered(enquiry, user),
        "may_lose": may_lose,
        "may_be_lost": State.LOST in ways,
        "may_be_invalid": State.INVALID in ways,
        "may_qualify": State.QUALIFIED in ways and enquiry.state != State.LOST,
        "may_revive": enquiry.state in (State.LOST, State.INVALID),
    }


class CaseEnquiryPanel(Panel):
    """Beside a case: the enquiry that opened it, what it is about, and what may become of it."""

    order, region = 20, "aside"
    permissions = (SEE,)
    template_name = "enquiries/admin/life_case_panel.html"

    def __init__(self, request, case):
        self.request = request
        self.enquiry = Enquiry.objects.filter(case=case).select_related("person", "programme", "intake").first()

    def is_shown(self):
        return self.enquiry is not None

    def get_context_data(self, parent_context=None):
        facts = life_of(self.enquiry, self.request.user)
        return facts | {"here": self.request.path, "csrf_token": get_token(self.request)}


class PersonEnquiriesPanel(Panel):
    """What the person asked for, and how it stands."""

    order = 200
    name = "enquiries"
    permissions = (SEE,)
    template_name = "enquiries/admin/person_panel.html"

    def __init__(self, request, person):
        self.request, self.person = request, person

    def get_context_data(self, parent_context=None):
        enquiries = Enquiry.objects.filter(person=self.person).select_related("programme", "campaign", "rival")
        user = self.request.user
        may_lose = user.has_perm(LOSE)
        newest = enquiries.prefetch_related("interests__programme").order_by("-received_at", "-pk")
        return {
            "rows": [
                {
                    "enquiry": enquiry,
                    "interests": [one.programme for one in enquiry.interests.all()],
                    "may_end": may_lose and enquiry.state not in Enquiry.ENDED,
                    "may_revive": may_lose and enquiry.state in (State.LOST, State.INVALID),
                    "acts": acts.offered(enquiry, user),
                }
                for enquiry in newest[:20]
            ],
            "next": self.request.path,
        }


class WeekPanel(Panel):
    """For who leads the desk: what the last seven days brought, and why enquiries were lost."""

    order = 300
    name = "enquiries-week"
    template_name = "enquiries/admin/week_panel.html"

    def __init__(self, request):
        self.request = request

    def is_shown(self):
        return self.request.user.has_perm("enquiries.import_leads")

    def get_context_data(self, parent_context=None):
        at = timezone.now()
        week = Enquiry.objects.live().filter(received_at__gt=at - timedelta(days=7), received_at__lte=at)
        number = dict(week.order_by().values_list("state").annotate(Count("pk")))
        lost = Enquiry.objects.live().filter(state=State.LOST, ended_at__gt=at - timedelta(days=7))
        reasons = lost.order_by().values_list("lost_reason").annotate(number=Count("pk")).order_by("-number")[:3]
        return {
            "received": sum(number.values()) - number.get(State.INVALID, 0),
            "steps": [
                {"label": _("Contacted"), "number": sum(number.get(state, 0) for state in Enquiry.REACHED)},
                {"label": _("Applied"), "number": number.get(State.APPLIED, 0) + number.get(State.ENROLLED, 0)},
                {"label": _("Enrolled"), "number": number.get(State.ENROLLED, 0)},
                {"label": _("Lost"), "number": number.get(State.LOST, 0)},
            ],
            "reasons": [(Enquiry.LostReason(reason).label, count) for reason, count in reasons],
            "since": timezone.localdate(at) - timedelta(days=7),
        }
