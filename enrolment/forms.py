"""The short application form and the forms of the desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from people import ages
from people.models import Relationship

MOTIVATION_LIMIT = 4000
GUARDIANS = (Relationship.Kind.MOTHER, Relationship.Kind.FATHER, Relationship.Kind.GUARDIAN)


class GuardianForm(forms.Form):
    """Who stands by an applicant under age, to be asked by mail."""

    NEEDED = {"required": _("You are not of age: name your mother, father or guardian, whom we ask to agree.")}
    guardian_given_name = forms.CharField(
        label=_("Their given name"),
        max_length=150,
        error_messages=NEEDED,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    guardian_family_name = forms.CharField(
        label=_("Their family name"), max_length=150, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    guardian_kind = forms.ChoiceField(
        label=_("Who are they to you?"),
        choices=[(kind.value, kind.label) for kind in GUARDIANS],
        error_messages=NEEDED,
    )
    guardian_email = forms.EmailField(
        label=_("Their e-mail address"),
        help_text=_("We write to them with a link. Your application waits until they have agreed."),
        max_length=254,
        error_messages=NEEDED,
        widget=forms.EmailInput({"autocomplete": "off"}),
    )

    def guardian(self) -> dict:
        """Whom to ask, as ``guardians.ask`` takes it."""
        names = ("given_name", "family_name", "kind", "email")
        return {name: self.cleaned_data[f"guardian_{name}"] for name in names}


class ApplicationForm(GuardianForm):
    """Three questions, and what we do not know of the applicant; a draft may leave any of them open."""

    given_name = forms.CharField(
        label=_("Given name"), max_length=150, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    family_name = forms.CharField(
        label=_("Family name"), max_length=150, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    birth_date = forms.DateField(
        label=_("Date of birth"),
        help_text=_("Who is under 18 applies together with their mother, father or guardian."),
        widget=forms.DateInput({"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
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
    field_order = ("given_name", "family_name", "birth_date", "motivation", "education", "weekly_hours")

    def __init__(self, *args, person, on, has_guardian=False, is_draft=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.on = on
        # What we know is not asked again.
        for name in ("given_name", "family_name", "birth_date"):
            if getattr(person, name):
                del self.fields[name]
        self.asks_guardian = not has_guardian and ages.is_minor_on(person.birth_date or self._typed_birth_date(), on=on)
        if not self.asks_guardian:
            for name in GuardianForm.base_fields:
                del self.fields[name]
        if is_draft:
            for field in self.fields.values():
                field.required = False

    def clean_birth_date(self):
        birth_date = self.cleaned_data["birth_date"]
        if birth_date is not None and not ages.is_plausible(birth_date, on=self.on):
            raise forms.ValidationError(_("Nobody who applies can have been born on that day. Please check it."))
        return birth_date

    def answers(self) -> dict:
        """What the application keeps; the rest belongs to the person."""
        return {name: self.cleaned_data.get(name) for name in ("motivation", "education", "weekly_hours")}

    def facts(self) -> dict:
        """What we did not know of the applicant and were told."""
        told = {name: self.cleaned_data.get(name) for name in ("given_name", "family_name", "birth_date")}
        return {name: value for name, value in told.items() if value}

    def _typed_birth_date(self):
        """The date as typed, before anything is checked: whom to ask for depends on it."""
        try:
            return (
                self.fields["birth_date"].to_python(self.data.get("birth_date"))
                if "birth_date" in self.fields
                else None
            )
        except forms.ValidationError:
            return None


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
