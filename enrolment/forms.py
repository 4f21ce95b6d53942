"""The short application form and the forms of the desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

MOTIVATION_LIMIT = 4000


class ApplicationForm(forms.Form):
    """Three questions; a draft may leave any of them open."""

    given_name = forms.CharField(
        label=_("Given name"), max_length=150, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    family_name = forms.CharField(
        label=_("Family name"), max_length=150, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    motivation = forms.CharField(
        label=_("Why this programme?"),
        help_text=_("A few sentences are enough: what you do now, and what you would like to do afterwards."),
        max_length=MOTIVATION_LIMIT,
        widget=forms.Textarea({"rows": 6}),
    )
    education = forms.CharField(
        label=_("Your studies and experience"),
        help_text=_("The last thing you finished, or the work you do."),
        max_length=250,
    )
    weekly_hours = forms.IntegerField(
        label=_("Hours a week you can study"),
        help_text=_("An honest guess helps your tutor."),
        min_value=1,
        max_value=60,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )

    def __init__(self, *args, person, is_draft=False, **kwargs):
        super().__init__(*args, **kwargs)
        # What we know is not asked again.
        for name in ("given_name", "family_name"):
            if getattr(person, name):
                del self.fields[name]
        if is_draft:
            for field in self.fields.values():
                field.required = False

    def answers(self) -> dict:
        """What the application keeps; the name belongs to the person."""
        return {name: self.cleaned_data.get(name) for name in ("motivation", "education", "weekly_hours")}

    def names(self) -> dict:
        given = {name: self.cleaned_data.get(name, "") for name in ("given_name", "family_name") if name in self.fields}
        return {name: value for name, value in given.items() if value}


class DecisionForm(forms.Form):
    note = forms.CharField(
        label=_("Note for colleagues"),
        help_text=_("Stays within the school."),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )


class RefundForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=250)
    ends_place = forms.BooleanField(
        label=_("Give the seat back too"),
        help_text=_("The enrolment ends and somebody else can have the seat."),
        required=False,
        initial=True,
    )
