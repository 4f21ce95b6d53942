"""Guardians, relatives and payers of a person: the panel on their page, and the acts on it."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from contact_centre.forms import RelativeForm, ScopeForm
from contact_centre.views.shared import SEE, TAKE, DeskMixin
from contact_centre.views.timeline import visible_person
from people import relatives
from people.identity.identities import BadIdentity
from people.models import Person, Relationship, User
from people.walls import Panel

NOTE = "people.note_relative"


class RelativesPanel(Panel):
    """On the person page: who stands by them, and by whom they stand."""

    order = 150
    name = "relatives"
    permissions = (SEE, TAKE, NOTE)
    template_name = "contact_centre/admin/relatives_panel.html"

    def __init__(self, request, person: Person):
        self.request, self.person = request, person

    def get_context_data(self, parent_context=None):
        at = timezone.now()
        rows, held = relatives.entries_both_ways(self.person, at)
        return {
            "person": self.person,
            "is_minor": relatives.is_minor(self.person, at),
            "has_guardian": any(row.counts and row.scope.is_guardian for row in rows),
            "standing": [row for row in rows if not row.is_over],
            "past": [row for row in rows if row.is_over],
            "stands_by": [row for row in held if not row.is_over],
            "may_note": self.request.user.has_perm(NOTE),
            "csrf_token": get_token(self.request),
        }


class RelativeView(DeskMixin, FormView):
    """A form about who stands by a person."""

    any_permission = (NOTE,)
    header_icon = "group"
    template_name = "contact_centre/admin/relative_form.html"

    @cached_property
    def person(self) -> Person:
        return visible_person(self.request.user, self.kwargs["uuid"])

    def get_breadcrumbs_items(self):
        page = {"url": self.get_success_url(), "label": str(self.person)}
        return [page, {"url": "", "label": self.get_page_title()}]

    def get_success_url(self):
        return _page_of(self.person)

    def get_context_data(self, **kwargs):
        is_minor = relatives.is_minor(self.person, timezone.now())
        return super().get_context_data(
            person=self.person,
            is_minor=is_minor,
            scope_names=RelativeForm.SCOPE,
            evidence_names=RelativeForm.EVIDENCE,
            back=self.get_success_url(),
            **kwargs,
        )

    def form_valid(self, form):
        try:
            done = self.act(form)
        except relatives.CannotRelate as refusal:
            form.add_error(None, refusal.why)
        except BadIdentity as refusal:
            form.add_error(refusal.kind if refusal.kind in form.fields else None, refusal.message)
        else:
            messages.success(self.request, done)
            return redirect(self.get_success_url())
        return self.form_invalid(form)

    def form_invalid(self, form):
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class AddRelativeView(RelativeView):
    page_title = gettext_lazy("Write a relative down")
    form_class = RelativeForm

    def get_initial(self):
        return {"language": self.person.language}

    def act(self, form) -> str:
        made = relatives.note(
            self.person,
            relative=form.details(),
            kind=form.cleaned_data["kind"],
            at=timezone.now(),
            by=cast(User, self.request.user),
            source=form.cleaned_data["source"],
            proof=form.cleaned_data["proof"],
            **vars(form.scope()),
        )
        return _("%(relative)s is written down.") % {"relative": made.relative}


class ChangeRelativeView(RelativeView):
    page_title = gettext_lazy("Change what they receive")
    form_class = ScopeForm

    @cached_property
    def relationship(self) -> Relationship:
        return _own(self.person, self.kwargs["pk"])

    def get_initial(self):
        return vars(relatives.scope_of(self.relationship)) | {"proof": self.relationship.proof}

    def get_context_data(self, **kwargs):
        return super().get_context_data(relationship=self.relationship, **kwargs)

    def act(self, form) -> str:
        changed = relatives.change_scope(
            self.relationship,
            scope=form.scope(),
            by=cast(User, self.request.user),
            at=timezone.now(),
            source=form.cleaned_data["source"],
            proof=form.cleaned_data["proof"],
        )
        return _("From now on %(relative)s receives what you ticked.") % {"relative": changed.relative}


@require_POST
@permission_required(NOTE, raise_exception=True)
def end(request, uuid, pk):
    person = visible_person(request.user, uuid)
    ended = relatives.end(_own(person, pk), by=request.user, at=timezone.now())
    messages.success(request, _("%(relative)s decides and receives nothing any more.") % {"relative": ended.relative})
    return redirect(_page_of(person))


def _own(person: Person, pk: int) -> Relationship:
    return get_object_or_404(Relationship.objects.select_related("person", "relative"), pk=pk, person=person)


def _page_of(person: Person) -> str:
    return reverse("contact_centre_person", args=[person.uuid])
