"""One adviser, as their manager sees them; and what they see of it themselves, on their day."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import Http404
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from contact_centre.models import Objective
from contact_centre.training import coaching
from contact_centre.views.shared import DeskMixin
from people import walls
from people.models import User

NOTE, SKILL, OBJECTIVE = (f"contact_centre.add_{name}" for name in ("coachingnote", "skill", "objective"))
RIGHTS = {
    "note": NOTE,
    "skill": SKILL,
    "drop-skill": "contact_centre.delete_skill",
    "objective": OBJECTIVE,
    "end-objective": "contact_centre.change_objective",
}


class NoteForm(forms.Form):
    """What was talked about, and whether the adviser may read it."""

    text = forms.CharField(label=gettext_lazy("Note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    next_step = forms.CharField(label=gettext_lazy("Agreed next step"), max_length=250, required=False)
    is_shared = forms.BooleanField(label=gettext_lazy("The adviser may read it"), required=False, initial=True)


class SkillForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Skill"), max_length=80)
    level = forms.TypedChoiceField(
        label=gettext_lazy("Level"), coerce=int, initial=3, choices=[(number, number) for number in range(1, 6)]
    )


class ObjectiveForm(forms.Form):
    """From today on, in place of the objective of the same kind."""

    metric = forms.ChoiceField(label=gettext_lazy("What"), choices=Objective.Metric.choices)
    target = forms.DecimalField(
        label=gettext_lazy("Target"),
        max_digits=7,
        decimal_places=1,
        validators=[MinValueValidator(0), MaxValueValidator(99_999)],
    )

    def clean(self):
        typed = super().clean()
        if typed.get("metric") in ("kept_share", "conversion") and (typed.get("target") or 0) > 100:
            self.add_error("target", _("A share lies between 0 and 100."))
        return typed


FORMS = {"note": NoteForm, "skill": SkillForm, "objective": ObjectiveForm}


class AdviserView(DeskMixin, TemplateView):
    """Load, figures, certificates, skills, notes and objectives of one adviser."""

    any_permission = (NOTE,)
    header_icon = "user"
    template_name = "contact_centre/admin/adviser.html"
    trail = (("contact_centre_board", gettext_lazy("Board")),)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.adviser = get_object_or_404(User.objects.select_related("adviser_profile__team"), pk=kwargs["pk"])

    def get_page_title(self):
        return str(self.adviser)

    def get_context_data(self, **kwargs):
        at = timezone.now()
        return super().get_context_data(
            adviser=self.adviser,
            profile=getattr(self.adviser, "adviser_profile", None),
            page=coaching.page_of(self.adviser, at=at),
            note_form=NoteForm(auto_id="note-%s"),
            skill_form=SkillForm(auto_id="skill-%s"),
            objective_form=ObjectiveForm(auto_id="objective-%s"),
            levels=range(1, 6),
            today=timezone.localdate(at),
            at=at,
            **kwargs,
        )


@require_POST
def act(request, pk, act):
    """Write a note, note or drop a skill, agree on an objective or end one."""
    if act not in RIGHTS:
        raise Http404
    if not request.user.has_perm(RIGHTS[act]):
        raise PermissionDenied
    adviser, at = get_object_or_404(User, pk=pk), timezone.now()
    if act in FORMS:
        form = FORMS[act](request.POST)
        if not form.is_valid():
            said = [f"{form.fields[name].label}: {' '.join(errors)}" for name, errors in form.errors.items()]
            messages.error(request, " ".join(said))
        else:
            messages.success(request, _keep(act, adviser, form.cleaned_data, by=request.user, at=at))
        return redirect("contact_centre_adviser", adviser.pk)
    which = request.POST.get("pk", "")
    if which.isdecimal() and len(which) < 18:
        if act == "drop-skill":
            coaching.drop_skill(adviser, int(which))
        else:
            coaching.end_objective(adviser, int(which), on=timezone.localdate(at))
    return redirect("contact_centre_adviser", adviser.pk)


def _keep(act, adviser, typed, *, by, at) -> str:
    if act == "note":
        coaching.write_note(adviser, by=by, at=at, **typed)
        return _("The note is kept, and stands on their day.") if typed["is_shared"] else _("The note is kept.")
    if act == "skill":
        coaching.keep_skill(adviser, by=by, at=at, **typed)
        return _("The skill is noted.")
    coaching.agree(user=adviser, since=timezone.localdate(at), **typed)
    return _("The objective holds from today on.")


class CoachingPanel(walls.Panel):
    """On one's day: notes that a manager shared and one has not read."""

    name = "coaching"
    order = 20
    template_name = "contact_centre/admin/coaching_panel.html"

    def __init__(self, request):
        self.request, self.notes = request, coaching.unread(request.user)

    def is_shown(self) -> bool:
        return bool(self.notes)

    def get_context_data(self, parent_context=None):
        return {"notes": self.notes, "csrf_token": get_token(self.request)}


@require_POST
@permission_required("wagtailadmin.access_admin", raise_exception=True)
def mark_read(request, pk):
    coaching.mark_read(request.user, pk, at=timezone.now())
    return redirect("contact_centre_my_day")
