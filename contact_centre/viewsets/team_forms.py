"""The forms of teams, advisers, absences and rules: lists of codes as boxes to tick, a week as it is said."""

import re
from datetime import time

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from contact_centre import queue
from contact_centre.assignment import shifts, supervisors
from contact_centre.models import Case, Weekday
from people.models import Language, User

HOURS = re.compile(r"^(\d{1,2})(?:[:.h](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[:.h](\d{2}))?$")
KINDS = [(one.value, one.label) for one in Case.Kind]
LANGUAGES = [(one.value, one.label) for one in Language]


def ticks(label, choices, **kwargs) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **kwargs
    )


class TeamForm(WagtailAdminModelForm):
    kinds = ticks(gettext_lazy("Kinds of cases"), KINDS, help_text=gettext_lazy("None ticked: all kinds."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        users = supervisors.with_right(supervisors.TAKE, supervisors.SUPERVISE)
        self.fields["supervisor"].queryset = User.objects.filter(pk__in=[user.pk for user in users])


class HoursField(forms.CharField):
    """The hours of a day as people write them: “9–14, 15:00–18:30”; empty on a day off."""

    def clean(self, value):
        written = super().clean(value)
        hours = [_span(part.strip()) for part in written.split(",") if part.strip()]
        if any(later[0] < earlier[1] for earlier, later in zip(sorted(hours), sorted(hours)[1:], strict=False)):
            raise ValidationError(_("These hours overlap."))
        return sorted(hours)


class AdviserForm(WagtailAdminModelForm):
    """What somebody can take, and when they are at the desk each week."""

    languages = ticks(gettext_lazy("Languages"), LANGUAGES, help_text=gettext_lazy("None ticked: all languages."))
    day_0, day_1, day_2, day_3, day_4, day_5, day_6 = (
        HoursField(label=day.label, required=False, max_length=80) for day in Weekday
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = queue.advisers()
        if self.instance.pk:
            for weekday, hours in shifts.usual_week(self.instance.user).items():
                self.initial[f"day_{weekday}"] = ", ".join(f"{a:%H:%M}–{b:%H:%M}" for a, b in hours)

    def save(self, commit=True):
        adviser = super().save(commit=commit)
        week = {day.value: self.cleaned_data.get(f"day_{day.value}") or [] for day in Weekday}
        shifts.keep_usual_week(adviser.user, week)
        return adviser


class OfAdviserForm(WagtailAdminModelForm):
    """A row about somebody at the desk."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = queue.advisers()


class PushRuleForm(WagtailAdminModelForm):
    kinds = ticks(gettext_lazy("Kinds of cases"), KINDS, help_text=gettext_lazy("None ticked: all kinds."))
    languages = ticks(gettext_lazy("Languages"), LANGUAGES, help_text=gettext_lazy("None ticked: all languages."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = queue.advisers()

    def clean(self):
        typed = super().clean()
        if typed.get("to") and typed.get("team"):
            self.add_error("to", _("Name a team or one person, not both."))
        return typed


def _span(written: str) -> tuple[time, time]:
    found = HOURS.match(written)
    if not found:
        raise ValidationError(_("Write hours like 9:00–14:00, 15:00–18:00."))
    first, minutes, last, end = (int(part or 0) for part in found.groups())
    try:
        opens, closes = time(first, minutes), time(23, 59) if (last, end) == (24, 0) else time(last, end)
    except ValueError as beyond:
        raise ValidationError(_("Write hours like 9:00–14:00, 15:00–18:00.")) from beyond
    if closes <= opens:
        raise ValidationError(_("The end comes after the beginning."))
    return opens, closes
