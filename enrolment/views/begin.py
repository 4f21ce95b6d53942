"""An adviser makes an enquiry an application, and two entries of one person one, in one step."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from enquiries.life import progress
from enquiries.models import Enquiry
from enquiries.roles import LOSE
from enrolment import applications, seats
from enrolment.models import Application
from enrolment.roles import SEE_APPLICATIONS
from people.identity import likeness, merging
from people.models import DuplicatePair, Person
from programmes.models import Intake

MERGE = "people.merge_person"


class BeginForm(forms.Form):
    """For which start, and whether the person is somebody we know already."""

    intake = forms.ModelChoiceField(
        label=gettext_lazy("Start"), queryset=Intake.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    same_as = forms.ModelChoiceField(
        label=gettext_lazy("Are they somebody we know already?"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=gettext_lazy("No, or I am not sure"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The two entries become one. That can be undone on the page of the person."),
    )

    def __init__(self, *args, enquiry, alike, on, **kwargs):
        super().__init__(*args, **kwargs)
        offered = seats.on_offer(on=on)
        about = [enquiry.programme_id, *enquiry.interests.values_list("programme", flat=True)]
        theirs = offered.filter(programme__in=[one for one in about if one])
        chosen = theirs if theirs.exists() else offered
        self.fields["intake"].queryset = chosen.order_by("programme__title", "starts_on", "pk")
        self.fields["intake"].label_from_instance = lambda intake: f"{intake.programme} · {intake.label()}"
        if alike:
            self.fields["same_as"].queryset = Person.objects.filter(pk__in=alike)
            self.fields["same_as"].label_from_instance = lambda person: f"{person} ({', '.join(alike[person.pk])})"
        else:
            del self.fields["same_as"]


@permission_required([LOSE, SEE_APPLICATIONS], raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request, uuid):
    """Begin the application of an enquiry with the start that was chosen."""
    enquiry, at = get_object_or_404(Enquiry.objects.select_related("person", "programme"), uuid=uuid), timezone.now()
    alike = _alike(enquiry.person) if request.user.has_perm(MERGE) else {}
    initial = {"intake": enquiry.intake_id}
    form = BeginForm(request.POST or None, enquiry=enquiry, alike=alike, on=timezone.localdate(at), initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            application = applications.start_for(
                enquiry, said["intake"], by=request.user, at=at, merge_with=said.get("same_as")
            )
        except applications.NotOnOffer:
            form.add_error("intake", _("This start takes no applications any more."))
        except progress.MoveNotAllowed:
            form.add_error(None, _("This enquiry is set apart as invalid: open it again first."))
        except merging.CannotMerge as refusal:
            form.add_error("same_as", str(refusal))
        else:
            messages.success(request, _("The application is begun, and the person has been told where to go on."))
            visible = Application.objects.visible_to(request.user).filter(pk=application.pk).exists()
            return (
                redirect("applications:inspect", application.pk)
                if visible
                else redirect("enquiries_list:inspect", enquiry.pk)
            )
    context = {
        "enquiry": enquiry,
        "form": form,
        "page_title": _("Begin the application"),
        "page_subtitle": str(enquiry.person),
        "header_icon": "doc-full",
        "submit_button_label": _("Begin it"),
        "submit_button_active_label": _("Beginning…"),
        "action_url": request.get_full_path(),
        "has_starts": form.fields["intake"].queryset.exists(),
    }
    return render(request, "enrolment/admin/begin.html", context, status=422 if form.errors else 200)


def _alike(person: Person) -> dict[int, list[str]]:
    """Whom the person may be, with the reasons in words."""
    pairs = DuplicatePair.objects.filter(Q(one=person) | Q(other=person), state=DuplicatePair.State.OPEN)
    return {
        pair.other_id if pair.one_id == person.pk else pair.one_id: [
            str(likeness.SENTENCES[code]) for code in pair.reasons if code in likeness.SENTENCES
        ]
        for pair in pairs.order_by("-probability")[:5]
    }
