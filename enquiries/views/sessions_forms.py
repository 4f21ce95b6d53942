"""What people fill in to have a place at a session or an hour with an adviser."""

from babel.dates import format_interval, format_skeleton, format_time
from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from contact_centre.clocks.calendars import ZONE
from enquiries.intake import questions
from enquiries.models import BookableHours, Session
from enquiries.origins.touches import CARRIED
from enquiries.sessions import slots
from people.contact import consents
from people.contact.contact_hours import zone_of
from people.models import Purpose
from programmes.dates import READERS

Way = BookableHours.Way
HERE, THERE = "here", "there"


class ContactForm(forms.Form):
    """One contact is enough; who is signed in, or came by a link of ours, is asked for none."""

    contact = forms.CharField(
        label=_("E-mail or telephone"),
        help_text=_("One is enough. With an e-mail address you get the confirmation and the entry for your calendar."),
        max_length=254,
        error_messages={"required": _("Leave an e-mail address or a telephone number, so that we can reach you.")},
        widget=forms.TextInput(attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=questions.NAME_LIMIT,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    message = forms.CharField(
        label=_("Is there something we should know or prepare?"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    consent_commercial = forms.BooleanField(required=False)
    website = forms.CharField(required=False)  # nobody sees it; machines fill it in
    page = forms.CharField(required=False, widget=forms.HiddenInput)
    referrer = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, language, person=None, **options):
        super().__init__(data, **options)
        self.person = person
        for key in CARRIED:
            self.fields[key] = forms.CharField(required=False, widget=forms.HiddenInput)
        if person:
            del self.fields["contact"], self.fields["consent_commercial"]
            if person.name:
                del self.fields["name"]
        else:
            self.fields["consent_commercial"].label = consents.current_wording(Purpose.COMMERCIAL, language).text

    def refuse(self, errors):
        """Say what the door found wrong beside the field it is about."""
        for name, why in errors.items():
            if name not in self.errors:
                self.add_error(name if name in self.fields else None, why)


class PlaceForm(ContactForm):
    """A place at one session."""

    where = forms.ChoiceField(label=_("How will you come?"), widget=forms.RadioSelect)
    field_order = ("where", "contact", "name", "message", "consent_commercial")

    def __init__(self, data=None, *, session, left, **options):
        super().__init__(data, auto_id="place_%s", **options)
        if session.way == Session.Way.BOTH:
            self.fields["where"].choices = [
                (HERE, _beside(_("In the room"), left[False])),
                (THERE, _beside(_("Online"), left[True])),
            ]
            self.fields["where"].initial = THERE if left[False] == 0 and left[True] != 0 else HERE
        else:
            del self.fields["where"]

    @property
    def wants_online(self) -> bool:
        return self.cleaned_data.get("where") == THERE


class HourForm(ContactForm):
    """An hour with an adviser, among those that are free."""

    starts_at = forms.ChoiceField(
        label=_("When?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the times."),
            "invalid_choice": _("This time is no longer free. Choose another one, please."),
        },
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=30,
        help_text=_("We call you at this number."),
        error_messages={"required": _("Leave the number at which we can call you.")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    field_order = ("starts_at", "phone", "contact", "name", "message", "consent_commercial")

    def __init__(self, data=None, *, free, way, has_number=False, **options):
        super().__init__(data, auto_id="hour_%s", **options)
        self.fields["starts_at"].choices = [
            (day, [(slot.starts_at.isoformat(), clock(slot.starts_at)) for slot in day_slots])
            for day, day_slots in slots.times(free).items()
        ]
        self.fields["message"].label = _("What would you like to talk about?")
        if way != Way.PHONE:
            del self.fields["phone"]
            return
        if has_number:
            self.fields["phone"].required = False
            self.fields["phone"].help_text = _("Empty: the number we know.")
        if "contact" in self.fields:
            # The number is a contact already; an address is asked for so that the confirmation can be sent.
            self.fields["contact"].label = _("E-mail")
            self.fields["contact"].required = False
            self.fields["contact"].help_text = _("For the confirmation and the entry for your calendar.")
            self.fields["contact"].widget.input_type = "email"


class OtherHourForm(forms.Form):
    """Another time for what is booked."""

    starts_at = HourForm.base_fields["starts_at"]

    def __init__(self, data=None, *, free, **options):
        super().__init__(data, auto_id="other_%s", **options)
        self.fields["starts_at"].choices = [
            (day, [(slot.starts_at.isoformat(), clock(slot.starts_at)) for slot in day_slots])
            for day, day_slots in slots.times(free).items()
        ]


class WalkInForm(forms.Form):
    """Who came without a place."""

    name = forms.CharField(label=_("Name"), max_length=questions.NAME_LIMIT)
    contact = forms.CharField(label=_("E-mail or telephone"), max_length=254)


class ForPersonForm(forms.Form):
    """An hour that staff book for somebody."""

    note = forms.CharField(label=_("What about"), max_length=500, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)


class HoursForm(forms.ModelForm):
    """One line of somebody's bookable hours."""

    ways = forms.MultipleChoiceField(
        label=_("How"), choices=BookableHours.Way.choices, widget=forms.CheckboxSelectMultiple
    )
    online_address = forms.URLField(
        label=_("Address of the meeting"), max_length=500, required=False, assume_scheme="https"
    )

    class Meta:
        model = BookableHours
        fields = ["weekday", "from_time", "until_time", "minutes", "ways", "campus", "online_address"]
        widgets = {
            "from_time": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "until_time": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("from_time") and cleaned.get("until_time") and cleaned["until_time"] <= cleaned["from_time"]:
            self.add_error("until_time", _("They end before they begin."))
        if Way.ONLINE in cleaned.get("ways", []) and not cleaned.get("online_address"):
            self.add_error("online_address", _("People who meet you online need the address of the meeting."))
        return cleaned


HoursFormSet = forms.modelformset_factory(BookableHours, form=HoursForm, extra=1, can_delete=True, max_num=40)


def clock(at) -> str:
    """The hour where the school is, as the reader writes it."""
    reader = READERS.get((get_language() or "ca")[:2], "en_GB")
    return format_time(timezone.localtime(at, zone_of(ZONE)), "short", locale=reader)


def from_day_to_day(first, last) -> str:
    """Such as “8–14 Mar 2027”, as the reader writes it."""
    return format_interval(first, last, "yMMMd", locale=READERS.get((get_language() or "ca")[:2], "en_GB"))


def weekday_and_day(day) -> str:
    """Such as “Monday 8 March”, as the reader writes it."""
    words = format_skeleton("MMMMEEEEd", day, locale=READERS.get((get_language() or "ca")[:2], "en_GB"))
    return words[:1].upper() + words[1:]


def _beside(words, left):
    if left is None:
        return words
    if left == 0:
        return _("%(where)s – full, waiting list") % {"where": words}
    return _("%(where)s – places left: %(number)s") % {"where": words, "number": left}
