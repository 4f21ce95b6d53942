"""What enrolment hangs on the walls: apply on the sheet, my studies on the campus, money on the desk."""

from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language

from enrolment import incidents, ledger, payers, roles
from enrolment.models import Application, Enrolment
from enrolment.views.apply import rows_of
from people import relatives
from people.walls import Panel

SHOWN_INTAKES = 3


class ApplyPanel(Panel):
    """On a product sheet: the next starts with their price, the seats left, and the button."""

    order = 10
    region = "price"
    name = "apply"
    template_name = "enrolment/apply_panel.html"

    def __init__(self, sheet):
        self.sheet = sheet

    @cached_property
    def offers(self):
        """Of the starts that the sheet shows, those of our own that one can apply to (as ``seats.on_offer``)."""
        programme = self.sheet.programme
        if not (programme.is_open and programme.collection.is_own):
            return []
        return [offer for offer in self.sheet.offers if offer.intake.price_minor is not None][:SHOWN_INTAKES]

    def is_shown(self):
        return bool(self.offers)

    def get_context_data(self, parent_context=None):
        return {
            "rows": [
                {
                    "intake": offer.intake,
                    "places_left": offer.seats_left,
                    "price": offer.price,
                    "note": offer.price_note,
                }
                for offer in self.offers
            ]
        }


class CampusPanel(Panel):
    """A panel about one person on their own page."""

    def __init__(self, person):
        self.person = person

    def is_shown(self):
        return bool(self.rows)


class MyProgrammesPanel(CampusPanel):
    order = 10
    name = "my-programmes"
    template_name = "enrolment/my_programmes.html"

    @cached_property
    def rows(self):
        own = Enrolment.objects.filter(person=self.person).exclude(state=Enrolment.State.WITHDRAWN)
        own = own.select_related("intake__programme").prefetch_related("intake__programme__pages__locale")
        language = get_language() or "ca"
        return [
            {
                "enrolment": one,
                "title": one.intake.programme.title_in(language),
                "sheet": one.intake.programme.sheet_in(language),
                "intake": one.intake,
            }
            for one in own.order_by("-enrolled_at")
        ]

    def get_context_data(self, parent_context=None):
        return {"rows": self.rows}


class MyApplicationsPanel(CampusPanel):
    order = 20
    name = "my-applications"
    template_name = "enrolment/my_applications.html"

    @cached_property
    def rows(self):
        return [row for row in rows_of(self.person) if row["application"].state != Application.State.ENROLLED]

    def get_context_data(self, parent_context=None):
        return {"rows": self.rows}


class MyReceiptsPanel(CampusPanel):
    order = 90
    region = "aside"
    name = "my-receipts"
    template_name = "enrolment/my_receipts.html"

    @cached_property
    def rows(self):
        return list(payers.receipts_for(self.person, timezone.now()).order_by("-issued_at"))

    def get_context_data(self, parent_context=None):
        return {"rows": self.rows}


class PaidForPanel(CampusPanel):
    """On the campus of whoever pays for others: what is to be paid."""

    order = 15
    name = "paid-for"
    template_name = "enrolment/paid_for.html"

    @cached_property
    def rows(self):
        paid_for = list(payers.payable_by(self.person, timezone.now()).order_by("-created_at"))
        balances = ledger.balances(paid_for)
        language = get_language() or "ca"
        return [
            {"application": one, "title": one.intake.programme.title_in(language), "balance": balances[one.pk]}
            for one in paid_for
        ]

    def get_context_data(self, parent_context=None):
        return {"rows": self.rows}


class MyRelativesPanel(CampusPanel):
    """On the student's campus: who receives what about them."""

    order = 95
    region = "aside"
    name = "my-relatives"
    template_name = "enrolment/my_relatives.html"

    @cached_property
    def rows(self):
        return [row for row in relatives.entries(self.person, timezone.now()) if row.counts and not row.scope.is_empty]

    def get_context_data(self, parent_context=None):
        is_minor = relatives.is_minor(self.person, timezone.now())
        request = (parent_context or {}).get("request")
        return {"rows": self.rows, "is_minor": is_minor, "csrf_token": get_token(request) if request else ""}


class PersonEnrolmentPanel(Panel):
    """On the person page: what they applied for, and what is owed."""

    order = 300
    name = "enrolment"
    template_name = "enrolment/admin/person_panel.html"

    def __init__(self, request, person):
        self.request, self.person = request, person

    def is_shown(self):
        seen_by = (roles.SEE_APPLICATIONS, roles.SEE_PAYMENTS, roles.SEE_OWN_APPLICANTS)
        return any(self.request.user.has_perm(name) for name in seen_by)

    def get_context_data(self, parent_context=None):
        user = self.request.user
        rows = Application.objects.all() if user.has_perm(roles.SEE_PAYMENTS) else Application.objects.visible_to(user)
        own = rows.filter(person=self.person).select_related("intake__programme").order_by("-created_at")
        sees_money = user.has_perm(roles.SEE_APPLICATIONS) or user.has_perm(roles.SEE_PAYMENTS)
        if sees_money:
            own = own.annotate(balance=ledger.BALANCE)
        return {
            "rows": [{"application": one, "balance": getattr(one, "balance", None)} for one in own[:20]],
            "may_open": user.has_perm(roles.SEE_APPLICATIONS) or user.has_perm(roles.SEE_OWN_APPLICANTS),
            "sees_money": sees_money,
        }


class DecisionsPanel(Panel):
    """On my day of Admissions: applications that wait for a yes or a no, the oldest first."""

    order = 50
    name = "decisions"
    template_name = "enrolment/admin/decisions_panel.html"

    def __init__(self, request):
        self.request = request

    def is_shown(self):
        return self.request.user.has_perm("enrolment.decide_application")

    def get_context_data(self, parent_context=None):
        waiting = Application.objects.awaiting_decision()
        shown = waiting.select_related("person", "intake__programme").order_by("submitted_at", "pk")[:8]
        return {"applications": list(shown), "number": waiting.count()}


class IncidentsPanel(Panel):
    """On my day of Finance: money that does not add up."""

    order = 40
    name = "payment-incidents"
    template_name = "enrolment/admin/incidents_panel.html"

    def __init__(self, request):
        self.request = request

    def is_shown(self):
        return self.request.user.has_perm("enrolment.refund_payment")

    def get_context_data(self, parent_context=None):
        return {"cases": list(incidents.open_ones()[:10]), "at": timezone.now()}
