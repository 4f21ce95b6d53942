"""The forms of the desk; none of them carries a state."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contact_centre import queue
from contact_centre.answering import Outcome
from people.models import User


class AnswerForm(forms.Form):
    """An answer by e-mail, as the adviser leaves it."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(label=_("Answer"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 12}))


class CallForm(forms.Form):
    """A call in two inputs: how it ended, and what was said."""

    outcome = forms.ChoiceField(label=_("The call"), choices=Outcome.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What was said"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class CloseForm(forms.Form):
    """Why a case ends."""

    note = forms.CharField(label=_("Why (optional)"), max_length=500, required=False)


class AssignForm(forms.Form):
    """To whom cases are given."""

    to = forms.ModelChoiceField(label=_("Give to"), queryset=User.objects.none(), empty_label=_("Choose an adviser"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = queue.advisers()
