"""What staff fill in about the life of an enquiry."""

from django import forms
from django.utils.translation import gettext_lazy as _

from enquiries.life import progress
from enquiries.models import Enquiry
from programmes.models import Competitor, Programme

FIELDS = {progress.RivalMissing: "rival", progress.WordsMissing: "note"}  # at which what is missing is said
NOTE = forms.Textarea(attrs={"rows": 3})


class LoseForm(forms.Form):
    """Why an enquiry ended without an enrolment; the reason is one of a list, so that it can be counted."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", "—"), *Enquiry.LostReason.choices],
        help_text=_("Every lost enquiry has one: it decides what may bring them back."),
    )
    rival = forms.ModelChoiceField(
        label=_("Which school did they choose?"),
        queryset=Competitor.objects.none(),
        required=False,
        empty_label=_("None of these"),
        help_text=_("Needed if they chose another school, unless you write its name below."),
    )
    lost_to = forms.CharField(label=_("Another school"), max_length=160, required=False)
    note = forms.CharField(
        label=_("Note"),
        max_length=2_000,
        required=False,
        widget=NOTE,
        help_text=_("Needed for another reason than those of the list."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rival"].queryset = Competitor.objects.order_by("name")

    def clean(self):
        said = super().clean()
        reason = said.get("reason")
        try:
            progress.ending_of(
                reason or "", lost_to=said.get("lost_to", ""), note=said.get("note", ""), rival=said.get("rival")
            )
        except progress.ReasonMissing as missing:
            field = FIELDS.get(type(missing), "reason")
            if field not in self.errors:
                self.add_error(field, str(missing))
        return said


class InvalidForm(forms.Form):
    """By which rule something was no enquiry."""

    rule = forms.ChoiceField(label=_("Why is it none?"), choices=Enquiry.InvalidRule.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note"), max_length=2_000, required=False, widget=NOTE)


class InterestForm(forms.Form):
    """One more programme that somebody is interested in."""

    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = Programme.objects.filter(is_open=True).order_by("title")
