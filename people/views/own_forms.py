"""What a person fills in about themselves: preferences, details, addresses, a request."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from people import ages
from people.contact import preferences
from people.identity import names
from people.models import Language, Person
from people.own_data import places

REQUEST_LIMIT = 4000
SCHOOLS_CAP = _("As often as the school allows itself")
FORGED = _("This is none of the choices. Nothing was saved; please try again.")


class PauseField(forms.ChoiceField):
    """A number of days; 0, which ends a pause, is taken also from a page that offers none to end."""

    def valid_value(self, value):
        return value == "0" or super().valid_value(value)


class PreferencesForm(forms.Form):
    """Only what the page showed is changed; one value that it did not offer, and nothing is."""

    language = forms.ChoiceField(label=_("Write to me in"), choices=Language.choices, required=False)
    frequency = forms.ChoiceField(
        label=_("News and offers, at most"), choices=[("", SCHOOLS_CAP), *Person.Frequency.choices], required=False
    )
    preferred_channel = forms.ChoiceField(
        label=_("Reach me first by"),
        choices=[("", _("Wherever it suits")), *[(one.value, one.label) for one in preferences.REACHABLE]],
        required=False,
    )
    preferred_from = forms.TimeField(
        label=_("Call and write from"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    preferred_until = forms.TimeField(
        label=_("Until"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    time_zone = forms.ChoiceField(label=_("In the time of"), required=False)
    pause = PauseField(label=_("A pause from news and surveys"), required=False)
    pause_until = forms.DateField(
        label=_("Or a pause until"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    wanted = forms.MultipleChoiceField(required=False)
    shown = forms.MultipleChoiceField(required=False)
    topics = forms.MultipleChoiceField(required=False)
    topics_shown = forms.MultipleChoiceField(required=False)

    def __init__(self, data=None, *, person, choices, topics, at):
        self.person, self.at = person, at
        self.box_names = [choice.name for choice in choices]
        super().__init__(data, initial=self._initial(), auto_id="%s")
        boxes = [(name, name) for name in self.box_names]
        self.fields["wanted"].choices = self.fields["shown"].choices = boxes
        self.fields["topics"].choices = self.fields["topics_shown"].choices = list(topics.items())
        self.fields["time_zone"].choices = _with_theirs(places.time_zones(get_language() or "ca"), person.time_zone)
        self.fields["pause"].choices = self._pauses()
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = FORGED

    @property
    def is_paused(self) -> bool:
        return self.person.paused_until is not None and self.person.paused_until > self.at

    def clean_pause_until(self):
        day = self.cleaned_data["pause_until"]
        today = timezone.localdate(self.at)
        if day and not today < day <= today + timedelta(days=preferences.LONGEST_PAUSE_DAYS):
            raise forms.ValidationError(_("Choose a day from tomorrow on, within the next two years."))
        return day

    def clean(self):
        start, end = self.cleaned_data.get("preferred_from"), self.cleaned_data.get("preferred_until")
        if not self.errors and (start is None) != (end is None):
            self.add_error("preferred_until" if start else "preferred_from", _("Say both, or neither."))
        if not self.errors and start and start == end:
            self.add_error("preferred_until", _("That leaves no time at all."))
        return super().clean()

    def boxes(self) -> dict[str, bool]:
        """The boxes that were seen and how they were left; a script that names none of them as shown saw them all."""
        wanted = self.cleaned_data["wanted"]
        unsaid = self.box_names if "wanted" in self.data else []
        seen = self.cleaned_data["shown"] if "shown" in self.data else unsaid
        return {name: name in wanted for name in seen}

    def columns(self) -> dict[str, object]:
        """What is to stand in the person's row; a field that was not sent stays as it is."""
        said = self.cleaned_data
        found: dict[str, object] = {
            name: said[name] for name in ("frequency", "preferred_channel") if name in self.data
        }
        found |= {name: said[name] for name in ("language", "time_zone") if said[name]}
        if "preferred_from" in self.data:
            found |= {name: said[name] for name in ("preferred_from", "preferred_until")}
        if "topics_shown" in self.data:
            off = set(said["topics_shown"]) - set(said["topics"])
            kept = [code for code in self.person.topics_off if code not in said["topics_shown"]]
            found["topics_off"] = sorted([*kept, *off])
        if said["pause_until"]:
            found["paused_until"] = preferences.pause_until(said["pause_until"], self.person)
        elif said["pause"]:
            found["paused_until"] = preferences.pause_for(int(said["pause"]), at=self.at)
        return found

    def _initial(self) -> dict:
        return {name: getattr(self.person, name) for name in preferences.FIELDS if name in self.base_fields}

    def _pauses(self) -> list[tuple[str, object]]:
        days = [
            (str(number), ngettext("%(days)s day", "%(days)s days", number) % {"days": number})
            for number in preferences.PAUSES_DAYS
        ]
        if not self.is_paused:
            return [("", _("No pause")), *days]
        until = date_format(timezone.localtime(self.person.paused_until), "DATE_FORMAT")
        as_it_is = gettext("Until %(day)s, as it is") % {"day": until}
        return [("", as_it_is), ("0", _("End the pause")), *days]


class DetailsForm(forms.Form):
    """What a person puts right about themselves."""

    given_name = forms.CharField(
        label=_("Given name"), max_length=150, required=False, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    family_name = forms.CharField(
        label=_("Family name"), max_length=150, required=False, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    birth_date = forms.DateField(
        label=_("Date of birth"),
        required=False,
        widget=forms.DateInput({"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    language = forms.ChoiceField(label=_("Write to me in"), choices=Language.choices)
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, data=None, *, person, at):
        self.at = at
        super().__init__(data, initial={name: getattr(person, name) for name in self.base_fields})
        language = get_language() or "ca"
        self.fields["country"].choices = [("", "–"), *_with_theirs(places.countries(language), person.country)]
        self.fields["time_zone"].choices = _with_theirs(places.time_zones(language), person.time_zone)

    def clean_given_name(self):
        return names.clean(self.cleaned_data["given_name"])

    def clean_family_name(self):
        return names.clean(self.cleaned_data["family_name"])

    def clean_birth_date(self):
        day = self.cleaned_data["birth_date"]
        if day and not ages.is_plausible(day, on=timezone.localdate(self.at)):
            raise forms.ValidationError(_("Nobody who is alive can have been born on that day. Please check the year."))
        return day


class AddressForm(forms.Form):
    """One more way to reach the person."""

    address = forms.CharField(
        label=_("E-mail or telephone"),
        max_length=254,
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false"}),
    )


class CodeForm(forms.Form):
    """The code that came by e-mail, and the token it proves."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=1000)
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class RequestForm(forms.Form):
    """Anything about one's data that no button does."""

    text = forms.CharField(
        label=_("What would you like us to do?"), max_length=REQUEST_LIMIT, widget=forms.Textarea({"rows": 4})
    )


def _with_theirs(choices, theirs: str) -> list:
    """The choices, and before them what stands in the row if it is none of them: an import may have written it."""
    known = {code for code, label in choices if isinstance(label, str)}
    known |= {code for _group, codes in choices if not isinstance(codes, str) for code, _label in codes}
    return list(choices) if theirs in known or not theirs else [(theirs, theirs), *choices]
