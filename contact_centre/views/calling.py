"""The call screen: a number typed or received opens the person, and the call is written down beside what we know."""

from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from contact_centre import callers, calls, lines, queue, told
from contact_centre.forms import IncomingCallForm, NewCallerForm
from contact_centre.models import Call, Case
from contact_centre.views.shared import TAKE, DeskMixin
from people.access import audit
from people.identity import identities, merging
from people.models import Channel, Person, User


class CallView(DeskMixin, TemplateView):
    """Who is calling, and why: found by number or by name, a choice where there are several, a form where none is."""

    any_permission = (TAKE,)
    page_title = gettext_lazy("Call")
    header_icon = "mobile-alt"
    template_name = "contact_centre/admin/call.html"
    form = None  # a refused form is shown again with what was typed

    def post(self, request, *args, **kwargs):
        """Show a form that was refused again; what is written down is posted to addresses of its own."""
        response = self.get(request, *args, **kwargs)
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs):
        number = _number_in(self.request.GET)
        is_asked = bool(self.form) or "number" in self.request.GET or "person" in self.request.GET
        found = callers.find(number, user=self.request.user)
        person = self._chosen(found)
        return super().get_context_data(
            is_asked=is_asked,
            number=number.strip(),
            found=found,
            person=person,
            **(self._known(person, found) if person else {}),
            new_form=self._new(found, number) if is_asked and not person and not found.people else None,
            **kwargs,
        )

    def _chosen(self, found: callers.Found) -> Person | None:
        """Whoever the address names, else the only one who has the number."""
        if self.request.GET.get("person"):
            try:
                uuid = UUID(self.request.GET["person"])
            except ValueError:
                return None
            people = Person.objects.visible_to(self.request.user)
            return merging.current(get_object_or_404(people, uuid=uuid))
        return found.people[0] if len(found.people) == 1 else None

    def _known(self, person: Person, found: callers.Found) -> dict:
        at, user = timezone.now(), cast(User, self.request.user)
        audit.note(act=audit.Act.READ, what="people.person_page", by=user, at=at, person=person)
        context = callers.context(person, reader=user, at=at)
        mine = [case for case, _due in context.cases if case.adviser_id in (None, user.pk)]
        first = mine[0] if mine else None
        start = {"number": found.number, "call": self.request.GET.get("call", ""), "case": first.uuid if first else ""}
        return {
            "context": context,
            "contacts": lines.lines(context.contacts, reader=user),
            "log_form": IncomingCallForm(initial=start, facts=told.choices(first.programme if first else None, at=at)),
            "chosen_case": str(first.uuid) if first else "",
        }

    def _new(self, found: callers.Found, number: str) -> NewCallerForm:
        typed = "" if found.number or found.is_withheld else number.strip()
        start = {"number": found.number, "call": self.request.GET.get("call", ""), "given_name": typed.title(),
                 "language": "ca"}  # fmt: skip
        return self.form or NewCallerForm(initial=start)


@require_POST
@permission_required(TAKE, raise_exception=True)
def log_known(request, uuid):
    """Write down a call of somebody we know, on the case that was chosen, if one was."""
    at = timezone.now()
    person = merging.current(get_object_or_404(Person.objects.known().visible_to(request.user), uuid=uuid))
    facts = told.choices(_programme(request, person), at=at)
    form = IncomingCallForm(request.POST, facts=facts)
    if not form.is_valid():
        messages.error(request, _("The call was not written down. Check what you typed."))
        return redirect(f"{reverse('contact_centre_call')}?{urlencode({'person': person.uuid})}")
    case = _case_of(person, form.cleaned_data["case"])
    leaves_open = form.cleaned_data["leaves_open"]
    if case is None and leaves_open:
        case = _open(request, person, form, at=at)
    calls.log_call(case or person, by=request.user, at=at, outcome=Call.Outcome.REACHED, **_facts(form, person))
    messages.success(request, _("The call is written down."))
    if case is not None and leaves_open:
        return redirect("contact_centre_case", case.uuid)
    return redirect("contact_centre_person", person.uuid)


@require_POST
@permission_required(TAKE, raise_exception=True)
def log_new(request):
    """Write down somebody new with what they asked, as a case of whoever took the call."""
    at, form = timezone.now(), NewCallerForm(request.POST)
    if form.is_valid() and not (form.cleaned_data["number"] or form.cleaned_data["email"]):
        form.add_error("email", _("The number was withheld: ask for an e-mail address or a number."))
    if form.is_valid():
        facts = form.cleaned_data
        try:
            person, _is_new = identities.match_or_create(
                at=at,
                phone=facts["number"],
                email=facts["email"],
                given_name=facts["given_name"],
                family_name=facts["family_name"],
                language=facts["language"],
                source="call",
            )
        except identities.BadIdentity as bad:
            form.add_error(None, bad.message)
        else:
            case = _open(request, person, form, at=at)
            calls.log_call(case, by=request.user, at=at, outcome=Call.Outcome.REACHED, **_facts(form, person))
            messages.success(request, _("The call is written down."))
            return redirect("contact_centre_case", case.uuid)
    return CallView.as_view(form=form)(request)


def _number_in(asked) -> str:
    """The number of an address; a plus sign that an exchange forgot to escape arrives as a space."""
    number = asked.get("number", "")
    return f"+{number.strip()}" if number.startswith(" ") else number


def _facts(form: IncomingCallForm, person: Person) -> dict:
    names = ("note", "source", "campaign", "number", "logged_in_ms", "leaves_open")
    told_now = {name: form.cleaned_data[name] for name in names} | {"facts": form.cleaned_data.get("facts", ())}
    rows = Call.objects.filter(Q(person=None) | Q(person=person), uuid=form.cleaned_data["call"], touchpoint_id=None)
    call = rows.first() if form.cleaned_data["call"] else None
    return told_now | {"call": call, "direction": Call.Direction.IN}


def _open(request, person: Person, form: IncomingCallForm, *, at) -> Case:
    return queue.open_case(
        person,
        kind=Case.Kind.ENQUIRY,
        at=at,
        question=form.cleaned_data["note"],
        programme=form.cleaned_data.get("programme"),
        channel=Channel.PHONE,
        language=form.cleaned_data.get("language") or person.language,
        adviser=request.user,
    )


def _case_of(person: Person, uuid) -> Case | None:
    return person.cases.open().filter(uuid=uuid).select_related("person").first() if uuid else None


def _programme(request, person: Person):
    try:
        case = _case_of(person, UUID(request.POST.get("case", "")))
    except ValueError:
        return None
    return case.programme if case else None
