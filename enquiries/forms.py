"""The public enquiry form, what the promise page takes, and the forms of the back office."""

from copy import deepcopy

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enquiries.intake import questions
from enquiries.intake.arrivals import MESSAGE_LIMIT
from enquiries.origins.touches import CARRIED
from people.contact import consents
from people.models import Purpose


class EnquiryForm(forms.Form):
    """One contact is enough to ask. A known ``person`` is not asked for one.

    The intakes to choose from are ``coming``, or else those that ``programme`` has yet to start.
    """

    contact = forms.CharField(
        label=_("E-mail or telephone"),
        help_text=_("One is enough. We use it to answer you."),
        max_length=254,
        error_messages={
            "required": _("Leave an e-mail address or a telephone number, so that we can answer you."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=questions.NAME_LIMIT,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    intake = forms.ChoiceField(label=_("When would you like to start?"), required=False)
    message = forms.CharField(
        label=_("Your question"),
        required=False,
        max_length=MESSAGE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    consent_commercial = forms.BooleanField(required=False)
    website = forms.CharField(required=False)  # nobody sees it; machines fill it in
    programme = forms.CharField(required=False, widget=forms.HiddenInput)
    language = forms.CharField(required=False, widget=forms.HiddenInput)
    page = forms.CharField(required=False, widget=forms.HiddenInput)
    referrer = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, language, programme=None, person=None, coming=None, **options):
        super().__init__(_with_contact(data), auto_id="ask_%s", **options)
        self.asked_in, self.person, self.question = language, person, None
        for key in CARRIED:
            self.fields[key] = forms.CharField(required=False, widget=forms.HiddenInput)
        if person:
            del self.fields["contact"]
            if person.name:
                del self.fields["name"]
        if coming is None:
            self.offer_intakes_of(programme)
        else:
            self._offer_intakes(coming)
        wording = consents.current_wording(Purpose.COMMERCIAL, language)
        self.fields["consent_commercial"].label = wording.text
        self.fields["wording_commercial"] = forms.CharField(
            required=False, widget=forms.HiddenInput, initial=wording.version
        )

    def offer_intakes_of(self, programme):
        """Let those be chosen from that ``programme`` has yet to start; a form that is in order needs none."""
        self._offer_intakes(programme.intakes.upcoming(on=timezone.localdate()) if programme else [])

    def _offer_intakes(self, coming):
        choices = [(str(intake.pk), intake.label()) for intake in coming]
        if choices:
            self.fields["intake"] = deepcopy(self.base_fields["intake"])
            self.fields["intake"].choices = [("", _("I do not know yet")), *choices]
        elif self.is_bound:
            # An intake that is no longer offered is kept with the question; it is no reason to refuse it.
            self.fields["intake"] = forms.CharField(required=False, widget=forms.HiddenInput)
        else:
            del self.fields["intake"]

    def clean(self):
        try:
            self.question = questions.read(
                self.data, at=timezone.now(), language=self.asked_in, is_known=self.person is not None
            )
        except questions.Incomplete as incomplete:
            for field, why in incomplete.errors.items():
                if field not in self.errors:
                    self.add_error(field if field in self.fields else None, why)
        return super().clean()


def _with_contact(data):
    """The form shows one field for what scripts send as ``email`` or ``phone``."""
    if data is None or data.get("contact"):
        return data
    data = data.copy()
    data["contact"] = data.get("email") or data.get("phone") or ""
    return data


class MoreForm(forms.Form):
    """Something to add to a question."""

    message = forms.CharField(
        label=_("What would you like to add?"), max_length=MESSAGE_LIMIT, widget=forms.Textarea(attrs={"rows": 4})
    )
