"""The forms of calendars and promises."""

import re
from datetime import datetime, time
from itertools import pairwise
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contact_centre.models import KindPromise, SpecialDay, Team, WorkingCalendar
from contact_centre.models import Weekday as Day

_STRETCH = re.compile(r"^(\d{1,2})(?:[:.h](\d{2}))?h?\s*[-–—]\s*(\d{1,2})(?:[:.h](\d{2}))?h?$")
_BETWEEN = re.compile(r"\s*[,;/]\s*|\s+(?=\d{1,2}(?:[:.h]\d{2})?h?\s*[-–—])")


class HoursField(forms.CharField):
    """The hours of a day as people write them: "9-14, 15:00-18:30"; empty on a day off."""

    def to_python(self, value):
        written = super().to_python(value)
        found = sorted(_stretch(part) for part in _BETWEEN.split(written.strip()) if part)
        if any(before[1] > after[0] for before, after in pairwise(found)):
            raise ValidationError(_("Two stretches of this day overlap."))
        return found

    def prepare_value(self, value):
        return value if isinstance(value, str) or value is None else written(value)

    def has_changed(self, initial, data):
        return True


def written(hours) -> str:
    return ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in hours)


def _stretch(part: str) -> tuple[time, time]:
    read = _STRETCH.match(part)
    if read is None:
        said = _("“%(part)s” is not understood. Write the hours like this: 9:00-14:00, 15:00-18:00.")
        raise ValidationError(said % {"part": part})
    opens_hour, opens_minute, closes_hour, closes_minute = (int(one or 0) for one in read.groups())
    try:
        opens = time(opens_hour, opens_minute)
        closes = time(23, 59) if (closes_hour, closes_minute) == (24, 0) else time(closes_hour, closes_minute)
    except ValueError:
        raise ValidationError(_("“%(part)s” is no time of the day.") % {"part": part}) from None
    if closes <= opens:
        raise ValidationError(
            _("“%(part)s” ends before it begins. Hours past midnight belong to the next day.") % {"part": part}
        )
    return opens, closes


class CalendarForm(forms.ModelForm):
    """A calendar with one line of hours for each weekday."""

    class Meta:
        model = WorkingCalendar
        fields = ("name", "time_zone", "is_default")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        hours: dict[int, list] = {}
        if self.instance.pk:
            for row in self.instance.intervals.order_by("weekday", "from_time"):
                hours.setdefault(row.weekday, []).append((row.from_time, row.until_time))
        for day, label in Day.choices:
            self.fields[f"day_{day}"] = HoursField(
                label=label, required=False, max_length=200, initial=hours.get(day, []), strip=True
            )

    def clean_time_zone(self):
        zone = self.cleaned_data["time_zone"].strip()
        if zone not in available_timezones():
            raise ValidationError(_("No such time zone. Write it like this: Europe/Madrid."))
        return zone

    def clean_is_default(self):
        chosen = self.cleaned_data["is_default"]
        kept = WorkingCalendar.objects.filter(pk=self.instance.pk, is_default=True)
        if not chosen and self.instance.pk and kept.exists():
            raise ValidationError(_("Tick this on another calendar instead: the school needs one."))
        return chosen

    def days(self):
        """The fields of the weekdays, for the template."""
        return [self[f"day_{day}"] for day, _label in Day.choices]

    def rows(self):
        """The hours as rows of (weekday, from, until)."""
        return [(day, *stretch) for day, _label in Day.choices for stretch in self.cleaned_data[f"day_{day}"]]


class DayForm(forms.ModelForm):
    """A day that differs."""

    class Meta:
        model = SpecialDay
        fields = ("day", "name", "from_time", "until_time")
        widgets = {
            "day": forms.DateInput({"type": "date"}),
            "from_time": forms.TimeInput({"type": "time"}),
            "until_time": forms.TimeInput({"type": "time"}),
        }

    def clean(self):
        typed = super().clean()
        opens, closes = typed.get("from_time"), typed.get("until_time")
        if opens and closes and closes <= opens:
            raise ValidationError(_("It closes before it opens."))
        return typed


class YearForm(forms.Form):
    """The year whose holidays are proposed."""

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2000, max_value=2200)


class TryForm(forms.Form):
    """A moment at which somebody might ask, in the time of the calendar."""

    asked = forms.DateTimeField(
        label=gettext_lazy("If somebody asks on"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )

    def asked_at(self, at: datetime) -> datetime:
        return (self.cleaned_data.get("asked") if self.is_bound and self.is_valid() else None) or at


class PromiseForm(forms.ModelForm):
    """What is promised for one kind of case; what is empty holds as for all."""

    team = forms.ModelChoiceField(Team.objects.order_by("name"), required=False, label=gettext_lazy("Team"))

    class Meta:
        model = KindPromise
        fields = ("wall_hours", "work_hours", "next_hours", "resolution_hours", "team")

    def __init__(self, *args, kind: str, label: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind, self.label = kind, label
        for name, field in self.fields.items():
            if name != "team":
                field.validators.append(MinValueValidator(1))
                field.widget.attrs |= {"min": 1, "max": 2000}
            field.widget.attrs["aria-label"] = f"{label}: {field.label}"
