"""The form of a send: what is chosen once, and up to four wordings."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contact_centre.models import MessageTemplate, Segment, Send
from contact_centre.sends import comparing
from contact_centre.sends.making import Wording
from people.contact import policy
from programmes.models import Programme

WORDINGS = 4
HELD_OUT = "-"


class SendForm(forms.ModelForm):
    """Everything of a send that staff choose."""

    class Meta:
        model = Send
        fields = [
            "name", "segment", "channel", "purpose", "topic", "phase", "programme", "campaign", "value", "due_at",
            "per_hour", "metric", "planned_sample", "rest_to_winner", "halt_bounce_percent", "halt_complaint_percent",
        ]  # fmt: skip
        widgets = {"due_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")}
        help_texts = {
            "value": _("0 to 100. When two sends want somebody’s last free place, the one worth more gets it."),
            "due_at": _("Empty: as soon as it is approved."),
            "per_hour": _("Empty: as fast as it goes."),
            "planned_sample": _("How many people each wording needs before one may be called better."),
            "campaign": _("Its code goes along with links to our own pages."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["segment"].queryset = Segment.objects.order_by("name")
        self.fields["segment"].required = True
        self.fields["programme"].queryset = Programme.objects.filter(collection__is_own=True).order_by("title")
        self.fields["due_at"].input_formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        self.fields["topic"] = forms.ChoiceField(
            label=_("Topic"), required=False, choices=[("", _("Any topic")), *policy.topics().items()]
        )
        self.fields["phase"] = forms.ChoiceField(
            label=_("Phase of life"), required=False, choices=MessageTemplate.Phase.choices
        )

    @property
    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class WordingForm(forms.Form):
    """One wording with its share; without a name it is not there."""

    name = forms.CharField(label=_("Name"), max_length=40, required=False)
    template = forms.ChoiceField(label=_("Template"), required=False)
    share = forms.IntegerField(
        label=pgettext_lazy("a proportion", "Share"), min_value=1, max_value=1000, initial=1, required=False
    )

    def __init__(self, *args, codes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = [("", _("Not used")), (HELD_OUT, _("Nothing: held out to compare")), *codes]

    def clean(self):
        found = super().clean()
        if found.get("template") and not found.get("name"):
            self.add_error("name", _("Give it a name."))
        return found


class BaseWordings(forms.BaseFormSet):
    def clean(self):
        if any(self.errors):
            return
        wordings = self.wordings()
        if not any(one.template_code for one in wordings):
            raise ValidationError(_("Choose at least one template."))
        if len({one.name for one in wordings}) < len(wordings):
            raise ValidationError(_("Two wordings have the same name."))

    def wordings(self) -> list[Wording]:
        """What was filled in, in its order."""
        return [
            Wording(row["name"], "" if row["template"] == HELD_OUT else row["template"], row.get("share") or 1)
            for row in (form.cleaned_data for form in self.forms)
            if row.get("template")
        ]


WordingFormSet = forms.formset_factory(WordingForm, formset=BaseWordings, extra=0, max_num=WORDINGS)


def codes(channel: str = "") -> list[tuple[str, str]]:
    """The templates there are, by code, with a title."""
    rows = MessageTemplate.objects.ready().order_by("title", "language")
    if channel:
        rows = rows.filter(channel=channel)
    found: dict[str, str] = {}
    for code, title in rows.values_list("code", "title"):
        found.setdefault(code, title)
    return list(found.items())


def rows_of(send: Send | None) -> list[dict]:
    """What the wordings' rows start with."""
    variants = list(send.variants.order_by("position", "pk")) if send else []
    rows = [{"name": one.name, "template": one.template_code or HELD_OUT, "share": one.share} for one in variants]
    rows = rows or [{"name": "A", "share": 1}]
    return rows + [{"share": 1}] * (WORDINGS - len(rows))


class SampleForm(forms.Form):
    """The question that a planned sample answers."""

    baseline = forms.FloatField(label=_("Now (%)"), min_value=0.1, max_value=95, initial=5)
    difference = forms.FloatField(label=_("Worth finding (points)"), min_value=0.1, max_value=90, initial=2)
    wordings = forms.IntegerField(label=_("Wordings"), min_value=2, max_value=WORDINGS, initial=2)

    def sample(self) -> int | None:
        """How many each wording needs; None if no number is enough."""
        given = self.cleaned_data
        try:
            return comparing.planned_sample(
                given["baseline"] / 100, given["difference"] / 100, wordings=given["wordings"]
            )
        except ValueError:
            return None


class StopForm(forms.Form):
    """Why everything stops."""

    why = forms.CharField(label=_("Why"), max_length=250)
    sure = forms.BooleanField(label=_("Yes: nothing may leave but what somebody is owed."))
