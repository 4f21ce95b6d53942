"""The forms of the desk; none of them carries a state."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contact_centre import lines, queue
from contact_centre.calls import MADE
from contact_centre.wording import rendering
from people.models import Channel, Language, Purpose, Relationship, Touchpoint, User
from people.relatives import Details, Scope
from people.timeline import Sieve
from programmes.models import Programme

FEELINGS = [("", _("Nobody knows")), *Touchpoint.Emotion.choices]


class AnswerForm(forms.Form):
    """An answer by e-mail, as the adviser leaves it."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(label=_("Answer"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 12}))
    purpose = forms.ChoiceField(
        label=_("What is it for?"),
        choices=[
            (Purpose.ENQUIRY, _("To answer what they asked")),
            (Purpose.SERVICE, _("Their studies, payments or documents")),
            (Purpose.COMMERCIAL, _("News or an offer: needs their consent")),
        ],
        required=False,
    )
    draft = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def clean_purpose(self):
        return self.cleaned_data["purpose"] or Purpose.ENQUIRY

    def clean(self):
        """A mark such as [[price]] stands where a template lacked something: it is for us, not for them."""
        typed = super().clean()
        if left := rendering.gaps_in(f"{typed.get('subject', '')}\n{typed.get('body', '')}"):
            raise forms.ValidationError(_("Fill in what is missing first: %(marks)s") % {"marks": ", ".join(left)})
        return typed


