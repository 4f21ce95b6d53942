"""The promise ledger on screen: beside a person and a case, and as a list with its figures."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from contact_centre import deadlines, promises, queue
from contact_centre.models import Case, Promise
from contact_centre.views.shared import DeskMixin
from contact_centre.views.timeline import visible_person
from people.models import Person, User
from people.walls import Panel

VIEW, ADD, CHANGE = (f"contact_centre.{act}_promise" for act in ("view", "add", "change"))
SUPERVISE = "contact_centre.supervise"
PAGE = 50
COUNTED = timedelta(days=90)
VIEWS = {
    "mine": gettext_lazy("Mine to keep"),
    "standing": gettext_lazy("All that stand"),
    "broken": gettext_lazy("Not kept in time"),
    "settled": gettext_lazy("Kept or taken back"),
}


class PromiseForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("What do you promise?"),
        max_length=250,
        widget=forms.TextInput({"placeholder": gettext_lazy("Answer about the grant")}),
    )
    due_on = forms.DateField(label=gettext_lazy("By the end of"), widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, auto_id="promise-%s", **kwargs)
        self.today = today
        self.fields["due_on"].widget.attrs["min"] = today.isoformat()

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day < self.today:
            raise ValidationError(_("A promise is for today or later."))
        if day > self.today + timedelta(days=3660):
            raise ValidationError(_("That is too far away."))
        return day


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(
        label=gettext_lazy("Give to"), queryset=User.objects.none(), empty_label=gettext_lazy("Choose a colleague")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="hand-%s", **kwargs)
        self.fields["to"].queryset = queue.advisers()


class PromisesPanel(Panel):
    """What we promised a person, and the form to promise something."""

    order = 40
    region = "next"
    name = "promises"
    permissions = (VIEW,)
    template_name = "contact_centre/admin/promises_panel.html"

    def __init__(self, request, person: Person, case: Case | None = None):
        self.request, self.person, self.case = request, person, case
        if case is not None:
            self.region = "aside"

    def get_context_data(self, parent_context=None):
        at, user = timezone.now(), self.request.user
        return {
            "request": self.request,  # whoever reads is “You” in a line
            "rows": rows_of(promises.standing(self.person), user, at=at),
            "form": PromiseForm(today=timezone.localdate(at)) if user.has_perm(ADD) else None,
            "person": self.person,
            "case": self.case,
            "next": self.request.path,
            "csrf_token": get_token(self.request),
        }


class PromisesView(DeskMixin, TemplateView):
    """What was promised, by whom and until when, with how much of it was kept."""

    any_permission = (VIEW,)
    page_title = gettext_lazy("Promises")
    header_icon = "tasks"
    template_name = "contact_centre/admin/promises.html"

    @cached_property
    def all_of_them(self):
        return Promise.objects.filter(person__in=Person.objects.visible_to(self.request.user))

    def get_context_data(self, **kwargs):
        user, at = self.request.user, timezone.now()
        view = self.request.GET.get("view", "")
        view = view if view in VIEWS else "mine"
        chosen = {
            "mine": self.all_of_them.filter(state__in=promises.STANDING, owner=user).order_by("due_at", "pk"),
            "standing": self.all_of_them.filter(state__in=promises.STANDING).order_by("due_at", "pk"),
            "broken": self.all_of_them.exclude(broken_at=None).order_by("-broken_at", "-pk"),
            "settled": self.all_of_them.exclude(state__in=promises.STANDING).order_by("-decided_at", "-pk"),
        }[view]
        page = Paginator(chosen.select_related("person", "owner"), PAGE).get_page(self.request.GET.get("p"))
        counted = self.all_of_them if user.has_perm(SUPERVISE) else self.all_of_them.filter(owner=user)
        return super().get_context_data(
            view=view,
            views=VIEWS.items(),
            page=page,
            rows=rows_of(page.object_list, user, at=at),
            figures=promises.figures(counted, since=at - COUNTED, at=at),
            days=COUNTED.days,
            is_own=not user.has_perm(SUPERVISE),
            hand_over_form=HandOverForm() if user.has_perm(SUPERVISE) else None,
            next=self.request.get_full_path(),
            **kwargs,
        )


def rows_of(found, user, *, at):
    """Each promise with its deadline in words, and whether ``user`` may settle it."""
    return [
        {
            "promise": promise,
            "due": deadlines.words(promise.due_at, at=at),
            "stands": promise.state in promises.STANDING,
            "may_settle": user.has_perm(CHANGE) and promises.may_settle(promise, user),
        }
        for promise in found
    ]


@require_POST
@permission_required(ADD, raise_exception=True)
def make(request, uuid):
    person, at = visible_person(request.user, uuid), timezone.now()
    form = PromiseForm(request.POST, today=timezone.localdate(at))
    case = person.cases.filter(uuid=request.POST["case"]).first() if _is_uuid(request.POST.get("case")) else None
    if form.is_valid():
        due_at = promises.by_the_end_of(form.cleaned_data["due_on"])
        words = form.cleaned_data["words"]
        promises.make(person, words=words, due_at=due_at, by=request.user, at=at, case=case)
        messages.success(request, _("It is written down. You are reminded the day before."))
    else:
        for problems in form.errors.values():
            messages.error(request, problems[0])
    return _back(request, person)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def settle(request, uuid, act):
    """``act`` is ``keep`` or ``withdraw``; taking back asks for the reason."""
    promise = _seen_by(request.user, uuid)
    note = request.POST.get("note", "").strip()
    try:
        if act == "keep":
            promises.keep(promise, by=request.user, at=timezone.now(), note=note)
            messages.success(request, _("Promise kept."))
        elif note:
            promises.withdraw(promise, by=request.user, at=timezone.now(), note=note)
            messages.success(request, _("The promise is taken back."))
        else:
            messages.error(request, _("Say why it is taken back."))
    except promises.AlreadySettled:
        messages.info(request, _("It was settled meanwhile."))
    except promises.NotYours as refusal:
        raise PermissionDenied from refusal
    return _back(request, promise.person)


@require_POST
@permission_required(SUPERVISE, raise_exception=True)
def hand_over(request):
    """Give the promises ticked on the list to a colleague."""
    form = HandOverForm(request.POST)
    chosen = [one for one in request.POST.getlist("promise") if _is_uuid(one)]
    if not form.is_valid() or not chosen:
        messages.error(request, _("Tick promises and choose a colleague."))
    else:
        seen = Promise.objects.filter(person__in=Person.objects.visible_to(request.user), uuid__in=chosen[:500])
        to = form.cleaned_data["to"]
        number = promises.hand_over(seen, to=to, by=request.user, at=timezone.now())
        messages.success(request, _("Given to %(owner)s: %(number)d.") % {"owner": to, "number": number})
    return redirect("contact_centre_promises")


def _seen_by(user, uuid) -> Promise:
    seen = Promise.objects.filter(person__in=Person.objects.visible_to(user)).select_related("person")
    return get_object_or_404(seen, uuid=uuid)


def _is_uuid(text) -> bool:
    try:
        return bool(text) and bool(UUID(text))
    except ValueError:
        return False


def _back(request, person: Person):
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return redirect(target if is_ours else reverse("contact_centre_person", args=[person.uuid]))
