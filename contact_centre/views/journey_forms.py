"""What can be typed about journeys and their steps; each form of a step gives back the fields of its kind."""

from datetime import time, timedelta

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contact_centre import queue
from contact_centre.journeys import steps, triggers, words
from contact_centre.models import Journey, MessageTemplate, Segment

UNITS = [("1", _("minutes")), ("60", _("hours")), ("1440", _("days"))]
WAYS = 4


class JourneyForm(forms.ModelForm):
    """What a journey is for, what it begins with and for whom."""

    trigger = forms.ChoiceField(label=_("Begins when"))

    class Meta:
        model = Journey
        fields = ["name", "note", "trigger", "only_for", "phase", "again_after_days"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["trigger"].choices = [(code, one.label) for code, one in triggers.beginnings().items()]
        self.fields["only_for"].queryset = Segment.objects.order_by("name")
        phases = [(code, label) for code, label in MessageTemplate.Phase.choices if code]
        self.fields["phase"] = forms.ChoiceField(
            label=_("Phase of life"), choices=[("", _("Any phase")), *phases], required=False
        )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("trigger") == "segment_entered" and not cleaned.get("only_for"):
            self.add_error("only_for", _("Choose the segment that brings people in."))
        return cleaned


class StepForm(forms.Form):
    """The fields of one kind of step. ``of`` reads them from a step, ``drawn`` writes them."""

    @classmethod
    def of(cls, fields: dict) -> dict:
        return dict(fields)

    def drawn(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class WaitForm(StepForm):
    mode = forms.ChoiceField(
        label=_("How long"),
        widget=forms.RadioSelect,
        initial=steps.SPAN,
        choices=[
            (steps.SPAN, _("A length of time")),
            (steps.WEEKDAY, _("Until a day of the week")),
            (steps.DATE, _("Until a date")),
        ],
    )
    amount = forms.IntegerField(label=_("How many"), min_value=1, max_value=9999, required=False, initial=1)
    unit = forms.ChoiceField(label=_("Of what"), choices=UNITS, required=False, initial="1440")
    weekday = forms.TypedChoiceField(
        label=_("Day"), choices=list(WEEKDAYS.items()), coerce=int, required=False, initial=1
    )
    date = forms.DateField(label=_("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    time = forms.TimeField(
        label=_("Hour"),
        required=False,
        initial=time(10),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    @classmethod
    def of(cls, fields):
        minutes = fields.get("minutes")
        if not isinstance(minutes, int):
            return dict(fields)
        unit = next(size for size in (1440, 60, 1) if minutes % size == 0)
        return {**fields, "amount": minutes // unit, "unit": str(unit)}

    def clean(self):
        cleaned = super().clean()
        mode = cleaned.get("mode")
        if mode == steps.SPAN and not cleaned.get("amount"):
            self.add_error("amount", _("Say how long."))
        elif mode == steps.SPAN and cleaned["amount"] * int(cleaned.get("unit") or 1) > steps.MOST_MINUTES:
            self.add_error("amount", _("Wait a year at most."))
        if mode in (steps.WEEKDAY, steps.DATE) and not cleaned.get("time"):
            self.add_error("time", _("Say at what hour."))
        if mode == steps.DATE and not cleaned.get("date"):
            self.add_error("date", _("Say on which day."))
        return cleaned

    def drawn(self):
        given, mode = self.cleaned_data, self.cleaned_data["mode"]
        if mode == steps.SPAN:
            return {"mode": mode, "minutes": given["amount"] * int(given["unit"] or 1)}
        hour = f"{given['time']:%H:%M}"
        if mode == steps.WEEKDAY:
            return {"mode": mode, "weekday": given["weekday"], "time": hour}
        return {"mode": mode, "date": given["date"].isoformat(), "time": hour}


class QuestionForm(StepForm):
    fact = forms.ChoiceField(label=_("What they do"))
    since = forms.ChoiceField(
        label=_("Counted from"),
        choices=[
            (steps.SINCE_ENTRY, _("their coming in")),
            (steps.SINCE_LETTER, _("our last message")),
        ],
        initial=steps.SINCE_ENTRY,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        named = Segment.objects.order_by("name").values_list("slug", "name")
        self.fields["fact"].choices = [
            (_("They do this"), [(code, one.label) for code, one in triggers.facts().items()]),
            (_("They are in a segment"), [(steps.SEGMENT + slug, name) for slug, name in named]),
        ]


class UntilForm(QuestionForm):
    hours = forms.IntegerField(
        label=_("For at most (hours)"), min_value=1, max_value=steps.MOST_MINUTES // 60, initial=72
    )


class BranchForm(QuestionForm):
    hours = forms.IntegerField(
        label=_("Only in the last (hours)"),
        min_value=0,
        max_value=steps.MOST_MINUTES // 60,
        required=False,
        help_text=_("Empty: ever since."),
    )


class MessageForm(StepForm):
    template = forms.ChoiceField(label=_("Template"))
    channel = forms.ChoiceField(label=_("Channel"), initial=steps.BEST)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        written = MessageTemplate.objects.ready().order_by("title").values_list("code", "title")
        self.fields["template"].choices = list({code: (code, title) for code, title in written}.values())
        self.fields["channel"].choices = [(code, words.channel(code).capitalize()) for code in steps.CHANNELS]


class TaskForm(StepForm):
    text = forms.CharField(label=_("What is to be done"), max_length=250, widget=forms.Textarea(attrs={"rows": 2}))
    case_kind = forms.ChoiceField(
        label=_("As"), choices=[("call", _("a call to make")), ("follow_up", _("a follow-up"))], initial="call"
    )
    user = forms.TypedChoiceField(label=_("For"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        colleagues = [(user.pk, user.get_full_name() or user.email) for user in queue.advisers()]
        self.fields["user"].choices = [("", _("whoever takes it from the queue")), *colleagues]


class SplitForm(StepForm):
    """Up to four ways; an empty name takes the way away."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for number in range(1, WAYS + 1):
            self.fields[f"name_{number}"] = forms.CharField(
                label=_("Way %(number)s") % {"number": number}, max_length=40, required=number < 3
            )
            self.fields[f"share_{number}"] = forms.IntegerField(
                label=pgettext_lazy("a proportion", "Share"),
                min_value=0,
                max_value=100,
                required=False,
                initial=50 if number < 3 else None,
            )
            self.fields[f"control_{number}"] = forms.BooleanField(
                label=_("Control group: gets nothing"), required=False
            )

    @property
    def rows(self):
        return [[self[f"{what}_{number}"] for what in ("name", "share", "control")] for number in range(1, WAYS + 1)]

    @classmethod
    def of(cls, fields):
        given = {}
        for way in fields.get("ways", []):
            number = str(way.get("code", ""))[1:]
            given[f"name_{number}"], given[f"share_{number}"] = way.get("name"), way.get("share")
            given[f"control_{number}"] = way.get("is_control", False)
        return given

    def clean(self):
        cleaned = super().clean()
        shares = [cleaned.get(f"share_{n}") or 0 for n in range(1, WAYS + 1) if cleaned.get(f"name_{n}")]
        if shares and not sum(shares):
            self.add_error("share_1", _("At least one way needs a share."))
        return cleaned

    def drawn(self):
        given = self.cleaned_data
        ways = [
            {
                "code": f"w{number}",
                "name": given[f"name_{number}"],
                "share": given.get(f"share_{number}") or 0,
                "is_control": bool(given.get(f"control_{number}")),
            }
            for number in range(1, WAYS + 1)
            if given.get(f"name_{number}")
        ]
        return {"ways": ways}


class ExitForm(StepForm):
    text = forms.CharField(label=_("Why it ends here"), max_length=120, required=False)
    is_goal = forms.BooleanField(label=_("They got where we wanted them"), required=False)


FORMS: dict[str, type[StepForm]] = {
    steps.WAIT: WaitForm,
    steps.UNTIL: UntilForm,
    steps.MESSAGE: MessageForm,
    steps.TASK: TaskForm,
    steps.BRANCH: BranchForm,
    steps.SPLIT: SplitForm,
    steps.EXIT: ExitForm,
}


class SimulationForm(forms.Form):
    """Who is imagined, when they come in, and after how many hours they do what. Nothing typed: they never do it."""

    person = forms.CharField(
        label=_("Who"), required=False, max_length=120, help_text=_("A name or an address; empty: somebody imagined.")
    )
    begins_at = forms.DateTimeField(
        label=_("Comes in"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    lot = forms.IntegerField(label=_("Draw"), min_value=1, max_value=999, initial=1, required=False)

    def __init__(self, *args, facts=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.facts = list(facts)
        for number, fact in enumerate(self.facts):
            if fact.startswith(steps.SEGMENT):
                field = forms.BooleanField(label=words.fact(fact), required=False)
            else:
                field = forms.IntegerField(
                    label=_("%(what)s, after (hours)") % {"what": words.fact(fact)},
                    required=False,
                    min_value=1,
                    max_value=20_000,
                )
            self.fields[f"does_{number}"] = field

    @property
    def does_fields(self):
        return [self[f"does_{number}"] for number in range(len(self.facts))]

    def does(self) -> dict:
        """When each thing happens."""
        begins_at, found = self.cleaned_data["begins_at"], {}
        for number, fact in enumerate(self.facts):
            given = self.cleaned_data.get(f"does_{number}")
            if given is True:
                found[fact] = begins_at
            elif given:
                found[fact] = begins_at + timedelta(hours=given)
        return found
