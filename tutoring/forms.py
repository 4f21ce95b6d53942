"""The forms of tutors and of students who answer."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import Channel, User
from tutoring import caseload

CHANNELS = [
    (value, label) for value, label in Channel.choices if value not in (Channel.IMPORT, Channel.POST, Channel.WEB)
]
SCORES = [(number, str(number)) for number in range(11)]


class ContactForm(forms.Form):
    """A contact with a student: how, what was agreed, and when next."""

    channel = forms.ChoiceField(label=_("How"), choices=CHANNELS, initial=Channel.PHONE, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What was agreed"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    next_on = forms.DateField(
        label=_("Next contact on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave it empty when none is needed."),
    )

    def clean_next_on(self):
        chosen = self.cleaned_data["next_on"]
        if chosen and chosen < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose today or a later one."))
        return chosen


class TransferForm(forms.Form):
    """Another tutor."""

    to = forms.ModelChoiceField(label=_("Give to"), queryset=User.objects.none(), empty_label=_("Choose a tutor"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = caseload.tutors_with_load()
        self.fields["to"].label_from_instance = lambda tutor: f"{tutor} ({tutor.load})"


class SurveyForm(forms.Form):
    """One score and a few words."""

    score = forms.TypedChoiceField(
        coerce=int,
        choices=SCORES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a number from 0 to 10.")},
    )
    comment = forms.CharField(
        label=_("What is the reason for your number?"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