class CallForm(forms.Form):
    """A call in two inputs: how it ended, and what was said."""

    outcome = forms.ChoiceField(
        label=_("The call"), choices=[(one.value, one.label) for one in MADE], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("What was said"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    emotion = forms.ChoiceField(label=_("How did they feel? (optional)"), choices=FEELINGS, required=False)


class FactsField(forms.TypedMultipleChoiceField):
    """Versions of facts; one that was replaced while the adviser was talking has been told all the same."""

    def valid_value(self, value):
        return value.isdecimal() and len(value) < 19


class CaseCallForm(CallForm):
    """A call on a case, with the facts of its programme to tick."""

    facts = FactsField(
        label=_("Which facts did you tell?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, facts=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["facts"].choices = facts
        if not facts:
            del self.fields["facts"]


class PersonCallForm(CallForm):
    """A call without an open case has to say what it was for."""

    purpose = forms.ChoiceField(
        label=_("What was it for?"),
        choices=[
            ("", _("Choose")),
            (Purpose.ENQUIRY, _("To answer what they asked")),
            (Purpose.SERVICE, _("Their studies, payments or documents")),
            (Purpose.COMMERCIAL, _("News or an offer")),
            (Purpose.SURVEY, _("A survey")),
        ],
    )


SOURCES = [
    ("", _("Did not say")),
    ("search", _("Searched on the internet")),
    ("website", _("Our website")),
    ("social", _("Social media")),
    ("friend", _("Somebody told them")),
    ("fair", _("A fair")),
    ("press", _("Press, radio or poster")),
    ("letter", _("A letter or message of ours")),
    ("known", _("Knew us already")),
    ("other", _("Something else")),
]


class IncomingCallForm(forms.Form):
    """A call that came in, in three inputs: what was said, how they heard of us, and whether something is owed."""

    note = forms.CharField(
        label=_("What was said"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    source = forms.ChoiceField(label=_("How did they hear of us?"), choices=SOURCES, required=False)
    leaves_open = forms.BooleanField(label=_("Something is still owed: keep the case open"), required=False)
    campaign = forms.SlugField(label=_("Campaign"), max_length=80, required=False)
    number = forms.CharField(max_length=32, required=False, widget=forms.HiddenInput)
    case = forms.UUIDField(required=False, widget=forms.RadioSelect)
    call = forms.UUIDField(required=False, widget=forms.HiddenInput)
    logged_in_ms = forms.IntegerField(
        min_value=0, max_value=86_400_000, required=False, widget=forms.HiddenInput({"data-took": ""})
    )
    facts = FactsField(
        label=_("Which facts did you tell?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, facts=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["facts"].choices = facts
        if not facts:
            del self.fields["facts"]


class NewCallerForm(IncomingCallForm):
    """Somebody we do not know calls: who they are, and what they ask."""

    given_name = forms.CharField(label=_("Given name"), max_length=150)
    family_name = forms.CharField(label=_("Family name"), max_length=150, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Programme.objects.none(), required=False, empty_label=_("None yet")
    )
    field_order = ("given_name", "family_name", "email", "language", "programme", "note", "source", "leaves_open")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = Programme.objects.filter(collection__is_own=True, is_open=True).order_by(
            "title"
        )


class OfferCallForm(CallForm):
    """A call of a call list: how it ended, and what they said to the offer."""

    offer = forms.ChoiceField(
        label=_("The offer"),
        choices=[("", _("Not made")), ("made", _("Made, they are thinking")), ("accepted", _("Accepted")),
                 ("refused", _("Refused"))],
        required=False,
    )  # fmt: skip
    emotion = None  # type: ignore[assignment]  # Django: leave out


class FeelingForm(forms.Form):
    """How somebody felt, said by whoever was there; empty takes it back."""

    emotion = forms.ChoiceField(label=_("How did they feel?"), choices=FEELINGS, required=False)
    sentiment = forms.TypedChoiceField(
        label=_("And about us?"),
        choices=[("", _("Nobody knows")), *((str(at), word) for _below, at, word, _tone in lines.SENTIMENTS)],
        coerce=float,
        empty_value=None,
        required=False,
    )


class SieveForm(forms.Form):
    """Which part of a timeline to show, as it stands in the address; what makes no sense there is left out."""

    kind = forms.CharField(label=_("What"), max_length=61, required=False, widget=forms.Select)
    channel = forms.ChoiceField(label=_("Channel"), choices=[("", _("Any")), *Channel.choices], required=False)
    direction = forms.ChoiceField(
        label=_("Direction"), choices=[("", _("Any")), *Touchpoint.Direction.choices], required=False
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}))
    q = forms.CharField(label=_("Words in it"), max_length=100, required=False, widget=forms.SearchInput)

    def __init__(self, address: QueryDict):
        super().__init__(address, auto_id="sieve-%s")
        self.offer(())
        self.is_valid()

    def offer(self, kinds: Iterable[str]) -> None:
        """Let these kinds of touchpoints be chosen from."""
        self.fields["kind"].widget.choices = [("", _("Everything")), *lines.choices(kinds)]

    def sieve(self) -> Sieve:
        """What was asked for; a kind that ends with a dot is the whole floor."""
        kind = self.cleaned_data.get("kind", "")
        floor, dot, rest = kind.partition(".")
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        return Sieve(
            kinds=(kind,) if kind and not (dot and not rest) else (),
            floor=floor if dot and not rest else "",
            channel=self.cleaned_data.get("channel", ""),
            direction=self.cleaned_data.get("direction", ""),
            since=_midnight(since) if since else None,
            until=_midnight(until + timedelta(days=1)) if until and until.year < 9999 else None,
            words=self.cleaned_data.get("q", "").replace("\x00", ""),
        )

    def asked(self) -> QueryDict:
        """The part of the address that sieves, without what is empty or makes no sense."""
        asked = QueryDict(mutable=True)
        for name in self.fields:
            if self.cleaned_data.get(name):
                asked[name] = self.data[name]
        return asked


class FollowUpForm(forms.Form):
    """What an adviser sets themselves to do, and when."""

    due_at = forms.DateTimeField(label=_("When"), widget=forms.DateTimeInput({"type": "datetime-local"}))
    channel = forms.ChoiceField(
        label=_("How"), choices=[(one.value, one.label) for one in (Channel.PHONE, Channel.EMAIL, Channel.WHATSAPP)]
    )
    why = forms.CharField(label=_("What for"), max_length=250)


class CloseForm(forms.Form):
    """Why a case ends."""

    note = forms.CharField(label=_("Why (optional)"), max_length=500, required=False)


class AssignForm(forms.Form):
    """To whom cases are given."""

    to = forms.ModelChoiceField(label=_("Give to"), queryset=User.objects.none(), empty_label=_("Choose an adviser"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = queue.advisers()


class RelativeForm(forms.Form):
    """Somebody who stands by a person: who they are, how to reach them, and what for."""

    SCOPE = ("is_guardian", "gets_reports", "gets_invoices", "is_payer")
    EVIDENCE = ("source", "proof")
    given_name = forms.CharField(label=_("Given name"), max_length=150)
    family_name = forms.CharField(label=_("Family name"), max_length=150, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=60,
        required=False,
        help_text=_("One of the two is enough. Whoever we know by it already is the one who is written down."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    kind = forms.ChoiceField(label=_("Who they are"), choices=Relationship.Kind.choices)
    is_guardian = forms.BooleanField(label=_("May decide for them"), required=False)
    gets_reports = forms.BooleanField(label=_("Gets progress reports"), required=False)
    gets_invoices = forms.BooleanField(label=_("Gets invoices"), required=False)
    is_payer = forms.BooleanField(label=_("Pays"), required=False)
    source = forms.CharField(
        label=_("How do we know?"), max_length=200, help_text=_("The call, letter or page in which it was said.")
    )
    proof = forms.CharField(
        label=_("Proof"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_(
            "For somebody of age: when and how they agreed themselves. Nobody receives anything about them without it."
        ),
    )

    def scope(self) -> Scope:
        return Scope(**{name: self.cleaned_data[name] for name in self.SCOPE})

    def details(self) -> Details:
        names = ("given_name", "family_name", "email", "phone", "language")
        return Details(**{name: self.cleaned_data[name] for name in names})


class ScopeForm(RelativeForm):
    """What a relative who is written down decides and receives from now on."""

    given_name = family_name = email = phone = language = kind = None  # type: ignore[assignment]  # Django: leave out


def _midnight(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
